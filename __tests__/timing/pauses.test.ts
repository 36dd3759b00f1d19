import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pauseBeforeCheck } from "../../src/timing/pauses.ts";

// Not fc.double: nearly all of its numbers are tiny.
const waited = fc.oneof(
  fc.integer({ min: 0, max: 120_000 }),
  fc.integer({ min: 0, max: 5 * 86_400_000 }),
);
const interval = fc.integer({ min: 1_000, max: 600_000 });

/** When the checks of a wait happen, in milliseconds from its start. */
function checks(totalMs: number, pollIntervalMs: number): number[] {
  const times: number[] = [];
  for (let t = 0; ;) {
    t += pauseBeforeCheck(t, pollIntervalMs);
    if (t > totalMs) return times;
    times.push(t);
  }
}

test("the first check comes after 0.25 s with any interval", () => {
  fc.assert(
    fc.property(interval, (pollIntervalMs) => {
      expect(pauseBeforeCheck(0, pollIntervalMs)).toBe(250);
    }),
  );
});

test("a pause is positive and never longer than the interval", () => {
  fc.assert(
    fc.property(waited, interval, (waitedMs, pollIntervalMs) => {
      const pause = pauseBeforeCheck(waitedMs, pollIntervalMs);
      expect(pause).toBeGreaterThanOrEqual(250);
      expect(pause).toBeLessThanOrEqual(pollIntervalMs);
    }),
  );
});

test("a pause is at most 10 % of the time waited plus 0.25 s", () => {
  fc.assert(
    fc.property(waited, interval, (waitedMs, pollIntervalMs) => {
      expect(pauseBeforeCheck(waitedMs, pollIntervalMs)).toBeLessThanOrEqual(
        0.1 * waitedMs + 250,
      );
    }),
  );
});

test("pauses never get shorter", () => {
  fc.assert(
    fc.property(waited, waited, interval, (a, b, pollIntervalMs) => {
      expect(
        pauseBeforeCheck(Math.min(a, b), pollIntervalMs),
      ).toBeLessThanOrEqual(pauseBeforeCheck(Math.max(a, b), pollIntervalMs));
    }),
  );
});

test("the end is noticed at most 10 % plus 0.25 s later", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_600_000 }),
      interval,
      (readyAt, pollIntervalMs) => {
        const noticed = checks(2 * 3_600_000, pollIntervalMs).find(
          (t) => t >= readyAt,
        );
        const delay = (noticed ?? Infinity) - readyAt;
        expect(delay).toBeLessThanOrEqual(
          Math.min(pollIntervalMs, 0.1 * readyAt + 250) + 1e-6,
        );
      },
    ),
  );
});

describe("the number of checks", () => {
  test("is at most 200 in 30 minutes with the default interval", () => {
    const count = checks(30 * 60_000, 15_000).length;
    expect(count).toBeGreaterThanOrEqual(30 * 4);
    expect(count).toBeLessThanOrEqual(200);
  });

  test("is at most 8 in any 2.5 s, with any interval", () => {
    fc.assert(
      fc.property(interval, (pollIntervalMs) => {
        const times = checks(10 * 60_000, pollIntervalMs);
        for (const [at, from] of times.entries()) {
          const ninth = times[at + 8] ?? Infinity;
          expect(ninth - from).toBeGreaterThan(2_500);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("is a few dozen if only the growth of the pauses limits it", () => {
    expect(checks(30 * 60_000, 600_000).length).toBeLessThanOrEqual(75);
  });

  test("is about one a second with an interval of 1 s", () => {
    expect(checks(60_000, 1_000).length).toBeLessThanOrEqual(68);
  });
});
