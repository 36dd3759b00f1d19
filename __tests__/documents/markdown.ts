/** The parts of GitHub's Markdown that are needed to check a page. */

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** Fenced code, with its language. */
export interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** The fences of a page, and the page with empty lines instead. */
export function withoutFences(page: string): { rest: string; fences: Fence[] } {
  const fences: Fence[] = [];
  const rest: string[] = [];
  let open: { mark: string; language: string; line: number } | undefined;
  let inside: string[] = [];
  page.split("\n").forEach((text, at) => {
    const [, mark, language = ""] =
      /^ {0,3}(`{3,}|~{3,})\s*(\S*)/.exec(text) ?? [];
    if (open === undefined) {
      if (mark !== undefined) open = { mark, language, line: at + 1 };
      rest.push(mark === undefined ? text : "");
      return;
    }
    rest.push("");
    if (mark?.startsWith(open.mark) === true && language === "") {
      const { language: word, line } = open;
      fences.push({ language: word, text: `${inside.join("\n")}\n`, line });
      open = undefined;
      inside = [];
    } else inside.push(text);
  });
  if (open)
    throw new Error(`the fence of line ${String(open.line)} is not closed`);
  return { rest: rest.join("\n"), fences };
}

/** Every link and image, in Markdown, as a definition or in HTML, but not in code. */
export function linksOf(page: string): Link[] {
  const prose = withoutFences(page).rest.replace(
    /(`+)(?!`)([^]*?[^`])\1(?!`)/g,
    (code) => code.replace(/[^\n]/g, "x"),
  );
  const forms = [
    /\]\(\s*<?([^\s<>)]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?/gm,
    /\b(?:href|src|srcset)="([^"\s]*)[^"]*"/g,
  ];
  return forms.flatMap((form) =>
    [...prose.matchAll(form)].map(({ 1: target = "", index }) => ({
      target,
      line: prose.slice(0, index).split("\n").length,
    })),
  );
}

/** The headings of a page with their level, without markup. */
export function headingsOf(page: string): { level: number; text: string }[] {
  return [
    ...withoutFences(page).rest.matchAll(/^ {0,3}(#{1,6})\s+(.*?)\s*#*$/gm),
  ].map(([, marks = "", text = ""]) => ({
    level: marks.length,
    text: text
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/<[^<>]*>/g, "")
      .replace(/[`*]/g, ""),
  }));
}

/** The fragment of a link to a heading with this text. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** All fragments of a page. Headings with the same name are numbered. */
export function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = headingsOf(page).map(({ text }) => {
    const name = slug(text);
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${String(times)}`;
  });
  const named = [...page.matchAll(/<a (?:id|name)="([^"]+)"/g)];
  return new Set([...anchors, ...named.map(([, name = ""]) => name)]);
}
