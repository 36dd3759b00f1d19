/** The tasks of a batch one by one: what would be paid for. */
import { idsOf } from "./batches.ts";
import { progressAt } from "./progress.ts";
import { contentsFrom } from "../data/counts.ts";
import type { Batch, State } from "../facts/state.ts";

export interface Task {
  readonly id: string;
  readonly datasetId: string;
  /** The index of its datapoint in the dataset, from 0 in the order of arrival. */
  readonly index: number;
  /** The content of that datapoint, as JSON with sorted keys. `null` if it is unknown. */
  readonly record: string | null;
}

/** Every task that the setups and syncs of a batch have made by a time (epoch milliseconds). */
export function tasksAt(batch: Batch, state: State, nowMs: number): Task[] {
  const tasks = progressAt(batch, state, nowMs).made.flatMap(
    ({ datasetId, atMs, from, count }) => {
      const dataset = state.datasets.get(datasetId);
      const contents = dataset === undefined ? [] : contentsFrom(dataset, atMs);
      return Array.from({ length: count }, (_, number) => {
        const index = from + number;
        return { datasetId, index, record: contents[index] ?? null };
      });
    },
  );
  const ids = idsOf(batch, "task", tasks.length);
  return tasks.map((task, number) => ({ id: ids[number] ?? "", ...task }));
}
