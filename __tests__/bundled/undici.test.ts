/** The replacement of undici in `dist/` throws, and `dist/` does not contain undici (docs/design.md, "dist"). */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ProxyAgent } from "../../src/bundled/undici.ts";

const dist = new URL("../../dist/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, dist), "utf8");

test("throws at once when code creates a ProxyAgent", () => {
  expect(() => new ProxyAgent()).toThrow(/undici is not part of this action/);
});

test("dist/ holds it instead of undici, and is small enough for a review", () => {
  const bundle = read("index.js");
  expect(bundle).toContain("undici is not part of this action");
  // A word that the code of undici must contain.
  expect(bundle).not.toContain("UND_ERR_");
  expect(read("licenses.txt")).not.toContain("undici");
  expect(Buffer.byteLength(bundle)).toBeLessThan(400_000);
});
