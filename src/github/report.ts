/** The result of a run: the values of the outputs and the summary (contract 3). */
import type { Clock } from "../timing/clock.ts";
import type { Batch, BatchStatus } from "../prolific/schema.ts";

export const GREEN_OUTCOMES = [
  "set_up",
  "accepted",
  "joined",
  "already_set_up",
  "synced",
  "dry_run",
] as const;
export const RED_OUTCOMES = ["failed", "timed_out", "cancelled"] as const;
export type GreenOutcome = (typeof GREEN_OUTCOMES)[number];
export type Outcome = GreenOutcome | (typeof RED_OUTCOMES)[number];

/** Every output. A test compares this list with action.yml. */
export const OUTPUT_NAMES = [
  "batch_id",
  "dataset_id",
  "original_batch_id",
  "outcome",
  "status",
  "total_task_count",
  "total_task_groups",
  "total_instruction_count",
  "total_datapoint_count",
  "preview_url",
  "import_id",
  "accepted_count",
  "rejected_count",
  "duplicate_count",
  "sync_id",
  "tasks_created",
  "groups_created",
  "summary_file",
  "rejected_file",
  "elapsed_seconds",
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/**
 * What Prolific may be doing, for the message at a deadline or a cancel: nothing yet; copying the batch; data was sent or
 * is there; a POST without a response; a setup or sync that runs, also one that somebody else started; READY.
 */
export type Progress =
  | "nothing_sent"
  | "copy_unknown"
  | "copy_made"
  | "upload_unknown"
  | "data_arrived"
  | "setup_unknown"
  | "setup_running"
  | "ready"
  | "sync_unknown"
  | "sync_running";

/** The beginnings of two lines of a failure: the one that quotes the server, and the one that says what to do. */
export const SAYS = "Prolific says: ";
export const NEXT = "Next: ";

/** Why a step is red, as the annotation says it. */
export interface Failure {
  readonly outcome: (typeof RED_OUTCOMES)[number];
  readonly title: string;
  /** What happened and where; the server's own words; what to do next; commands. One line each, safe to show. */
  readonly lines: readonly string[];
}

/** Records of the file that cannot be used, as they were reported (contract 5). */
export interface Rows {
  readonly file: string;
  /** What to call one of them. */
  readonly noun: string;
  readonly rows: readonly {
    readonly line: number | undefined;
    readonly text: string;
  }[];
  /** How many there are, which may be more than are listed. */
  readonly total: number;
}

/** A status, and when it was first seen, in milliseconds after the start of the step. */
export interface Moment {
  readonly what: string;
  readonly atMs: number;
}

/** Collects the results of a run. Writes each output at once, so that it is there whatever happens next. */
export class Report {
  progress: Progress = "nothing_sent";
  batchName = "";
  /** One sentence about the copy of the batch that the run used. */
  copy = "";
  /** One sentence about what the run changed, or what a dry run would change. */
  change = "";
  failure: Failure | undefined;
  /** On the clock of the run. */
  readonly startedAt: number;
  readonly timeline: Moment[] = [];
  /** The phases of the run, and when each started. */
  readonly phases: Moment[] = [{ what: "Read batch and dataset", atMs: 0 }];
  /** Sentences for the summary: warnings and notices. */
  readonly remarks: string[] = [];
  readonly rows: Rows[] = [];

  private readonly values = new Map<OutputName, string>();
  private readonly clock: Clock;

  private readonly write: (name: OutputName, value: string) => void;

  constructor(clock: Clock, write: (name: OutputName, value: string) => void) {
    this.clock = clock;
    this.startedAt = clock.now();
    this.write = write;
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedAt;
  }

  get outcome(): Outcome | undefined {
    return this.values.get("outcome") as Outcome | undefined;
  }

  get(name: OutputName): string | undefined {
    return this.values.get(name);
  }

  /** Writes an output, unless its value is unknown or unchanged. */
  set(name: OutputName, value: string | number | undefined): void {
    if (value === undefined || this.values.get(name) === String(value)) return;
    this.values.set(name, String(value));
    this.write(name, String(value));
  }

  /** The run takes a step of this phase. A step without a phase belongs to the previous one. */
  enter(phase: string | undefined): void {
    if (phase === undefined || phase === this.phases.at(-1)?.what) return;
    this.phases.push({ what: phase, atMs: this.elapsedMs });
  }

  /** Ends the run green. */
  succeed(outcome: GreenOutcome): void {
    this.set("outcome", outcome);
  }

  /** Ends the run red. */
  fail(failure: Failure): void {
    this.failure = failure;
    this.set("outcome", failure.outcome);
  }

  /** @returns true if the status differs from the last one. */
  sawStatus(status: BatchStatus): boolean {
    const changed = this.values.get("status") !== status;
    // A POST had no response, but the batch has moved since, which shows that it arrived.
    if (this.progress === "setup_unknown" && status !== "UNINITIALISED") {
      this.progress = "setup_running";
    }
    if (changed) this.timeline.push({ what: status, atMs: this.elapsedMs });
    this.set("status", status);
    return changed;
  }

  /** @returns true if the status differs from the last one. */
  sawBatch(batch: Batch): boolean {
    this.batchName = batch.name;
    this.set("total_task_count", batch.totalTaskCount);
    this.set("total_task_groups", batch.totalTaskGroups);
    this.set("total_instruction_count", batch.totalInstructionCount);
    const dataset = batch.datasets.find(
      ({ id }) => id === this.values.get("dataset_id"),
    );
    this.set("total_datapoint_count", dataset?.totalDatapointCount);
    return this.sawStatus(batch.status);
  }
}
