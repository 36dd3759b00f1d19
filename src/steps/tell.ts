/** Steps that only write to the log and the report: what was found, and what follows from it. */
import type { Concern } from "../concern.ts";
import { concernInWords } from "../github/concerns.ts";
import type { Batch, Dataset } from "../prolific/schema.ts";
import type { CheckedFile, Known } from "../view.ts";
import { counted } from "../figures.ts";
import type { Needs } from "./tools.ts";

/** The dataset is known now. Warns before a setup of data that cannot be added afterwards (API 11.14). */
export function useDataset(
  { log, report }: Needs<"log" | "report">,
  batch: Batch,
  datasetId: string,
): Partial<Known> {
  report.set("dataset_id", datasetId);
  report.sawBatch(batch); // adds its datapoints, now that the dataset is known
  if (
    batch.status === "UNINITIALISED" &&
    batch.totalInstructionCount === 0 &&
    !batch.hasLayout
  ) {
    log.warn(
      "The batch has no instructions",
      `Batch ${batch.id} has no instructions and no layout. They cannot be added after its setup.`,
    );
  }
  return { datasetId };
}

/** The file is in the dataset. */
export function acceptFile(
  { log }: Needs<"log">,
  how: "was_there" | "processed",
  { id, version, totalDatapointCount: datapoints }: Dataset,
  { file, remoteName, checked: { records } }: CheckedFile,
): Partial<Known> {
  log.say(
    how === "was_there"
      ? `${remoteName} is in the dataset already; nothing to upload`
      : `Prolific has processed ${remoteName}: ${counted(datapoints, "datapoint")}`,
  );
  if (records !== undefined && datapoints < records) {
    log.warn(
      "Fewer datapoints than records",
      `${file.relativePath} has ${counted(records, "record")}, dataset ${id} has ${counted(datapoints, "datapoint")}. ` +
        "Check the dataset before you publish a study with it.",
    );
  }
  return {
    brought: {
      ...{ how, version, accepted: 0, rejected: 0, puts: 0 },
      duplicates: undefined,
      endedBefore: how === "was_there",
      datapointsBefore: datapoints,
      besideImport: false,
    },
    dataset: undefined,
  };
}

/** The author allows a concern: it is reported with the same numbers, and the run goes on (contract 11). */
export function allow(
  { log }: Needs<"log">,
  concern: Concern,
  allowed: Known["allowed"],
): Partial<Known> {
  const { title, what } = concernInWords(concern);
  log.warn(title, `${what} extra_datapoints is allow.`);
  return { allowed: [...allowed, concern.what] };
}

/** Somebody else has set up the batch, or is doing so. */
export function join({ log }: Needs<"log">, found: boolean): Partial<Known> {
  log.say(
    found
      ? "A setup is already running; nothing to send"
      : "Someone else has set up the batch in the meantime; nothing to send",
  );
  return { setup: { by: "somebody_else", setups: 0, certain: true } };
}

/** A READY batch needs no sync. */
export function leaveAsItIs(
  { log }: Needs<"log">,
  why: "not_asked" | "no_growth" | "v3",
  datasetId: string,
): Partial<Known> {
  switch (why) {
    case "not_asked":
      log.say("The batch is already set up; nothing to send");
      break;
    case "no_growth":
      log.say("The batch has a task for every datapoint; nothing to sync");
      break;
    case "v3":
      log.note(
        "Nothing to sync",
        `Dataset ${datasetId} is a V3 dataset: it cannot grow, so there is nothing to sync.`,
      );
  }
  return { left: true };
}
