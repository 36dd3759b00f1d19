/** Appending the records of a file to a V4 dataset that holds datapoints already (contract 5, API 4.2). */
import { type RequestError, Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import { stemOf } from "../../file/content-name.ts";
import { type Portion, portions } from "../../file/portions.ts";
import {
  DECIDING_TRIES,
  SHORTEST_PAUSE_AFTER_429_MS,
} from "../../prolific/retry.ts";
import type {
  AppendResult,
  Batch,
  DatasetV4,
  ImportJob,
  RecordError,
} from "../../prolific/schema.ts";
import type { CheckedFile, Known } from "../../view.ts";
import { type Meaning, type Needs, send } from "../tools.ts";
import { readGrown } from "./read-dataset.ts";
import { judgeRejected } from "./rejected.ts";

const MEANING: Meaning = {
  unanswered: "upload_unknown",
  accepted: "data_arrived",
};

type Appender = Needs<
  "inputs" | "prolific" | "files" | "patience" | "log" | "report"
>;

/**
 * Appends all records of a file. Those that are in the dataset already are not written again.
 * @param batch as it was read last; its tasks tell what an earlier run was stopped for.
 * @param before the dataset as it was read last.
 * @throws Stop when Prolific refuses or rejects records, or when the file's records turn out to be written twice.
 */
export async function append(
  tools: Appender,
  batch: Batch,
  before: DatasetV4,
  checked: CheckedFile,
): Promise<Partial<Known>> {
  const { files, log, patience, report } = tools;
  const { file } = checked;
  if (batch.autoSyncEnabled) {
    log.say(
      "auto_sync_enabled is on for this batch: Prolific makes tasks for appended records by itself",
    );
  }
  const sameFile = before.imports.some((job) => isEarlier(job, file.stem));
  const errors: RecordError[] = [];
  let accepted = 0;
  let rejected = 0;
  let sent = 0;
  let total: number | undefined;
  for await (const portion of portions(files, checked, patience.signal)) {
    const result = await sendPortion(tools, before.id, portion);
    accepted += result.accepted;
    rejected += result.rejected;
    report.set("accepted_count", accepted);
    report.set("rejected_count", rejected);
    // An append counts from 1, within its request (API 4.2).
    for (const { recordIndex, ...error } of result.errors) {
      const index =
        recordIndex === undefined
          ? undefined
          : portion.offset + recordIndex - 1;
      errors.push({ ...error, recordIndex: index });
    }
    sent += portion.count;
    total = undefined;
    if (portion.offset === 0 && sameFile) {
      total = await readGrown(tools, before, accepted);
      const grown = total - before.totalDatapointCount;
      if (accepted > 0 && grown >= accepted) {
        throw writtenTwice(checked, before, total);
      }
    }
  }
  total ??= await readGrown(tools, before, accepted);
  const added = Math.max(0, total - before.totalDatapointCount);
  report.set("duplicate_count", Math.max(0, accepted - added));
  log.say(
    `Appended ${file.relativePath}: ${counted(added, "new datapoint")}, ` +
      `${figure(accepted)} of ${counted(sent, "record")} accepted`,
  );
  if (rejected > 0 || errors.length > 0) {
    await judgeRejected(tools, checked, { accepted, rejected, errors });
  }
  if (sameFile && accepted > 0 && isUntouched(batch, before, total, accepted)) {
    throw writtenTwice(checked, before, total);
  }
  if (total > sent) {
    log.note(
      "More datapoints than records",
      `Dataset ${before.id} has ${counted(total, "datapoint")}, ${file.relativePath} has ${counted(sent, "record")}: ` +
        "rows that were edited or deleted in the file stay in the dataset as they were.",
    );
  }
  return {
    brought: {
      how: "append",
      version: 4,
      accepted,
      datapointsBefore: before.totalDatapointCount,
      datapoints: total,
      counted: true,
    },
    dataset: undefined,
    datapoints: total,
  };
}

/** An import of an earlier content of this file. */
function isEarlier(
  { filename = "", status }: ImportJob,
  stem: string,
): boolean {
  const plain = filename.replace(/\.[^.]*$/, "");
  const ended = status === "complete" || status === "partial";
  return ended && (stemOf(filename) ?? plain) === stem;
}

/**
 * Whether all records of the file count as new beside the import: the state in which an earlier run was stopped. Then none
 * of them has a task; or, before the setup, the dataset is at least as large as the imports and the file together.
 */
function isUntouched(
  { totalTaskCount: tasks }: Batch,
  { imports }: DatasetV4,
  total: number,
  accepted: number,
): boolean {
  if (tasks > 0) return total - tasks >= accepted;
  const imported = imports.reduce(
    (sum, { acceptedCount = 0, duplicateCount = 0 }) =>
      sum + acceptedCount - duplicateCount,
    0,
  );
  return total >= imported + accepted;
}

/** A resend is safe: identical appended records are not written again (API 4.2). */
async function sendPortion(
  { log, patience, prolific, report }: Appender,
  datasetId: string,
  portion: Portion,
): Promise<AppendResult> {
  const { signal } = patience;
  const startedAt = patience.now();
  const first = portion.offset + 1;
  const last = portion.offset + portion.count;
  let unknown = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    log.sayOfTry(
      tries,
      `Appending records ${String(first)} to ${String(last)}`,
    );
    const result = await send(report, MEANING, () =>
      prolific.append(datasetId, portion.text, { signal, attempt: tries }),
    );
    if (result.kind === "accepted") {
      patience.writeError = undefined;
      return result.value;
    }
    const { error } = result;
    const busy = result.kind === "refused" && result.error.status === 409;
    if (result.kind === "refused" && !busy) {
      throw refused(datasetId, portion, error);
    }
    if (result.kind === "unknown" && ++unknown >= DECIDING_TRIES) {
      throw unanswered(datasetId, portion, error);
    }
    log.sayOfTry(
      tries,
      busy
        ? "The dataset is busy with an import or a schema migration (HTTP 409); waiting for its end"
        : `Not appended yet; trying again: ${error.message}`,
    );
    if (busy) {
      patience.writeError = error;
      await patience.untilNextCheck(startedAt);
      continue;
    }
    const asked = result.kind === "too_many_requests";
    await patience.backOff(
      tries,
      error,
      asked ? SHORTEST_PAUSE_AFTER_429_MS : 0,
    );
  }
}

function writtenTwice(
  { file }: CheckedFile,
  before: DatasetV4,
  total: number,
): Stop {
  return new Stop({
    title: "Records may be in the dataset twice",
    what:
      `An earlier ${file.name} was imported into dataset ${before.id} as a file, and none of the appended records was ` +
      `recognised as one of its: the dataset now has ${counted(total, "datapoint")}. No sync was sent.`,
    next:
      "Look at the dataset in Prolific. If every record of the file really is new, commit it under another name. Otherwise " +
      "create a new dataset and a new batch, and upload the whole file there.",
  });
}

function refused(
  datasetId: string,
  { offset }: Portion,
  error: RequestError,
): Stop {
  return new Stop({
    title: "Prolific refused the records",
    what: `Prolific refused to append records to dataset ${datasetId}, from record ${String(offset + 1)} on.`,
    answer: error,
  });
}

function unanswered(
  datasetId: string,
  { offset }: Portion,
  error: RequestError,
): Stop {
  return new Stop({
    title: "Unknown whether Prolific took the records",
    what: `${counted(DECIDING_TRIES, "POST")} to append to dataset ${datasetId} had no clear answer, from record ${String(offset + 1)} on.`,
    next: "Run this job again: it appends all records, and identical ones are not written again.",
    answer: error,
  });
}
