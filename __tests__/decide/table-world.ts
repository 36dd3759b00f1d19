/** A small model for the table: its batches and datasets, and what distinguishes states. */
import type { DatasetFormat } from "../../src/file/find.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { Batch, BatchStatus, Dataset } from "../../src/prolific/schema.ts";
import type { Known, Seen } from "../../src/view.ts";
import * as make from "./views.ts";

export const NOW = 1_000_000;
/** The oldest reading that counts as fresh, and the newest one that does not (contract 4). */
const FRESH_AT = NOW - 5_000;
export const OLD_AT = NOW - 5_001;
/** The last moment for a dataset that a file is uploaded to (contract 11). */
export const FRESH_FOR_UPLOAD_AT = NOW - 1_000;
/** Too old for that, and still fresh enough for anything else. */
export const OLD_FOR_UPLOAD_AT = FRESH_AT;
export const COUNTED_AT = FRESH_AT;
const OTHER_ID = "00000000-0000-4000-8000-00000000000e";
export const OF_OTHER_DATASET = 10;
/** Datapoints of the dataset in use, if it becomes attached unnoticed. */
const UNATTACHED = 2;

/** One run: its inputs, and its file. */
export interface Run {
  readonly inputs: Inputs;
  readonly format: DatasetFormat | undefined;
  readonly size: Size;
}

/** The real number of records of the file, and what is known about it. */
export interface Size {
  /** What every import of it adds. */
  readonly rows: number;
  /** Undefined if they are not counted. */
  readonly records: number | undefined;
  readonly distinct: number | undefined;
}

export const FEW: Size = { rows: 2, records: 2, distinct: 2 };
/** Enough that an append starts with a probe. */
export const MANY: Size = { rows: 12, records: 12, distinct: 12 };
/** One row repeats another one. */
export const REPEATED: Size = { rows: 3, records: 3, distinct: 2 };
/** Like a very large file, whose distinct records are not counted. */
export const UNSORTED: Size = { rows: 12, records: 12, distinct: undefined };
/** The content of a ZIP is not known. */
export const UNKNOWN: Size = {
  ...{ rows: 2, records: undefined, distinct: undefined },
};

/** What the test remembers about the path to a state, in addition to what the run knows. */
export interface Past {
  /** The dataset at Prolific, as far as responses showed it. */
  readonly dataset: Dataset | undefined;
  readonly setups: number;
  /** A setup of this run may have arrived. */
  readonly ours: boolean;
  readonly uploads: number;
  readonly probes: number;
  readonly appends: number;
  readonly syncs: number;
  /** The batch was seen in another status than UNINITIALISED. */
  readonly moved: boolean;
  /** The first readings showed that this run must end red. */
  readonly doomed: boolean;
  /** Dataset and batch were read after the records of the file were added, and before another wait. */
  readonly counted: boolean;
  /** No step so far wrote or waited. */
  readonly quiet: boolean;
}

export interface State {
  readonly known: Known;
  readonly past: Past;
}

const kept = new Map<string, object>();
const numbers = new WeakMap<object, number>();

/** The same object for the same value, so that states can be compared quickly. */
export function one<T extends object>(value: T): T {
  const json = JSON.stringify(value, orUndefined);
  const before = kept.get(json);
  if (before) return before as T;
  kept.set(json, value);
  numbers.set(value, kept.size);
  return value;
}

/** JSON leaves out what is undefined. */
function orUndefined(_: string, value: unknown): unknown {
  return value === undefined ? "undefined" : value;
}

/** The same for the same value. */
export function numberOf(value: object | undefined): number {
  return value === undefined ? 0 : (numbers.get(value) ?? numberOf(one(value)));
}

export function fresh<T extends object>(value: T): Seen<T> {
  const isDataset = "version" in value;
  return { value, at: isDataset ? FRESH_FOR_UPLOAD_AT : FRESH_AT };
}

/** The attached datasets: the one in use, and another one, whose datapoints may be unknown. */
export type Attached = "this" | "none" | "both" | "vague" | "other";

export interface BatchParts {
  readonly status: BatchStatus;
  readonly attached: Attached;
  readonly tasks: number;
  readonly groups: number | undefined;
  /** Datapoints of the dataset that is meant. */
  readonly datapoints: number;
  readonly autoSync: boolean;
}

const batches = new Map<string, Batch>();

export function batchOf(parts: BatchParts): Batch {
  const { status, attached, tasks, groups, datapoints, autoSync } = parts;
  const key = `${status} ${attached} ${tasks} ${String(groups)} ${datapoints} ${autoSync}`;
  const before = batches.get(key);
  if (before) return before;
  const meant = { id: make.DATASET_ID, totalDatapointCount: datapoints };
  const other = { id: OTHER_ID, totalDatapointCount: OF_OTHER_DATASET };
  const vague = { id: OTHER_ID, totalDatapointCount: undefined };
  const datasets = {
    ...{ this: [meant], none: [], both: [meant, other] },
    ...{ vague: [meant, vague], other: [other] },
  }[attached];
  const batch = one(
    make.batch({
      ...{ status, datasets, totalTaskCount: tasks, totalTaskGroups: groups },
      autoSyncEnabled: autoSync,
    }),
  );
  batches.set(key, batch);
  return batch;
}

/** The possible readings of a READY batch after a setup or a sync, the usual one first. */
export const batchesReady = remembered(
  (before: Batch, datapoints: number): Batch[] => {
    const attached = attachedTo(before);
    const more = attached === "both" ? OF_OTHER_DATASET : 0;
    const total = datapoints + more;
    const parts: BatchParts = {
      ...{ status: "READY", tasks: total, groups: undefined, datapoints },
      attached: attached === "none" ? "this" : attached,
      autoSync: before.autoSyncEnabled,
    };
    return [
      ...[total, total + 1, Math.max(0, total - 1), 0].map((tasks) =>
        batchOf({ ...parts, tasks }),
      ),
      batchOf({ ...parts, groups: 0 }),
    ];
  },
);

/** Caches a function that is called with the same values again and again. */
export function remembered<A extends object, B, T>(
  make: (first: A, second: B) => T,
): (first: A, second: B) => T {
  const results = new Map<string, T>();
  return (first, second) => {
    const key = `${numberOf(first)} ${String(second)}`;
    const before = results.get(key);
    if (before !== undefined) return before;
    const result = make(first, second);
    results.set(key, result);
    return result;
  };
}

/** The same dataset with another count. */
export const withCount = remembered(
  (dataset: Dataset, totalDatapointCount: number): Dataset =>
    one({ ...dataset, totalDatapointCount }),
);

/** The same batch in another status, or with another dataset. */
export function movedTo(
  before: Batch,
  status: BatchStatus,
  attached = attachedTo(before),
): Batch {
  const { totalTaskCount: tasks, totalTaskGroups: groups } = before;
  const listed = before.datasets.find(({ id }) => id === make.DATASET_ID);
  const datapoints = listed?.totalDatapointCount ?? UNATTACHED;
  const { autoSyncEnabled: autoSync } = before;
  return batchOf({ status, attached, tasks, groups, datapoints, autoSync });
}

export function attachedTo({ datasets }: Batch): Attached {
  const [first, second] = datasets;
  if (!first) return "none";
  if (first.id !== make.DATASET_ID) return "other";
  if (!second) return "this";
  return second.totalDatapointCount === undefined ? "vague" : "both";
}
