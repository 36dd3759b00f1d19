/** The story of a step: inputs -> file -> (look -> decide -> act)* -> report. */
import { decide } from "./decide.ts";
import type { Files } from "./file/disk.ts";
import { findDatasetFile } from "./file/find.ts";
import type { Git } from "./file/history/git.ts";
import { reportEnd } from "./github/change.ts";
import { RejectedFile } from "./github/handover/rejected-file.ts";
import {
  type Environment,
  type Inputs,
  parseInputs,
  secretsIn,
  unusableProxy,
} from "./github/inputs.ts";
import { Log } from "./github/log.ts";
import { explain } from "./github/messages.ts";
import { type GreenOutcome, Report } from "./github/report.ts";
import type { Runner } from "./github/runner.ts";
import { stopFor } from "./github/stops.ts";
import { renderSummary } from "./github/summary.ts";
import { Prolific } from "./prolific/client.ts";
import { Exchange } from "./prolific/exchange.ts";
import type { Send, Upload } from "./prolific/http.ts";
import { Storage } from "./prolific/storage.ts";
import { act } from "./steps/act.ts";
import { Patience } from "./steps/patience.ts";
import { phaseOf } from "./steps/phases.ts";
import type { Tools } from "./steps/tools.ts";
import type { Clock } from "./timing/clock.ts";
import { type Deadline, startDeadline } from "./timing/deadline.ts";
import { VERSION } from "./version.ts";
import { type Known, learn, lookAt, nothingKnown, standing } from "./view.ts";

/** Everything outside the program, so that tests and simulations can replace it. */
export interface World {
  readonly env: Environment;
  readonly runner: Runner;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly files: Files;
  readonly git: Git;
  readonly send: Send;
  readonly upload: Upload;
  /** Aborts with a `Cancelled` when the runner asks the step to end. */
  readonly cancelled: AbortSignal;
}

/** Runs the step. Never throws. @returns true for green. */
export async function main(world: World): Promise<boolean> {
  const { env, runner, clock } = world;
  const report = new Report(clock, (name, value) => {
    runner.output(name, value);
  });
  for (const secret of secretsIn(env)) runner.mask(secret);
  let tools: Tools | undefined;
  let deadline: Deadline | undefined;
  try {
    const inputs = parseInputs(env);
    deadline = startDeadline(
      clock,
      inputs.timeoutMs,
      report.startedAt,
      world.cancelled,
    );
    tools = toolsFor(world, inputs, report, deadline);
    tools.log.say(`Set up a Prolific batch ${VERSION}`);
    report.set("batch_id", inputs.batchId);
    // With new_batch it may only be the model for the dataset of a copy.
    if (inputs.newBatch === "never") report.set("dataset_id", inputs.datasetId);
    warnOfProxy(tools, unusableProxy(env));
    report.succeed(await run(tools));
  } catch (error) {
    fail(world, report, error, tools?.patience);
  } finally {
    deadline?.release();
  }
  tools?.rejected.end();
  report.set("elapsed_seconds", Math.floor(report.elapsedMs / 1000));
  const summary = renderSummary(report, runner.redact);
  report.set("summary_file", runner.keep("summary.md", summary));
  await runner.summary(summary);
  return report.failure === undefined;
}

/** Looks, decides and acts until there is nothing left to do. @throws the error that makes the step red. */
async function run(tools: Tools): Promise<GreenOutcome> {
  const { files, patience, report } = tools;
  const { datasetFile, workspace } = tools.inputs;
  let known = nothingKnown(
    datasetFile === undefined
      ? undefined
      : await findDatasetFile(files, workspace, datasetFile),
  );
  for (;;) {
    const view = lookAt(known, patience.now());
    const using = withCopy(tools, known);
    const { inputs } = using;
    report.progress = standing(view);
    const next = decide(view, inputs);
    const over = next.do === "stop" || next.do === "end";
    // No copy was used instead.
    if (over && !view.used && view.original) {
      report.sawBatch(view.original.value);
    }
    if (next.do === "stop") throw stopFor(next.reason, view, inputs);
    if (next.do === "end") {
      reportEnd(using, view, next);
      return next.outcome;
    }
    report.enter(phaseOf(next));
    known = learn(known, await act(using, next, known));
  }
}

/** Treats a copy as if it were `batch_id`, and the new rows as if they were the file (contract 10). */
function withCopy(tools: Tools, { newRows, used }: Known): Tools {
  if (used?.which !== "copy") return tools;
  const inputs = { ...tools.inputs, batchId: used.id, datasetId: undefined };
  return { ...tools, inputs, files: newRows?.files ?? tools.files };
}

function toolsFor(
  world: World,
  inputs: Inputs,
  report: Report,
  deadline: Deadline,
): Tools {
  const { clock, random, runner, files, git, send, upload } = world;
  const { apiUrl, apiToken: token = "", pollIntervalMs } = inputs;
  const { debug, mask } = runner;
  const log = new Log(runner, report, clock);
  return {
    inputs,
    prolific: new Prolific(new Exchange({ send, clock, apiUrl, token, debug })),
    storage: new Storage({ upload, clock, apiUrl, mask, debug }),
    files,
    git,
    patience: new Patience({
      ...{ clock, random, deadline, pollIntervalMs, log, report },
    }),
    log,
    report,
    rejected: new RejectedFile(runner, report),
  };
}

function warnOfProxy({ log }: Tools, variable: string | undefined): void {
  if (variable === undefined) return;
  log.warn(
    "The proxy cannot be used",
    `${variable} holds no address that a proxy can be reached at. Write it as http://host:port, and what is special in ` +
      "user and password percent-encoded (% itself as %25).",
  );
}

function fail(
  { runner }: World,
  report: Report,
  error: unknown,
  patience: Patience | undefined,
): void {
  const failure = explain(error, {
    progress: report.progress,
    status: report.get("status"),
    lastError: patience?.lastError ?? patience?.writeError,
    redact: runner.redact,
  });
  report.fail(failure);
  if (failure.outcome === "cancelled") {
    failure.lines.forEach(runner.info);
    return;
  }
  runner.info(failure.title); // the log does not show titles of annotations
  runner.error(failure.title, failure.lines.join("\n"));
}
