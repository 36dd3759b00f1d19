import { type Clock, timeLimit } from "./clock.ts";
import { DeadlineReached } from "../errors.ts";

/** How long after the deadline a last check and the verification may take together (contract 7). */
export const LAST_CHECK_MS = 5_000;

/** The time a step has, as two signals that every sleep and every request obeys. */
export interface Deadline {
  readonly startedAt: number;
  /** Aborts at the deadline, or when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Aborts {@link LAST_CHECK_MS} after the deadline, or when the step is cancelled. */
  readonly lastSignal: AbortSignal;
  release(): void;
}

/** Starts the deadline of a step (contract 2, `timeout`); `timeoutMs` counts from `startedAt`. */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  startedAt: number,
  cancelled: AbortSignal,
): Deadline {
  const leftMs = Math.max(0, startedAt + timeoutMs - clock.now());
  const reason = new DeadlineReached(timeoutMs);
  const last = timeLimit(clock, leftMs + LAST_CHECK_MS, reason, cancelled);
  const regular = timeLimit(clock, leftMs, reason, last.signal);
  return {
    startedAt,
    signal: regular.signal,
    lastSignal: last.signal,
    release() {
      regular.release();
      last.release();
    },
  };
}
