/** Reads the dataset, and waits while Prolific works on it. */
import type { Awaited } from "../../decision.ts";
import { awaitedInWords } from "../../github/stops.ts";
import type { Dataset } from "../../prolific/schema.ts";
import type { Known, Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";

type Reader = Needs<"prolific" | "patience" | "report">;

/** Reads the dataset with its imports, and writes its datapoints to the outputs. @throws any final error of a read. */
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

/** Waits for the next check of a dataset, and reads it. Logs once what it waits for. */
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
    countedAt: undefined,
  };
}
