/** What a dry run reports: the step that a real run would take next, and what to expect after it (contract 6). */
import { decide } from "../decide.ts";
import type { Decision, Step } from "../decision.ts";
import { counted, figure } from "../figures.ts";
import type { Dataset, ImportJob } from "../prolific/schema.ts";
import { type Brought, type Reading, type View, isRunning } from "../view.ts";
import { paidAgain } from "./concerns.ts";
import type { Inputs } from "./inputs.ts";
import { awaitedInWords, stopFor } from "./stops.ts";

/** A hypothetical state: what would be known, and what a reading of the dataset would show. */
interface Imagined {
  readonly view: View;
  readonly dataset: Dataset | undefined;
}

/**
 * Describes the next step in a sentence.
 * @param next the first step that would write or wait. Undefined if there is none.
 */
export function rehearsed(
  view: View,
  inputs: Inputs,
  next: Step | undefined,
): string {
  const phrases: string[] = [];
  let state: Imagined = { view, dataset: view.dataset?.value };
  let step = next;
  while (step) {
    const phrase = inWords(step, state.view, inputs);
    if (phrase !== undefined) phrases.push(phrase);
    state = imagine(state, step);
    const after = decisionAfter(step, state.view, inputs);
    if (after?.do === "stop") {
      const { title } = stopFor(after.reason, state.view, inputs).parts;
      phrases.push(`stop there: "${title}"`);
    }
    step = after?.do === "end" || after?.do === "stop" ? undefined : after;
  }
  const work = phrases.join(", then ");
  return `A real run would ${work === "" ? "leave the batch unchanged, because it is already set up" : work}`;
}

/** What follows by the same table as in a real run. Undefined if the rest depends on Prolific. */
function decisionAfter(
  step: Step,
  view: View,
  inputs: Inputs,
): Decision | undefined {
  const last = [
    ...["wait_for_dataset", "set_up", "sync", "verify"],
    ...["duplicate", "create_dataset", "attach_dataset"],
  ];
  if (last.includes(step.do)) return undefined;
  return decide(view, { ...inputs, dryRun: false });
}

/** Only for steps that write or wait. */
function inWords(step: Step, view: View, inputs: Inputs): string | undefined {
  switch (step.do) {
    case "wait_for_dataset":
      return `wait for ${awaitedInWords(step.awaited)} and look at the dataset again`;
    case "look_for_bytes":
      return (
        `look whether the bytes of ${step.jobs.length === 0 ? "an earlier upload" : importsInWords(step.jobs)} arrive, ` +
        `and else upload ${step.file.remoteName}`
      );
    case "upload":
      return `upload ${allRecords(view)} as ${step.file.remoteName}`;
    case "follow_import":
      return step.found
        ? `follow import ${step.importId} of the file, which is ${step.found.status}`
        : undefined;
    case "probe":
      return `append ${figure(step.most)} of its records to see whether Prolific recognizes them`;
    case "append":
      return (
        `append ${allRecords(view)} to the ${counted(step.dataset.totalDatapointCount, "datapoint")} there ` +
        "(identical ones are not added again)"
      );
    case "set_up":
      return ["set up the batch", tasksOfSetup(step.dataset, view, inputs)]
        .filter(Boolean)
        .join(": ");
    case "wait_for_batch":
      return view.setup?.by === "us"
        ? undefined
        : "wait for the setup that is running";
    case "sync":
      return `sync the batch: ${tasksOfSync(step.dataset.totalDatapointCount - step.batch.totalTaskCount, view)}`;
    case "duplicate": {
      const again = paidAgain(step);
      return (
        `make a copy of "${step.original.name}" named "${step.name}", ` +
        uploadAndSetUp(step.records, step.version, inputs) +
        (again === undefined ? "" : ` (new_batch is all_rows: ${again})`)
      );
    }
    case "create_dataset":
    case "attach_dataset":
      return `use the copy "${step.copy.name}", ${uploadAndSetUp(recordsIn(view), view.used?.which === "copy" && view.used.schema !== undefined ? 4 : 3, inputs)}`;
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "check_file":
    case "check_record_lengths":
    case "accept_file":
    case "count_again":
    case "allow":
    case "join":
    case "confirm_setup":
    case "follow_sync":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "use_copy":
      return undefined;
  }
}

/** What would happen to a copy without a dataset. */
function uploadAndSetUp(
  records: number | undefined,
  version: 3 | 4,
  { tasksPerGroup = 1 }: Inputs,
): string {
  const rows = records === undefined ? "the file" : counted(records, "record");
  const tasks =
    records === undefined
      ? ""
      : `: ${counted(records, "task")} for ${counted(records, "record")} in ${counted(Math.ceil(records / tasksPerGroup), "group")}`;
  return `upload ${rows} to a new V${String(version)} dataset, and set the copy up${tasks}`;
}

function recordsIn({ newRows, used, checked }: View): number | undefined {
  if (newRows) return newRows.records;
  const content = used?.which === "copy" ? used.content : checked;
  return content?.checked.records;
}

function allRecords({ checked }: View): string {
  const records = checked?.checked.records;
  return records === undefined ? "its records" : counted(records, "record");
}

function importsInWords(jobs: readonly ImportJob[]): string {
  const ids = jobs.map(({ id }) => id).join(", ");
  return `${jobs.length === 1 ? "import" : "imports"} ${ids}`;
}

/** "20 tasks for 20 records in 7 groups", as far as it is known before. One task for each datapoint (API 2.2). */
function tasksOfSetup(
  dataset: Dataset,
  { checked }: View,
  { tasksPerGroup = 1 }: Inputs,
): string {
  const tasks = dataset.totalDatapointCount;
  if (tasks === 0 || tasks === Infinity) return "";
  const columns = checked?.checked.columns ?? [];
  // A field of the schema decides (V4), or a column of the file (V3, API 2.5).
  const grouped =
    dataset.groupsItself ||
    (dataset.version === 3 && columns.includes("META_TASK_GROUP_ID"));
  const groups = counted(Math.ceil(tasks / tasksPerGroup), "group");
  const records = checked?.checked.records;
  const paid =
    counted(tasks, "task") +
    (records === undefined ? "" : ` for ${counted(records, "record")}`);
  return `${paid} in ${grouped ? "the groups that the data decides" : groups}`;
}

function tasksOfSync(without: number, { brought }: View): string {
  if (brought && brought.accepted > 0) {
    return "a task for each datapoint that is new";
  }
  return without > 0
    ? `${counted(without, "datapoint")} without a task`
    : "every datapoint has a task already";
}

/** The state after a step, if it succeeds. */
function imagine({ view, dataset }: Imagined, step: Step): Imagined {
  const fresh = <T>(value: T): Reading<T> => ({ value, ageMs: 0 });
  switch (step.do) {
    case "read_batch":
      return {
        view: { ...view, batch: view.batch && fresh(view.batch.value) },
        dataset,
      };
    case "read_dataset":
      return { view: { ...view, dataset: dataset && fresh(dataset) }, dataset };
    case "check_record_lengths":
      return { view: { ...view, fits: true }, dataset };
    case "join": {
      const setup = { by: "somebody_else", setups: 0, certain: true } as const;
      return { view: { ...view, setup }, dataset };
    }
    case "wait_for_batch": {
      const tasks = dataset?.totalDatapointCount ?? step.batch.totalTaskCount;
      const batch = {
        ...step.batch,
        status: "READY",
        totalTaskCount: tasks,
      } as const;
      return { view: { ...view, batch: fresh(batch) }, dataset };
    }
    case "leave_as_it_is":
      return { view: { ...view, left: true }, dataset };
    case "accept_file":
      return broughtIn(view, step.dataset, step.how, 0);
    case "upload":
    case "look_for_bytes": {
      const how = step.dataset.version === 3 ? "processed" : "import";
      return broughtIn(view, step.dataset, how, records(view));
    }
    case "probe": {
      const { totalDatapointCount: before } = step.dataset;
      const probed = { before, accepted: step.most, grown: 0 };
      return { view: { ...view, probed }, dataset };
    }
    case "append": {
      // The difference between records and datapoints: Prolific recognizes the others.
      const added = Math.max(0, records(view) - step.before);
      return broughtIn(view, step.dataset, "append", added);
    }
    case "follow_import": {
      // All records of the file, if none of them is visible yet.
      const none = step.dataset.totalDatapointCount === 0;
      return broughtIn(view, step.dataset, "import", none ? records(view) : 0);
    }
    case "count_again":
      return {
        view: {
          ...view,
          batch: view.batch && fresh(view.batch.value),
          dataset: dataset && fresh(dataset),
          countedAgeMs: 0,
          tasksCounted: true,
        },
        dataset,
      };
    case "allow": {
      const allowed = [...view.allowed, step.concern.what];
      return { view: { ...view, allowed }, dataset };
    }
    case "use_dataset":
    case "check_file":
    case "wait_for_dataset":
    case "set_up":
    case "confirm_setup":
    case "sync":
    case "follow_sync":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "duplicate":
    case "use_copy":
    case "create_dataset":
    case "attach_dataset":
      return { view, dataset };
  }
}

/** Undefined for a ZIP, because the number is not known. */
function records({ checked }: View): number {
  return checked?.checked.records ?? Infinity;
}

function broughtIn(
  view: View,
  before: Dataset,
  how: Brought["how"],
  added: number,
): Imagined {
  const { totalDatapointCount: datapointsBefore, version } = before;
  const datapoints = datapointsBefore + added;
  const brought: Brought = {
    ...{ how, version, datapointsBefore },
    accepted: how === "append" ? records(view) : added,
    rejected: 0,
    duplicates: undefined,
    endedBefore: added === 0 && how !== "append",
    puts: 0,
    besideImport: false,
  };
  const grown = { ...before, totalDatapointCount: datapoints };
  const dataset: Dataset =
    grown.version === 3
      ? { ...grown, status: "READY", filename: view.checked?.remoteName }
      : { ...grown, imports: grown.imports.map(ended) };
  return {
    view: {
      ...view,
      ...{ brought, datapoints },
      dataset: undefined,
      countedAgeMs: undefined,
    },
    dataset:
      dataset.version === 4 && how === "import"
        ? { ...dataset, imports: [COMPLETE, ...dataset.imports] }
        : dataset,
  };
}

function ended(job: ImportJob): ImportJob {
  return isRunning(job) ? { ...job, status: "complete" } : job;
}

const COMPLETE: ImportJob = {
  id: "",
  filename: undefined,
  status: "complete",
  acceptedCount: undefined,
  rejectedCount: undefined,
  duplicateCount: undefined,
  errors: [],
  reason: undefined,
};
