/** Describes what a run changed, or a dry run would change, in one sentence (contract 8). */
import type { Step } from "../decision.ts";
import { counted } from "../figures.ts";
import type { View } from "../view.ts";
import type { Inputs } from "./inputs.ts";
import type { Log } from "./log.ts";
import { rehearsed } from "./rehearsal.ts";
import type { GreenOutcome, Report } from "./report.ts";

export interface Change {
  /** Undefined without a file. */
  readonly newDatapoints: number | undefined;
  readonly newTasks: number;
  /** Undefined if the batch does not report how many groups it has. */
  readonly newGroups: number | undefined;
  /** True if the run did not wait for the tasks. */
  readonly pending: boolean;
}

/** For example "12 new datapoints, 12 new tasks in 4 groups". */
export function changeInWords(change: Change): string {
  const { newDatapoints, newTasks, newGroups, pending } = change;
  const data =
    newDatapoints === undefined
      ? []
      : [counted(newDatapoints, "new datapoint")];
  if (pending) {
    return [...data, "Prolific is at work on the tasks"].join("; ");
  }
  if (newTasks === 0 && (newDatapoints ?? 0) === 0) {
    return "Nothing new: no datapoints, no tasks";
  }
  return [...data, tasks(newTasks, newGroups)].join(", ");
}

function tasks(newTasks: number, newGroups: number | undefined): string {
  const made = newTasks === 0 ? "no new tasks" : counted(newTasks, "new task");
  if (newTasks === 0 || newGroups === undefined) return made;
  return newGroups === 0
    ? `${made} in groups that had room`
    : `${made} in ${counted(newGroups, "group")}`;
}

interface Teller {
  readonly inputs: Inputs;
  readonly log: Log;
  readonly report: Report;
}

/** Describes the result of a green run. */
export function reportEnd(
  { inputs, log, report }: Teller,
  view: View,
  { outcome, instead }: { outcome: GreenOutcome; instead?: Step },
): void {
  if (outcome === "dry_run" && inputs.apiToken === undefined) {
    tellOffline({ log, report }, view);
    return;
  }
  if (view.newRows?.records === 0 && !view.used) {
    report.change = `No row of ${view.file?.relativePath ?? ""} is new, so there is nothing to make`;
  } else if (outcome === "dry_run")
    report.change = rehearsed(view, inputs, instead);
  else if (view.brought ?? view.sync?.ended) {
    report.change = changeInWords(changeOf(view, outcome));
  } else return;
  log.say(report.change);
}

/** Compares the counts before and after. */
function changeOf(view: View, outcome: GreenOutcome): Change {
  const { batch, brought, datapoints = 0, datapointsBefore = 0, found } = view;
  const groupsBefore = found?.totalTaskGroups;
  const groupsAfter = batch?.value.totalTaskGroups;
  return {
    newDatapoints: brought && datapoints - datapointsBefore,
    newTasks: (batch?.value.totalTaskCount ?? 0) - (found?.totalTaskCount ?? 0),
    newGroups:
      groupsBefore === undefined || groupsAfter === undefined
        ? undefined
        : groupsAfter - groupsBefore,
    pending: outcome === "accepted",
  };
}

function tellOffline(
  { log, report }: Pick<Teller, "log" | "report">,
  { file }: View,
): void {
  log.note(
    "Dry run without a token",
    file
      ? `Only ${file.relativePath} was checked, not the batch and its dataset: workflows from forks and Dependabot get no secrets.`
      : "Only the inputs were checked: there is no dataset_file, and workflows from forks and Dependabot get no secrets.",
  );
  if (file) report.change = `${file.relativePath} has no defects`;
}
