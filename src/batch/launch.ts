/** Setting up exactly once (contract 4): the one request that must never be sent blindly. */
import {
  type Accepted,
  chooseDataset,
  waitForDataset,
} from "../dataset/readiness.ts";
import {
  type ApiError,
  Cancelled,
  ContractError,
  DeadlineReached,
  type RequestError,
  Stop,
  isRequestError,
} from "../errors.ts";
import { type Progress, counted } from "../github/report.ts";
import type { SetupRequest } from "../prolific/client.ts";
import {
  SHORTEST_PAUSE_AFTER_429_MS,
  pauseBeforeRetry,
} from "../prolific/retry.ts";
import type { Batch } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { type PostResult, attempt } from "../prolific/post.ts";
import { batchInError, verifyReady } from "./wait.ts";

/** An older reading of the batch is no ground for a POST. */
const FRESH_MS = 5_000;
/** After a refusal the status is read after each of these pauses, in milliseconds: three times over 5 s. */
const PAUSES_AFTER_REFUSAL_MS = [0, 2_500, 2_500];
/** After a POST without an answer the batch is read after each of these pauses: the grace period of 20 s. */
const PAUSES_IN_GRACE_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
const GRACE_MS = 20_000;
/** The looks of a step that does not wait; the last one has 2 s left. */
const PAUSES_OF_LOOKS_MS = [1_000, 2_000, 3_000, 4_000, 4_000, 4_000];
const SETUPS_AT_MOST = 2;

/** How a batch came to be set up, or to be in the middle of it. */
export interface Launched {
  readonly by: "us" | "somebody_else";
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** Prolific said 202, or the batch has moved. */
  readonly certain: boolean;
}

/**
 * Waits for the dataset, then sends the setup so that it is accepted once.
 * @param batch as first read: UNINITIALISED.
 * @throws Stop, any final error of a read, the deadline, a cancel.
 */
export async function launch(
  run: Run,
  batch: Batch,
  datasetId: string,
  accepted: Accepted = {},
): Promise<Launched> {
  await waitForDataset(run, datasetId, accepted);
  warnWithoutInstructions(run, batch);
  return new Launch(run, batch, datasetId).untilAccepted();
}

/**
 * Looks for up to 20 s whether an accepted setup shows, for a step that does not wait. After a 202 it is no failure that
 * it does not show, nor that the batch cannot be read (contract 4); a mere 200 or 204 may come from something in between.
 * @throws Stop when the batch shows in ERROR, or READY without tasks, or nothing shows and there was no 202.
 */
export async function lookForMove(
  run: Run,
  launched: Launched,
  datasetId: string,
): Promise<void> {
  const until = run.clock.now() + GRACE_MS;
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    try {
      await run.pause(pauseMs);
      const leftMs = until - run.clock.now();
      if (leftMs <= 0) break;
      const batch = await run.glanceAtBatch(leftMs);
      chooseDataset(batch, datasetId);
      if (batch.status === "ERROR") throw batchInError(run);
      if (batch.status === "READY") {
        verifyReady(run, batch, { setups: launched.setups, before: false });
      }
      if (batch.status !== "UNINITIALISED") return;
    } catch (error) {
      if (error instanceof DeadlineReached) break;
      const unknownWord = error instanceof ContractError && error.final;
      if (!isRequestError(error) || unknownWord) throw error;
      run.runner.debug(`The move was not seen: ${error.message}`);
    }
  }
  if (launched.certain) return;
  throw new Stop({
    title: "Unknown whether Prolific accepted the setup",
    what: `The setup of batch ${run.inputs.batchId} was answered with a success, but not with HTTP 202, and the batch has not moved.`,
    next: "Check api_url and proxies in between, then run this job again: it looks at the batch first.",
  });
}

/** It cannot be mended after the setup, so it is said before (API 11.14). */
export function warnWithoutInstructions(run: Run, batch: Batch): void {
  if (batch.totalInstructionCount !== 0 || batch.hasLayout) return;
  run.warn(
    "The batch has no instructions",
    `Batch ${batch.id} has no instructions and no layout. They cannot be added after its setup.`,
  );
}

/** The setups of one run and what is known of them. */
class Launch {
  private readonly run: Run;
  private readonly datasetId: string;
  private attachedBefore: boolean;
  private readonly progressBefore: Progress;
  /** POSTs that may have arrived: the accepted one, and those without a clear answer. */
  private setups = 0;
  /** POSTs that were answered with 429, after which each may be sent again (API 11.30). */
  private askedToWait = 0;
  /** Also true after a 429, which may have come after the work was done (API 11.30). */
  private mayBeOurs = false;

  constructor(run: Run, before: Batch, datasetId: string) {
    this.run = run;
    this.datasetId = datasetId;
    this.progressBefore = run.report.progress;
    this.attachedBefore = this.isAttached(before);
  }

  async untilAccepted(): Promise<Launched> {
    try {
      for (let tries = 1; ; tries++) {
        const launched =
          (await this.movedSinceLastRead()) ?? (await this.setUp(tries));
        if (launched) return launched;
      }
    } catch (error) {
      if (!(error instanceof DeadlineReached) || !this.mayBeOurs) throw error;
      const launched = this.moved(await this.run.readBatch("lastRead"));
      if (launched) return launched;
      throw error;
    }
  }

  private async movedSinceLastRead(): Promise<Launched | undefined> {
    const { run } = this;
    return run.clock.now() - run.batchReadAt > FRESH_MS
      ? this.movedNow()
      : undefined;
  }

  private async movedNow(): Promise<Launched | undefined> {
    const batch = await this.run.readBatch("waitingRead");
    // What was there before a POST of ours does not speak for it.
    if (!this.mayBeOurs) this.attachedBefore = this.isAttached(batch);
    return this.moved(batch);
  }

  /**
   * Who set up a batch that is no longer UNINITIALISED.
   * @throws Stop for ERROR, and whenever another dataset is attached.
   */
  private moved(batch: Batch): Launched | undefined {
    chooseDataset(batch, this.datasetId);
    if (batch.status === "UNINITIALISED") return undefined;
    if (batch.status === "ERROR") throw batchInError(this.run);
    return this.launched();
  }

  private launched(certain = true): Launched {
    this.run.report.progress = "setup_running";
    this.run.postError = undefined;
    const setups = this.setups + this.askedToWait;
    if (this.mayBeOurs) return { by: "us", setups, certain };
    this.run.say(
      "Somebody else has set up the batch meanwhile; nothing to send",
    );
    return { by: "somebody_else", setups: 0, certain };
  }

  /** One POST and what follows from its answer. @returns undefined when another one may be sent. */
  private async setUp(tries: number): Promise<Launched | undefined> {
    const { run } = this;
    const result = await this.post(tries);
    switch (result.kind) {
      case "accepted":
        this.setups++;
        run.say(`Prolific accepted the setup (HTTP ${String(result.value)})`);
        return this.launched(result.value === 202);
      case "not_sent":
        this.forgetPost();
        run.sayOfTry(
          tries,
          `Could not connect, nothing was sent; trying again: ${result.error.reason}`,
        );
        await this.backOff(tries, result.error);
        return undefined;
      case "too_many_requests":
        this.askedToWait++;
        run.sayOfTry(
          tries,
          "Prolific asks to wait (HTTP 429); trying again, if the batch has not moved then",
        );
        await this.backOff(tries, result.error, SHORTEST_PAUSE_AFTER_429_MS);
        return this.movedNow();
      case "refused":
        return this.afterRefusal(result.error);
      case "unknown":
        this.setups++;
        run.say(
          `No clear answer; looking whether the batch moves: ${result.error.message}`,
        );
        return this.inGracePeriod(result.error);
    }
  }

  private async post(tries: number): Promise<PostResult<number>> {
    const { run } = this;
    const { batchId, datasetId, tasksPerGroup } = run.inputs;
    const request: SetupRequest = {
      ...(datasetId === undefined ? {} : { dataset_id: datasetId }),
      ...(tasksPerGroup === undefined
        ? {}
        : { tasks_per_group: tasksPerGroup }),
    };
    const { signal } = run.budget;
    signal.throwIfAborted();
    const json = JSON.stringify(request);
    run.sayOfTry(tries, `Sending the setup${json === "{}" ? "" : `: ${json}`}`);
    // Until an answer says otherwise: the deadline or a cancel may cut the request after it arrived.
    const before = this.mayBeOurs;
    this.mayBeOurs = true;
    run.report.progress = "setup_unknown";
    const result = await attempt(() =>
      run.prolific.setUp(batchId, request, { signal, attempt: tries }),
    );
    if (result.kind === "not_sent" || result.kind === "refused")
      this.mayBeOurs = before;
    return result;
  }

  /** Back to what was known before a POST that did nothing. */
  private forgetPost(): void {
    if (!this.mayBeOurs) this.run.report.progress = this.progressBefore;
  }

  private backOff(
    tries: number,
    error: RequestError,
    leastMs = 0,
  ): Promise<void> {
    const { run } = this;
    run.postError = error;
    return run.pause(
      Math.max(leastMs, pauseBeforeRetry(tries, error, run.random())),
    );
  }

  /**
   * Perhaps the refusal only says that somebody else, or an earlier POST of ours, was first.
   * @throws Stop with the server's own words, when the batch does not move.
   */
  private async afterRefusal(error: ApiError): Promise<Launched> {
    const { run } = this;
    this.forgetPost();
    try {
      for (const pauseMs of PAUSES_AFTER_REFUSAL_MS) {
        await run.pause(pauseMs);
        const status = await run.readStatus("decidingRead");
        if (status === "UNINITIALISED" || status === "ERROR") continue;
        chooseDataset(await run.readBatch("decidingRead"), this.datasetId);
        return this.launched();
      }
    } catch (problem) {
      if (problem instanceof Cancelled || problem instanceof Stop)
        throw problem;
      run.runner.debug(
        `Could not look at the batch after the refusal: ${String(problem)}`,
      );
    }
    throw new Stop({
      title: "Prolific refused the setup",
      what: `Prolific refused to set up batch ${run.inputs.batchId}.`,
      next: this.mayBeOurs
        ? "An earlier setup of this run had no clear answer: look at the batch in Prolific, then run this job again."
        : undefined,
      answer: error,
    });
  }

  /**
   * Reads the batch for the grace period, and on until it was read successfully at its end.
   * @returns undefined when the batch is untouched and may get another POST.
   * @throws Stop when it may not, or when the batch cannot be read.
   */
  private async inGracePeriod(
    error: RequestError,
  ): Promise<Launched | undefined> {
    const { run } = this;
    run.postError = error;
    for (const pauseMs of PAUSES_IN_GRACE_MS) {
      await run.pause(pauseMs);
      const batch = await run
        .readBatch("waitingRead")
        .catch((problem: unknown) => {
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
        run.say("The batch has moved: the setup was accepted");
        return launched;
      }
    }
    if (this.setups >= SETUPS_AT_MOST) {
      throw this.unknownOutcome(
        error,
        "the batch is untouched 20 s after the last of them",
      );
    }
    run.say("The batch is untouched after 20 s; sending the setup once more");
    return undefined;
  }

  private unknownOutcome(error: RequestError, why: string): Stop {
    return new Stop({
      title: "Unknown whether Prolific accepted the setup",
      what:
        `${counted(this.setups, "POST")} to set up batch ${this.run.inputs.batchId} had no clear answer, ` +
        `and ${why}.`,
      next: "Run this job again: it looks at the batch first, and sends a setup only while the batch is UNINITIALISED.",
      answer: error,
    });
  }

  private isAttached(batch: Batch): boolean {
    return batch.datasets.some(({ id }) => id === this.datasetId);
  }
}
