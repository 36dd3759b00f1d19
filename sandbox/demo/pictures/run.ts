/**
 * `npm run picture`: the job summary as GitHub shows it, from the real one, by a real browser: docs/summary-*.png.
 * `npm run picture -- all`: of every outcome, with its Markdown and its log, into build/pictures/; or name some of them.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../step.ts";
import { draw, findChromium } from "./chromium.ts";
import { SCENE_NAMES, play } from "./outcomes.ts";
import { THEMES, pageOf } from "./page.ts";
import { SHOWN, fingerprint, withFingerprint } from "./fingerprint.ts";

const asked = process.argv.slice(2);
const names = asked.includes("all")
  ? SCENE_NAMES
  : asked.length === 0
    ? [SHOWN]
    : SCENE_NAMES.filter((name) => asked.includes(name));
if (names.length === 0) {
  throw new Error(`Outcomes to draw: all, ${SCENE_NAMES.join(", ")}`);
}
const folder =
  asked.length === 0
    ? join(repository, "docs")
    : join(repository, "build", "pictures");
mkdirSync(folder, { recursive: true });
const chromium = findChromium(process.env.CHROMIUM);

const played = await Promise.all(
  names.map(async (name) => [name, await play(name)] as const),
);
for (const [name, { summary, stdout, stderr }] of played) {
  const stem = join(folder, asked.length === 0 ? "summary" : name);
  if (asked.length > 0) {
    writeFileSync(`${stem}.md`, summary);
    writeFileSync(`${stem}.log`, stdout + stderr);
  }
  for (const theme of THEMES) {
    const png = `${stem}-${theme}.png`;
    draw(chromium, pageOf(summary, theme), png);
    writeFileSync(
      png,
      withFingerprint(readFileSync(png), fingerprint(summary)),
    );
    console.log(png);
  }
}
