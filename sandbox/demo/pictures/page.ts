/** Renders a job summary as a page that looks like GitHub's, with a GFM renderer and a style written for this. */
import { marked } from "marked";

export const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

interface Colours {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly faint: string;
  readonly code: string;
  readonly link: string;
}

const COLOURS: Readonly<Record<Theme, Colours>> = {
  light: {
    page: "#ffffff",
    text: "#1f2328",
    muted: "#59636e",
    line: "#d1d9e0",
    faint: "#f6f8fa",
    code: "#eff1f3",
    link: "#0969da",
  },
  dark: {
    page: "#0d1117",
    text: "#f0f6fc",
    muted: "#9198a1",
    line: "#3d444d",
    faint: "#151b23",
    code: "#262c36",
    link: "#4493f8",
  },
};

/** The page of a summary; its body is as high as the picture has to be. */
export function pageOf(markdown: string, theme: Theme): string {
  const body = marked.parse(markdown, { gfm: true, async: false });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Job summary</title>
<style>${styleOf(COLOURS[theme])}</style>
<main>
<header>batch summary</header>
<article>
${body}</article>
</main>
</html>
`;
}

function styleOf(c: Colours): string {
  return `
html { background: ${c.page}; color: ${c.text}; }
body { margin: 0; padding: 12px; font: 16px/1.5 "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
main { border: 1px solid ${c.line}; border-radius: 6px; }
header { padding: 16px 16px 0; font-size: 12px; font-weight: 600; color: ${c.muted}; }
article { padding: 16px; overflow-wrap: break-word; }
article > * { margin: 0 0 16px; }
article > :last-child { margin-bottom: 0; }
h3, h4 { font-weight: 600; line-height: 1.25; }
h3 { font-size: 20px; }
h4 { font-size: 16px; }
* + h3, * + h4 { margin-top: 24px; }
a { color: ${c.link}; text-underline-offset: 3px; }
code, pre { font: 85%/1.45 "Liberation Mono", Menlo, Consolas, monospace; }
code { padding: 3px 6px; border-radius: 6px; background: ${c.code}; }
pre { padding: 16px; border-radius: 6px; background: ${c.faint}; overflow: auto; }
pre code { padding: 0; background: none; font-size: 100%; }
blockquote { padding: 0 16px; border-left: 4px solid ${c.line}; color: ${c.muted}; }
blockquote > * { margin: 0 0 16px; }
blockquote > :last-child { margin-bottom: 0; }
ul, ol { padding-left: 32px; }
li + li { margin-top: 4px; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid ${c.line}; }
th { font-weight: 600; }
tbody tr:nth-child(2n) { background: ${c.faint}; }
details summary { cursor: pointer; }
`;
}
