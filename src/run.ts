/** What every step of a run needs: the inputs, Prolific, the time, and somebody to tell. */
import type { Budget } from "./timing/deadline.ts";
import type { Clock } from "./timing/clock.ts";
import { formatDuration } from "./timing/duration.ts";
import { quote } from "./github/foreign-text.ts";
import type { Files } from "./file/disk.ts";
import type { Inputs } from "./github/inputs.ts";
import type { Report } from "./github/report.ts";
import type { Prolific } from "./prolific/client.ts";
import type { CallOptions } from "./prolific/exchange.ts";
import {
  DECIDING_TRIES,
  type ReadPolicy,
  readPatiently,
} from "./prolific/retry.ts";
import type { Storage } from "./prolific/storage.ts";
import type { Batch, BatchStatus } from "./prolific/schema.ts";
import type { Runner } from "./github/runner.ts";

/** The log says that the step is alive once a minute (contract 7). */
const HEARTBEAT_MS = 60_000;

export interface RunParts {
  readonly inputs: Inputs;
  readonly prolific: Prolific;
  readonly storage: Storage;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: () => number;
  readonly budget: Budget;
  readonly runner: Runner;
  readonly report: Report;
}

type Read<T> = (options: CallOptions) => Promise<T>;
type Patience = Pick<ReadPolicy, "tries" | "isLag">;

export class Run {
  readonly inputs: Inputs;
  readonly prolific: Prolific;
  readonly storage: Storage;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: () => number;
  readonly budget: Budget;
  readonly runner: Runner;
  readonly report: Report;
  /** When the batch was last read whole. */
  batchReadAt = -Infinity;
  /** The last failed try of a read, until one succeeds again. */
  lastError: Error | undefined;
  /** What the last POST came to that was not accepted. */
  postError: Error | undefined;
  private spokeAt: number;

  constructor(parts: RunParts) {
    this.inputs = parts.inputs;
    this.prolific = parts.prolific;
    this.storage = parts.storage;
    this.files = parts.files;
    this.clock = parts.clock;
    this.random = parts.random;
    this.budget = parts.budget;
    this.runner = parts.runner;
    this.report = parts.report;
    this.spokeAt = parts.clock.now();
  }

  /** A line in the log; puts off the next heartbeat. */
  say(line: string): void {
    this.spokeAt = this.clock.now();
    this.runner.info(line);
  }

  /** A line about a try: the first one is news, the ones after it are for debugging (contract 7). */
  sayOfTry(tries: number, line: string): void {
    if (tries === 1) this.say(line);
    else this.runner.debug(line);
  }

  /** Something the author should look at: an annotation, and a sentence in the summary. */
  warn(title: string, message: string): void {
    this.runner.warning(title, message);
    this.report.remarks.push(`⚠️ ${message}`);
  }

  /** Something the author should know, but need not act on. */
  note(title: string, message: string): void {
    this.runner.notice(title, message);
    this.report.remarks.push(message);
  }

  /** Sleeps, with the heartbeat; cut by the deadline (or another signal) and by a cancel. */
  async pause(ms: number, signal = this.budget.signal): Promise<void> {
    const until = this.clock.now() + ms;
    for (;;) {
      const left = until - this.clock.now();
      const toHeartbeat = this.spokeAt + HEARTBEAT_MS - this.clock.now();
      await this.clock.sleep(Math.max(0, Math.min(left, toHeartbeat)), signal);
      if (this.clock.now() >= this.spokeAt + HEARTBEAT_MS) this.heartbeat();
      if (this.clock.now() >= until) return;
    }
  }

  private heartbeat(): void {
    const status = this.report.get("status") ?? "not read yet";
    const last = this.lastError ?? this.postError;
    const error = last ? ` Last error: ${last.message}.` : "";
    this.say(
      `Still waiting after ${formatDuration(this.report.elapsedMs)}; batch status ${status}.${error}`,
    );
  }

  /** A read that decides something before the first write: five tries. */
  decidingRead<T>(read: Read<T>): Promise<T> {
    return this.waitingRead(read, { tries: DECIDING_TRIES });
  }

  /** A read while waiting: tried again until the deadline, unless `patience` says otherwise. */
  waitingRead<T>(read: Read<T>, patience: Patience = {}): Promise<T> {
    return this.repeat(read, this.budget.signal, patience);
  }

  /** A last check or a verification: goes on for up to 5 s after the deadline. */
  lastRead<T>(read: Read<T>, patience: Patience = {}): Promise<T> {
    return this.repeat(read, this.budget.lastSignal, patience);
  }

  /** A read that is not worth a second try, nor more than `limitMs` milliseconds. */
  glance<T>(read: Read<T>, limitMs: number): Promise<T> {
    return read({ signal: this.budget.lastSignal, limitMs });
  }

  /** The whole batch, by one of the reads above; its numbers go into the outputs. */
  async readBatch(
    how: "decidingRead" | "waitingRead" | "lastRead",
  ): Promise<Batch> {
    const { batchId } = this.inputs;
    return this.sawBatch(
      await this[how]((options) => this.prolific.batch(batchId, options)),
    );
  }

  /** The whole batch, at a glance. */
  async glanceAtBatch(limitMs: number): Promise<Batch> {
    const { batchId } = this.inputs;
    return this.sawBatch(
      await this.glance(
        (options) => this.prolific.batch(batchId, options),
        limitMs,
      ),
    );
  }

  private sawBatch(batch: Batch): Batch {
    if (this.batchReadAt === -Infinity) {
      this.say(`Batch ${batch.id}: "${quote(batch.name, this.runner.redact)}"`);
    }
    this.batchReadAt = this.clock.now();
    if (this.report.sawBatch(batch)) this.sayStatus(batch.status);
    return batch;
  }

  /** The status alone, by one of the reads above. */
  async readStatus(
    how: "decidingRead" | "waitingRead" | "lastRead",
  ): Promise<BatchStatus> {
    const status = await this[how]((options) =>
      this.prolific.batchStatus(this.inputs.batchId, options),
    );
    if (this.report.sawStatus(status)) this.sayStatus(status);
    return status;
  }

  private sayStatus(status: BatchStatus): void {
    this.say(
      `Batch status: ${status} (after ${formatDuration(this.report.elapsedMs)})`,
    );
  }

  private async repeat<T>(
    read: Read<T>,
    signal: AbortSignal,
    patience: Patience,
  ): Promise<T> {
    const value = await readPatiently((attempt) => read({ signal, attempt }), {
      ...patience,
      sleep: (ms) => this.pause(ms, signal),
      random: this.random,
      onRetry: (error, pauseMs) => {
        this.lastError = error;
        this.runner.debug(
          `${error.message}; next try in ${String(Math.round(pauseMs))} ms`,
        );
      },
    });
    this.lastError = undefined;
    return value;
  }
}
