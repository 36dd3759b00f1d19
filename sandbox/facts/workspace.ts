/** How the workspaces will behave, over and above what their requests say. Plain JSON. */
export interface WorkspaceScript {
  /** How long after a request has made it a batch is missing from the list, and from its count (API 11.36). */
  readonly batchListedAfterMs?: number;
  /** The list holds at most so many batches, the first in its order; `meta.count` stays whole. `null`: all. */
  readonly mostListed?: number | null;
  /** Default "oldest first". "changing": another order at every moment. */
  readonly batchOrder?: "oldest first" | "newest first" | "changing";
  /** The workspace lacks the feature: a dataset with a schema is refused with this status (API 11.38). `null`: it has it. */
  readonly v4Refusal?: 400 | 403 | 404 | null;
}
