/**
 * What Prolific knows, as facts with times. Nothing here changes by itself and nothing is changed in
 * place: a write replaces the record, and how far a setup, an import or a sync has come is worked out
 * from its facts and the time of the question. So a clock can be real or virtual, and an older state
 * can still be read after a write (faults of kind `lag`).
 */

export type BatchStatus = "UNINITIALISED" | "PROCESSING" | "READY" | "ERROR";
export type DatasetStatus = BatchStatus;
export type ImportStatus =
  | "uninitialised"
  | "queued"
  | "processing"
  | "complete"
  | "partial"
  | "failed"
  | "pending_schema";
export type SyncStatus = "queued" | "processing" | "complete" | "failed";

/** How long Prolific takes, in milliseconds. */
export interface Timing {
  /** From the accepted setup to READY or ERROR. */
  readonly setupMs: number;
  /** How long after the accepted setup the batch still reads UNINITIALISED (API 11.6). */
  readonly visibleAfterMs: number;
  /** How long a V3 dataset made with status PROCESSING stays there. */
  readonly datasetMs: number;
  /** How long a sync job stays `queued` at the least; it also waits for the job before it. */
  readonly syncQueuedMs: number;
  /** How long a sync job is `processing`. */
  readonly syncMs: number;
  /** How long after the 202 the sync job still reads 404. */
  readonly syncVisibleAfterMs: number;
}

export const defaultTiming: Timing = {
  setupMs: 200,
  visibleAfterMs: 0,
  datasetMs: 200,
  syncQueuedMs: 50,
  syncMs: 100,
  syncVisibleAfterMs: 0,
};

/** An accepted setup. */
export interface Setup {
  readonly atMs: number;
  readonly visibleMs: number;
  readonly doneMs: number;
  readonly datasetId: string;
  readonly tasksPerGroup: number;
  /** The first so many datapoints of the dataset get a task each. */
  readonly datapoints: number;
  readonly endsIn: "READY" | "ERROR";
  /** Part of what the sandbox started with, not asked for by a request. */
  readonly seeded: boolean;
}

/** A sync job as it was started. */
export interface Sync {
  readonly id: string;
  readonly datasetId: string;
  readonly createdMs: number;
  readonly visibleMs: number;
  readonly queuedMs: number;
  readonly processingMs: number;
  readonly endsIn: "complete" | "failed";
  readonly reason: string;
}

/** How a batch will behave, over and above what its requests say. Plain JSON. */
export interface BatchScript extends Partial<Timing> {
  /** Where a setup ends. Default READY. */
  readonly setupEndsIn?: "READY" | "ERROR";
  /** A setup ends READY without a single task (API 11.7). */
  readonly makesNoTasks?: boolean;
  /** The batch reads this word, whatever happens to it (API 11.33). */
  readonly forcedStatus?: string | null;
  /** `GET batch` leaves `total_task_groups` out. */
  readonly omitTotalTaskGroups?: boolean;
  /** HTTP status of the refusal of a second setup; the code was not recorded (API 11.2). Default 400. */
  readonly refusalStatus?: 400 | 409 | 422;
  /** Shape of that refusal. E2 was seen (API 3.2), E1 is the documented envelope. Default E2. */
  readonly refusalShape?: "E1" | "E2";
  /** Where a sync ends. Default `complete`. */
  readonly syncEndsIn?: "complete" | "failed";
  readonly syncReason?: string;
  /** The batch reads PROCESSING while a sync job is processing (API 11.19). */
  readonly syncShowsProcessing?: boolean;
  /** Every request for the batch is answered 403. */
  readonly forbidden?: boolean;
}

export interface TaskDetails {
  readonly task_name: string;
  readonly task_introduction: string;
  readonly task_steps: string;
}

export interface Batch {
  readonly id: string;
  readonly createdMs: number;
  readonly name: string;
  readonly workspaceId: string;
  readonly taskDetails: TaskDetails | null;
  readonly batchItems: readonly unknown[] | null;
  readonly instructionCount: number;
  readonly autoSyncEnabled: boolean;
  readonly datasetIds: readonly string[];
  readonly setups: readonly Setup[];
  readonly syncs: readonly Sync[];
  readonly script: BatchScript;
}

/** Datapoints that were in the dataset from `atMs` on. */
export interface Datapoints {
  readonly atMs: number;
  readonly count: number;
  /** One group key a datapoint, when the data groups itself (API 2.5). */
  readonly keys: readonly string[] | null;
}

/** One record that an import rejected (API 2.6); counted from 0. */
export interface ImportError {
  readonly record_index: number | null;
  readonly field: string | null;
  readonly reason: string | null;
}

export interface Import {
  readonly id: string;
  readonly filename: string | null;
  readonly createdMs: number;
  readonly queuedMs: number;
  readonly processingMs: number;
  /** Where it ends; a status that is not terminal is where it stays. */
  readonly endsIn: ImportStatus;
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  readonly duplicateCount: number | null;
  readonly errors: readonly ImportError[];
  readonly reason: string;
  /** Group keys of the datapoints that it brings. */
  readonly keys: readonly string[] | null;
}

export interface DatasetSchema {
  readonly strict: boolean;
  readonly fields: Readonly<
    Record<string, { readonly type: string; readonly label?: string }>
  >;
}

export interface Dataset {
  readonly id: string;
  readonly createdMs: number;
  readonly name: string;
  readonly workspaceId: string;
  readonly version: 3 | 4;
  /** `schema_version` as it is written into the JSON; `null` leaves it out (API 11.8). */
  readonly schemaVersion: number | string | null;
  /** V3: PROCESSING until `untilMs`, then `status`. */
  readonly status: DatasetStatus;
  readonly untilMs: number;
  readonly filename: string | null;
  readonly schema: DatasetSchema | null;
  /** Oldest first. */
  readonly imports: readonly Import[];
  /** Datapoints that came without an import. */
  readonly datapoints: readonly Datapoints[];
  /** The data decides the groups, `tasks_per_group` is ignored (API 2.5). */
  readonly grouped: boolean;
  /** Setup takes a V4 dataset whose finished imports are all `partial` (API 11.9). */
  readonly setupTakesPartial: boolean;
  readonly forbidden: boolean;
}

export interface State {
  readonly batches: ReadonlyMap<string, Batch>;
  readonly datasets: ReadonlyMap<string, Dataset>;
}

export const emptyState: State = { batches: new Map(), datasets: new Map() };

/** The state with one batch put in or replaced. */
export function withBatch(state: State, batch: Batch): State {
  return { ...state, batches: new Map(state.batches).set(batch.id, batch) };
}

/** The state with one dataset put in or replaced. */
export function withDataset(state: State, dataset: Dataset): State {
  return {
    ...state,
    datasets: new Map(state.datasets).set(dataset.id, dataset),
  };
}
