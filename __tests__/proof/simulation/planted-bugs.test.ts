/** The simulation catches what it claims to catch: known bugs are planted one at a time, and each is found. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { Sources } from "../../../proof/simulation/bugs/plant.ts";
import { PLANTED_BUGS } from "../../../proof/simulation/bugs/planted-bugs.ts";

/** Schedules for each; most bugs are found within the first hundred. */
const RUNS = 3_000;
const MINUTES = 60_000;

describe("planted bugs", () => {
  let sources: Sources;
  beforeAll(() => {
    sources = new Sources();
  });

  test("the README says how many there are", () => {
    const readme = readFileSync("README.md", "utf8");
    const [, said] = /shows that (\d+)\s+known bugs/.exec(readme) ?? [];
    expect(Number(said)).toBe(PLANTED_BUGS.length);
  });

  test("without one, nothing is found", async () => {
    const hunted = await sources.hunt("none", 50);
    expect(hunted).toEqual({ runs: 50, violation: undefined });
  });

  test.each(PLANTED_BUGS.map((bug, at) => ({ ...bug, at })))(
    "$name: caught",
    async ({ at, ...bug }) => {
      const { violation } = await sources.hunt(`bug-${String(at)}`, RUNS, bug);
      expect(violation).toBeDefined();
    },
    3 * MINUTES,
  );
});
