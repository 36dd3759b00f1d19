/**
 * Generated schedules of faults, other actors, cancels and deadlines, and the rules for each of them (contract 1, 3, 4, 5
 * and 7). `npm run simulate -- --runs 100000` runs more of them.
 */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { holds } from "../../../proof/simulation/promises/holds.ts";
import { tellTally } from "../../../proof/simulation/promises/tally.ts";
import { tellAccidents } from "../../../proof/simulation/schedules/unguarded.ts";
import { check } from "../../../proof/simulation/simulate.ts";
import { runOnThreads } from "../../../proof/simulation/threads.ts";
import { COMPILED } from "../../fixtures/compiled.ts";

const MINUTES = 60_000;

const THREADS = 2;

describe("simulation", () => {
  test(
    "3,000 schedules without a violation",
    async () => {
      const schedules = { seed: 1, runs: 3_000, unguarded: false };
      const { done, failure, tally } = await runOnThreads(
        COMPILED,
        schedules,
        THREADS,
      );
      // A failure is shown completely: it has the smallest schedule, and the seed for a replay.
      expect(failure).toBeUndefined();
      expect(done).toBe(3_000);
      // There are many faults, but enough schedules still reach something.
      expect(tally.schedules).toBe(3_000);
      expect(tally.green).toBeGreaterThan(400);
      expect(tally.setup).toBeGreaterThan(400);
      expect(tally.unclear).toBeGreaterThan(150);
      expect(tally.again).toBeGreaterThan(20);
      expect(tally.synced).toBeGreaterThan(80);
      expect(tally.brought).toBeGreaterThan(300);
      expect(tally.cutShort).toBeGreaterThan(200);
      expect(tellTally(tally)).toContain(`${String(tally.green)} ended green`);
    },
    5 * MINUTES,
  );

  test(
    "without Prolific's own guard, a second setup is only sent if no reading could have shown the first",
    async () => {
      const schedules = { seed: 1, runs: 500, unguarded: true };
      const { accidents, done, failure } = await runOnThreads(
        COMPILED,
        schedules,
        THREADS,
      );
      expect(failure).toBeUndefined();
      expect(done).toBe(500);
      expect(accidents.runs).toBe(500);
      // The accident that the guard prevents must happen here, or this test would prove nothing.
      expect(accidents.twice).toBeGreaterThan(0);
      expect(accidents.twice).toBeLessThanOrEqual(accidents.late);
      expect(tellAccidents(accidents)).toContain("of 500 schedules");
    },
    5 * MINUTES,
  );
});

describe("a schedule that breaks a rule", () => {
  const schedules = fc.record({
    faults: fc.array(fc.nat(1_000), { minLength: 5, maxLength: 8 }),
    random: fc.double(),
  });
  const seen: number[] = [];
  const run = ({ faults }: { readonly faults: readonly number[] }) => {
    seen.push(faults.length);
    const large = faults.filter((fault) => fault > 100);
    holds(large.length < 2, `${String(large.length)} large faults`);
    return Promise.resolve(large.length);
  };

  test("is shrunk, and reported with what replays it", async () => {
    const result = await check(schedules, 7, run);
    if (result.ok) throw new Error("everything held");
    const { seed, path, shrinks, smallest, message } = result.failure;
    expect(shrinks).toBeGreaterThan(0);
    const { faults } = smallest as { faults: number[] };
    expect(faults.sort((a, b) => a - b)).toEqual([0, 0, 0, 101, 101]);
    expect(message).toBe("2 large faults");

    seen.length = 0;
    const again = await check(schedules, seed, run, { path, shrink: false });
    expect(again).toMatchObject({ ok: false, failure: { smallest, message } });
    expect(seen).toHaveLength(1);
  });

  test("is the same for the same seed", async () => {
    const first = await check(schedules, 7, run, { shrink: false });
    const second = await check(schedules, 7, run, { shrink: false });
    expect(first).toEqual(second);
    expect(first).toMatchObject({ ok: false, failure: { shrinks: 0 } });
  });
});
