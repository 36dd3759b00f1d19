/**
 * The fake twin of `src/clock.ts`: virtual time, in which hours pass in milliseconds and always in the same order.
 *
 * By itself (`new FakeClock()`), time jumps to the next due sleeper whenever the program is idle:
 *
 *     const clock = new FakeClock();
 *     await main({ clock, ... }); // sleeps as long as it likes
 *     expect(clock.now()).toBe(1_800_000);
 *
 * - Idle means that the event loop went round {@link IDLE_TURNS} times without anybody falling asleep or waking up.
 *   Between two turns every promise that can settle does, so chains of `await` may be of any length; what goes through
 *   `setImmediate`, `process.nextTick` or a stream in memory has some turns to come to its next sleep.
 * - Sleepers wake one at a time, in the order they are due, then in the order they fell asleep; each has gone on as far as
 *   it can before the next one wakes, also when both are due at the same moment.
 * - Real work (a socket, a file, a child process) takes no virtual time and does not look busy: keep the time still while it
 *   lasts, with `await clock.during(realWork())`.
 * - Nobody needs to dispose of it: without sleepers it holds nothing open.
 *
 * For a program that has a world around it (a server with its own sleeps, several runs after each other): time passes only
 * until the program is over, and stands still from then on. A program that waits for what no time brings is an error.
 *
 *     const green = await clock.run(main({ clock, ... }));
 *
 * Step by step (`new FakeClock({ auto: false })`), time only moves when told to, with the same order:
 *
 *     const clock = new FakeClock({ auto: false });
 *     const done = program(clock);
 *     await clock.advance(1_000); // wakes all who are due, also those who fall asleep meanwhile; then stops at 1 s sharp
 *     await clock.settle(); // lets the program go on as far as it can at this moment
 *     expect(clock.sleeping).toBe(1);
 */
import { type Clock, reasonOf } from "../../../src/timing/clock.ts";

/** Turns of the event loop without any news after which the program counts as idle. */
const IDLE_TURNS = 5;
const LOOK_AGAIN_MS = 5;

export interface FakeClockOptions {
  /** Whether time passes automatically while the program is idle. Default true. */
  readonly auto?: boolean;
  /** `timeOfDay()` at the start. Default 2026-08-21 08:00 UTC. */
  readonly epochMs?: number;
  /** How long `run` waits for a program without sleepers, in real milliseconds. Default 2 s, because it may read a file. */
  readonly patienceMs?: number;
}

interface Sleeper {
  readonly dueAt: number;
  /** The order in which they fell asleep. */
  readonly number: number;
  readonly wake: () => void;
}

export class FakeClock implements Clock {
  /** The requested length of each sleep so far, in milliseconds. */
  readonly sleeps: number[] = [];
  private auto: boolean;
  private readonly epochMs: number;
  private readonly patienceMs: number;
  private readonly sleepers = new Set<Sleeper>();
  private nowMs = 0;
  /** Increases whenever a sleep starts or ends. */
  private news = 0;
  private holds = 0;
  private running = false;

  constructor({
    auto = true,
    epochMs = Date.UTC(2026, 7, 21, 8),
    patienceMs = 2_000,
  }: FakeClockOptions = {}) {
    this.auto = auto;
    this.epochMs = epochMs;
    this.patienceMs = patienceMs;
  }

  /** The number of current sleepers. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  now = (): number => this.nowMs;

  timeOfDay = (): number => this.epochMs + this.nowMs;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      this.sleeps.push(ms);
      this.news++;
      if (signal?.aborted) {
        reject(reasonOf(signal));
        return;
      }
      if (!(ms > 0)) {
        resolve();
        return;
      }
      const leave = () => {
        this.news++;
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        leave();
        if (signal) reject(reasonOf(signal));
      };
      const sleeper: Sleeper = {
        dueAt: this.nowMs + ms,
        number: this.news,
        wake: () => {
          leave();
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      this.runByItself();
    });

  /**
   * Lets time pass until `work` has settled. From the first call on, time only passes within `run` and `advance`.
   * @throws what `work` throws, or an error if nothing sleeps and `work` does not end.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    this.auto = false;
    const state = { over: false };
    const end = () => {
      state.over = true;
    };
    work.then(end, end);
    let patienceMs = this.patienceMs;
    for (;;) {
      await this.settle();
      if (state.over) return work;
      const next = this.holds > 0 ? undefined : this.next();
      if (next !== undefined) {
        patienceMs = this.patienceMs;
        this.wake(next);
      } else if (this.holds > 0 || patienceMs > 0) {
        patienceMs -= LOOK_AGAIN_MS;
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      } else {
        throw new Error(
          `At ${String(this.nowMs)} ms nobody sleeps, and the program does not end: it waits for what no time brings.`,
        );
      }
    }
  }

  /** Stops the time until some real work has settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.holds++;
    try {
      return await work;
    } finally {
      this.holds--;
      this.news++;
      this.runByItself();
    }
  }

  /** Moves the time by `ms`, and wakes all due sleepers one after the other. */
  async advance(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      await this.settle();
      const next = this.next();
      if (next === undefined || next.dueAt > until) break;
      this.wake(next);
    }
    this.nowMs = Math.max(this.nowMs, until);
  }

  /** Resolves when the program is idle. No time passes. */
  async settle(): Promise<void> {
    let seen = this.news;
    for (let turns = 0; turns < IDLE_TURNS; turns++) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      if (seen !== this.news) turns = -1;
      seen = this.news;
    }
  }

  private next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (
        first === undefined ||
        sleeper.dueAt < first.dueAt ||
        (sleeper.dueAt === first.dueAt && sleeper.number < first.number)
      ) {
        first = sleeper;
      }
    }
    return first;
  }

  private wake(sleeper: Sleeper): void {
    this.nowMs = Math.max(this.nowMs, sleeper.dueAt);
    sleeper.wake();
  }

  private runByItself(): void {
    if (!this.auto || this.running) return;
    this.running = true;
    void (async () => {
      for (;;) {
        await this.settle();
        const next = this.next();
        if (!this.auto || this.holds > 0 || next === undefined) break;
        this.wake(next);
      }
      this.running = false; // the next sleep, or the end of real work, starts it again
    })();
  }
}
