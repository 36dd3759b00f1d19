/** The datapoints of a dataset at a time: how many there are, how many show, and what they say. */
import { importedDatapoints } from "./imports.ts";
import type { DataRecord } from "../facts/data-record.ts";
import type { Datapoints, Dataset } from "../facts/dataset-facts.ts";
import { identityOf } from "../facts/identities.ts";

/** Everything that ever came into a dataset or will come, in the order in which it comes. */
function everIngested(dataset: Dataset): Datapoints[] {
  const imported = dataset.imports.map((job): Datapoints => ({
    atMs: job.endMs,
    count: importedDatapoints(job),
    keys: job.keys,
    via: job.via,
    records: job.records,
  }));
  // What is appended in the moment in which an import ends comes after it: before, it would have been refused.
  return [...imported, ...dataset.datapoints].sort((a, b) =>
    a.atMs === b.atMs ? 0 : a.atMs - b.atMs,
  );
}

const stayedUntil =
  (ms: number) =>
  ({ goneMs }: Datapoints): boolean =>
    goneMs === undefined || ms < goneMs;

/** What is in a dataset at a time, in the order in which it came. */
function ingestedAt(dataset: Dataset, nowMs: number): Datapoints[] {
  return everIngested(dataset)
    .filter(({ atMs }) => atMs <= nowMs)
    .filter(stayedUntil(nowMs));
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

/** `total_datapoint_count` as a reader sees it: late, and growing bit by bit, if the script says so. */
export function shownCountAt(dataset: Dataset, nowMs: number): number {
  const { countLagMs = 0, countTrickleMs = 0 } = dataset.script;
  const thenMs = nowMs - countLagMs;
  return ingestedAt(dataset, thenMs).reduce((sum, { atMs, count }) => {
    const part =
      countTrickleMs > 0 ? Math.min(1, (thenMs - atMs) / countTrickleMs) : 1;
    return sum + Math.floor(count * part);
  }, 0);
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

/**
 * What each datapoint says, as JSON with its keys in order, so that equal records are equal texts; `null` when nobody knows.
 * Those that came later than `atMs` are at the end; those that were gone by then are left out.
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

/** The group key of each datapoint, in the order of `contentsFrom`; none when the data does not group itself. */
export function keysFrom(dataset: Dataset, atMs: number): readonly string[] {
  if (!dataset.grouped) return [];
  return everIngested(dataset).filter(stayedUntil(atMs)).flatMap(keysOf);
}

/** Datapoints without a key of their own fall into one group. */
function keysOf({ count, keys }: Datapoints): string[] {
  return Array.from({ length: count }, (_, index) => keys?.[index] ?? "");
}
