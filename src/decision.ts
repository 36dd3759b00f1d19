/** What a run does next: the steps that there are, the stops, and the ends. Types, limits, and how a stop is made. */
import type { Concern } from "./concern.ts";
import type { DatasetFile } from "./file/find.ts";
import type { GreenOutcome } from "./github/report.ts";
import type {
  Batch,
  Dataset,
  DatasetV4,
  ImportJob,
} from "./prolific/schema.ts";
import type { CheckedFile, Reading, Sync } from "./view.ts";

/** An older reading is no ground for a write (contract 4). */
export const FRESH_MS = 5_000;
/** Nor for an upload, whose records no later reading can take back (contract 11). */
export const FRESH_FOR_UPLOAD_MS = 1_000;

/** An append starts with as many, spread over the file (contract 11). */
export const PROBE_RECORDS = 10;

/** What is waited for at a dataset. */
export type Awaited =
  /** Its file is processed: the one that this run has uploaded, or one that was there. */
  | { readonly kind: "upload" | "processing" }
  | { readonly kind: "imports"; readonly jobs: readonly ImportJob[] };

/** Why a dataset cannot be set up, and waiting would not help. */
export type Unusable =
  | { readonly kind: "v3_in_error" }
  | { readonly kind: "empty"; readonly version: 3 | 4 }
  | { readonly kind: "no_complete_import"; readonly newest: ImportJob };

/** What each step needs; `steps/` has a function for each. */
interface StepParts {
  read_batch: object;
  use_dataset: { datasetId: string; batch: Batch };
  read_dataset: { datasetId: string; again: boolean };
  check_file: { file: DatasetFile; dataset: Dataset | undefined };
  check_record_lengths: { file: CheckedFile };
  wait_for_dataset: { dataset: Dataset; awaited: Awaited };
  look_for_bytes: {
    dataset: Dataset;
    jobs: readonly ImportJob[];
    file: CheckedFile;
  };
  upload: { dataset: Dataset; file: CheckedFile };
  follow_import: ImportOfFile;
  /** A few records first; when none of them is recognised, no more follow. */
  probe: { batch: Batch; dataset: DatasetV4; file: CheckedFile; most: number };
  /** `before`: datapoints of the dataset before this run added to it. */
  append: {
    batch: Batch;
    dataset: DatasetV4;
    file: CheckedFile;
    before: number;
  };
  /** Not patient: one reading has to do. */
  count_again: { datasetId: string; until: Until; patient: boolean };
  allow: { concern: Concern };
  accept_file: {
    how: "was_there" | "processed";
    dataset: Dataset;
    file: CheckedFile;
  };
  join: { found: boolean };
  set_up: { batch: Reading<Batch>; dataset: Dataset };
  confirm_setup: { batch: Batch };
  wait_for_batch: { batch: Batch };
  sync: { batch: Batch; dataset: DatasetV4 };
  follow_sync: { sync: Sync };
  leave_as_it_is: { why: "not_asked" | "no_growth" | "v3"; datasetId: string };
  verify: { batch: Batch; datapoints: number | undefined; how: HowReady };
  find_preview: object;

  // Contract 10: which batch is used.
  read_original: object;
  list_copies: { original: Batch };
  /** Which records are in none of the contents that have tasks already. */
  find_new_rows: { file: DatasetFile; earlier: readonly string[] };
  use_original: { original: Reading<Batch> };
  duplicate: Duplicate;
  use_copy: UseCopy;
  create_dataset: { copy: Batch; file: CheckedFile; schema: unknown };
  attach_dataset: { copy: Batch; datasetId: string };
}

export interface Duplicate {
  readonly original: Batch;
  /** Of the copy. */
  readonly name: string;
  /** Carried by the name. */
  readonly hash: string;
  /** The committed file. */
  readonly file: CheckedFile;
  /** Records that get a task; undefined for those of a ZIP. */
  readonly records: number | undefined;
  readonly version: 3 | 4;
  /** Earlier batches with tasks, of which records may be paid for again: only with `all_rows`. */
  readonly paid: readonly Batch[];
}

export interface UseCopy {
  readonly original: Batch;
  readonly copy: Batch;
  /** Copies of the same content that stay as they are. */
  readonly others: readonly Batch[];
  readonly content: CheckedFile;
  /** What goes into its dataset; undefined when it has its data. */
  readonly file: DatasetFile | undefined;
  /** Of the dataset that it gets, unless it has one; undefined for V3. */
  readonly schema: unknown;
  readonly made: boolean;
}

/** When counts are believed, which lag and trickle. */
export type Until =
  | { readonly kind: "now" | "each_has_a_task" }
  /** An import: when all its records show, or 20 s later. */
  | { readonly kind: "arrived"; readonly datapoints: number }
  /** An append: some time later, for nobody knows how many of its records have to show. */
  | { readonly kind: "settled" };

/** The next thing that a run does. */
export type Step = {
  [K in keyof StepParts]: Readonly<{ do: K } & StepParts[K]>;
}[keyof StepParts];

/** An import of the file, and as what it was listed before this run did anything; undefined for an upload of this run. */
export interface ImportOfFile {
  readonly dataset: DatasetV4;
  readonly importId: string;
  readonly found: ImportJob | undefined;
  readonly file: CheckedFile;
}

/** How a batch became READY, for what can be expected of it. */
export interface HowReady {
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** True when the batch was READY before this run, or is used as it is. */
  readonly before: boolean;
  readonly sync: Sync | undefined;
}

interface StopParts {
  batch_in_error: object;
  already_set_up: { batch: Batch };
  dataset_needed: { batch: Batch };
  another_dataset: { batch: Batch };
  other_format: { dataset: Dataset };
  no_schema: { dataset: Dataset };
  cannot_grow: { batch: Batch; dataset: Dataset };
  unusable: { dataset: Dataset; state: Unusable };
  unaccounted: { concern: Concern };
  setup_unconfirmed: object;
  ready_but_empty: { batch: Batch };

  // Contract 10.
  no_workspace: { original: Batch };
  copy_in_error: { copy: Batch };
  /** A copy must not have the data that its original has tasks for. */
  shared_dataset: { original: Batch; copy: Batch };
  /** What the original has tasks for cannot be known. */
  unknown_content: { original: Batch; dataset: Dataset | undefined };
  /** Of a V3 dataset that is to be made. */
  no_v3_for: { file: DatasetFile };
}

/** Why going on would be wrong; `github/stops.ts` has the words. */
export type StopReason = {
  [K in keyof StopParts]: Readonly<{ why: K } & StopParts[K]>;
}[keyof StopParts];

export type Decision =
  | Step
  | { readonly do: "stop"; readonly reason: StopReason }
  /** A dry run ends before the first step that is no mere read: `instead` is that step. */
  | {
      readonly do: "end";
      readonly outcome: GreenOutcome;
      readonly instead?: Step;
    };

/** Ends the run red. */
export function stop(reason: StopReason): Extract<Decision, { do: "stop" }> {
  return { do: "stop", reason };
}
