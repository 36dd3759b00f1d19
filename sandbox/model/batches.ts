import { createHash } from "node:crypto";
import { shownCountAt } from "../data/counts.ts";
import { datasetStatusAt, filenameAt, researcherId } from "../data/datasets.ts";
import { filenameJson } from "../data/imports.ts";
import { progressAt } from "./progress.ts";
import type { SyncProgress } from "./progress.ts";
import type { Batch, Setup, State } from "../facts/state.ts";

/**
 * Status of a batch at a time (API 2.1). `"shown"` is what a reader sees; `"true"` is what Prolific itself
 * goes by, and the two differ for `visibleAfterMs` after an accepted setup (API 11.6).
 */
export function batchStatusAt(
  batch: Batch,
  state: State,
  nowMs: number,
  which: "shown" | "true" = "shown",
): string {
  const forced = batch.script.forcedStatus;
  if (forced !== undefined && forced !== null) return forced;
  const known = batch.setups.filter(
    (setup) => which === "true" || nowMs >= setup.visibleMs,
  );
  if (known.length === 0) return "UNINITIALISED";
  if (known.some((setup) => nowMs < setup.doneMs)) return "PROCESSING";
  if (known.some((setup) => setup.endsIn === "ERROR")) return "ERROR";
  const syncing =
    which === "shown" &&
    batch.script.syncShowsProcessing === true &&
    progressAt(batch, state, nowMs).syncs.some(
      ({ status }) => status === "processing",
    );
  return syncing ? "PROCESSING" : "READY";
}

/** The ids of tasks or task groups, computed from the batch, so that they need not be stored. */
export function idsOf(
  batch: Batch,
  what: "task" | "group",
  count: number,
): string[] {
  return Array.from({ length: count }, (_, index) => {
    const hex = createHash("sha256")
      .update(`${batch.id}/${what}/${index}`)
      .digest("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join("-");
  });
}

function datasetsJson(batch: Batch, state: State, nowMs: number): unknown[] {
  return batch.datasetIds.flatMap((id) => {
    const dataset = state.datasets.get(id);
    if (dataset === undefined) return [];
    return {
      id,
      name: dataset.name,
      total_datapoint_count: shownCountAt(dataset, nowMs),
      // V4 datasets have neither (API 2.2).
      ...(dataset.version === 3 && {
        ...filenameJson(dataset, filenameAt(dataset, nowMs)),
        status: datasetStatusAt(dataset, nowMs),
      }),
    };
  });
}

/** The response to creating and duplicating a batch: no version, no groups (API 3.1). */
export function createdBatchJson(
  batch: Batch,
  state: State,
  nowMs: number,
): Record<string, unknown> {
  return {
    id: batch.id,
    created_at: new Date(batch.createdMs).toISOString(),
    created_by: researcherId,
    datasets: datasetsJson(batch, state, nowMs),
    name: batch.name,
    status: batchStatusAt(batch, state, nowMs),
    total_task_count: progressAt(batch, state, nowMs).taskCount,
    total_instruction_count: batch.instructionCount,
    workspace_id: batch.workspaceId,
    task_details: batch.taskDetails,
    batch_items: batch.batchItems,
    auto_sync_enabled: batch.autoSyncEnabled,
  };
}

/** The batch as `GET /batches/{batch_id}` shows it (API 2.2). */
export function batchJson(
  batch: Batch,
  state: State,
  nowMs: number,
): Record<string, unknown> {
  const versions = batch.datasetIds.map(
    (id) => state.datasets.get(id)?.version ?? 4,
  );
  return {
    ...createdBatchJson(batch, state, nowMs),
    ...(batch.script.omitTotalTaskGroups !== true && {
      total_task_groups: progressAt(batch, state, nowMs).groupCount,
    }),
    schema_version: versions[0] ?? 4,
  };
}

/** A sync job as the API shows it (API 2.7). */
export function syncJson(
  batch: Batch,
  { sync, status, sinceMs, counts }: SyncProgress,
): Record<string, unknown> {
  return {
    batch_id: batch.id,
    dataset_id: sync.datasetId,
    sync_id: sync.id,
    created_at: new Date(sync.createdMs).toISOString(),
    updated_at: new Date(sinceMs).toISOString(),
    status,
    ...counts,
    ...(status === "failed" && { reason: sync.reason }),
  };
}

/** The times of a setup accepted at `atMs`. */
export function setupTimes(
  atMs: number,
  timing: { setupMs: number; visibleAfterMs: number },
): Pick<Setup, "atMs" | "visibleMs" | "doneMs"> {
  const visibleMs = atMs + timing.visibleAfterMs;
  // A batch cannot be READY before its setup is visible.
  return {
    atMs,
    visibleMs,
    doneMs: Math.max(atMs + timing.setupMs, visibleMs),
  };
}
