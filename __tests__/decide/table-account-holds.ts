/** What holds before anything makes tasks of a file's records (contract 11), written without a look at `accounted.ts`. */
import type { Known } from "../../src/view.ts";
import type { Rule } from "./table-holds.ts";
import { fileCounts } from "./table-rules.ts";
import { type Run, RECORDS } from "./table-world.ts";
import * as make from "./views.ts";

const FRESH_MS = 5_000;

/** Datapoints of the dataset that is meant: counts only grow, so the larger of two readings. */
function datapointsOf({ batch, datapoints = 0 }: Known): number {
  const listed = batch?.value.datasets.find(({ id }) => id === make.DATASET_ID);
  return Math.max(datapoints, listed?.totalDatapointCount ?? 0);
}

/** Of all attached datasets; undefined when one of them does not say. */
function allDatapoints(known: Known): number | undefined {
  let sum = datapointsOf(known);
  for (const { id, totalDatapointCount } of known.batch?.value.datasets ?? []) {
    if (id === make.DATASET_ID) continue;
    if (totalDatapointCount === undefined) return undefined;
    sum += totalDatapointCount;
  }
  return sum;
}

/** A ZIP does not say how many records it has. */
const isCounted = ({ format }: Run) => format !== "zip";

const isTwice = ({ dataset }: Known) => {
  if (dataset?.value.version !== 4) return false;
  const names = dataset.value.imports
    .filter(({ acceptedCount, status }) => {
      const ended = status === "complete" || status === "partial";
      return ended && acceptedCount !== 0;
    })
    .flatMap(({ filename }) => filename ?? []);
  return names.length > new Set(names).size;
};

/** A rule of the table in section 11, and when it asks for a stop. */
type Concerned = (known: Known, run: Run) => boolean | undefined;

const BEFORE_A_SETUP: Readonly<Record<string, Concerned>> = {
  imported_twice: isTwice,
  more_than_file: (known, run) =>
    isCounted(run) && datapointsOf(known) > RECORDS,
  another_file: ({ brought, checked, dataset }) =>
    dataset?.value.version === 3 &&
    (dataset.value.filename === undefined
      ? brought?.how === "was_there"
      : dataset.value.filename !== checked?.remoteName),
  grown_otherwise: hasGrownOtherwise,
};

const BEFORE_A_SYNC: Readonly<Record<string, Concerned>> = {
  imported_twice: isTwice,
  grown_otherwise: hasGrownOtherwise,
  unknown_without_task: (known, run) => {
    const all = allDatapoints(known);
    if (all === undefined || !isCounted(run)) return false;
    const without = all - (known.batch?.value.totalTaskCount ?? 0);
    const { brought } = known;
    const chance = brought?.how === "import" && brought.endedBefore;
    const rejected = brought?.rejected ?? 0;
    return without > 0 && (chance || without >= RECORDS - rejected);
  },
};

function hasGrownOtherwise(known: Known): boolean {
  const { brought } = known;
  if (brought?.how !== "import" || brought.endedBefore) return false;
  if (brought.datapointsBefore > 0) return false;
  return datapointsOf(known) !== brought.accepted;
}

const isAllowed = (known: Known, what: string) =>
  known.allowed.some((one) => one === what);

function accountedBefore(
  write: "set_up" | "sync",
  rules: Readonly<Record<string, Concerned>>,
): Rule {
  return ({ known, next }, run) => {
    if (next.do !== write || !known.brought || !fileCounts(known, run)) return;
    const broken = Object.entries(rules).find(
      ([what, asks]) => asks(known, run) && !isAllowed(known, what),
    );
    return broken?.[0];
  };
}

export const ACCOUNT_HOLDS: Readonly<Record<string, Rule>> = {
  "the dataset and the batch are read again before anything makes tasks of the file":
    ({ known, next, view }, run) => {
      if (next.do !== "set_up" && next.do !== "sync") return;
      if (!known.brought || !fileCounts(known, run)) return;
      const { countedAgeMs = Infinity } = view;
      return countedAgeMs > FRESH_MS && `counted ${countedAgeMs} ms ago`;
    },

  "a setup makes tasks only for what the file accounts for": accountedBefore(
    "set_up",
    BEFORE_A_SETUP,
  ),

  "a sync makes tasks only for what the file accounts for": accountedBefore(
    "sync",
    BEFORE_A_SYNC,
  ),

  "only extra_datapoints: allow allows": ({ known, next }, { inputs }) => {
    const allows = next.do === "allow" || known.allowed.length > 0;
    return allows && inputs.extraDatapoints !== "allow" && "allowed";
  },

  "what is allowed is said once, and does not end the run": (
    { known, next },
    { inputs },
  ) => {
    if (next.do === "allow") {
      return isAllowed(known, next.concern.what) && "said again";
    }
    const stopped = next.do === "stop" && next.reason.why === "unaccounted";
    return stopped && inputs.extraDatapoints === "allow" && "stopped";
  },

  "after a sync of this run for a file no datapoint is left without a task": (
    { known, next },
    run,
  ) => {
    if (next.do !== "end" || !known.sync?.ended || !known.brought) return;
    if (isAllowed(known, "fewer_tasks") || run.inputs.dryRun) return;
    const all = allDatapoints(known);
    const tasks = known.batch?.value.totalTaskCount ?? 0;
    return all !== undefined && tasks < all && `${tasks} tasks for ${all}`;
  },
};
