import { datapointsAt, keysFrom } from "../data/counts.ts";
import { addTasks, groupCount, noGroups } from "./grouping.ts";
import type { Grouping } from "./grouping.ts";
import type { Batch, State, Sync, SyncStatus } from "../facts/state.ts";

/** A sync job at a time. It has counts when it is complete. */
export interface SyncProgress {
  readonly sync: Sync;
  readonly status: SyncStatus;
  readonly sinceMs: number;
  readonly counts: {
    readonly tasks_created: number;
    readonly datapoints_processed: number;
    readonly groups_created: number;
    readonly groups_expanded: number;
  } | null;
}

/** Tasks for `count` datapoints of a dataset, from the datapoint `from` on, as they stood at `atMs`. */
export interface Made {
  readonly datasetId: string;
  readonly atMs: number;
  readonly from: number;
  readonly count: number;
}

/** The result of the setups and syncs of a batch. */
export interface Progress {
  readonly taskCount: number;
  readonly groupCount: number;
  /** The datapoints for which tasks were made, in the order of the tasks. */
  readonly made: readonly Made[];
  readonly syncs: readonly SyncProgress[];
}

/**
 * Works out tasks, groups and sync jobs of a batch at a time (epoch milliseconds) from its facts. A setup
 * makes one task a datapoint when it is done; a sync makes them for the datapoints that have none when it
 * starts processing; syncs of one batch run one after another (API 3.2, 3.6).
 */
export function progressAt(
  batch: Batch,
  state: State,
  nowMs: number,
): Progress {
  const groupings: Grouping[] = [];
  const made: Made[] = [];
  let covered = 0;
  let tasksPerGroup = 1;
  for (const setup of batch.setups) {
    ({ tasksPerGroup } = setup);
    if (nowMs < setup.doneMs || setup.endsIn === "ERROR") continue;
    if (setup.datapoints === 0) continue;
    const { datasetId, atMs, datapoints: count } = setup;
    const dataset = state.datasets.get(datasetId);
    const keys = dataset === undefined ? [] : keysFrom(dataset, atMs);
    // A second accepted setup makes every task again. The guard prevents that.
    for (let copy = 0; copy < (batch.script.taskCopies ?? 1); copy += 1) {
      const none = noGroups(dataset?.grouped === true, tasksPerGroup);
      groupings.push(addTasks(none, count, keys).grouping);
      made.push({ datasetId, atMs, from: 0, count });
    }
    covered = Math.max(covered, setup.datapoints);
  }

  let freeMs = -Infinity;
  const syncs = batch.syncs.map((sync): SyncProgress => {
    const startMs = Math.max(sync.createdMs + sync.queuedMs, freeMs);
    const endMs = startMs + sync.processingMs;
    freeMs = endMs;
    if (nowMs < startMs) {
      return { sync, status: "queued", sinceMs: sync.createdMs, counts: null };
    }
    if (nowMs < endMs) {
      return { sync, status: "processing", sinceMs: startMs, counts: null };
    }
    if (sync.endsIn === "failed") {
      return { sync, status: "failed", sinceMs: endMs, counts: null };
    }
    const { datasetId } = sync;
    const dataset = state.datasets.get(datasetId);
    const { count, keys } =
      dataset === undefined
        ? { count: 0, keys: [] }
        : datapointsAt(dataset, startMs);
    const fresh = Math.max(0, count - covered);
    const growth = addTasks(
      groupings.pop() ?? noGroups(dataset?.grouped === true, tasksPerGroup),
      fresh,
      keys.slice(covered),
    );
    groupings.push(growth.grouping);
    made.push({ datasetId, atMs: startMs, from: covered, count: fresh });
    covered += fresh;
    const counts = {
      tasks_created: fresh,
      datapoints_processed: fresh,
      groups_created: growth.groupsCreated,
      groups_expanded: growth.groupsExpanded,
    };
    return { sync, status: "complete", sinceMs: endMs, counts };
  });

  return {
    taskCount: groupings.reduce((sum, { tasks }) => sum + tasks, 0),
    groupCount: groupings.reduce((sum, group) => sum + groupCount(group), 0),
    made,
    syncs,
  };
}
