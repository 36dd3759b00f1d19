/** How long Prolific takes, in milliseconds. */
export interface Timing {
  /** From the accepted setup to READY or ERROR. */
  readonly setupMs: number;
  /** How long after the accepted setup the batch still reads UNINITIALISED (API 11.6). */
  readonly visibleAfterMs: number;
  /** How long a V3 dataset is PROCESSING: one made with that status, or one whose file has arrived. */
  readonly datasetMs: number;
  /** How long a sync job stays `queued` at the least; it also waits for the job before it. */
  readonly syncQueuedMs: number;
  /** How long a sync job is `processing`. */
  readonly syncMs: number;
  /** How long after the 202 the sync job still reads 404. */
  readonly syncVisibleAfterMs: number;
  /** How long an import whose file has arrived stays `queued` at the least; it also waits for the one before it. */
  readonly importQueuedMs: number;
  /** How long an import is `processing`. */
  readonly importMs: number;
  /**
   * How long after it was made an import still reads 404 and is not among those of its dataset. V3: how long after its file
   * has arrived a dataset still reads as before.
   */
  readonly importVisibleAfterMs: number;
  /** How long a schema migration is processing. */
  readonly migrationMs: number;
  /** How long an upload address is good for. Not known, see `expires_at` (API 5). */
  readonly uploadUrlMs: number;
}

export const defaultTiming: Timing = {
  setupMs: 200,
  visibleAfterMs: 0,
  datasetMs: 200,
  syncQueuedMs: 50,
  syncMs: 100,
  syncVisibleAfterMs: 0,
  importQueuedMs: 50,
  importMs: 100,
  importVisibleAfterMs: 0,
  migrationMs: 100,
  uploadUrlMs: 3_600_000,
};
