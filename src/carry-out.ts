/** What a run does with a batch, by the status it was found in: the file, the setup, the wait, the sync. */
import { launch, lookForMove } from "./batch/launch.ts";
import { sync } from "./batch/sync.ts";
import { batchInError, verifyReady, waitUntilReady } from "./batch/wait.ts";
import { changeInWords } from "./github/change.ts";
import { type Ingested, type Intake, ingest } from "./dataset/ingest.ts";
import type { GreenOutcome, OutputName } from "./github/report.ts";
import { findPreview } from "./preview.ts";
import type { Batch } from "./prolific/schema.ts";
import type { Run } from "./run.ts";

/** What a run starts from. */
export interface Given {
  readonly batch: Batch;
  readonly datasetId: string;
  /** The committed file that is to be in the dataset. */
  readonly intake: Intake | undefined;
}

/** Does what the status of the batch asks for (contract 4 and 5). @throws whatever makes the step red. */
export async function carryOut(run: Run, given: Given): Promise<GreenOutcome> {
  const outcome = await byStatus(run, given);
  tellChange(run, given, outcome);
  return outcome;
}

async function byStatus(run: Run, given: Given): Promise<GreenOutcome> {
  switch (given.batch.status) {
    case "UNINITIALISED":
      return setUp(run, given);
    case "PROCESSING":
      run.say("A setup is already running; nothing to send");
      run.report.progress = "setup_running";
      return given.intake ? joinThenAdd(run, given) : join(run);
    case "READY":
      return alreadyReady(run, given);
    case "ERROR":
      throw batchInError(run);
  }
}

async function setUp(
  run: Run,
  { batch, datasetId, intake }: Given,
): Promise<GreenOutcome> {
  const ingested = intake && (await ingest(run, batch, intake));
  const appended = ingested?.appended === true;
  const launched = await launch(run, batch, datasetId, { appended });
  if (launched.by === "somebody_else") {
    // Whether their setup came before the data or after it, the tasks tell.
    if (!ingested) return join(run);
    const theirs = await waitUntilReady(run);
    return joined(await addTasks(run, theirs, datasetId, ingested));
  }
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

/** The running setup does not have the data of the file, so its end is waited for in any case (contract 5). */
async function joinThenAdd(run: Run, given: Given): Promise<GreenOutcome> {
  const batch = await waitUntilReady(run);
  run.report.progress = "ready";
  return joined(await alreadyReady(run, { ...given, batch }));
}

/** The outcome for a batch whose setup was running when this step came. */
function joined(outcome: GreenOutcome): GreenOutcome {
  return outcome === "already_set_up" ? "joined" : outcome;
}

async function alreadyReady(
  run: Run,
  { batch, datasetId, intake }: Given,
): Promise<GreenOutcome> {
  const ingested = intake && (await ingest(run, batch, intake));
  switch (run.inputs.ifReady) {
    case "sync":
      return syncAll(run, batch, datasetId);
    case "auto":
      if (ingested) return addTasks(run, batch, datasetId, ingested);
      break;
    case "skip":
    case "fail": // refused long before
  }
  run.say("The batch is already set up; nothing to send");
  await ready(run, batch, 0, true);
  return "already_set_up";
}

/** Tasks for what the file brought, where the batch has none for it yet. */
async function addTasks(
  run: Run,
  batch: Batch,
  datasetId: string,
  { version, datapoints }: Ingested,
): Promise<GreenOutcome> {
  if (version === 4 && datapoints > batch.totalTaskCount) {
    return syncAll(run, batch, datasetId);
  }
  run.say("The batch has a task for every datapoint; nothing to sync");
  await ready(run, batch, 0, true);
  return "already_set_up";
}

async function syncAll(
  run: Run,
  batch: Batch,
  datasetId: string,
): Promise<GreenOutcome> {
  const outcome = await sync(run, batch, datasetId);
  if (outcome === "synced") await findPreview(run);
  return outcome;
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

/** The sentence about what is new, from the counts before and after (contract 8). */
function tellChange(
  run: Run,
  { batch, intake }: Given,
  outcome: GreenOutcome,
): void {
  const { report } = run;
  if (!intake && outcome !== "synced") return;
  const now = (name: OutputName) => Number(report.get(name) ?? 0);
  const { totalTaskCount, totalTaskGroups } = batch;
  report.change = changeInWords({
    newDatapoints:
      intake &&
      now("total_datapoint_count") - intake.dataset.totalDatapointCount,
    newTasks: now("total_task_count") - totalTaskCount,
    newGroups:
      totalTaskGroups === undefined
        ? undefined
        : now("total_task_groups") - totalTaskGroups,
    pending: outcome === "accepted",
  });
  run.say(report.change);
}
