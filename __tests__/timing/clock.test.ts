import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Clock,
  reasonOf,
  systemClock,
  timeLimit,
} from "../../src/timing/clock.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

const CLOCKS: [string, () => Clock][] = [
  ["the system's clock", () => systemClock],
  ["the fake clock", () => new FakeClock()],
];

describe.each(CLOCKS)("%s", (_, makeClock) => {
  test("sleeps for the given time", async () => {
    const clock = makeClock();
    const from = [clock.now(), clock.timeOfDay()] as const;
    await clock.sleep(20);
    expect(clock.now() - from[0]).toBeGreaterThanOrEqual(19);
    expect(clock.now() - from[0]).toBeLessThan(10_000);
    expect(clock.timeOfDay() - from[1]).toBeGreaterThanOrEqual(18);
  });

  test.each([0, -1, -Infinity, NaN])("does not sleep for %d ms", async (ms) => {
    const clock = makeClock();
    const from = clock.now();
    await clock.sleep(ms);
    expect(clock.now() - from).toBeLessThan(10_000);
  });

  test.each([0, 1, 86_400_000])(
    "throws the reason of a signal that aborted before, for %d ms",
    async (ms) => {
      const reason = new Error("over");
      const sleep = makeClock().sleep(ms, AbortSignal.abort(reason));
      await expect(sleep).rejects.toBe(reason);
    },
  );

  test.each([1_000, 2 ** 31, 5 * 86_400_000, Number.MAX_SAFE_INTEGER])(
    "throws the reason of a signal that aborts during a sleep of %d ms",
    async (ms) => {
      const controller = new AbortController();
      const clock = makeClock();
      const sleep = clock.sleep(ms, controller.signal);
      const reason = new Error("over");
      await Promise.resolve();
      controller.abort(reason);
      await expect(sleep).rejects.toBe(reason);
    },
  );

  test("throws an error if the reason of the signal is not an error", async () => {
    const controller = new AbortController();
    const sleep = makeClock().sleep(1_000, controller.signal);
    controller.abort("enough");
    await expect(sleep).rejects.toEqual(new Error("enough"));
  });

  test("ignores a signal that aborts after the sleep", async () => {
    const controller = new AbortController();
    await makeClock().sleep(1, controller.signal);
    controller.abort(new Error("too late"));
    await new Promise(setImmediate);
  });
});

test("the system's clock supports long sleeps", async () => {
  // setTimeout(2 ** 31) would fire at once.
  const controller = new AbortController();
  let awake = false;
  const sleep = systemClock.sleep(2 ** 31 + 5, controller.signal).then(
    () => {
      awake = true;
    },
    () => undefined,
  );
  await systemClock.sleep(40);
  expect(awake).toBe(false);
  controller.abort();
  await sleep;
});

test("the system's clock never runs backwards", () => {
  const readings = Array.from({ length: 1_000 }, () => systemClock.now());
  expect(readings).toEqual([...readings].sort((a, b) => a - b));
});

test("reasonOf turns any reason into an error", () => {
  const error = new Error("why");
  expect(reasonOf(AbortSignal.abort(error))).toBe(error);
  expect(reasonOf(AbortSignal.abort("words"))).toEqual(new Error("words"));
  expect(reasonOf(AbortSignal.abort())).toBeInstanceOf(Error);
  expect(reasonOf(AbortSignal.abort()).message).toMatch(/aborted/);
});

describe("timeLimit", () => {
  const reason = new Error("time is up");

  test("aborts with its reason when the time is up, not before", async () => {
    const clock = new FakeClock({ auto: false });
    const limit = timeLimit(clock, 500, reason);
    await clock.advance(499);
    expect(limit.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limit.signal.reason).toBe(reason);
  });

  test("never aborts after it was released, and leaves no timer", async () => {
    const clock = new FakeClock({ auto: false });
    const limit = timeLimit(clock, 500, reason);
    limit.release();
    expect(clock.sleeping).toBe(0);
    await clock.advance(1_000);
    expect(limit.signal.aborted).toBe(false);
  });

  test("aborts together with its parent, with the parent's reason", async () => {
    const clock = new FakeClock({ auto: false });
    const parent = new AbortController();
    const limit = timeLimit(clock, 500, reason, parent.signal);
    const why = new Error("cancelled");
    parent.abort(why);
    expect(limit.signal.reason).toBe(why);
    expect(clock.sleeping).toBe(0);
    await clock.advance(1_000);
    expect(limit.signal.reason).toBe(why);
  });

  test("is aborted from the start if its parent is", () => {
    const clock = new FakeClock({ auto: false });
    const why = new Error("cancelled");
    const limit = timeLimit(clock, 500, reason, AbortSignal.abort(why));
    expect(limit.signal.reason).toBe(why);
    expect(clock.sleeping).toBe(0);
  });

  test("does not follow its parent after it was released", () => {
    const clock = new FakeClock({ auto: false });
    const parent = new AbortController();
    const limit = timeLimit(clock, 500, reason, parent.signal);
    limit.release();
    parent.abort();
    expect(limit.signal.aborted).toBe(false);
  });

  test("leaves no system timer behind", () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    const before = timers().length;
    const limits = [1, 2, 3].map((n) =>
      timeLimit(systemClock, n * 60_000, reason),
    );
    expect(timers()).toHaveLength(before + 3);
    for (const limit of limits) limit.release();
    expect(timers()).toHaveLength(before);
  });
});

describe("the fake clock", () => {
  test("lets days pass immediately", async () => {
    const clock = new FakeClock();
    for (let day = 1; day <= 5; day++) await clock.sleep(86_400_000);
    expect(clock.now()).toBe(5 * 86_400_000);
    expect(clock.timeOfDay()).toBe(Date.UTC(2026, 7, 26, 8));
    expect(clock.sleeping).toBe(0);
  });

  test("waits for programs that need many turns of the event loop before their next sleep", async () => {
    const clock = new FakeClock();
    const log: string[] = [];
    const hops = async () => {
      for (let i = 0; i < 200; i++) await Promise.resolve();
      for (let i = 0; i < 3; i++) await new Promise(setImmediate);
      await new Promise<void>((resolve) => {
        process.nextTick(resolve);
      });
    };
    const program = async (name: string, ms: number) => {
      for (let i = 1; i <= 3; i++) {
        await hops();
        await clock.sleep(ms);
        log.push(`${name}${i} at ${clock.now()}`);
      }
    };
    await Promise.all([program("a", 20), program("b", 30)]);
    expect(log).toEqual([
      "a1 at 20",
      "b1 at 30",
      "a2 at 40",
      "b2 at 60", // as early as a3, but it fell asleep before
      "a3 at 60",
      "b3 at 90",
    ]);
  });

  test("wakes sleepers in the order in which they are due", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 8 }),
        async (durations) => {
          const clock = new FakeClock();
          const woken: number[] = [];
          await Promise.all(
            durations.map(async (ms, i) => {
              await clock.sleep(ms);
              expect(clock.now()).toBe(ms);
              woken.push(i);
            }),
          );
          const expected = durations
            .map((ms, i) => [ms, i] as const)
            .sort(([a, i], [b, k]) => a - b || i - k)
            .map(([, i]) => i);
          expect(woken).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("stands still during real work", async () => {
    const clock = new FakeClock();
    const limit = timeLimit(clock, 10, new Error("time is up"));
    const work = clock.during(
      new Promise<string>((resolve) => {
        setTimeout(() => {
          resolve("done");
        }, 30);
      }),
    );
    await expect(work).resolves.toBe("done");
    expect(limit.signal.aborted).toBe(false);
    await clock.sleep(11);
    expect(limit.signal.aborted).toBe(true);
  });

  test("records the length of each sleep", async () => {
    const clock = new FakeClock();
    await clock.sleep(5);
    await clock.sleep(0);
    expect(clock.sleeps).toEqual([5, 0]);
  });
});

describe("the fake clock, running a program", () => {
  test("stands still when the program has ended, even if something still sleeps", async () => {
    const clock = new FakeClock();
    let server = "asleep";
    void clock.sleep(60_000).then(() => {
      server = "awake";
    });
    const program = async () => {
      await clock.sleep(1_000);
      return "over";
    };
    await expect(clock.run(program())).resolves.toBe("over");
    await clock.settle();
    expect(clock.now()).toBe(1_000);
    expect(server).toBe("asleep");
    await clock.run(clock.sleep(59_000));
    expect(server).toBe("awake");
  });

  test("throws what the program throws", async () => {
    const clock = new FakeClock();
    const failing = clock.sleep(5).then(() => {
      throw new Error("no");
    });
    await expect(clock.run(failing)).rejects.toThrow("no");
  });

  test("waits for real work without a sleep", async () => {
    const clock = new FakeClock();
    const work = new Promise((resolve) => setTimeout(resolve, 30));
    await clock.run(work);
    await clock.run(
      clock.during(new Promise((resolve) => setTimeout(resolve, 30))),
    );
    expect(clock.now()).toBe(0);
  });

  test("reports a program that waits for something other than time", async () => {
    const clock = new FakeClock();
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow(
      /nobody sleeps/,
    );
  });
});

describe("the fake clock, step by step", () => {
  test("wakes all sleepers that are due, and stops exactly at the time", async () => {
    const clock = new FakeClock({ auto: false });
    const ticks: number[] = [];
    void (async () => {
      for (;;) {
        await clock.sleep(300);
        ticks.push(clock.now());
      }
    })();
    await clock.settle();
    expect(ticks).toEqual([]);
    await clock.advance(1_000);
    expect(ticks).toEqual([300, 600, 900]);
    expect(clock.now()).toBe(1_000);
    await clock.advance(200);
    expect(ticks).toEqual([300, 600, 900, 1_200]);
    expect(clock.sleeping).toBe(1);
  });
});
