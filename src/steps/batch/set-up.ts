/** Sets up a batch exactly once (contract 4): a request that must never be repeated blindly. */
import { FRESH_MS } from "../../decision.ts";
import {
  type ApiError,
  Cancelled,
  DeadlineReached,
  type RequestError,
  Stop,
  isRequestError,
} from "../../errors.ts";
import { counted } from "../../figures.ts";
import type { SetupRequest } from "../../prolific/client.ts";
import type { PostResult } from "../../prolific/post.ts";
import { SHORTEST_PAUSE_AFTER_429_MS } from "../../prolific/retry.ts";
import type { Batch, Dataset } from "../../prolific/schema.ts";
import type { Known, Reading, Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import { type Meaning, type Needs, couldNotConnect, send } from "../tools.ts";
import { readBatch, readStatus } from "./read-batch.ts";

/** After a refusal, the status is read after each of these pauses, in milliseconds: three times over 5 s. */
const PAUSES_AFTER_REFUSAL_MS = [0, 2_500, 2_500];
/** After a POST without a response, the batch is read after each of these pauses: the grace period of 20 s. */
const PAUSES_IN_GRACE_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
const SETUPS_AT_MOST = 2;
const MEANING: Meaning = {
  unanswered: "setup_unknown",
  accepted: "setup_running",
};

type Launcher = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Sends the setup so that Prolific accepts it once.
 * @param batch a fresh reading: UNINITIALISED.
 * @throws Stop, any final error of a read, the deadline, a cancel.
 */
export function setUp(
  tools: Launcher,
  batch: Reading<Batch>,
  dataset: Dataset,
): Promise<Partial<Known>> {
  sayReady(tools, dataset);
  return new Launch(tools, batch, dataset.id).untilAccepted();
}

function sayReady({ log }: Needs<"log">, dataset: Dataset): void {
  const { id, version, totalDatapointCount } = dataset;
  log.say(
    `Dataset ${id} (V${String(version)}) is ready: ${counted(totalDatapointCount, "datapoint")}`,
  );
  if (dataset.version !== 4) return;
  for (const job of dataset.imports) {
    if (job.status !== "uninitialised") continue;
    log.say(`Its import ${job.id} never received a file, so it is ignored`);
  }
}

/** The setups of one run and what is known of them. */
class Launch {
  private readonly tools: Launcher;
  private readonly datasetId: string;
  private attachedBefore: boolean;
  private seen: Seen<Batch>;
  /** How many POSTs may have arrived: the accepted one, and those without a clear response. */
  private setups = 0;
  /** How many POSTs were answered with 429. Each may be retried (API 11.30). */
  private askedToWait = 0;
  /** Also true after a 429, which may have been sent after the work was done (API 11.30). */
  private mayBeOurs = false;

  constructor(tools: Launcher, before: Reading<Batch>, datasetId: string) {
    this.tools = tools;
    this.datasetId = datasetId;
    this.attachedBefore = this.isAttached(before.value);
    const at = tools.patience.now() - before.ageMs;
    this.seen = { value: before.value, at };
  }

  async untilAccepted(): Promise<Partial<Known>> {
    try {
      for (let tries = 1; ; tries++) {
        const moved = tries > 1 ? await this.movedSinceLastRead() : undefined;
        const launched = moved ?? (await this.setUp(tries));
        if (launched) return launched;
      }
    } catch (error) {
      if (!(error instanceof DeadlineReached) || !this.mayBeOurs) throw error;
      const launched = this.moved(await this.read("last"));
      if (launched) return launched;
      throw error;
    }
  }

  private async movedSinceLastRead(): Promise<Partial<Known> | undefined> {
    const ageMs = this.tools.patience.now() - this.seen.at;
    return ageMs > FRESH_MS ? this.movedNow() : undefined;
  }

  private async movedNow(): Promise<Partial<Known> | undefined> {
    const batch = await this.read("waiting");
    // What was there before our POST does not show that it arrived.
    if (!this.mayBeOurs) this.attachedBefore = this.isAttached(batch);
    return this.moved(batch);
  }

  /** Who set up a batch that is no longer UNINITIALISED. `decide` judges ERROR and another dataset. */
  private moved(batch: Batch): Partial<Known> | undefined {
    if (batch.status === "ERROR" || this.isOther(batch)) {
      return { batch: this.seen };
    }
    return batch.status === "UNINITIALISED" ? undefined : this.launched();
  }

  private isOther(batch: Batch): boolean {
    return batch.datasets.length > 0 && !this.isAttached(batch);
  }

  private async read(how: How): Promise<Batch> {
    this.seen = await readBatch(this.tools, how);
    return this.seen.value;
  }

  private launched(certain = true): Partial<Known> {
    const { log, patience } = this.tools;
    patience.writeError = undefined;
    const { seen: batch } = this;
    const setups = this.setups + this.askedToWait;
    if (this.mayBeOurs) return { batch, setup: { by: "us", setups, certain } };
    log.say(
      "Someone else has set up the batch in the meantime; nothing to send",
    );
    return { batch, setup: { by: "somebody_else", setups: 0, certain } };
  }

  /** Sends one POST and handles its response. @returns undefined if another POST may be sent. */
  private async setUp(tries: number): Promise<Partial<Known> | undefined> {
    const { log, patience } = this.tools;
    const result = await this.post(tries);
    switch (result.kind) {
      case "accepted":
        this.setups++;
        log.say(`Prolific accepted the setup (HTTP ${String(result.value)})`);
        return this.launched(result.value === 202);
      case "not_sent":
        await couldNotConnect(this.tools, tries, result.error);
        return undefined;
      case "too_many_requests":
        this.askedToWait++;
        log.sayOfTry(
          tries,
          "Prolific asks to wait (HTTP 429); retrying if the batch has not changed by then",
        );
        await patience.backOff(
          tries,
          result.error,
          SHORTEST_PAUSE_AFTER_429_MS,
        );
        return this.movedNow();
      case "refused":
        return this.afterRefusal(result.error);
      case "unknown":
        this.setups++;
        log.say(
          `No clear response; checking whether the batch changes: ${result.error.message}`,
        );
        return this.inGracePeriod(result.error);
    }
  }

  private async post(tries: number): Promise<PostResult<number>> {
    const { inputs, log, patience, prolific, report } = this.tools;
    const { batchId, datasetId, tasksPerGroup } = inputs;
    const request: SetupRequest = {
      ...(datasetId === undefined ? {} : { dataset_id: datasetId }),
      ...(tasksPerGroup === undefined
        ? {}
        : { tasks_per_group: tasksPerGroup }),
    };
    const { signal } = patience;
    signal.throwIfAborted();
    const json = JSON.stringify(request);
    log.sayOfTry(tries, `Sending the setup${json === "{}" ? "" : `: ${json}`}`);
    // True until a response says otherwise: the deadline or a cancel may cut off the request after it arrived.
    const before = this.mayBeOurs;
    this.mayBeOurs = true;
    const result = await send(report, MEANING, () =>
      prolific.setUp(batchId, request, { signal, attempt: tries }),
    );
    if (result.kind === "not_sent" || result.kind === "refused")
      this.mayBeOurs = before;
    return result;
  }

  /**
   * The refusal may only mean that somebody else, or an earlier POST of ours, was first.
   * @throws Stop with the server's own words, if the batch does not move.
   */
  private async afterRefusal(error: ApiError): Promise<Partial<Known>> {
    const { inputs, log, patience } = this.tools;
    try {
      for (const pauseMs of PAUSES_AFTER_REFUSAL_MS) {
        await patience.pause(pauseMs);
        const status = await readStatus(this.tools, "deciding");
        if (status === "UNINITIALISED" || status === "ERROR") continue;
        const batch = await this.read("deciding");
        return this.isOther(batch) ? { batch: this.seen } : this.launched();
      }
    } catch (problem) {
      if (problem instanceof Cancelled || problem instanceof Stop)
        throw problem;
      log.debug(
        `Could not look at the batch after the refusal: ${String(problem)}`,
      );
    }
    throw new Stop({
      title: "Prolific refused the setup",
      what: `Prolific refused to set up batch ${inputs.batchId}.`,
      next: this.mayBeOurs
        ? "An earlier setup of this run had no clear response: look at the batch in Prolific, then run this job again."
        : undefined,
      answer: error,
    });
  }

  /**
   * Reads the batch during the grace period, and then until one reading after it succeeds.
   * @returns undefined if the batch is unchanged and may get another POST.
   * @throws Stop if it may not, or if the batch cannot be read.
   */
  private async inGracePeriod(
    error: RequestError,
  ): Promise<Partial<Known> | undefined> {
    const { log, patience } = this.tools;
    patience.writeError = error;
    for (const pauseMs of PAUSES_IN_GRACE_MS) {
      await patience.pause(pauseMs);
      const batch = await this.read("waiting").catch((problem: unknown) => {
        throw isRequestError(problem)
          ? this.unknownOutcome(
              error,
              `the batch cannot be read (${problem.message})`,
            )
          : problem;
      });
      const attachedNow = !this.attachedBefore && this.isAttached(batch);
      const touched = batch.totalTaskCount > 0 || attachedNow;
      const launched =
        this.moved(batch) ?? (touched ? this.launched() : undefined);
      if (launched) {
        if (launched.setup)
          log.say("The batch has changed: Prolific accepted the setup");
        return launched;
      }
    }
    if (this.setups >= SETUPS_AT_MOST) {
      throw this.unknownOutcome(
        error,
        "the batch had not changed 20 s after the last one",
      );
    }
    log.say("The batch has not changed after 20 s; sending the setup again");
    return undefined;
  }

  private unknownOutcome(error: RequestError, why: string): Stop {
    return new Stop({
      title: "Unknown whether Prolific accepted the setup",
      what:
        `${counted(this.setups, "POST")} to set up batch ${this.tools.inputs.batchId} had no clear response, ` +
        `and ${why}.`,
      next: "Run this job again: it looks at the batch first, and sends a setup only while the batch is UNINITIALISED.",
      answer: error,
    });
  }

  private isAttached(batch: Batch): boolean {
    return batch.datasets.some(({ id }) => id === this.datasetId);
  }
}
