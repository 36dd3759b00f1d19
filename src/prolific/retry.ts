/** When to retry a request, and after which pause (contract 7). */
import { ApiError, ConnectionError, ContractError } from "../errors.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** Retries after a POST that was answered with 429 (contract 4). */
export const SHORTEST_PAUSE_AFTER_429_MS = 2_000;

/** Attempts for a read that decides something before the first write (contract 7). */
export const DECIDING_TRIES = 5;

/** True if reading again may help: network errors, malformed responses, 408, 425, 429, 5xx. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) {
    return [408, 425, 429].includes(error.status) || error.status >= 500;
  }
  return (
    (error instanceof ConnectionError || error instanceof ContractError) &&
    !error.final
  );
}

/**
 * The pause before attempt `attempt + 1`, in milliseconds: what the server asks for, or else an exponential back-off
 * from 0.5 s to 30 s with full jitter. `random` is in [0, 1).
 */
export function pauseBeforeRetry(
  attempt: number,
  error: unknown,
  random: number,
): number {
  if (
    error instanceof ApiError &&
    error.retryAfterMs !== undefined &&
    error.retryAfterMs > 0
  ) {
    return error.retryAfterMs;
  }
  return (
    random *
    Math.min(
      LONGEST_BACKOFF_MS,
      FIRST_BACKOFF_MS * 2 ** Math.min(attempt - 1, 10),
    )
  );
}

/** `Date.parse` finds a date in almost any text. Every date format of HTTP has a day of the week and a time. */
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun).*\b\d\d:\d\d:\d\d\b/i;

/**
 * Reads `Retry-After`: seconds or a date.
 * @param date the `Date` header of the response, which is the better clock to compare with, or else the time of day in
 * milliseconds.
 * @returns milliseconds to wait, never negative. Undefined if the header is missing or invalid.
 */
export function parseRetryAfter(
  value: string | undefined,
  date: string | undefined,
  timeOfDayMs: number,
): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(until)) return undefined;
  const now = Date.parse(date ?? "");
  return Math.max(0, until - (Number.isNaN(now) ? timeOfDayMs : now));
}

export interface ReadPolicy {
  /** The most attempts. Without it, retries go on until `sleep` throws because the time is up. */
  readonly tries?: number;
  /** Waits between two attempts. Throws when the time is up. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** True for an error that is not final here, such as the 404 of a job that was just created. */
  readonly isLag?: (error: unknown) => boolean;
  /** Called for every failed attempt that is followed by a retry. */
  readonly onRetry?: (error: Error, pauseMs: number) => void;
}

/**
 * Repeats a read until it succeeds.
 * @param call is called with the number of the attempt, from 1.
 * @throws the last error, if it is final or there are no attempts left.
 */
export async function readPatiently<T>(
  call: (attempt: number) => Promise<T>,
  policy: ReadPolicy,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const again = isTransient(error) || policy.isLag?.(error) === true;
      if (!(error instanceof Error) || !again || attempt === policy.tries)
        throw error;
      const pauseMs = pauseBeforeRetry(attempt, error, policy.random());
      policy.onRetry?.(error, pauseMs);
      await policy.sleep(pauseMs);
    }
  }
}
