/** Waiting for a batch to become READY, and making sure that it really is (contract 4 and 7). */
import { chooseDataset } from "../dataset/readiness.ts";
import { DeadlineReached, Stop } from "../errors.ts";
import { counted, figure } from "../github/report.ts";
import type { Batch } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";

/**
 * Waits until the batch reads READY, and reads it whole.
 * @throws Stop when it ends in ERROR; DeadlineReached when it is not READY in a last check after the deadline either.
 */
export async function waitUntilReady(run: Run): Promise<Batch> {
  const startedAt = run.clock.now();
  try {
    for (;;) {
      await run.pause(
        pauseBeforeCheck(
          run.clock.now() - startedAt,
          run.inputs.pollIntervalMs,
        ),
      );
      const batch = await readIfReady(run, "waitingRead");
      if (batch) return batch;
    }
  } catch (error) {
    const batch =
      error instanceof DeadlineReached
        ? await readIfReady(run, "lastRead")
        : undefined;
    if (batch) return batch;
    throw error;
  }
}

/** @returns the whole batch when it reads READY, undefined when it does not yet. */
async function readIfReady(
  run: Run,
  how: "waitingRead" | "lastRead",
): Promise<Batch | undefined> {
  const status = await run.readStatus(how);
  switch (status) {
    case "READY": {
      const batch = await run.readBatch("lastRead");
      return batch.status === "READY" ? batch : undefined; // one of the two answers was older
    }
    case "ERROR":
      throw batchInError(run);
    case "UNINITIALISED": // just after the acceptance this is lag (contract 4)
    case "PROCESSING":
      return undefined;
  }
}

/** A batch in ERROR cannot be repaired: no reset exists (API 2.1). */
export function batchInError(run: Run): Stop {
  return new Stop({
    title: "The batch is in ERROR at Prolific",
    what: `Batch ${run.inputs.batchId} reads ERROR: Prolific could not make its tasks, and its data may be unusable.`,
    next:
      "An ERROR batch cannot be set up again. Look at its dataset in Prolific, then duplicate the batch or create a new " +
      "one, and put the new id into batch_id.",
  });
}

/** How a batch became READY, for what can be expected of it. */
export interface HowReady {
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** True when the batch was READY before this run. */
  readonly before: boolean;
}

/**
 * Makes sure that a READY batch has the tasks it should have, and says where it does not follow the inputs (contract 4).
 * @throws Stop when it has no tasks, or more than datapoints after two setups.
 */
export function verifyReady(
  run: Run,
  batch: Batch,
  { setups, before }: HowReady,
): void {
  const { totalTaskCount: tasks, totalTaskGroups: groups } = batch;
  // Somebody else may have set it up with another dataset meanwhile.
  chooseDataset(batch, run.report.get("dataset_id"));
  if (tasks === 0 || groups === 0) {
    throw new Stop({
      title: "The batch is READY, but empty",
      what:
        `Batch ${batch.id} reads READY with ${counted(tasks, "task")}` +
        (groups === undefined ? "." : ` in ${counted(groups, "task group")}.`),
      next: "Participants would see nothing. Check its dataset in Prolific, then duplicate the batch or create a new one.",
    });
  }
  run.report.progress = "ready";
  run.say(tasksInGroups(batch));
  const datapoints = attachedDatapoints(run, batch);
  if (datapoints !== undefined && tasks !== datapoints) {
    const both = `Batch ${batch.id} has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")}`;
    if (setups > 1 && tasks > datapoints) {
      throw new Stop({
        title: "The batch has more tasks than datapoints",
        what: `${both}, and ${counted(setups, "setup")} of this run may have arrived.`,
        next: "Do not publish a study with this batch before you know why: each task is paid for. Ask Prolific's support.",
      });
    }
    const next =
      before && tasks < datapoints
        ? "Datapoints that came after its setup get tasks by a sync: if_ready: sync (V4 datasets only)."
        : "One task a datapoint is expected; check the batch before you publish a study with it.";
    run.warn("Tasks and datapoints differ", `${both}. ${next}`);
  }
  const { tasksPerGroup } = run.inputs;
  if (tasksPerGroup === undefined || groups === undefined) return;
  const expected = Math.ceil(tasks / tasksPerGroup);
  if (groups === expected) return;
  run.note(
    "tasks_per_group was not followed",
    `Batch ${batch.id} has ${counted(groups, "task group")}; tasks_per_group: ${String(tasksPerGroup)} would make ` +
      `${figure(expected)}. ` +
      (setups > 0
        ? "A grouping column or field in the data decides instead."
        : "It was set up before with another value, or a grouping column or field in the data decides."),
  );
}

function attachedDatapoints(run: Run, batch: Batch): number | undefined {
  if (batch.datasets.length > 1) {
    const counts = batch.datasets.map(
      ({ totalDatapointCount }) => totalDatapointCount,
    );
    return counts.reduce(
      (sum, n) => (sum === undefined || n === undefined ? undefined : sum + n),
      0,
    );
  }
  const lastRead = run.report.get("total_datapoint_count");
  return lastRead === undefined ? undefined : Number(lastRead);
}

function tasksInGroups({ totalTaskCount, totalTaskGroups }: Batch): string {
  const tasks = counted(totalTaskCount, "task");
  return totalTaskGroups === undefined
    ? `The batch has ${tasks}.`
    : `The batch has ${tasks} in ${counted(totalTaskGroups, "task group")}.`;
}
