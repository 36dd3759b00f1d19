/** README.md says what action.yml says. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { format } from "prettier";
// @ts-expect-error -- a script without types of its own
import { readmeWithTables } from "../scripts/readme-tables.js";

const tables = readmeWithTables as (readme: string, action: string) => string;
const read = (name: string) =>
  readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

test("its tables are those of action.yml (npm run readme makes them)", async () => {
  const readme = read("README.md");
  const fresh = tables(readme, read("action.yml"));
  expect(fresh).toContain("| `batch_id` | **required** |");
  expect(await format(fresh, { parser: "markdown" })).toBe(readme);
});

test("its first screen has the two commands of a newcomer", () => {
  const firstScreen = read("README.md").split("\n").slice(0, 20).join("\n");
  expect(firstScreen).toContain("npm ci && npm run demo");
  expect(firstScreen).toContain("npm ci && npm test");
});
