/** Reading the dataset and the batch again, so that whatever gets a task is accounted for (contract 11). */
import type { Step, Until } from "../../decide.ts";
import { counted } from "../../figures.ts";
import type { Batch, Dataset } from "../../prolific/schema.ts";
import type { Brought, CheckedFile, Known } from "../../view.ts";
import { readBatch } from "../batch/read-batch.ts";
import type { Needs } from "../tools.ts";
import { readDataset } from "./read-dataset.ts";

/** Counts lag and trickle. They are read after each of these pauses until they are believed: 20 s in all. */
const PAUSES_OF_LOOKS_MS: Readonly<Record<Until["kind"], readonly number[]>> = {
  now: [0],
  arrived: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
  settled: [20_000], // no reading before would prove anything
  each_has_a_task: [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000],
};

type Counter = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Reads both, and again for up to 20 s while the counts may lag.
 * @param step not patient: one reading has to do.
 */
export async function countAgain(
  tools: Counter,
  { datasetId, patient, until }: Extract<Step, { do: "count_again" }>,
  { brought, checked, countedAt }: Known,
): Promise<Partial<Known>> {
  const { log, patience } = tools;
  // After a setup or a sync the deadline must not hide what it came to.
  const how = until.kind === "each_has_a_task" ? "last" : "waiting";
  const signal = how === "last" ? patience.lastSignal : patience.signal;
  if (patient && until.kind === "settled") {
    log.say("Waiting 20s for the counts at Prolific: they may be late");
  }
  let seen: Partial<Known> = {};
  for (const pauseMs of PAUSES_OF_LOOKS_MS[patient ? until.kind : "now"]) {
    if (pauseMs > 0) await patience.pause(pauseMs, signal);
    const dataset = await readDataset(tools, datasetId, how);
    const batch = await readBatch(tools, how);
    seen = { dataset, batch, countedAt: patience.now() };
    if (isBelieved(until, dataset.value, batch.value)) break;
  }
  if (until.kind === "each_has_a_task") {
    return { ...seen, tasksCounted: true };
  }
  const first = countedAt === undefined;
  if (first && brought?.how === "append" && checked && seen.dataset) {
    tellGrowth(tools, seen.dataset.value, brought, checked);
  }
  return seen;
}

/** What an append came to, as far as the counts show it by now. */
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

function isBelieved(
  until: Until,
  { id, totalDatapointCount: read }: Dataset,
  { datasets, status, totalTaskCount: tasks }: Batch,
): boolean {
  const others = datasets.filter((dataset) => dataset.id !== id);
  const listed = datasets.find((dataset) => dataset.id === id);
  const datapoints = Math.max(read, listed?.totalDatapointCount ?? 0);
  switch (until.kind) {
    case "now":
    case "settled":
      return true;
    case "arrived":
      return read >= until.datapoints;
    case "each_has_a_task": {
      const all = others.reduce(
        (sum, { totalDatapointCount = 0 }) => sum + totalDatapointCount,
        datapoints,
      );
      return status === "READY" && tasks === all;
    }
  }
}
