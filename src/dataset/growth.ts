import type { Dataset } from "../prolific/schema.ts";
import type { Run } from "../run.ts";

/** A count that has not grown is read again after each of these pauses, in milliseconds. */
const PAUSES_OF_LOOKS_MS = [0, 2_000, 3_000];

/**
 * Reads a dataset after records of it were accepted. A count that has not grown is not believed at once: it may lag, and
 * then new datapoints would pass for old ones and get no tasks.
 * @param accepted how many records were accepted, known ones included.
 */
export async function readGrown(
  run: Run,
  before: Dataset,
  accepted: number,
): Promise<Dataset> {
  let dataset = before;
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    await run.pause(pauseMs);
    dataset = await run.waitingRead((options) =>
      run.prolific.dataset(before.id, options),
    );
    run.report.set("total_datapoint_count", dataset.totalDatapointCount);
    const grown = dataset.totalDatapointCount > before.totalDatapointCount;
    if (grown || accepted === 0) break;
  }
  return dataset;
}
