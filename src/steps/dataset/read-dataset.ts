/** Reading the dataset, and waiting for what Prolific is doing with it. */
import type { Awaited } from "../../decide.ts";
import { awaitedInWords } from "../../github/stops.ts";
import type { Dataset } from "../../prolific/schema.ts";
import type { Brought, Known, Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";

/** A count that has not grown is read again after each of these pauses, in milliseconds. */
const PAUSES_OF_LOOKS_MS = [0, 2_000, 3_000];

type Reader = Needs<"prolific" | "patience" | "report">;

/** The dataset with its imports; its datapoints go into the outputs. @throws any final error of a read. */
export async function readDataset(
  { prolific, patience, report }: Reader,
  datasetId: string,
  how: How,
): Promise<Seen<Dataset>> {
  const value = await patience.read(how, (options) =>
    prolific.dataset(datasetId, options),
  );
  report.set("total_datapoint_count", value.totalDatapointCount);
  return { value, at: patience.now() };
}

/** Waits until the next check of a dataset, and reads it; says once what is waited for. */
export async function waitForDataset(
  tools: Reader & Needs<"log">,
  dataset: Dataset,
  awaited: Awaited,
  before: Known["waiting"],
): Promise<Partial<Known>> {
  const { log, patience } = tools;
  const what = awaitedInWords(awaited);
  if (before?.what !== what && awaited.kind !== "upload") {
    log.say(`Dataset ${dataset.id}: waiting for ${what}`);
  }
  const since = before?.since ?? patience.now();
  await patience.untilNextCheck(since);
  return {
    dataset: await readDataset(tools, dataset.id, "waiting"),
    waiting: { what, since },
  };
}

/** Counts what an import brought. */
export async function countDatapoints(
  tools: Reader,
  dataset: Dataset,
  brought: Brought,
): Promise<Partial<Known>> {
  const datapoints = await readGrown(tools, dataset, brought.accepted);
  // Whatever comes next rests on a reading of its own.
  return {
    brought: { ...brought, datapoints, counted: true },
    dataset: undefined,
    datapoints,
  };
}

/**
 * Reads how many datapoints a dataset has after records of it were accepted. A count that has not grown is not believed at
 * once: it may lag, and then new datapoints would pass for old ones and get no tasks.
 * @param accepted how many records were accepted, known ones included.
 */
export async function readGrown(
  tools: Reader,
  { id, totalDatapointCount: before }: Dataset,
  accepted: number,
): Promise<number> {
  let total = before;
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    await tools.patience.pause(pauseMs);
    const { value } = await readDataset(tools, id, "waiting");
    total = value.totalDatapointCount;
    if (total > before || accepted === 0) break;
  }
  return total;
}
