/** What a run can do next: all steps, stops and ends, as types, with their limits. */
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

/** A write must not be based on an older reading (contract 4). */
export const FRESH_MS = 5_000;
/** The same for an upload: no later reading can take its records back (contract 11). */
export const FRESH_FOR_UPLOAD_MS = 1_000;

/** An append starts with this many records, spread over the file (contract 11). */
export const PROBE_RECORDS = 10;

/** What a run waits for at a dataset. */
export type Awaited =
  /** That Prolific processes its file: the one that this run uploaded, or an earlier one. */
  | { readonly kind: "upload" | "processing" }
  | { readonly kind: "imports"; readonly jobs: readonly ImportJob[] };

/** Why a dataset cannot be set up, where waiting does not help. */
export type Unusable =
  | { readonly kind: "v3_in_error" }
  | { readonly kind: "empty"; readonly version: 3 | 4 }
  | { readonly kind: "no_complete_import"; readonly newest: ImportJob };

/** What each step needs. `steps/` has a function for each. */
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
  /** Appends a few records first. If Prolific recognizes none of them, no more follow. */
  probe: { batch: Batch; dataset: DatasetV4; file: CheckedFile; most: number };
  /** `before`: the datapoints of the dataset before this run added any. */
  append: {
    batch: Batch;
    dataset: DatasetV4;
    file: CheckedFile;
    before: number;
  };
  /** If not patient, there is only one reading. */
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

  // Contract 10: which batch to use.
  read_original: object;
  list_copies: { original: Batch };
  /** Which records are in none of the contents that already have tasks. */
  find_new_rows: { file: DatasetFile; earlier: readonly string[] };
  use_original: { original: Reading<Batch> };
  duplicate: Duplicate;
  use_copy: UseCopy;
  create_dataset: { copy: Batch; file: CheckedFile; schema: unknown };
  attach_dataset: { copy: Batch; datasetId: string };
}

export interface Duplicate {
  readonly original: Batch;
  /** The name of the copy. */
  readonly name: string;
  /** The content, as the name of the copy has it. */
  readonly hash: string;
  /** The committed file. */
  readonly file: CheckedFile;
  /** The number of records that get a task. Undefined for a ZIP. */
  readonly records: number | undefined;
  readonly version: 3 | 4;
  /** Earlier batches with tasks whose records may be paid for again. Only with `all_rows`. */
  readonly paid: readonly Batch[];
}

export interface UseCopy {
  readonly original: Batch;
  readonly copy: Batch;
  /** Other copies of the same content, which stay as they are. */
  readonly others: readonly Batch[];
  readonly content: CheckedFile;
  /** What goes into its dataset. Undefined if the data is already there. */
  readonly file: DatasetFile | undefined;
  /** The schema of the dataset that it gets, unless it has one. Undefined for V3. */
  readonly schema: unknown;
  readonly made: boolean;
}

/** When to trust counts, which lag and grow step by step. */
export type Until =
  | { readonly kind: "now" | "each_has_a_task" }
  /** After an import: once all of its records are counted, or 20 s later. */
  | { readonly kind: "arrived"; readonly datapoints: number }
  /** After an append: after some time, because it is not known how many of its records are new. */
  | { readonly kind: "settled" };

/** The next step of a run. */
export type Step = {
  [K in keyof StepParts]: Readonly<{ do: K } & StepParts[K]>;
}[keyof StepParts];

/** An import of the file. `found` is how it was listed before this run; undefined for an upload of this run. */
export interface ImportOfFile {
  readonly dataset: DatasetV4;
  readonly importId: string;
  readonly found: ImportJob | undefined;
  readonly file: CheckedFile;
}

/** How a batch became READY, which decides what to expect of it. */
export interface HowReady {
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** True if the batch was READY before this run, or is used as it is. */
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
  /** A copy must not hold data that its original already has tasks for. */
  shared_dataset: { original: Batch; copy: Batch };
  /** It is not known what the original has tasks for. */
  unknown_content: { original: Batch; dataset: Dataset | undefined };
  /** For a V3 dataset that is still to be created. */
  no_v3_for: { file: DatasetFile };
}

/** Why a run must not go on. `github/stops.ts` has the words. */
export type StopReason = {
  [K in keyof StopParts]: Readonly<{ why: K } & StopParts[K]>;
}[keyof StopParts];

export type Decision =
  | Step
  | { readonly do: "stop"; readonly reason: StopReason }
  /** A dry run ends before the first step that does more than read. `instead` is that step. */
  | {
      readonly do: "end";
      readonly outcome: GreenOutcome;
      readonly instead?: Step;
    };

/** Ends the run red. */
export function stop(reason: StopReason): Extract<Decision, { do: "stop" }> {
  return { do: "stop", reason };
}
