import type { DataRecord } from "../facts/data-record.ts";
import type { Dataset, Datapoints } from "../facts/dataset-facts.ts";
import type { DatasetStatus } from "../facts/dataset-facts.ts";
import { importAt, importedDatapoints, importJson } from "./imports.ts";

/** The researcher that everything in the sandbox belongs to. */
export const researcherId = "65a1b2c3d4e5f60718293a4c";

/** What is in a dataset at a time, in the order in which it came. */
function ingestedAt(dataset: Dataset, nowMs: number): Datapoints[] {
  const imported = dataset.imports.map((job): Datapoints => ({
    atMs: job.endMs,
    count: importedDatapoints(job),
    keys: job.keys,
    via: job.via,
    records: job.records,
  }));
  // What is appended in the moment in which an import ends comes after it: before, it would have been refused.
  return [...imported, ...dataset.datapoints]
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((a, b) => (a.atMs === b.atMs ? 0 : a.atMs - b.atMs));
}

/** The datapoints of a dataset at a time: how many, and their group keys in order (none when not grouped). */
export function datapointsAt(
  dataset: Dataset,
  nowMs: number,
): { count: number; keys: readonly string[] } {
  const there = ingestedAt(dataset, nowMs);
  return {
    count: there.reduce((sum, { count }) => sum + count, 0),
    keys: dataset.grouped ? there.flatMap(keysOf) : [],
  };
}

/** How many datapoints a dataset has at a time, without a look at each of them. */
export function datapointCountAt(dataset: Dataset, nowMs: number): number {
  return datapointsAt({ ...dataset, grouped: false }, nowMs).count;
}

/** A datapoint by what it says and how it came. One whose content nobody knows says nothing. */
export interface KnownRecord {
  readonly via: Datapoints["via"];
  readonly record: DataRecord;
}

/** Every datapoint of a dataset at a time, in the order in which they came. */
export function recordsAt(dataset: Dataset, nowMs: number): KnownRecord[] {
  return ingestedAt(dataset, nowMs).flatMap(({ via, count, records }) =>
    Array.from({ length: count }, (_, index) => ({
      via,
      record: records?.[index] ?? {},
    })),
  );
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
    return datapointCountAt(dataset, nowMs) > 0
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
    total_datapoint_count: datapointCountAt(dataset, nowMs),
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
            .filter(({ visibleMs }) => nowMs >= visibleMs)
            .map((job) => importJson(dataset, job, nowMs))
            .reverse(),
        }),
  };
}
