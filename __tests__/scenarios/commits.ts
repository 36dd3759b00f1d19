/** A repository whose commits each are a run with `new_batch`, and what they have paid for (contract 10). */
import type { BatchOptions } from "../../sandbox/seeds/seed-batch.ts";
import {
  type DatasetOptions,
  workspace,
} from "../../sandbox/seeds/seed-dataset.ts";
import type { Task } from "../../sandbox/model/tasks.ts";
import {
  type VirtualOptions,
  type VirtualStep,
  virtualWorld,
} from "../../proof/simulation/world/world.ts";

export const FILE = "reviews.csv";
export const EMPTY_V3: DatasetOptions = { version: 3, datapoints: 0 };

export type Inputs = Readonly<Record<string, string>>;

/** What a test looks at of a batch. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly total_task_count: number;
  readonly datasets: readonly { readonly id: string }[];
}

export interface Start {
  /** Of the original; `null`: it has none. Default an empty V3 dataset. */
  readonly dataset?: DatasetOptions | null;
  readonly batch?: BatchOptions;
  readonly inputs?: Inputs;
  readonly options?: VirtualOptions;
}

export const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `r${String(from + n)}`);
export const csv = (ids: readonly string[]) => ["id", ...ids].join("\n");
export const words = ({ log }: VirtualStep) => log.join("\n");

export function repository({ dataset, batch, inputs, options }: Start = {}) {
  const world = virtualWorld({
    timing: { setupMs: 3_000, syncQueuedMs: 500, syncMs: 500, datasetMs: 500 },
    ...options,
  });
  const { prolific } = world;
  const datasetId =
    dataset === null ? undefined : prolific.addDataset(dataset ?? EMPTY_V3);
  const original = prolific.addBatch({
    ...(datasetId !== undefined && { datasetId }),
    ...batch,
  });
  /** A fresh start may run into what the server still does for the run before. */
  const run = (more: Inputs = {}) =>
    world.run({
      ...{ batch_id: original, dataset_file: FILE, new_batch: "new_rows" },
      ...inputs,
      ...more,
    });
  const batches = (): Listed[] => {
    const path = `/batches?workspace_id=${workspace}`;
    const { body } = prolific.act("GET", path);
    return (JSON.parse(body) as { results: Listed[] }).results;
  };
  return {
    ...{ world, prolific, datasetId, original, run, batches },
    /** A commit with these rows, and its run. */
    commit: (ids: readonly string[], more: Inputs = {}) => {
      world.commit(more.dataset_file ?? FILE, csv(ids));
      return run(more);
    },
    copies: () => batches().filter(({ id }) => id !== original),
    /** How many tasks each row has, over all batches. */
    paid: () => {
      const counts: Record<string, number> = {};
      for (const { id } of batches()) {
        for (const row of prolific.tasks(id).map(rowOf)) {
          counts[row] = (counts[row] ?? 0) + 1;
        }
      }
      return counts;
    },
    rowsOf: (batchId: string) => prolific.tasks(batchId).map(rowOf).sort(),
  };
}

export type Repository = ReturnType<typeof repository>;

function rowOf({ record }: Pick<Task, "record">): string {
  return (JSON.parse(record ?? "{}") as { id?: string }).id ?? "";
}

/** Each of these rows is paid for once. */
export function once(ids: readonly string[]): Record<string, number> {
  return Object.fromEntries(ids.map((id) => [id, 1]));
}
