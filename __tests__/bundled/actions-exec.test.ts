/** The replacement of `@actions/exec` in `dist/` throws, and only the search in the history can start a program (docs/design.md, "dist"). */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as standIn from "../../src/bundled/actions-exec.ts";

const dist = new URL("../../dist/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, dist), "utf8");

test("throws at once when code starts a program", () => {
  for (const start of Object.values(standIn)) {
    expect(start).toThrow(/@actions\/exec is not part of this action/);
  }
});

test("exports the names that @actions/exec exports", async () => {
  const real = await import("@actions/exec");
  expect(Object.keys(standIn).sort()).toEqual(Object.keys(real).sort());
});

test("dist/ holds it instead of @actions/exec and @actions/io", () => {
  const bundle = read("index.js");
  expect(bundle).toContain("@actions/exec is not part of this action");
  // Git, for new_batch: new_rows.
  expect(bundle.match(/"(?:node:)?child_process"/g)).toEqual([
    '"node:child_process"',
  ]);
  expect(bundle.match(/\bspawn(?:Sync)?\([^,]*,/g)).toEqual(['spawn("git",']);
  expect(read("licenses.txt")).not.toMatch(/@actions\/(exec|io)\b/);
});
