/** The rules before anything makes tasks of a file's records, and for the tasks that were made (contract 11). */
import { isDeepStrictEqual } from "node:util";
import type { Concern } from "../../src/concern.ts";
import { decide } from "../../src/decide.ts";
import type { Known } from "../../src/view.ts";
import {
  ASKS,
  BEFORE,
  SAID_BY,
  distinctOf,
  holdsMoreThanFile,
  isTwice,
} from "./table-account-rules.ts";
import type { Rule } from "./table-holds.ts";
import { fileCounts, isImporting, sends } from "./table-rules.ts";
import type { Run } from "./table-world.ts";

const FRESH_MS = 5_000;
const PROBE_RECORDS = 10;

const isAllowed = ({ allowed }: Known, what: Concern["what"]) =>
  allowed.includes(what) || allowed.some((said) => said === SAID_BY[what]);

/** The first concern that should have stopped the run or been allowed. */
function unsaid(
  before: keyof typeof BEFORE,
  known: Known,
  run: Run,
): string | undefined {
  return BEFORE[before].find(
    (what) => ASKS[what](known, run) && !isAllowed(known, what),
  );
}

export const ACCOUNT_HOLDS: Readonly<Record<string, Rule>> = {
  "the dataset and the batch are read again before anything makes tasks of the file":
    ({ known, next, past, view }, run) => {
      if (next.do !== "set_up" && next.do !== "sync") return;
      if (!known.brought || !fileCounts(known, run)) return;
      const { countedAgeMs = Infinity } = view;
      return (
        (!past.counted && "not counted since the records came") ||
        (countedAgeMs > FRESH_MS && `counted ${countedAgeMs} ms ago`)
      );
    },

  "a setup makes tasks only for what the file accounts for": (
    { known, next },
    run,
  ) =>
    next.do === "set_up" &&
    fileCounts(known, run) &&
    unsaid("set_up", known, run),

  "a sync makes tasks only for what the file accounts for, when no import is running":
    ({ known, next }, run) => {
      if (next.do !== "sync" || !fileCounts(known, run)) return;
      return (
        (isImporting(next.dataset) && "an import is running") ||
        unsaid("sync", known, run)
      );
    },

  "green with a file means that its tasks are accounted for": (
    { known, next },
    run,
  ) => {
    if (next.do !== "end" || run.inputs.dryRun) return;
    if (!fileCounts(known, run) || !known.brought) return;
    if (known.batch?.value.status !== "READY" || !known.verified) return;
    return unsaid("end", known, run);
  },

  "what ends the run as not accounted for is named in the table of contract 11":
    ({ known, next }, run) => {
      if (next.do !== "stop" || next.reason.why !== "unaccounted") return;
      const { what } = next.reason.concern;
      return !ASKS[what](known, run) && what;
    },

  "what the dataset shows before anything is sent ends the run before it is sent":
    ({ known, next }, run) => {
      if (!sends(next) || run.inputs.extraDatapoints === "allow") return;
      const isNew = known.batch?.value.status === "UNINITIALISED";
      return (
        (isTwice(known, run) && "imported twice") ||
        (isNew && holdsMoreThanFile(known, run) && "more than the file")
      );
    },

  "only extra_datapoints: allow allows a concern": (
    { known, next },
    { inputs },
  ) => {
    const allows = next.do === "allow" || known.allowed.length > 0;
    return allows && inputs.extraDatapoints !== "allow" && "allowed";
  },

  "an allowed concern is reported once, and does not end the run": (
    { known, next },
    { inputs },
  ) => {
    if (next.do === "allow") {
      return known.allowed.includes(next.concern.what) && "said again";
    }
    const stopped = next.do === "stop" && next.reason.why === "unaccounted";
    return stopped && inputs.extraDatapoints === "allow" && "stopped";
  },

  "where stop ends the run, allow reports the same and goes on": (
    { next, view },
    { inputs },
  ) => {
    if (next.do !== "stop" || next.reason.why !== "unaccounted") return;
    const { concern } = next.reason;
    const allowing = { ...inputs, extraDatapoints: "allow" as const };
    const says = decide(view, allowing);
    if (!isDeepStrictEqual(says, { do: "allow", concern })) return says.do;
    const allowed = [...view.allowed, concern.what];
    const after = decide({ ...view, allowed }, allowing);
    return (
      after.do === "stop" && after.reason.why === "unaccounted" && "stops again"
    );
  },

  "an append of more than 10 distinct records begins with 10 of them, unless extra_datapoints is allow":
    ({ known, next, past }, run) => {
      const many = (distinctOf(run) ?? 0) > PROBE_RECORDS;
      const due = many && run.inputs.extraDatapoints === "stop";
      if (next.do === "append") return due && !known.probed && "no probe";
      if (next.do !== "probe") return;
      return (
        (!due && "not needed") ||
        (past.probes + past.appends > 0 && "too late") ||
        (next.most !== PROBE_RECORDS && `${next.most} records`)
      );
    },

  "nothing is appended after a probe without recognised records": (
    { known, next },
    run,
  ) => {
    if (next.do !== "append" || !known.probed) return;
    const { accepted, grown } = known.probed;
    return (
      grown >= accepted &&
      run.inputs.extraDatapoints === "stop" &&
      `appended after ${accepted} were accepted and ${grown} added`
    );
  },
};
