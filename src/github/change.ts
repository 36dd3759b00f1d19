/** What a run changed, in one sentence: pure (contract 8). */
import { counted } from "./report.ts";

export interface Change {
  /** Undefined when no file was given. */
  readonly newDatapoints: number | undefined;
  readonly newTasks: number;
  /** Undefined when the batch does not say how many groups it has. */
  readonly newGroups: number | undefined;
  /** True when the tasks were not waited for. */
  readonly pending: boolean;
}

/** Such as "12 new datapoints, 12 new tasks in 4 groups". */
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
