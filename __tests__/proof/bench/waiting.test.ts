/** The claims of proof/bench/README.md and contract 7 about waiting, for the times in its table. Exact, in virtual time. */
import { describe, expect, test } from "@jest/globals";
import {
  byFixedPoll,
  byThisAction,
  mostDelayMs,
  POLL_INTERVAL_MS,
  PROCESSING_MS,
  worstAround,
} from "../../../proof/bench/waiting/waiting.ts";

test("the table goes from 0.3 s to 2 h", () => {
  expect(Math.min(...PROCESSING_MS)).toBe(300);
  expect(Math.max(...PROCESSING_MS)).toBe(7_200_000);
});

describe("the time until this action notices", () => {
  test.each(PROCESSING_MS)(
    "a batch that takes up to %i ms: at most 10 % of it plus 0.25 s, never more than poll_interval",
    async (processingMs) => {
      const { delayMs } = await worstAround(processingMs, byThisAction);
      expect(delayMs).toBeGreaterThan(0);
      expect(delayMs).toBeLessThanOrEqual(mostDelayMs(processingMs));
      expect(delayMs).toBeLessThanOrEqual(POLL_INTERVAL_MS);
    },
  );

  test("a batch that takes 30 minutes: at most 200 status requests", async () => {
    const { statusRequests } = await byThisAction(30 * 60_000);
    expect(statusRequests).toBeGreaterThanOrEqual(120);
    expect(statusRequests).toBeLessThanOrEqual(200);
  });
});

describe("a fixed poll", () => {
  test.each([
    [3_000, 300, { delayMs: 2_700, statusRequests: 1 }],
    [3_000, 3_000, { delayMs: 0, statusRequests: 1 }],
    [3_000, 3_001, { delayMs: 2_999, statusRequests: 2 }],
    [30_000, 1_800_000, { delayMs: 0, statusRequests: 60 }],
  ])("every %i ms, of %i ms", (everyMs, processingMs, detection) => {
    expect(byFixedPoll(everyMs, processingMs)).toEqual(detection);
  });
});
