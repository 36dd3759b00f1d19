/** How long Prolific takes, in milliseconds. */
export interface Timing {
  /** The time from the accepted setup to READY or ERROR. */
  readonly setupMs: number;
  /** How long the batch stays UNINITIALISED for readers after the accepted setup (API 11.6). */
  readonly visibleAfterMs: number;
  /** How long a V3 dataset is PROCESSING, if it was created so or after its file has arrived. */
  readonly datasetMs: number;
  /** How long a sync job stays `queued` at least. It also waits for the job before it. */
  readonly syncQueuedMs: number;
  /** How long a sync job is `processing`. */
  readonly syncMs: number;
  /** How long the sync job returns 404 after the 202. */
  readonly syncVisibleAfterMs: number;
  /** How long an import stays `queued` at least after its file has arrived. It also waits for the import before it. */
  readonly importQueuedMs: number;
  /** How long an import is `processing`. */
  readonly importMs: number;
  /**
   * How long a new import returns 404 and is not listed in its dataset. V3: how long a dataset shows its old state after its
   * file has arrived.
   */
  readonly importVisibleAfterMs: number;
  /** How long a schema migration is processing. */
  readonly migrationMs: number;
  /** How long an upload address is valid. Not known, see `expires_at` (API 5). */
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
