/** Creates and attaches the dataset of a copy, once (contract 10, API 3.5, 4). */
import { type RequestError, Stop } from "../../errors.ts";
import { SHORTEST_PAUSE_AFTER_429_MS } from "../../prolific/retry.ts";
import type { Batch } from "../../prolific/schema.ts";
import type { CheckedFile, Known } from "../../view.ts";
import { readBatch } from "../batch/read-batch.ts";
import { type Needs, sendOut } from "../tools.ts";
import { COPY_MEANING } from "./duplicate.ts";

const DATASETS_AT_MOST = 2;
const PATCHES_AT_MOST = 3;
/** After a PATCH, the batch is read after each of these pauses until it shows a dataset. */
const PAUSES_IN_GRACE_MS = [0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_000];

type Maker = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Creates an empty dataset. The API has no list of datasets, so if the response is lost, an empty dataset stays behind.
 * @throws Stop if Prolific refuses, or if two requests had no clear response.
 */
export async function createDataset(
  tools: Maker,
  copy: Batch,
  { remoteName }: CheckedFile,
  schema: unknown,
): Promise<Partial<Known>> {
  const { log, patience, prolific } = tools;
  const request = {
    name: remoteName,
    workspace_id: copy.workspaceId ?? "",
    ...(schema === undefined ? {} : { schema }),
  };
  for (let tries = 1; ; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.createDataset(request, options),
    );
    switch (result.kind) {
      case "accepted":
        log.say(
          `Made dataset ${result.value} (V${schema === undefined ? "3" : "4"}) for the copy`,
        );
        patience.writeError = undefined;
        // Somebody else may have attached one in the meantime.
        return { created: result.value, batch: undefined };
      case "refused":
        throw new Stop({
          title: "Prolific refused to make a dataset",
          what:
            schema === undefined
              ? `Prolific refused to make a dataset for batch ${copy.id}.`
              : `Prolific refused to make a V4 dataset for batch ${copy.id}: its workspace may lack that feature.`,
          answer: result.error,
        });
      case "too_many_requests":
      case "unknown":
    }
    if (tries >= DATASETS_AT_MOST) throw noDataset(copy, result.error);
    log.say(
      `No clear response, so an empty dataset "${remoteName}" may stay behind; it costs nothing. Retrying: ${result.error.message}`,
    );
    await patience.backOff(tries, result.error, SHORTEST_PAUSE_AFTER_429_MS);
  }
}

function noDataset({ id }: Batch, error: RequestError): Stop {
  return new Stop({
    title: "Unknown whether Prolific made the dataset",
    what: `Two requests to make a dataset for batch ${id} had no clear response. One or two empty datasets may stay behind; they cost nothing.`,
    next: "Run this job again: it finds the copy of the batch, and makes a dataset for it.",
    answer: error,
  });
}

/**
 * Attaches a dataset to a copy that has none, and reads the copy until it shows this dataset or that of another run.
 * @throws Stop if Prolific refuses, or if the copy stays without a dataset.
 */
export async function attachDataset(
  tools: Maker,
  { id }: Batch,
  datasetId: string,
): Promise<Partial<Known>> {
  const { patience, prolific } = tools;
  let last: RequestError | undefined;
  for (let tries = 1; tries <= PATCHES_AT_MOST; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.attachDataset(id, datasetId, options),
    );
    if (result.kind !== "accepted") last = result.error;
    if (result.kind === "too_many_requests") {
      await patience.backOff(tries, result.error, SHORTEST_PAUSE_AFTER_429_MS);
    }
    for (const pauseMs of PAUSES_IN_GRACE_MS) {
      await patience.pause(pauseMs);
      const batch = await readBatch(tools, "waiting");
      const { datasets, status } = batch.value;
      if (datasets.length === 0 && status === "UNINITIALISED") continue;
      patience.writeError = undefined;
      return { batch };
    }
    if (result.kind === "refused") break;
  }
  throw new Stop({
    title: "The new dataset could not be attached",
    what: `Batch ${id} shows no dataset after dataset ${datasetId} was attached to it. Nothing was uploaded.`,
    next: "Run this job again. If this keeps happening, attach the dataset in Prolific.",
    ...(last && { answer: last }),
  });
}
