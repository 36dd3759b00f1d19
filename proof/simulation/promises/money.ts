/** What is paid for (contract 11): tasks against the records of the commits. Each throws a Violation. */
import type { VirtualStep, World } from "../world/world.ts";
import { holds } from "./holds.ts";

/** How many tasks each record may have: as many as one of the commits so far has copies of it. */
export class MayBePaid {
  private readonly most = new Map<string, number>();

  add(rows: readonly string[]): void {
    for (const [row, count] of countsOf(rows)) {
      this.most.set(row, Math.max(count, this.most.get(row) ?? 0));
    }
  }

  /** Rows with more tasks than that. */
  paidTooOften(rows: readonly string[]): string[] {
    return [...countsOf(rows)]
      .filter(([row, count]) => count > (this.most.get(row) ?? 0))
      .map(([row]) => row);
  }
}

function countsOf(rows: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

/** The rows that tasks were made for. */
export function rowsOf(
  tasks: readonly { readonly record: string | null }[],
): string[] {
  return tasks.map(
    ({ record }) => (JSON.parse(record ?? "{}") as { id?: string }).id ?? "",
  );
}

export interface Paid {
  readonly world: World;
  readonly batchId: string;
  readonly datasetId: string;
  readonly mayBePaid: MayBePaid;
  readonly step: VirtualStep;
  readonly ifReady: string;
}

export interface Circumstances {
  /** True if only this step added to the dataset, and nothing of that arrived later. */
  readonly alone: boolean;
  /** True if, in addition, no count was later than the action waits: then a red step has not paid either. */
  readonly calm: boolean;
}

/** A green step leaves no task that the commits do not account for. If it is alone, each datapoint has a task. */
export function holdsPaidOnce(paid: Paid & Circumstances): void {
  const { world, batchId, datasetId, mayBePaid, step, alone, calm } = paid;
  // With skip the batch is accepted as it is.
  if (paid.ifReady === "skip" || (!step.green && !calm)) return;
  const { outcome = "" } = step.outputs;
  const tasks = world.prolific.tasks(batchId);
  const [twice] = mayBePaid.paidTooOften(rowsOf(tasks));
  holds(twice === undefined, `${outcome}, ${String(twice)} paid too often`);
  if (!alone || !step.green) return;
  const datapoints = world.prolific.dataset(datasetId).total_datapoint_count;
  holds(
    tasks.length === datapoints,
    `${outcome} with ${String(tasks.length)} tasks for ${String(datapoints)} datapoints`,
  );
}

/** Green means that every row of the commit is in the dataset (contract 1). */
export function holdsRows(
  { world, batchId, datasetId, step, ifReady }: Paid,
  rows: readonly string[],
): void {
  if (!step.green || ifReady === "skip") return;
  holds(step.outputs.batch_id === batchId, "another batch is put out");
  const there = new Set(
    world.prolific.records(datasetId).map(({ record }) => record.id),
  );
  const missing = rows.filter((row) => !there.has(row));
  holds(missing.length === 0, `green, without ${missing.join()}`);
}

/**
 * Stops of contract 11 that a later run does not repeat: late counts, and tasks of a setup or a sync of the step before,
 * which a later reading cannot distinguish from the tasks of other commits.
 */
const LIFTED = [
  "Records are missing in the dataset",
  "Datapoints have no task after the sync",
  "The batch has more tasks than the file has records",
  "The sync made a task for every record of the file",
];
/** Stops because of a late count, or of a probe with only new rows, although Prolific recognizes records. */
const UNRECOGNISED = [
  "recognizes none of the records",
  "Every record would get a task beside those that are there",
];

/**
 * A stop lasts until somebody allows it: a re-run is red, too. If Prolific does recognize records, the next run finds that
 * out.
 */
export function holdsLasting(
  step: VirtualStep,
  again: VirtualStep,
  recognised: boolean,
): void {
  const error = step.log.find((line) => line.startsWith("error: ")) ?? "";
  if (!error.includes("extra_datapoints to allow")) return;
  const lifted = [...LIFTED, ...(recognised ? UNRECOGNISED : [])];
  if (lifted.some((title) => error.includes(title))) return;
  holds(!again.green, `green again after: ${error.slice(0, 80)}`);
}
