/** The story of a step: inputs, the batch, the launch, the wait, the report. */
import { startBudget } from "./timing/deadline.ts";
import { batchInError } from "./batch/wait.ts";
import { carryOut } from "./carry-out.ts";
import type { Clock } from "./timing/clock.ts";
import { type DatasetFile, findDatasetFile } from "./file/find.ts";
import { prepare } from "./dataset/ingest.ts";
import { chooseDataset } from "./dataset/readiness.ts";
import { dryRunOffline, rehearse } from "./dry-run.ts";
import { Stop } from "./errors.ts";
import { explain } from "./github/messages.ts";
import type { Files } from "./file/disk.ts";
import {
  type Environment,
  type Inputs,
  parseInputs,
  secretsIn,
  uselessProxy,
} from "./github/inputs.ts";
import { type GreenOutcome, Report } from "./github/report.ts";
import { Prolific } from "./prolific/client.ts";
import { Exchange } from "./prolific/exchange.ts";
import type { Send, Upload } from "./prolific/http.ts";
import type { Batch } from "./prolific/schema.ts";
import { Storage } from "./prolific/storage.ts";
import { Run } from "./run.ts";
import type { Runner } from "./github/runner.ts";
import { renderSummary } from "./github/summary.ts";
import { VERSION } from "./version.ts";

/** Everything outside the program, so that tests and simulations can be the world. */
export interface World {
  readonly env: Environment;
  readonly runner: Runner;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly files: Files;
  readonly send: Send;
  readonly upload: Upload;
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
    warnOfProxy(run, uselessProxy(env));
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
    else {
      runner.info(failure.title); // the log does not show the titles of annotations
      runner.error(failure.title, failure.lines.join("\n"));
    }
  } finally {
    run?.budget.release();
  }
  report.set("elapsed_seconds", Math.floor(report.elapsedMs / 1000));
  await runner.summary(renderSummary(report, runner.redact));
  return report.failure === undefined;
}

function start(world: World, inputs: Inputs, report: Report): Run {
  const { clock, random, runner, files, send, upload, cancelled } = world;
  runner.info(`Set up a Prolific batch ${VERSION}`);
  report.set("batch_id", inputs.batchId);
  report.set("dataset_id", inputs.datasetId);
  const { apiUrl, apiToken: token = "" } = inputs;
  const { debug, mask } = runner;
  const prolific = new Prolific(
    new Exchange({ send, clock, apiUrl, token, debug }),
  );
  const storage = new Storage({ upload, clock, apiUrl, mask, debug });
  const budget = startBudget(
    clock,
    inputs.timeoutMs,
    report.startedAt,
    cancelled,
  );
  return new Run({
    inputs,
    prolific,
    storage,
    files,
    clock,
    random,
    budget,
    runner,
    report,
  });
}

function warnOfProxy(run: Run, variable: string | undefined): void {
  if (variable === undefined) return;
  run.warn(
    "The proxy cannot be used",
    `${variable} holds no address that a proxy can be reached at. Write it as http://host:port, and what is special in ` +
      "user and password percent-encoded (% itself as %25).",
  );
}

/** The file and the batch decide (contract 4 and 5). @throws whatever makes the step red. */
async function setUpBatch(run: Run): Promise<GreenOutcome> {
  const { datasetFile, workspace, apiToken, dryRun } = run.inputs;
  const file =
    datasetFile === undefined
      ? undefined
      : await findDatasetFile(run.files, workspace, datasetFile);
  if (apiToken === undefined) return dryRunOffline(run, file);
  const batch = await run.readBatch("decidingRead");
  if (batch.status === "ERROR" && run.inputs.datasetId === undefined) {
    throw batchInError(run); // which of its datasets is meant does not matter any more
  }
  const datasetId = chooseDataset(batch, run.inputs.datasetId);
  run.report.set("dataset_id", datasetId);
  run.report.sawBatch(batch); // its datapoints, now that the dataset is known
  refuse(run, batch, file);
  const takesFile =
    batch.status === "UNINITIALISED" || run.inputs.ifReady !== "skip";
  const intake =
    file && takesFile ? await prepare(run, batch, datasetId, file) : undefined;
  if (dryRun) return rehearse(run, batch, datasetId, intake);
  return carryOut(run, { batch, datasetId, intake });
}

/** @throws Stop for a batch that nothing can be done with, whatever is in the file. */
function refuse(run: Run, batch: Batch, file: DatasetFile | undefined): void {
  if (batch.status === "ERROR") throw batchInError(run);
  // A setup that is already running will not have the data of the file, and "fail" forbids to add it later.
  const tooLate =
    batch.status === "READY" || (batch.status === "PROCESSING" && file);
  if (!tooLate || run.inputs.ifReady !== "fail") return;
  throw new Stop({
    title: "The batch is already set up",
    what: `Batch ${batch.id} reads ${batch.status}, and if_ready is "fail". Nothing was sent.`,
    next: "Use another batch, or set if_ready to skip (accept it as it is) or sync (add tasks for new datapoints).",
  });
}
