/** The table of contract 11 in the words of the contract, written independently of `src/accounted.ts`. */
import type { Concern } from "../../src/concern.ts";
import type { Known } from "../../src/view.ts";
import { isOfFile } from "./table-found.ts";
import type { Run } from "./table-world.ts";
import * as make from "./views.ts";

/** D. For very large files, R is used instead. Undefined for a ZIP. */
export function distinctOf({ size }: Run): number | undefined {
  return size.distinct ?? size.records;
}

/** Datapoints of the dataset in use: the larger of two readings, because counts only grow. */
export function datapointsOf({ batch, datapoints = 0 }: Known): number {
  const listed = batch?.value.datasets.find(({ id }) => id === make.DATASET_ID);
  return Math.max(datapoints, listed?.totalDatapointCount ?? 0);
}

/** Datapoints of the other attached datasets. Undefined if one of them does not report a count. */
export function othersOf({ batch }: Known): number | undefined {
  let sum = 0;
  for (const { id, totalDatapointCount } of batch?.value.datasets ?? []) {
    if (id === make.DATASET_ID) continue;
    if (totalDatapointCount === undefined) return undefined;
    sum += totalDatapointCount;
  }
  return sum;
}

/** P. Undefined if one of the attached datasets does not report a count. */
export function allDatapoints(known: Known): number | undefined {
  const others = othersOf(known);
  return others === undefined ? undefined : datapointsOf(known) + others;
}

/** T. */
export function tasksOf({ batch }: Known): number {
  return batch?.value.totalTaskCount ?? 0;
}

/** T before this run added records: with auto sync, these already have their tasks (API 6). */
function tasksBefore(known: Known): number {
  const { found } = known;
  const auto = found?.status === "READY" && found.autoSyncEnabled;
  return auto ? found.totalTaskCount : tasksOf(known);
}

/** A rule of the table, and when it requires a stop. */
type Asks = (known: Known, run: Run) => boolean;

/** Rule 1, for any content: another content that is there twice would get tasks, too. */
export const isTwice: Asks = ({ dataset }, run) => {
  if (dataset?.value.version !== 4) return false;
  const contents = dataset.value.imports
    .filter(({ acceptedCount, status }) => {
      const ended = status === "complete" || status === "partial";
      return ended && acceptedCount !== 0;
    })
    .flatMap(({ filename }) => filename ?? [])
    .map((filename) => (isOfFile(filename, run) ? "this" : filename));
  return contents.length > new Set(contents).size;
};

/** Rule 2. */
export const holdsMoreThanFile: Asks = (known, { size }) =>
  size.records !== undefined && datapointsOf(known) > size.records;

/** Rule 3. Datapoints of a dataset without a count would only add to it. Rejected records are not datapoints. */
const isUnknownWithoutTask: Asks = (known, run) => {
  const { brought } = known;
  const least = allDatapoints(known) ?? datapointsOf(known);
  const without = least - tasksBefore(known);
  const distinct = distinctOf(run) ?? Infinity;
  const hadItsChance = brought?.how === "import" && brought.endedBefore;
  const all = distinct - (brought?.rejected ?? 0);
  return without > 0 && (hadItsChance || without >= all);
};

/** Rule 4. Repeated rows of the file may have been recognized. */
const hasGrownOtherwise: Asks = (known, { size }) => {
  const { brought } = known;
  if (brought?.how !== "import" || brought.endedBefore) return false;
  if (brought.datapointsBefore > 0) return false;
  const { records = 0, distinct = records } = size;
  const { accepted, duplicates = 0 } = brought;
  const grown = datapointsOf(known);
  const least = accepted - Math.max(duplicates, records - distinct);
  return grown > accepted || grown < least;
};

/** Rule 5. A file that this run has sent needs no name. */
const isAnotherFile: Asks = ({ brought, dataset }, run) =>
  dataset?.value.version === 3 &&
  (dataset.value.filename === undefined
    ? brought?.how !== "processed"
    : !isOfFile(dataset.value.filename, run));

/** Rule 6: T > P, or T > R after a first setup, without other datasets. */
const hasMoreTasks: Asks = (known, run) =>
  tasksOf(known) > (allDatapoints(known) ?? Infinity) ||
  hasMoreTasksThanFile(known, run);

const hasMoreTasksThanFile: Asks = (known, { size }) => {
  const { brought, setup } = known;
  const firstSetup = setup?.by === "us" || brought?.version === 3;
  const { records = Infinity } = size;
  const most = records + (othersOf(known) ?? Infinity);
  return firstSetup && brought !== undefined && tasksOf(known) > most;
};

/** Rule 3 again, for counts visible only after the sync was sent, if all attached datasets report a count. */
const hasSyncedAll: Asks = (known, run) => {
  const { brought, sync } = known;
  const created = sync?.ended ? (sync.job.tasksCreated ?? 0) : 0;
  const all = (distinctOf(run) ?? Infinity) - (brought?.rejected ?? 0);
  return brought !== undefined && created > 0 && created >= all;
};

/** Rule 6: fewer tasks than P after a sync. */
const hasFewerTasks: Asks = (known) =>
  known.sync?.ended === true &&
  known.brought !== undefined &&
  tasksOf(known) < (allDatapoints(known) ?? 0);

/** The probe of an append: Prolific accepted records, and knew none of them. */
const recognisesNothing: Asks = ({ probed }) =>
  probed !== undefined &&
  probed.accepted > 0 &&
  probed.grown >= probed.accepted;

/** When each concern applies. */
export const ASKS: Readonly<Record<Concern["what"], Asks>> = {
  imported_twice: isTwice,
  more_than_file: holdsMoreThanFile,
  unknown_without_task: isUnknownWithoutTask,
  grown_otherwise: hasGrownOtherwise,
  none_recognised: recognisesNothing,
  another_file: isAnotherFile,
  more_tasks: hasMoreTasks,
  more_synced: hasSyncedAll,
  fewer_tasks: hasFewerTasks,
};

/** Before which step each concern must be checked. */
export const BEFORE: Readonly<
  Record<"set_up" | "sync" | "end", readonly Concern["what"][]>
> = {
  set_up: [
    ...(["imported_twice", "more_than_file"] as const),
    ...(["another_file", "grown_otherwise"] as const),
  ],
  sync: [
    ...(["imported_twice", "grown_otherwise"] as const),
    "unknown_without_task",
  ],
  end: ["more_tasks", "more_synced", "fewer_tasks"],
};

/** A concern that was allowed before and reports the same. */
export const SAID_BY: Partial<Record<Concern["what"], Concern["what"]>> = {
  more_tasks: "more_than_file",
  more_synced: "unknown_without_task",
};
