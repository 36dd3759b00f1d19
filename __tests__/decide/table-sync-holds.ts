/** The rules for a batch that is already set up, or that somebody else is setting up (contract 4). */
import type { Rule } from "./table-holds.ts";
import { hasAdded, holdsMore, isAskedToSync } from "./table-rules.ts";

export const SYNC_HOLDS: Readonly<Record<string, Rule>> = {
  "what is found PROCESSING, without a file, is waited for, and the dataset is not looked at":
    ({ known: { found, sync }, next, past }, run) => {
      if (found?.status !== "PROCESSING" || past.doomed || sync) return;
      if (run.format !== undefined && run.inputs.ifReady !== "skip") return;
      const ofDataset = ["read_dataset", "wait_for_dataset", "sync"];
      return (
        (ofDataset.includes(next.do) && next.do) ||
        (next.do === "stop" && next.reason.why === "unusable" && "unusable")
      );
    },

  "a sync is for a READY batch with a V4 dataset that is not set up by this run":
    ({ known, next, past, view }, run) => {
      if (next.do !== "sync") return;
      return (
        (past.syncs > 0 && "a second sync") ||
        (past.ours && "set up by this run") ||
        (view.batch?.value.status !== "READY" && "not READY") ||
        (past.dataset?.version !== 4 && "no V4") ||
        (![isAskedToSync, hasAdded, holdsMore].some((asks) =>
          asks(known, past, run),
        ) &&
          "nothing asks for it")
      );
    },

  "if_ready: sync ends with a sync of a V4 dataset": withoutSync(isAskedToSync),

  "auto ends with a sync when this run added datapoints": withoutSync(hasAdded),

  "auto ends with a sync when the attached datasets hold more datapoints than there are tasks":
    withoutSync(holdsMore),
};

/** Except for red ends and dry runs. */
function withoutSync(
  isDue: (...state: Parameters<typeof hasAdded>) => boolean,
): Rule {
  return ({ known, next, past }, run) =>
    next.do === "end" &&
    next.outcome !== "dry_run" &&
    past.syncs === 0 &&
    isDue(known, past, run) &&
    `${next.outcome} without a sync`;
}
