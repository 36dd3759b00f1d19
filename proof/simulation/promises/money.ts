/** What is paid for (contract 11): tasks against the records of the commits. Each throws a Violation. */
import type { VirtualStep, World } from "../world/world.ts";
import { holds } from "./holds.ts";

/** How often each record may have a task: as often as one of the commits so far holds it. */
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

export interface Paid {
  readonly world: World;
  readonly batchId: string;
  readonly datasetId: string;
  readonly mayBePaid: MayBePaid;
  readonly step: VirtualStep;
  /** Nothing came into the dataset but by this step, and nothing of it came later. */
  readonly alone: boolean;
}

/** A green step leaves no task that the commits do not account for, and, when it is alone, one for each datapoint. */
export function holdsPaidOnce(paid: Paid): void {
  const { world, batchId, datasetId, mayBePaid, step, alone } = paid;
  if (!step.green) return;
  const { outcome } = step.outputs;
  const tasks = world.prolific.tasks(batchId);
  const rows = tasks.map(
    ({ record }) => (JSON.parse(record ?? "{}") as { id?: string }).id ?? "",
  );
  const [twice] = mayBePaid.paidTooOften(rows);
  holds(twice === undefined, `green, with ${String(twice)} paid too often`);
  if (!alone || (outcome !== "set_up" && outcome !== "synced")) return;
  const datapoints = world.prolific.dataset(datasetId).total_datapoint_count;
  holds(
    tasks.length === datapoints,
    `${outcome} with ${String(tasks.length)} tasks for ${String(datapoints)} datapoints`,
  );
}

/** Stops of contract 11 that a later count can lift. */
const LIFTED = [
  "Records are missing in the dataset",
  "Datapoints have no task after the sync",
];

/**
 * A stop lasts until somebody allows it: the same job again is red as well. Where records are recognised after all, the
 * next run sees that.
 */
export function holdsLasting(
  step: VirtualStep,
  again: VirtualStep,
  recognised: boolean,
): void {
  const error = step.log.find((line) => line.startsWith("error: ")) ?? "";
  if (!error.includes("extra_datapoints to allow")) return;
  if (recognised && error.includes("recognises none of the records")) return;
  if (LIFTED.some((title) => error.includes(title))) return;
  holds(!again.green, `green again after: ${error.slice(0, 80)}`);
}
