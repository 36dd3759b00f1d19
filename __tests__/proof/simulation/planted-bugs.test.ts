/** The simulation catches what it claims to catch: known bugs are planted one at a time, and it finds each of them. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  type Hunt,
  type Hunted,
  huntAll,
} from "../../../proof/simulation/bugs/hunters.ts";
import { PLANTED_BUGS } from "../../../proof/simulation/bugs/planted-bugs.ts";
import { COMPILED } from "../../fixtures/compiled.ts";

/** Schedules for each bug, after the one that is known to catch it. */
const RUNS = 3_000;
const THREADS = 2;
const MINUTES = 60_000;

const HUNTS: readonly Hunt[] = [
  { at: undefined, runs: 50, first: "1" },
  ...PLANTED_BUGS.map((_, at) => ({
    ...{ at, runs: RUNS, first: "its seed" as const },
  })),
];

describe("planted bugs", () => {
  let calm: Promise<Hunted> | undefined;
  let hunts: Promise<Hunted>[] = [];
  beforeAll(() => {
    [calm, ...hunts] = huntAll(COMPILED, HUNTS, THREADS);
  });

  test("the README says how many there are", () => {
    const readme = readFileSync("README.md", "utf8");
    const [, said] = /shows that (\d+)\s+known bugs/.exec(readme) ?? [];
    expect(Number(said)).toBe(PLANTED_BUGS.length);
  });

  test("without a bug, nothing is found", async () => {
    expect(await calm).toEqual({
      ...{ runs: 50, seed: undefined, violation: undefined },
    });
  });

  test.each(PLANTED_BUGS.map((bug, at) => ({ ...bug, at })))(
    "$name: caught",
    async ({ at }) => {
      const hunted = await hunts[at];
      expect(hunted?.violation).toBeDefined();
    },
    3 * MINUTES,
  );
});
