/** The story of a step: inputs, the batch, the launch, the wait, the report. */
import { startBudget } from "./budget.ts";
import { launch, lookForMove } from "./batch/launch.ts";
import { sync } from "./batch/sync.ts";
import { batchInError, verifyReady, waitUntilReady } from "./batch/wait.ts";
import type { Clock } from "./clock.ts";
import { chooseDataset } from "./dataset/readiness.ts";
import { Stop } from "./errors.ts";
import { explain } from "./explain.ts";
import {
  type Environment,
  type Inputs,
  parseInputs,
  secretsIn,
} from "./inputs.ts";
import { type GreenOutcome, Report } from "./outcome.ts";
import { Prolific } from "./prolific/client.ts";
import { Exchange } from "./prolific/exchange.ts";
import type { Send } from "./prolific/http.ts";
import type { Batch } from "./prolific/schema.ts";
import { findPreview } from "./preview.ts";
import { Run } from "./run.ts";
import type { Runner } from "./runner.ts";
import { renderSummary } from "./summary.ts";
import { VERSION } from "./version.ts";

/** Everything outside the program, so that tests and simulations can be the world. */
export interface World {
  readonly env: Environment;
  readonly runner: Runner;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly send: Send;
  /** Aborts with a `Cancelled` when the runner asks the step to end. */
  readonly cancelled: AbortSignal;
}

/** Runs the step. @returns true for green; never throws. */
export async function main(world: World): Promise<boolean> {
  const { env, runner, clock } = world;
  const report = new Report(clock, (name, value) => {
    runner.output(name, value);
  });
  for (const secret of secretsIn(env)) runner.mask(secret);
  let run: Run | undefined;
  try {
    run = start(world, parseInputs(env), report);
    report.succeed(await setUpBatch(run));
  } catch (error) {
    const { progress } = report;
    const lastError = run?.lastError ?? run?.postError;
    const status = report.get("status");
    const failure = explain(error, {
      progress,
      status,
      lastError,
      redact: runner.redact,
    });
    report.fail(failure);
    if (failure.outcome === "cancelled") failure.lines.forEach(runner.info);
    else runner.error(failure.title, failure.lines.join("\n"));
  } finally {
    run?.budget.release();
  }
  report.set("elapsed_seconds", Math.floor(report.elapsedMs / 1000));
  await runner.summary(renderSummary(report, runner.redact));
  return report.failure === undefined;
}

function start(world: World, inputs: Inputs, report: Report): Run {
  const { clock, random, runner, send, cancelled } = world;
  runner.info(`Set up a Prolific batch ${VERSION}`);
  report.set("batch_id", inputs.batchId);
  report.set("dataset_id", inputs.datasetId);
  const { apiUrl, apiToken: token } = inputs;
  const prolific = new Prolific(
    new Exchange({ send, clock, apiUrl, token, debug: runner.debug }),
  );
  const budget = startBudget(
    clock,
    inputs.timeoutMs,
    report.startedAt,
    cancelled,
  );
  return new Run({ inputs, prolific, clock, random, budget, runner, report });
}

/** The batch decides (contract 4). @throws whatever makes the step red. */
async function setUpBatch(run: Run): Promise<GreenOutcome> {
  const batch = await run.readBatch("decidingRead");
  if (batch.status === "ERROR" && run.inputs.datasetId === undefined) {
    throw batchInError(run); // which of its datasets is meant does not matter any more
  }
  const datasetId = chooseDataset(batch, run.inputs.datasetId);
  run.report.set("dataset_id", datasetId);
  run.report.sawBatch(batch); // its datapoints, now that the dataset is known
  switch (batch.status) {
    case "UNINITIALISED":
      return setUp(run, batch, datasetId);
    case "PROCESSING":
      run.say("A setup is already running; nothing to send");
      run.report.progress = "setup_running";
      return join(run);
    case "READY":
      return alreadyReady(run, batch, datasetId);
    case "ERROR":
      throw batchInError(run);
  }
}

async function setUp(
  run: Run,
  batch: Batch,
  datasetId: string,
): Promise<GreenOutcome> {
  const launched = await launch(run, batch, datasetId);
  if (launched.by === "somebody_else") return join(run);
  if (!run.inputs.wait) {
    await lookForMove(run, launched, datasetId);
    return "accepted";
  }
  await ready(run, await waitUntilReady(run), launched.setups);
  return "set_up";
}

async function join(run: Run): Promise<GreenOutcome> {
  if (run.inputs.wait) await ready(run, await waitUntilReady(run), 0);
  return "joined";
}

async function alreadyReady(
  run: Run,
  batch: Batch,
  datasetId: string,
): Promise<GreenOutcome> {
  switch (run.inputs.ifReady) {
    case "fail":
      throw new Stop({
        title: "The batch is already set up",
        what: `Batch ${batch.id} reads READY, and if_ready is "fail". Nothing was sent.`,
        next: "Use another batch, or set if_ready to skip (accept it as it is) or sync (add tasks for new datapoints).",
      });
    case "sync": {
      const outcome = await sync(run, batch, datasetId);
      if (outcome === "synced") await findPreview(run);
      return outcome;
    }
    case "auto": // syncs only when this step brings new data
    case "skip":
      run.say("The batch is already set up; nothing to send");
      await ready(run, batch, 0, true);
      return "already_set_up";
  }
}

async function ready(
  run: Run,
  batch: Batch,
  setups: number,
  before = false,
): Promise<void> {
  verifyReady(run, batch, { setups, before });
  await findPreview(run);
}
