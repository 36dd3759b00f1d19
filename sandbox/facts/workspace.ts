/** How workspaces behave, in addition to their requests. Plain JSON. */
export interface WorkspaceScript {
  /** How long a new batch is missing from the list and its count (API 11.36). */
  readonly batchListedAfterMs?: number;
  /** The list has at most this many batches, the first in its order. `meta.count` stays complete. `null`: all. */
  readonly mostListed?: number | null;
  /** Default "oldest first". "changing": another order for each request. */
  readonly batchOrder?: "oldest first" | "newest first" | "changing";
  /** The workspace lacks the feature: a dataset with a schema is refused with this status (API 11.38). `null`: it has it. */
  readonly v4Refusal?: 400 | 403 | 404 | null;
}
