/** Saying what a real run would do, and being red exactly when it would be red now (contract 6). Nothing is sent but GET. */
import { warnWithoutInstructions } from "./batch/launch.ts";
import { batchInError, verifyReady } from "./batch/wait.ts";
import { examine } from "./dataset/committed.ts";
import type { DatasetFile } from "./file/find.ts";
import { hasEnded, judgeImport } from "./dataset/imports.ts";
import type { Intake } from "./dataset/ingest.ts";
import { refuseLongRecords } from "./file/portions.ts";
import { readiness, unusable } from "./dataset/readiness.ts";
import { counted, figure } from "./github/report.ts";
import type { Batch, Dataset } from "./prolific/schema.ts";
import type { Run } from "./run.ts";

/** Without a token: the file alone, if there is one. */
export async function dryRunOffline(
  run: Run,
  file: DatasetFile | undefined,
): Promise<"dry_run"> {
  if (file) await examine(run, file, undefined);
  run.note(
    "Dry run without a token",
    file
      ? `Only ${file.relativePath} was checked, not the batch and its dataset: workflows from forks and Dependabot get no secrets.`
      : "Nothing was checked but the inputs: there is no dataset_file, and workflows from forks and Dependabot get no secrets.",
  );
  if (file) run.report.change = `${file.relativePath} has no defects`;
  return "dry_run";
}

/** With a token: the batch and its dataset as well. @throws Stop where a real run would be red now. */
export async function rehearse(
  run: Run,
  batch: Batch,
  datasetId: string,
  intake: Intake | undefined,
): Promise<"dry_run"> {
  const dataset =
    intake?.dataset ??
    (await run.decidingRead((options) =>
      run.prolific.dataset(datasetId, options),
    ));
  run.report.set("total_datapoint_count", dataset.totalDatapointCount);
  const data = intake ? await rehearseIntake(run, intake) : undefined;
  const work = rehearseBatch(run, batch, dataset, intake);
  const change = `A real run would ${[data, work].filter(Boolean).join(", then ")}`;
  run.report.change = change;
  run.say(change);
  return "dry_run";
}

/** @returns what would become of the file; undefined when nothing. */
async function rehearseIntake(
  run: Run,
  { dataset, committed, step }: Intake,
): Promise<string | undefined> {
  const { records } = committed.checked;
  const all =
    records === undefined ? "its records" : counted(records, "record");
  switch (step.kind) {
    case "nothing":
      run.say("The file is in the dataset already");
      return undefined;
    case "wait":
      return `wait for ${step.what} and look at the dataset again`;
    case "look":
      return `look whether the bytes of import ${step.job.id} arrive, and else upload ${committed.remoteName}`;
    case "follow": {
      const { job } = step;
      if (!hasEnded(job)) {
        return `follow import ${job.id} of the file, which is ${job.status}`;
      }
      await judgeImport(run, job, committed);
      run.say("The file is in the dataset already");
      return undefined;
    }
    case "upload":
      return `upload ${all} as ${committed.remoteName}`;
    case "append":
      await refuseLongRecords(run, committed);
      return `append ${all} to the ${counted(dataset.totalDatapointCount, "datapoint")} there (identical ones are not added again)`;
  }
}

/** @returns what would become of the batch. @throws Stop for a dataset or a batch that a real run would stop at. */
function rehearseBatch(
  run: Run,
  batch: Batch,
  dataset: Dataset,
  intake: Intake | undefined,
): string {
  switch (batch.status) {
    case "UNINITIALISED":
      warnWithoutInstructions(run, batch);
      return rehearseSetup(run, dataset, intake);
    case "PROCESSING":
      return intake
        ? "wait for the setup that is running, and sync if the dataset then has datapoints without tasks"
        : "wait for the setup that is running";
    case "READY":
      return rehearseReady(run, batch, dataset, intake);
    case "ERROR":
      throw batchInError(run);
  }
}

function rehearseSetup(
  run: Run,
  dataset: Dataset,
  intake: Intake | undefined,
): string {
  const tasks = tasksOfSetup(run, dataset, intake);
  const setUp = `set up the batch${tasks === "" ? "" : `: ${tasks}`}`;
  if (intake && bringsData(intake)) return setUp;
  const state = readiness(dataset, { partial: run.inputs.allowPartial });
  switch (state.kind) {
    case "unusable":
      throw unusable(dataset.id, state);
    case "processing":
      return intake ? setUp : `wait for ${state.what}, then ${setUp}`;
    case "ready":
      return setUp;
  }
}

/** True when the dataset as it was read does not have the file yet. */
function bringsData({ step }: Intake): boolean {
  return ["upload", "append", "look"].includes(step.kind);
}

/** "20 tasks in 7 groups", as far as that can be known before; one task a datapoint (API 2.2). */
function tasksOfSetup(
  run: Run,
  dataset: Dataset,
  intake: Intake | undefined,
): string {
  const records = intake?.committed.checked.records;
  const there = dataset.totalDatapointCount;
  const kind = intake?.step.kind;
  const grouped = groupsItself(dataset, intake);
  const inGroups = (tasks: number) =>
    grouped
      ? "in the groups that the data decides"
      : `in ${counted(Math.ceil(tasks / (run.inputs.tasksPerGroup ?? 1)), "group")}`;
  if (kind === "append" && records !== undefined) {
    return `${counted(Math.max(there, records), "task")} or more, up to ${figure(there + records)}`;
  }
  const tasks = kind === "upload" || kind === "look" ? records : there;
  if (tasks === undefined || tasks === 0) return "";
  return `${counted(tasks, "task")} ${inGroups(tasks)}`;
}

/** By a field of the schema (V4), or by a column of the file (V3, API 2.5). */
function groupsItself(dataset: Dataset, intake: Intake | undefined): boolean {
  const columns = intake?.committed.checked.columns ?? [];
  return (
    dataset.groupsItself ||
    (dataset.version === 3 && columns.includes("META_TASK_GROUP_ID"))
  );
}

function rehearseReady(
  run: Run,
  batch: Batch,
  dataset: Dataset,
  intake: Intake | undefined,
): string {
  const { ifReady } = run.inputs;
  const syncs = ifReady === "sync" || (ifReady === "auto" && intake);
  if (syncs && dataset.version === 4) {
    if (intake && bringsData(intake)) {
      return "sync the batch: a task for each datapoint that is new";
    }
    const without = dataset.totalDatapointCount - batch.totalTaskCount;
    if (without > 0) {
      return `sync the batch: ${counted(without, "datapoint")} without a task`;
    }
    if (ifReady === "sync") {
      return "sync the batch: every datapoint has a task already";
    }
  }
  verifyReady(run, batch, { setups: 0, before: true });
  return "leave the batch as it is: it is set up already";
}
