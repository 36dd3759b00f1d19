/** The datapoints of a dataset at a time: how many there are, how many are visible, and their content. */
import { importedDatapoints } from "./imports.ts";
import type { DataRecord } from "../facts/data-record.ts";
import type { Datapoints, Dataset } from "../facts/dataset-facts.ts";
import { identityOf } from "../facts/identities.ts";

/** Everything that was or will be added to a dataset, in that order. */
function everIngested(dataset: Dataset): Datapoints[] {
  const imported = dataset.imports.map((job): Datapoints => ({
    atMs: job.endMs,
    count: importedDatapoints(job),
    keys: job.keys,
    via: job.via,
    records: job.records,
  }));
  // Records appended at the moment when an import ends come after it: before, they would have been refused.
  return [...imported, ...dataset.datapoints].sort((a, b) =>
    a.atMs === b.atMs ? 0 : a.atMs - b.atMs,
  );
}

const stayedUntil =
  (ms: number) =>
  ({ goneMs }: Datapoints): boolean =>
    goneMs === undefined || ms < goneMs;

/** What is in a dataset at a time, in the order of arrival. */
function ingestedAt(dataset: Dataset, nowMs: number): Datapoints[] {
  return everIngested(dataset)
    .filter(({ atMs }) => atMs <= nowMs)
    .filter(stayedUntil(nowMs));
}

/** The number of datapoints of a dataset at a time, and their group keys in order (none without grouping). */
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

/** How many datapoints a dataset has at a time, without reading each of them. */
export function datapointCountAt(dataset: Dataset, nowMs: number): number {
  return datapointsAt({ ...dataset, grouped: false }, nowMs).count;
}

/** `total_datapoint_count` for a reader: late, and growing step by step, if the script says so. */
export function shownCountAt(dataset: Dataset, nowMs: number): number {
  const { countLagMs = 0, countTrickleMs = 0 } = dataset.script;
  const thenMs = nowMs - countLagMs;
  return ingestedAt(dataset, thenMs).reduce((sum, { atMs, count }) => {
    const part =
      countTrickleMs > 0 ? Math.min(1, (thenMs - atMs) / countTrickleMs) : 1;
    return sum + Math.floor(count * part);
  }, 0);
}

/** The content of a datapoint, if known, and how it was added. */
export interface KnownRecord {
  readonly via: Datapoints["via"];
  readonly record: DataRecord;
}

/** Every datapoint of a dataset at a time, in the order of arrival. */
export function recordsAt(dataset: Dataset, nowMs: number): KnownRecord[] {
  return ingestedAt(dataset, nowMs).flatMap(({ via, count, records }) =>
    Array.from({ length: count }, (_, index) => ({
      via,
      record: records?.[index] ?? {},
    })),
  );
}

/**
 * The content of each datapoint as JSON with sorted keys, so that equal records are equal strings; `null` if it is unknown.
 * Datapoints that arrived after `atMs` are at the end. Those that were replaced by then are left out.
 */
export function contentsFrom(
  dataset: Dataset,
  atMs: number,
): (string | null)[] {
  return everIngested(dataset)
    .filter(stayedUntil(atMs))
    .flatMap(({ count, records }) =>
      Array.from({ length: count }, (_, index) => {
        const record = records?.[index];
        return record === undefined ? null : identityOf(record);
      }),
    );
}

/** The group key of each datapoint, in the order of `contentsFrom`. None if the data does not decide the groups. */
export function keysFrom(dataset: Dataset, atMs: number): readonly string[] {
  if (!dataset.grouped) return [];
  return everIngested(dataset).filter(stayedUntil(atMs)).flatMap(keysOf);
}

/** Datapoints without a key belong to one group. */
function keysOf({ count, keys }: Datapoints): string[] {
  return Array.from({ length: count }, (_, index) => keys?.[index] ?? "");
}
