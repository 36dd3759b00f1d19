/** The only module that reads the time, so that tests and simulations can control it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. Unlike the time of day, it never jumps. */
  now(): number;
  /** Milliseconds since 1970, needed for a `Retry-After` given as a date. */
  timeOfDay(): number;
  /**
   * Resolves after `ms` milliseconds.
   * @throws the signal's reason, as soon as it aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` fires at once for anything longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  // Not `performance`, which Node would have to load first.
  now: () => Number(process.hrtime.bigint()) / 1e6,
  timeOfDay: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
      await timer(Math.min(left, LONGEST_TIMER_MS), signal);
    }
    signal?.throwIfAborted();
  },
};

/** Lets Node handle signals, timers and sockets in the middle of long work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const abort = () => {
      clearTimeout(id);
      if (signal) reject(reasonOf(signal));
    };
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Why a signal was aborted, always as an Error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new Error(String(signal.reason));
}

/** A signal that aborts after a time or together with its parent. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Clears the timer and stops listening to the parent. To be called when the limited work is over. */
  release(): void;
}

/** Created once: a new error with its stack would be a large part of the cost of a request. */
const RELEASED = new Error("released");

/** Limits work to `ms` milliseconds of `clock`. The signal aborts with `reason`. */
export function timeLimit(
  clock: Clock,
  ms: number,
  reason: Error,
  parent?: AbortSignal,
): TimeLimit {
  const limit = new AbortController();
  const timer = new AbortController();
  const follow = () => {
    if (parent) limit.abort(reasonOf(parent));
    timer.abort(RELEASED);
  };
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  clock.sleep(ms, timer.signal).then(
    () => {
      limit.abort(reason);
    },
    () => undefined, // released before the time is up
  );
  return {
    signal: limit.signal,
    release() {
      parent?.removeEventListener("abort", follow);
      timer.abort(RELEASED);
    },
  };
}
