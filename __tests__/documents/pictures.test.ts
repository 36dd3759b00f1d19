/** The pictures in the README show the current summary. `npm run picture` draws them again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  SHOWN,
  fingerprint,
  fingerprintIn,
  withFingerprint,
} from "../../sandbox/demo/pictures/fingerprint.ts";
import { play } from "../../sandbox/demo/pictures/outcomes.ts";
import { THEMES, pageOf } from "../../sandbox/demo/pictures/page.ts";
import { repository } from "../../sandbox/step.ts";

const MOST_BYTES = 120_000;

const pictures = THEMES.map((theme) =>
  readFileSync(join(repository, "docs", `summary-${theme}.png`)),
);

test("there is a light and a dark one of the same size, small enough for a README", () => {
  const [light, dark] = pictures.map((png) => {
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.length).toBeLessThan(MOST_BYTES);
    return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
  });
  expect(light?.width).toBeGreaterThan(1_000);
  expect(dark).toEqual(light);
});

test("they show the summary that the action writes now", async () => {
  const { exitCode, summary } = await play(SHOWN, {});
  expect(exitCode).toBe(0);
  const now = fingerprint(summary);
  expect(pictures.map(fingerprintIn)).toEqual([now, now]);
});

test("a fingerprint depends on the text, but not on times", () => {
  const summary = (tasks: string, time: string) =>
    `### Set up\n\n| Tasks | ${tasks} |\n| Time | ${time} |\n`;
  const first = fingerprint(summary("20", "3s"));
  expect(fingerprint(summary("20", "9s"))).toBe(first);
  expect(fingerprint(summary("21", "3s"))).not.toBe(first);
  const [png = Buffer.alloc(0)] = pictures;
  expect(fingerprintIn(withFingerprint(png, first))).toBe(first);
});

test("a page renders the Markdown of the summary in both themes", () => {
  const [light, dark] = THEMES.map((theme) =>
    pageOf("### ✅ Done\n\n| Tasks | 20 |\n| :-- | :-- |\n", theme),
  );
  expect(light).toContain("<h3>✅ Done</h3>");
  expect(light).toContain('<th align="left">Tasks</th>');
  expect(dark).toContain("<h3>✅ Done</h3>");
  expect(dark).not.toBe(light);
});
