/**
 * What Prolific knows, as facts with times. Nothing here changes by itself, and nothing is changed in
 * place: a write replaces the record, and how far a setup, an import or a sync has come is worked out
 * from its facts and the time of the question. So a clock can be real or virtual, and an older state
 * can still be read after a write (faults of kind `lag`).
 */

import type { Dataset } from "./dataset-facts.ts";
import type { Timing } from "./timing.ts";

export type BatchStatus = "UNINITIALISED" | "PROCESSING" | "READY" | "ERROR";
export type SyncStatus = "queued" | "processing" | "complete" | "failed";

/** An accepted setup. */
export interface Setup {
  readonly atMs: number;
  readonly visibleMs: number;
  readonly doneMs: number;
  readonly datasetId: string;
  readonly tasksPerGroup: number;
  /** How many datapoints of the dataset, from the first one, get a task each. */
  readonly datapoints: number;
  readonly endsIn: "READY" | "ERROR";
  /** Part of the initial state, not caused by a request. */
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
  /** Started by an append, not by a request (API 6). */
  readonly automatic: boolean;
}

/** How a batch behaves, in addition to its requests. Plain JSON. */
export interface BatchScript extends Partial<Timing> {
  /** The status after a setup. Default READY. */
  readonly setupEndsIn?: "READY" | "ERROR";
  /** A setup ends READY without a single task (API 11.7). */
  readonly makesNoTasks?: boolean;
  /** How many times a setup makes each task. Default 1. */
  readonly taskCopies?: number;
  /** The batch always has this status (API 11.33). */
  readonly forcedStatus?: string | null;
  /** `GET batch` leaves `total_task_groups` out. */
  readonly omitTotalTaskGroups?: boolean;
  /** HTTP status of the refusal of a second setup; the code was not recorded (API 11.2). Default 400. */
  readonly refusalStatus?: 400 | 409 | 422;
  /** Shape of that refusal. E2 was seen (API 3.2), E1 is the documented envelope. Default E2. */
  readonly refusalShape?: "E1" | "E2";
  /** The final status of a sync. Default `complete`. */
  readonly syncEndsIn?: "complete" | "failed";
  readonly syncReason?: string;
  /** The batch is PROCESSING while a sync job is processing (API 11.19). */
  readonly syncShowsProcessing?: boolean;
  /** What a PATCH with `dataset_id` does if a dataset is already attached (API 11.39). Default "replaces". */
  readonly patchedDataset?: "replaces" | "adds";
  /** What a copy of the batch lacks (API 11.37). Default nothing. */
  readonly copiesLack?: readonly ("layout" | "task_details")[];
  /** How a copy behaves. Default: like the batch itself, except for a fixed status. */
  readonly copies?: BatchScript;
  /** Every request for the batch is answered with 403. */
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

export interface State {
  readonly batches: ReadonlyMap<string, Batch>;
  readonly datasets: ReadonlyMap<string, Dataset>;
}

export const emptyState: State = { batches: new Map(), datasets: new Map() };

/** The state with one batch added or replaced. */
export function withBatch(state: State, batch: Batch): State {
  return { ...state, batches: new Map(state.batches).set(batch.id, batch) };
}

/** The state with one dataset added or replaced. */
export function withDataset(state: State, dataset: Dataset): State {
  return {
    ...state,
    datasets: new Map(state.datasets).set(dataset.id, dataset),
  };
}
