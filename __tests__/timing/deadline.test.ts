import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Deadline,
  LAST_CHECK_MS,
  startDeadline,
} from "../../src/timing/deadline.ts";
import { Cancelled, DeadlineReached } from "../../src/errors.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

function start(timeoutMs: number, spentMs = 0) {
  const clock = new FakeClock({ auto: false });
  const cancel = new AbortController();
  const startedAt = clock.now() - spentMs;
  const budget = startDeadline(clock, timeoutMs, startedAt, cancel.signal);
  return { clock, cancel, budget, startedAt };
}

/** Which of the two signals have aborted. */
function over({ signal, lastSignal }: Deadline): [boolean, boolean] {
  return [signal.aborted, lastSignal.aborted];
}

test("leaves 5 s for the last check", () => {
  expect(LAST_CHECK_MS).toBe(5_000);
});

test("ends at the deadline, and the last check 5 s later, both with the deadline as the reason", async () => {
  const { clock, budget } = start(60_000);
  await clock.advance(59_999);
  expect(over(budget)).toEqual([false, false]);
  await clock.advance(1);
  expect(over(budget)).toEqual([true, false]);
  await clock.advance(4_999);
  expect(over(budget)).toEqual([true, false]);
  await clock.advance(1);
  expect(over(budget)).toEqual([true, true]);
  for (const { reason } of [budget.signal, budget.lastSignal]) {
    expect(reason).toBeInstanceOf(DeadlineReached);
    expect(reason).toHaveProperty("timeoutMs", 60_000);
  }
});

test("counts from the start of the step", async () => {
  const { clock, budget, startedAt } = start(60_000, 20_000);
  expect(budget.startedAt).toBe(startedAt);
  await clock.advance(39_999);
  expect(over(budget)).toEqual([false, false]);
  await clock.advance(1);
  expect(over(budget)).toEqual([true, false]);
});

test("is over at once if the time has passed already, except for the last check", async () => {
  const { clock, budget } = start(1_000, 10_000);
  await clock.settle();
  expect(over(budget)).toEqual([true, false]);
  await clock.advance(5_000);
  expect(over(budget)).toEqual([true, true]);
});

test("has both limits for any time-out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 * 86_400_000 }),
      async (timeoutMs) => {
        const { clock, budget } = start(timeoutMs);
        await clock.advance(timeoutMs - 1);
        expect(over(budget)).toEqual([false, false]);
        await clock.advance(LAST_CHECK_MS);
        expect(over(budget)).toEqual([true, false]);
        await clock.advance(1);
        expect(over(budget)).toEqual([true, true]);
      },
    ),
    { numRuns: 20 },
  );
});

describe("a cancel", () => {
  const reason = new Cancelled("SIGTERM");

  test("ends both at once, with its reason", () => {
    const { clock, cancel, budget } = start(60_000);
    cancel.abort(reason);
    expect(budget.signal.reason).toBe(reason);
    expect(budget.lastSignal.reason).toBe(reason);
    expect(clock.sleeping).toBe(0);
  });

  test("ends the last check", async () => {
    const { clock, cancel, budget } = start(60_000);
    await clock.advance(61_000);
    cancel.abort(reason);
    expect(budget.signal.reason).toBeInstanceOf(DeadlineReached);
    expect(budget.lastSignal.reason).toBe(reason);
  });

  test("before the start ends both from the start", () => {
    const clock = new FakeClock({ auto: false });
    const budget = startDeadline(clock, 1_000, 0, AbortSignal.abort(reason));
    expect(budget.signal.reason).toBe(reason);
    expect(budget.lastSignal.reason).toBe(reason);
    expect(clock.sleeping).toBe(0);
  });
});

test("leaves no timer after it was released", async () => {
  const { clock, budget } = start(60_000);
  expect(clock.sleeping).toBe(2);
  budget.release();
  expect(clock.sleeping).toBe(0);
  await clock.advance(100_000);
  expect(over(budget)).toEqual([false, false]);
});
