import {
  importAt,
  importedDatapoints,
  importEndMs,
  importJson,
} from "./imports.ts";
import type { Dataset, Datapoints, DatasetStatus } from "./state.ts";

/** The researcher that everything in the sandbox belongs to. */
export const researcherId = "65a1b2c3d4e5f60718293a4c";

/** The datapoints of a dataset at a time: how many, and their group keys in order (none when not grouped). */
export function datapointsAt(
  dataset: Dataset,
  nowMs: number,
): { count: number; keys: readonly string[] } {
  const imported = dataset.imports.map((job): Datapoints => ({
    atMs: importEndMs(job),
    count: importedDatapoints(job),
    keys: job.keys,
  }));
  const there = [...dataset.datapoints, ...imported]
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((a, b) => (a.atMs === b.atMs ? 0 : a.atMs - b.atMs));
  return {
    count: there.reduce((sum, { count }) => sum + count, 0),
    keys: dataset.grouped ? there.flatMap(keysOf) : [],
  };
}

/** Datapoints without a key of their own fall into one group. */
function keysOf({ count, keys }: Datapoints): string[] {
  return Array.from({ length: count }, (_, index) => keys?.[index] ?? "");
}

/** Status of a V3 dataset; V4 datasets have none (API 2.3). */
export function datasetStatusAt(
  dataset: Dataset,
  nowMs: number,
): DatasetStatus | null {
  if (dataset.version === 4) return null;
  return nowMs < dataset.untilMs ? "PROCESSING" : dataset.status;
}

/** Why a setup cannot use the dataset now, or `null` when it can (API 2.3, 3.2). */
export function whyNotReady(dataset: Dataset, nowMs: number): string | null {
  if (dataset.version === 3) {
    const status = datasetStatusAt(dataset, nowMs);
    if (status === "READY") return null;
    return `Dataset with ID ${dataset.id} is in status ${String(status)}; it has to be READY.`;
  }
  if (dataset.imports.length === 0) {
    return datapointsAt(dataset, nowMs).count > 0
      ? null
      : `Dataset with ID ${dataset.id} has no datapoints.`;
  }
  const enough = dataset.imports.some((job) => {
    const { status } = importAt(job, nowMs);
    return (
      status === "complete" ||
      (status === "partial" && dataset.setupTakesPartial)
    );
  });
  return enough
    ? null
    : `Dataset with ID ${dataset.id} has no complete import.`;
}

/** The dataset as `GET /datasets/{id}` shows it (API 2.3). */
export function datasetJson(
  dataset: Dataset,
  nowMs: number,
): Record<string, unknown> {
  return {
    id: dataset.id,
    name: dataset.name,
    created_at: new Date(dataset.createdMs).toISOString(),
    created_by: researcherId,
    workspace_id: dataset.workspaceId,
    total_datapoint_count: datapointsAt(dataset, nowMs).count,
    ...(dataset.schemaVersion !== null && {
      schema_version: dataset.schemaVersion,
    }),
    ...(dataset.version === 3
      ? {
          status: datasetStatusAt(dataset, nowMs),
          filename: dataset.filename,
          has_predetermined_grouping_id: dataset.grouped,
          imports: null,
        }
      : {
          schema: dataset.schema,
          imports: dataset.imports
            .map((job) => importJson(dataset, job, nowMs))
            .reverse(),
        }),
  };
}
