/** The tasks of a batch one by one: what would be paid for. */
import { idsOf } from "./batches.ts";
import { progressAt } from "./progress.ts";
import { contentsFrom } from "../data/counts.ts";
import type { Batch, State } from "../facts/state.ts";

export interface Task {
  readonly id: string;
  readonly datasetId: string;
  /** Which datapoint of the dataset it was made for, counted from 0 in the order in which they came. */
  readonly index: number;
  /** What that datapoint says, as JSON with its keys in order; `null` when nobody knows. */
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
