const FIRST_PAUSE_MS = 1_000;
/** What took `t` to happen is noticed at most this part of `t`, and a second, later. */
const PART_OF_TIME_WAITED = 0.2;

/** How long to wait before the next check, in milliseconds, after `waitedMs` of waiting (contract 7). */
export function pauseBeforeCheck(
  waitedMs: number,
  pollIntervalMs: number,
): number {
  return Math.min(
    pollIntervalMs,
    Math.max(FIRST_PAUSE_MS, PART_OF_TIME_WAITED * waitedMs),
  );
}
