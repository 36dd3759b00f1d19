/** What a run knows at a moment: the batch, the dataset, the file, and what this run has done so far. */
import type { Concern } from "./concern.ts";
import type { DatasetFile } from "./file/find.ts";
import type { NewRows } from "./file/history/new-rows.ts";
import type { Preflight } from "./file/preflight.ts";
import type { Progress } from "./github/report.ts";
import type { Batch, Dataset, ImportJob, SyncJob } from "./prolific/schema.ts";

/** What was read, and when: `at` is in milliseconds on the clock of the run. */
export interface Seen<T> {
  readonly value: T;
  readonly at: number;
}

/** What was read, and how long ago. */
export interface Reading<T> {
  readonly value: T;
  readonly ageMs: number;
}

/** The committed file after its preflight (contract 5.1). */
export interface CheckedFile {
  readonly file: DatasetFile;
  readonly checked: Preflight;
  /** Names the content: `<stem>-<12 hex>.<ext>`. */
  readonly remoteName: string;
}

/** Bytes of the file that have arrived at Prolific in this run. */
export interface Uploaded {
  /** V4 only. */
  readonly importId: string | undefined;
  /** How many times the bytes may have arrived. */
  readonly puts: number;
}

/** How the file came to be in the dataset. */
export interface Brought {
  readonly how: "was_there" | "processed" | "import" | "append";
  readonly version: 3 | 4;
  /** Records that Prolific accepted in this run, including ones that it knew. */
  readonly accepted: number;
  /** Records that Prolific rejected in this run. */
  readonly rejected: number;
  /** Accepted records that Prolific says it knew. Undefined if it does not say. */
  readonly duplicates: number | undefined;
  /** True for an import that had ended before this run, whose records may already have tasks. */
  readonly endedBefore: boolean;
  /** How many times the bytes may have arrived in this run. */
  readonly puts: number;
  /** Datapoints of the dataset before this run brought in the file. */
  readonly datapointsBefore: number;
  /** True if records were appended to those of an import, which Prolific may not recognise (API 11.26). */
  readonly besideImport: boolean;
}

/** The few records that an append starts with. */
export interface Probed {
  /** Datapoints of the dataset before. */
  readonly before: number;
  readonly accepted: number;
  /** By how many datapoints the dataset has grown. */
  readonly grown: number;
}

/** How the setup of the batch started. */
export interface Setup {
  readonly by: "us" | "somebody_else";
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** True if Prolific answered 202, or if the batch has moved. */
  readonly certain: boolean;
}

/** The sync of this run. */
export interface Sync {
  readonly job: SyncJob;
  readonly tasksBefore: number;
  /** True if its job has ended. */
  readonly ended: boolean;
}

/** Copies of the original in its workspace (contract 10). */
export type Copies = readonly Batch[];

/** The records that no batch with tasks has, and what they were compared with. */
export interface ComparedRows extends NewRows {
  readonly earlier: readonly string[];
}

/** Which batch is used (contract 10). */
export type Used =
  | { readonly which: "original" }
  | {
      readonly which: "copy";
      readonly original: Batch;
      readonly id: string;
      /** The committed file. The dataset may get only a part of it. */
      readonly content: CheckedFile;
      /** The schema of the dataset that the copy gets. Undefined for a V3 dataset. */
      readonly schema: unknown;
    };

/** Everything that a run knows. A reading that must not be used again is `undefined`. */
export interface Known {
  /** The batch as this run found it, which is the state in the table of contract 4. */
  readonly found: Batch | undefined;
  readonly batch: Seen<Batch> | undefined;
  /** The id of the dataset to use (contract 2). */
  readonly datasetId: string | undefined;
  readonly dataset: Seen<Dataset> | undefined;
  /** Datapoints of the dataset when it was read for the first time. */
  readonly datapointsBefore: number | undefined;
  /** Datapoints of the dataset, by the latest response that has them. */
  readonly datapoints: number | undefined;
  readonly file: DatasetFile | undefined;
  readonly checked: CheckedFile | undefined;
  /** True if no record of the file is too long for an append. */
  readonly fits: boolean;
  /** Imports of this file (V4), or the dataset (V3), that were checked and never got their bytes. */
  readonly abandoned: readonly string[];
  readonly uploaded: Uploaded | undefined;
  readonly probed: Probed | undefined;
  readonly brought: Brought | undefined;
  readonly setup: Setup | undefined;
  /** True if the run checked whether the batch shows the setup. */
  readonly confirmed: boolean;
  readonly sync: Sync | undefined;
  /** What the previous step waited for, and since when: pauses grow with the time waited. */
  readonly waiting:
    { readonly what: string; readonly since: number } | undefined;
  /** When the dataset and the batch were last read to account for every record, on the clock of the run. */
  readonly countedAt: number | undefined;
  /** True if the counts had the time to show the tasks of the setup or the sync. */
  readonly tasksCounted: boolean;
  /** The concerns that the author allowed. */
  readonly allowed: readonly Concern["what"][];
  /** True if the log says that the batch stays as it is. */
  readonly left: boolean;
  readonly verified: boolean;
  readonly previewed: boolean;

  /** The batch of the inputs, until it is clear whether it is used. */
  readonly original: Seen<Batch> | undefined;
  readonly copies: Seen<Copies> | undefined;
  readonly newRows: ComparedRows | undefined;
  /** The copy that this run made. */
  readonly made: Batch | undefined;
  /** Undefined until it is known, and always with `new_batch: never`. */
  readonly used: Used | undefined;
  /** The dataset that this run created for the copy. */
  readonly created: string | undefined;
}

/** What `decide` gets: the same, with the age of each reading instead of its time. */
export type View = Omit<
  Known,
  "batch" | "dataset" | "countedAt" | "original" | "copies"
> & {
  readonly original: Reading<Batch> | undefined;
  readonly copies: Reading<Copies> | undefined;
  readonly batch: Reading<Batch> | undefined;
  readonly dataset: Reading<Dataset> | undefined;
  readonly countedAgeMs: number | undefined;
};

/** Before the first look. */
export function nothingKnown(file: DatasetFile | undefined): Known {
  return {
    found: undefined,
    batch: undefined,
    datasetId: undefined,
    dataset: undefined,
    datapointsBefore: undefined,
    datapoints: undefined,
    file,
    checked: undefined,
    fits: false,
    abandoned: [],
    uploaded: undefined,
    probed: undefined,
    brought: undefined,
    setup: undefined,
    confirmed: false,
    sync: undefined,
    waiting: undefined,
    countedAt: undefined,
    tasksCounted: false,
    allowed: [],
    left: false,
    verified: false,
    previewed: false,
    original: undefined,
    copies: undefined,
    newRows: undefined,
    made: undefined,
    used: undefined,
    created: undefined,
  };
}

/** What is known after a step. */
export function learn(known: Known, learned: Partial<Known>): Known {
  const next = { ...known, ...learned };
  const listed =
    learned.batch || learned.datasetId
      ? next.batch?.value.datasets.find(({ id }) => id === next.datasetId)
      : undefined;
  return {
    ...next,
    waiting: learned.waiting,
    // Counts from before the new records say nothing about them.
    countedAt: learned.brought ? undefined : next.countedAt,
    found: next.found ?? next.batch?.value,
    datapoints:
      learned.datapoints ??
      learned.dataset?.value.totalDatapointCount ??
      listed?.totalDatapointCount ??
      next.datapoints,
    datapointsBefore:
      next.datapointsBefore ?? learned.dataset?.value.totalDatapointCount,
  };
}

/** What is known, at a moment on the clock of the run. */
export function lookAt({ countedAt, ...known }: Known, now: number): View {
  return {
    ...known,
    batch: known.batch && aged(known.batch, now),
    dataset: known.dataset && aged(known.dataset, now),
    original: known.original && aged(known.original, now),
    copies: known.copies && aged(known.copies, now),
    countedAgeMs: countedAt === undefined ? undefined : now - countedAt,
  };
}

function aged<T>({ value, at }: Seen<T>, now: number): Reading<T> {
  return { value, ageMs: now - at };
}

/** What a time-out or a cancel between two steps leaves behind (contract 7). A write in flight knows more. */
export function standing(view: View): Progress {
  const { batch, brought, created, made, probed, setup, sync, uploaded } = view;
  if (view.verified) return "ready";
  if (sync) return sync.ended ? "ready" : "sync_running";
  if (setup) return batch?.value.status === "READY" ? "ready" : "setup_running";
  const appended = (brought ?? probed)?.accepted ?? 0;
  const arrived = uploaded !== undefined || appended > 0;
  if (arrived) return "data_arrived";
  return made || created !== undefined ? "copy_made" : "nothing_sent";
}

/** True while Prolific works on an import. After the bytes arrived, `uninitialised` only means that Prolific lags. */
export function isRunning({ status }: Pick<ImportJob, "status">): boolean {
  switch (status) {
    case "uninitialised":
    case "queued":
    case "processing":
      return true;
    case "complete":
    case "partial":
    case "failed":
    case "pending_schema":
      return false;
  }
}

/** True for an import that has ended and added records, or does not report how many. */
export function hasRecords({
  acceptedCount,
  status,
}: Pick<ImportJob, "status" | "acceptedCount">): boolean {
  const ended = status === "complete" || status === "partial";
  return ended && acceptedCount !== 0;
}
