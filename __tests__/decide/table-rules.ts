/** The rules of contract 4, 5 and 6 in the words of the contract, written independently of `decide`. */
import type { Decision, Step } from "../../src/decision.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { Dataset, DatasetV4 } from "../../src/prolific/schema.ts";
import type { Known } from "../../src/view.ts";
import { isOfFile } from "./table-found.ts";
import type { Past, Run } from "./table-world.ts";
import * as make from "./views.ts";

export function isStep(next: Decision): next is Step {
  return next.do !== "end" && next.do !== "stop";
}

export function writes(step: Step): boolean {
  return ["upload", "probe", "append", "set_up", "sync"].includes(step.do);
}

/** Steps that wait for Prolific. An import that has ended is only read. */
export function waits(step: Step): boolean {
  if (step.do === "follow_import") {
    const ended = ["complete", "partial", "failed", "pending_schema"];
    return !ended.includes(step.found?.status ?? "");
  }
  return [
    ...["wait_for_dataset", "look_for_bytes", "wait_for_batch"],
    ...["confirm_setup", "follow_sync"],
  ].includes(step.do);
}

export function onlyReads(step: Step): boolean {
  return !writes(step) && !waits(step);
}

export function hasWritten(past: Past): boolean {
  const { setups, uploads, probes, appends, syncs } = past;
  return setups + uploads + probes + appends + syncs > 0;
}

/** Records of the file are sent. */
export function sends(
  next: Decision,
): next is Extract<Step, { do: "upload" | "probe" | "append" }> {
  return ["upload", "probe", "append"].includes(next.do);
}

/** The batch was READY or PROCESSING at the start of the run. */
export function isFoundSetUp({ found }: Known): boolean {
  return found?.status === "READY" || found?.status === "PROCESSING";
}

/** With `skip`, a batch that is set up gets nothing of the file. */
export function fileCounts(known: Known, { inputs, format }: Run): boolean {
  const skipped = isFoundSetUp(known) && inputs.ifReady === "skip";
  return format !== undefined && !skipped;
}

/** Contract 4, "Dataset readiness". */
export function isReady(
  dataset: Dataset,
  { allowPartial }: Inputs,
  appended: boolean,
): boolean {
  if (dataset.totalDatapointCount === 0) return false;
  if (dataset.version === 3) return dataset.status === "READY";
  if (isImporting(dataset)) return false;
  // An upload address without bytes is not an import.
  const imports = dataset.imports.filter((j) => j.status !== "uninitialised");
  return (
    appended ||
    imports.length === 0 ||
    imports.some(({ status }) => status === "complete") ||
    (allowPartial &&
      imports.some((j) => j.status === "partial" && (j.acceptedCount ?? 0) > 0))
  );
}

export function isImporting({ imports }: DatasetV4): boolean {
  return imports.some((j) => ["queued", "processing"].includes(j.status));
}

/** Imports of this file that a V4 dataset has or may have: all except failed ones and those known to be abandoned. */
export function hasFile(dataset: DatasetV4, known: Known, run: Run): boolean {
  return dataset.imports.some(
    ({ id, filename, status }) =>
      isOfFile(filename, run) &&
      status !== "failed" &&
      !(status === "uninitialised" && known.abandoned.includes(id)),
  );
}

/** The first readings show that the run must end red in any case. */
export function isDoomed(known: Known, run: Run): boolean {
  const { inputs, format } = run;
  const { batch, dataset, found } = known;
  if (!batch || !found) return false;
  if (batch.value.status === "ERROR") return true;
  const attached = batch.value.datasets.map(({ id }) => id);
  if (inputs.datasetId === undefined && attached.length !== 1) return true;
  if (attached.length > 0 && !attached.includes(make.DATASET_ID)) return true;
  if (inputs.ifReady === "fail") {
    // The tasks for the file would be made after the setup, and "fail" forbids that.
    const late = found.status === "PROCESSING" && format !== undefined;
    if (found.status === "READY" || late) return true;
  }
  if (!dataset) return false;
  return fileCounts(known, run)
    ? known.brought === undefined && cannotTakeFile(dataset.value, run)
    : !isFoundSetUp(known) && isHopeless(dataset.value, inputs);
}

function cannotTakeFile(dataset: Dataset, run: Run): boolean {
  const { version } = dataset;
  if (run.format === (version === 3 ? "jsonl" : "zip")) return true;
  if (dataset.version === 4) return dataset.schema === undefined;
  const { filename, status, totalDatapointCount } = dataset;
  const holdsOther = !isOfFile(filename, run);
  switch (status) {
    case "UNINITIALISED":
      return false;
    case "ERROR":
      return true;
    case "PROCESSING":
      return filename !== undefined && holdsOther;
    case "READY": {
      // Which file it is cannot be known without a name.
      const allowed = run.inputs.extraDatapoints === "allow";
      const unknown = filename === undefined && allowed;
      return holdsOther && !unknown && totalDatapointCount > 0;
    }
  }
}

/** Not ready, and nothing is running that would change that. */
function isHopeless(dataset: Dataset, inputs: Inputs): boolean {
  const busy =
    dataset.version === 3
      ? dataset.status === "PROCESSING"
      : isImporting(dataset);
  return !busy && !isReady(dataset, inputs, false);
}

/** Contract 4, READY: `if_ready: sync`, which also applies to the file of a run that waited for a setup. */
export function isAskedToSync(known: Known, past: Past, run: Run): boolean {
  const { found } = known;
  const late =
    found?.status === "READY" ||
    (isFoundSetUp(known) && fileCounts(known, run));
  return late && run.inputs.ifReady === "sync" && canSync(past);
}

/** Contract 4, READY: this run added to the dataset of a batch that somebody else set up before or in the meantime. */
export function hasAdded(known: Known, past: Past, run: Run): boolean {
  const { brought } = known;
  if (!brought || !fileCounts(known, run)) return false;
  return brought.accepted > 0 && canSync(past);
}

/** Contract 4, READY: the attached datasets hold more datapoints than the batch has tasks. */
export function holdsMore(known: Known, past: Past, run: Run): boolean {
  const { batch, brought, sync } = known;
  if (!batch || !brought || !fileCounts(known, run)) return false;
  // What is only visible in the last reading, after the tasks, is for the next run.
  if (known.tasksCounted) return false;
  const tasks = sync?.tasksBefore ?? batch.value.totalTaskCount;
  const held = batch.value.datasets.reduce(
    (sum, { id, totalDatapointCount = 0 }) =>
      sum +
      (id === make.DATASET_ID
        ? Math.max(known.datapoints ?? 0, totalDatapointCount)
        : totalDatapointCount),
    0,
  );
  return held > tasks && canSync(past);
}

/** V4 only, and never after a setup of this run, which had all the data. */
function canSync({ dataset, ours }: Past): boolean {
  return dataset?.version === 4 && !ours;
}
