const FIRST_PAUSE_MS = 250;
/** Something that takes the time `t` is noticed within this part of `t` plus a quarter of a second. */
const PART_OF_TIME_WAITED = 0.1;

/** How long to wait before the next check, in milliseconds, after `waitedMs` of waiting (contract 7). */
export function pauseBeforeCheck(
  waitedMs: number,
  pollIntervalMs: number,
): number {
  return Math.min(
    pollIntervalMs,
    FIRST_PAUSE_MS + Math.floor(PART_OF_TIME_WAITED * waitedMs),
  );
}
