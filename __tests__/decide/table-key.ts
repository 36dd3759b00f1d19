/** What distinguishes states. */
import type { Known } from "../../src/view.ts";
import { type Run, type State, OLD_AT, numberOf } from "./table-world.ts";

/**
 * States with the same key are the same to the table. The key leaves out what is only for messages: `waiting`,
 * `datapointsBefore`, and the batch at the start except for its status (and its tasks, with auto sync). It also leaves out
 * what no longer matters: how the file was added once it is there, the dataset once the batch is set up, and the age of a
 * reading that nothing depends on yet.
 */
export function keyOf({ known, past }: State, { format }: Run): string {
  const { allowed, batch, brought, dataset, found, setup, sync } = known;
  // With auto sync, the tasks from before the run matter until the end.
  const auto = found?.autoSyncEnabled === true ? found.totalTaskCount : "";
  const wasSetUp = found?.status === "READY" || found?.status === "PROCESSING";
  const isSetUp = setup !== undefined || wasSetUp;
  const isIn = format === undefined || brought !== undefined;
  // Without a file, nothing is counted. After a setup of this run or a sync, imports no longer matter.
  const isDone = setup?.by === "us" || sync !== undefined || known.left;
  const ofDataset =
    isIn && isSetUp && (format === undefined || isDone)
      ? `${past.dataset?.version}V${dataset?.value.version}`
      : `${numberOf(past.dataset)}D${numberOf(dataset?.value)}`;
  const flags = bits(
    ...[!isSetUp && batch?.at === OLD_AT, known.confirmed, known.left],
    ...[known.verified, known.previewed, known.datasetId !== undefined],
    ...[past.ours, past.moved, past.doomed, past.quiet, past.counted],
    ...[known.tasksCounted, !isDone && known.countedAt === undefined],
    ...[!isDone && known.countedAt === OLD_AT, !isDone && !dataset],
  );
  const times =
    past.setups + 3 * (past.uploads + 3 * (past.appends + 3 * past.probes));
  return (
    `${flags} ${times} ${past.syncs}${found?.status.charAt(0)}${auto}${known.datapoints} ${numberOf(batch?.value)} ` +
    `${allowed.join()} ${ofDataset} ${isIn ? cameIn(known) : wayOfFile(known)} ${numberOf(setup)} ${numberOf(sync)}`
  );
}

/** Combines flags to one number. */
function bits(...flags: boolean[]): number {
  return flags.reduce((number, flag) => 2 * number + Number(flag), 0);
}

function cameIn({ brought }: Known): string {
  return String(numberOf(brought));
}

function wayOfFile(known: Known): string {
  const { abandoned, brought, checked, dataset, fits, probed, uploaded } =
    known;
  const age = brought ? "" : String(dataset?.at);
  const values = `${age} ${bits(fits)} ${numberOf(probed)} ${numberOf(checked)} ${numberOf(uploaded)}`;
  return `${values} ${abandoned.join()}`;
}
