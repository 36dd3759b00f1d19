/** Checks whether the bytes of an upload have arrived, because a lost response says nothing about it (contract 5). */
import type { Dataset, ImportJob } from "../../prolific/schema.ts";
import type { Known, Seen } from "../../view.ts";
import type { Patience } from "../patience.ts";
import type { Needs } from "../tools.ts";
import { readImport } from "./follow-import.ts";
import { readDataset } from "./read-dataset.ts";

/** Prolific is asked for the bytes after each of these pauses, in milliseconds. */
const PAUSES_OF_LOOKS_MS = [0, 1_000, 2_000, 3_000, 4_000];

/** Checks whether the bytes have arrived, with one reading. */
export type Arrived = () => Promise<boolean>;

type Looker = Needs<"prolific" | "patience" | "report">;

/** @param importId the import of the upload address (V4). Without one, the dataset itself is read (V3). */
export function arrivedOnce(
  tools: Looker,
  datasetId: string,
  importId: string | undefined,
): Arrived {
  const { patience, prolific } = tools;
  const createdAt = patience.now();
  return async () => {
    if (importId !== undefined) {
      const of = { datasetId, importId, createdAt };
      const { status } = await readImport(tools, "waiting", of);
      return status !== "uninitialised";
    }
    const dataset = await patience.read("waiting", (options) =>
      prolific.dataset(datasetId, options),
    );
    return hasArrived(dataset, []);
  };
}

/** True as soon as the bytes are there. Reads for up to 10 s. */
export async function arrivesSoon(
  patience: Patience,
  arrived: Arrived,
): Promise<boolean> {
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    await patience.pause(pauseMs);
    if (await arrived()) return true;
  }
  return false;
}

/**
 * Checks whether an earlier run sent bytes to addresses that have none yet: once, for all of them together (contract 11).
 * @param jobs the imports of this file without bytes (V4). None for a V3 dataset, which is read itself.
 */
export async function checkForBytes(
  tools: Looker & Needs<"log">,
  { id, version }: Dataset,
  jobs: readonly ImportJob[],
  abandoned: readonly string[],
): Promise<Partial<Known>> {
  const { log, patience } = tools;
  const ids = version === 4 ? jobs.map((job) => job.id) : [id];
  log.say(
    version === 4
      ? `${jobs.length === 1 ? "Import" : "Imports"} ${ids.join(", ")} of this file ${jobs.length === 1 ? "has" : "have"} no data yet; checking whether it arrives`
      : `Dataset ${id} waits for the data of this file; checking whether it arrives`,
  );
  let dataset: Seen<Dataset> | undefined;
  const there = await arrivesSoon(patience, async () => {
    dataset = await readDataset(tools, id, "waiting");
    return hasArrived(dataset.value, ids);
  });
  return {
    ...(!there && { abandoned: [...abandoned, ...ids] }),
    dataset,
  };
}

function hasArrived(dataset: Dataset, ids: readonly string[]): boolean {
  return dataset.version === 3
    ? dataset.status !== "UNINITIALISED"
    : dataset.imports.some(
        (job) => ids.includes(job.id) && job.status !== "uninitialised",
      );
}
