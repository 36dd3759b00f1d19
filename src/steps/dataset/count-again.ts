/** Reads the dataset and the batch again, to account for everything that gets a task (contract 11). */
import { knownDatapoints } from "../../accounted.ts";
import type { Step, Until } from "../../decision.ts";
import { DeadlineReached } from "../../errors.ts";
import { counted } from "../../figures.ts";
import type { Batch, Dataset } from "../../prolific/schema.ts";
import { formatDuration } from "../../timing/duration.ts";
import type { Brought, CheckedFile, Known, Seen } from "../../view.ts";
import { readBatch } from "../batch/read-batch.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";
import { readDataset } from "./read-dataset.ts";

/** How long after an append its counts are trusted. */
const SETTLE_MS = 10_000;
/** Counts lag, and grow step by step. They are read after each of these pauses until they can be trusted. */
const PAUSES_OF_LOOKS_MS: Readonly<Record<Until["kind"], readonly number[]>> = {
  now: [0],
  arrived: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
  settled: [SETTLE_MS], // an earlier reading would prove nothing
  each_has_a_task: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
};

type Counter = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Reads both, and again while the counts may lag.
 * @param step if it is not patient, there is only one reading.
 */
export async function countAgain(
  tools: Counter,
  { datasetId, patient, until }: Extract<Step, { do: "count_again" }>,
  { brought, checked, countedAt }: Known,
): Promise<Partial<Known>> {
  const { log, patience } = tools;
  if (patient && until.kind === "settled") {
    log.say(
      `Waiting ${formatDuration(SETTLE_MS)} for the counts at Prolific: they may be late`,
    );
  }
  const pauses = PAUSES_OF_LOOKS_MS[patient ? until.kind : "now"];
  if (until.kind === "each_has_a_task") {
    return afterTasks(tools, datasetId, pauses);
  }
  let seen: Counts | undefined;
  for (const pauseMs of pauses) {
    await patience.pause(pauseMs);
    seen = await look(tools, datasetId, "waiting");
    if (until.kind !== "arrived") continue;
    if (seen.dataset.value.totalDatapointCount >= until.datapoints) break;
  }
  const first = countedAt === undefined;
  if (first && brought?.how === "append" && checked && seen) {
    tellGrowth(tools, seen.dataset.value, brought, checked);
  }
  return { ...seen, countedAt: patience.now() };
}

/** The result of a setup or a sync. The deadline must not hide it, so these reads may take until the last check ends. */
async function afterTasks(
  tools: Counter,
  datasetId: string,
  pauses: readonly number[],
): Promise<Partial<Known>> {
  const { patience } = tools;
  let seen: Counts | undefined;
  try {
    for (const pauseMs of pauses) {
      await patience.pause(pauseMs, patience.lastSignal);
      seen = await look(tools, datasetId, "last");
      if (eachHasATask(seen.dataset.value, seen.batch.value)) break;
    }
  } catch (error) {
    if (!(error instanceof DeadlineReached)) throw error;
  }
  return { ...seen, tasksCounted: true };
}

interface Counts {
  readonly dataset: Seen<Dataset>;
  readonly batch: Seen<Batch>;
}

async function look(
  tools: Counter,
  datasetId: string,
  how: How,
): Promise<Counts> {
  const dataset = await readDataset(tools, datasetId, how);
  return { dataset, batch: await readBatch(tools, how) };
}

function eachHasATask(
  { id, totalDatapointCount: read }: Dataset,
  batch: Batch,
): boolean {
  const { status, totalTaskCount: tasks } = batch;
  return status === "READY" && tasks === knownDatapoints(batch, id, read);
}

/** The result of an append, as far as the counts show it now. */
function tellGrowth(
  { log, report }: Counter,
  { id, totalDatapointCount: total }: Dataset,
  { accepted, datapointsBefore }: Brought,
  { file, checked: { records } }: CheckedFile,
): void {
  const added = Math.max(0, total - datapointsBefore);
  report.set("duplicate_count", Math.max(0, accepted - added));
  log.say(`Dataset ${id}: ${counted(added, "new datapoint")}`);
  if (records === undefined || total <= records) return;
  log.note(
    "More datapoints than records",
    `Dataset ${id} has ${counted(total, "datapoint")}, ${file.relativePath} has ${counted(records, "record")}: ` +
      "rows that were edited or deleted in the file stay in the dataset as they were.",
  );
}
