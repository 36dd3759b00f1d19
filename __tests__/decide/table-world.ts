/** The world of the table, made small: which batches and datasets there are, and what of a state makes it another one. */
import type { DatasetFormat } from "../../src/file/find.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { Batch, BatchStatus, Dataset } from "../../src/prolific/schema.ts";
import type { Known, Seen } from "../../src/view.ts";
import * as make from "./views.ts";

export const NOW = 1_000_000;
/** The last moment at which a reading still counts as fresh, and the first at which it does not (contract 4). */
const FRESH_AT = NOW - 5_000;
export const OLD_AT = NOW - 5_001;
/** The last moment for a dataset that a file is uploaded to (contract 11). */
const FRESH_FOR_UPLOAD_AT = NOW - 1_000;
export const COUNTED_AT = FRESH_AT;
/** Records of the file, and what every import adds. */
export const RECORDS = 2;
const OTHER_ID = "00000000-0000-4000-8000-00000000000e";
const OF_OTHER_DATASET = 10;

/** One run: its inputs, and the format of its file. */
export interface Run {
  readonly inputs: Inputs;
  readonly format: DatasetFormat | undefined;
}

/** What the test remembers of the way to a state, apart from what the run knows. */
export interface Past {
  /** The dataset as Prolific has it, as far as answers told. */
  readonly dataset: Dataset | undefined;
  readonly setups: number;
  /** A setup of this run may have arrived. */
  readonly ours: boolean;
  readonly uploads: number;
  readonly appends: number;
  readonly syncs: number;
  /** The batch was seen in another status than UNINITIALISED. */
  readonly moved: boolean;
  /** The first looks told that this run has to end red. */
  readonly doomed: boolean;
  /** No step so far wrote or waited. */
  readonly quiet: boolean;
}

export interface State {
  readonly known: Known;
  readonly past: Past;
}

const kept = new Map<string, object>();
const numbers = new WeakMap<object, number>();

/** The same object for the same value, so that states can be told apart quickly. */
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

function numberOf(value: object | undefined): number {
  return value === undefined ? 0 : (numbers.get(value) ?? numberOf(one(value)));
}

/**
 * Two states with the same key are the same to the table. What is for messages alone is left out: `waiting`,
 * `datapointsBefore`, and what the batch was found with but for its status. So is what a run leaves behind: how the file came
 * in once it is in, and the dataset once the batch is set up as well; and the age of a reading that nothing rests on yet.
 */
export function keyOf({ known, past }: State, { format }: Run): string {
  const { allowed, batch, brought, dataset, found, setup, sync } = known;
  const status = batch?.value.status ?? "UNINITIALISED";
  const isSetUp = setup !== undefined || status !== "UNINITIALISED";
  const isIn = format === undefined || brought !== undefined;
  // Without a file nothing is counted, and after a setup of this run, or a sync, no more imports are looked at.
  const isDone = setup?.by === "us" || sync !== undefined || known.left;
  const ofDataset =
    isIn && isSetUp && (format === undefined || isDone)
      ? `${past.dataset?.version}V${dataset?.value.version}`
      : `${numberOf(past.dataset)}D${numberOf(dataset?.value)}`;
  const flags = bits(
    ...[isIn && !isSetUp && batch?.at === OLD_AT, known.confirmed, known.left],
    ...[known.verified, known.previewed, known.datasetId !== undefined],
    ...[past.ours, past.moved, past.doomed, past.quiet],
    ...[known.tasksCounted, !isDone && known.countedAt === undefined],
    ...[!isDone && known.countedAt === OLD_AT, !isDone && !dataset],
  );
  const times = past.setups + 3 * (past.uploads + 3 * past.appends);
  return (
    `${flags} ${times} ${past.syncs}${found?.status.charAt(0)}${known.datapoints} ${numberOf(batch?.value)} ` +
    `${allowed.join()} ${ofDataset} ${isIn ? cameIn(known) : wayOfFile(known)} ${numberOf(setup)} ${numberOf(sync)}`
  );
}

/** As one number. */
function bits(...flags: boolean[]): number {
  return flags.reduce((number, flag) => 2 * number + Number(flag), 0);
}

function cameIn({ brought }: Known): string {
  return String(numberOf(brought));
}

function wayOfFile(known: Known): string {
  const { abandoned, brought, checked, dataset, fits, probed, uploaded } =
    known;
  const flags = bits(fits, !brought && dataset?.at === OLD_AT);
  const values = `${numberOf(probed)} ${numberOf(checked)} ${numberOf(uploaded)}`;
  return `${values} ${abandoned.join()} ${flags}`;
}

export function fresh<T extends object>(value: T): Seen<T> {
  const isDataset = "version" in value;
  return { value, at: isDataset ? FRESH_FOR_UPLOAD_AT : FRESH_AT };
}

/** Which datasets are attached: the one that is meant, and another one, whose datapoints may be unknown. */
export type Attached = "this" | "none" | "both" | "vague" | "other";

export interface BatchParts {
  readonly status: BatchStatus;
  readonly attached: Attached;
  readonly tasks: number;
  readonly groups: number | undefined;
  /** Datapoints of the dataset that is meant. */
  readonly datapoints: number;
}

export function batchOf(parts: BatchParts): Batch {
  const { status, attached, tasks, groups, datapoints } = parts;
  const meant = { id: make.DATASET_ID, totalDatapointCount: datapoints };
  const other = { id: OTHER_ID, totalDatapointCount: OF_OTHER_DATASET };
  const vague = { id: OTHER_ID, totalDatapointCount: undefined };
  const datasets = {
    ...{ this: [meant], none: [], both: [meant, other] },
    ...{ vague: [meant, vague], other: [other] },
  }[attached];
  return one(
    make.batch({
      ...{ status, datasets, totalTaskCount: tasks, totalTaskGroups: groups },
    }),
  );
}

/** As a READY batch may read after a setup or a sync; the usual one first. */
export const batchesReady = remembered(
  (before: Batch, datapoints: number): Batch[] => {
    const attached = attachedTo(before);
    const more = attached === "both" ? OF_OTHER_DATASET : 0;
    const total = datapoints + more;
    const parts: BatchParts = {
      ...{ status: "READY", tasks: total, groups: undefined, datapoints },
      attached: attached === "none" ? "this" : attached,
    };
    return [
      ...[total, total + 1, Math.max(0, total - 1), 0].map((tasks) =>
        batchOf({ ...parts, tasks }),
      ),
      batchOf({ ...parts, groups: 0 }),
    ];
  },
);

/** A function of values that are kept, which is asked the same again and again. */
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

/** The same batch in another status, or with another dataset. */
export function movedTo(
  before: Batch,
  status: BatchStatus,
  attached = attachedTo(before),
): Batch {
  const { totalTaskCount: tasks, totalTaskGroups: groups } = before;
  const listed = before.datasets.find(({ id }) => id === make.DATASET_ID);
  const datapoints = listed?.totalDatapointCount ?? RECORDS;
  return batchOf({ status, attached, tasks, groups, datapoints });
}

export function attachedTo({ datasets }: Batch): Attached {
  const [first, second] = datasets;
  if (!first) return "none";
  if (first.id !== make.DATASET_ID) return "other";
  if (!second) return "this";
  return second.totalDatapointCount === undefined ? "vague" : "both";
}
