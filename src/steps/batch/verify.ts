/** Reports on a READY batch that is as it should be: its tasks, and where it differs from the inputs (contract 4). */
import type { HowReady } from "../../decision.ts";
import { counted, figure } from "../../figures.ts";
import type { Batch } from "../../prolific/schema.ts";
import type { Known } from "../../view.ts";
import type { Needs } from "../tools.ts";

type Teller = Needs<"inputs" | "log">;

/** @param datapoints of all attached datasets, if known. */
export function verify(
  tools: Teller,
  batch: Batch,
  datapoints: number | undefined,
  how: HowReady,
): Partial<Known> {
  const { log } = tools;
  log.say(tasksInGroups(batch));
  tellTasks(tools, batch, datapoints, how);
  tellGroups(tools, batch, how);
  const groups = how.sync?.job.groupsCreated ?? 0;
  if (groups > 0) {
    log.note(
      "More submissions",
      `${counted(groups, "new task group")}: a study with this batch needs ${counted(groups, "more submission")} ` +
        "per annotator.",
    );
  }
  return { verified: true };
}

function tellTasks(
  { log }: Teller,
  { id, totalTaskCount: tasks }: Batch,
  datapoints: number | undefined,
  { before }: HowReady,
): void {
  if (datapoints === undefined || tasks === datapoints) return;
  const next =
    before && tasks < datapoints
      ? "Datapoints that came after its setup get tasks by a sync: if_ready: sync (V4 datasets only)."
      : "One task a datapoint is expected; check the batch before you publish a study with it.";
  log.warn(
    "Tasks and datapoints differ",
    `Batch ${id} has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")}. ${next}`,
  );
}

function tellGroups(
  { inputs, log }: Teller,
  { id, totalTaskCount: tasks, totalTaskGroups: groups }: Batch,
  { setups }: HowReady,
): void {
  const { tasksPerGroup } = inputs;
  if (tasksPerGroup === undefined || groups === undefined) return;
  const expected = Math.ceil(tasks / tasksPerGroup);
  if (groups === expected) return;
  log.note(
    "tasks_per_group was not followed",
    `Batch ${id} has ${counted(groups, "task group")}; tasks_per_group: ${String(tasksPerGroup)} would make ` +
      `${figure(expected)}. ` +
      (setups > 0
        ? "A grouping column or field in the data decides instead."
        : "It was set up before with another value, or a grouping column or field in the data decides."),
  );
}

function tasksInGroups({ totalTaskCount, totalTaskGroups }: Batch): string {
  const tasks = counted(totalTaskCount, "task");
  return totalTaskGroups === undefined
    ? `The batch has ${tasks}.`
    : `The batch has ${tasks} in ${counted(totalTaskGroups, "task group")}.`;
}
