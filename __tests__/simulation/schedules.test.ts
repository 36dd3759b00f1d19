/**
 * Whatever goes wrong, in whatever order: generated schedules of faults, other actors, cancels and deadlines, and what must
 * hold under each of them (contract 1, 3, 4, 5 and 7). `npm run simulate -- --runs 100000` runs more of them.
 */
import { describe, expect, test } from "@jest/globals";
import { simulate } from "../../simulation/simulate.ts";
import {
  addTallies,
  noTally,
  simulateUnguarded,
  tellTally,
} from "../../simulation/unguarded.ts";

const MINUTES = 60_000;

describe("simulation", () => {
  test(
    "2,000 schedules without a violation",
    async () => {
      let greens = 0;
      for (let seed = 1; seed <= 2_000; seed++) {
        const result = await simulate(seed);
        // Shown whole when there is one: it names the smallest schedule, and the seed for a replay.
        expect(result).toEqual({ ok: true, green: expect.any(Boolean) });
        if (result.ok && result.green) greens++;
      }
      // The weather is bad, but not so bad that nothing is ever shown.
      expect(greens).toBeGreaterThan(200);
      expect(greens).toBeLessThan(1_800);
    },
    5 * MINUTES,
  );

  test(
    "without Prolific's own guard, a second setup comes only where no reading could have shown the first",
    async () => {
      let tally = noTally;
      for (let seed = 1; seed <= 500; seed++) {
        const { ok, tally: more } = await simulateUnguarded(seed);
        expect([seed, ok]).toEqual([seed, true]);
        tally = addTallies(tally, more);
      }
      expect(tally.runs).toBe(500);
      // The accident that the guard prevents does happen here, or this would show nothing.
      expect(tally.twice).toBeGreaterThan(0);
      expect(tally.twice).toBeLessThanOrEqual(tally.late);
      expect(tellTally(tally)).toContain("of 500 schedules");
    },
    5 * MINUTES,
  );
});
