/** Appends the records of a file to a V4 dataset that already holds datapoints (contract 5 and 11, API 4.2). */
import { type RequestError, Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import { portions } from "../../file/portions.ts";
import { probeOf } from "../../file/probe.ts";
import {
  DECIDING_TRIES,
  SHORTEST_PAUSE_AFTER_429_MS,
} from "../../prolific/retry.ts";
import type { AppendResult, Batch, DatasetV4 } from "../../prolific/schema.ts";
import { type CheckedFile, type Known, hasRecords } from "../../view.ts";
import type { RejectedRecord } from "../../github/handover/rejected-file.ts";
import { type Meaning, type Needs, send } from "../tools.ts";
import { readDataset } from "./read-dataset.ts";
import { judgeRejected, onTheirLines, rejectedRecord } from "./rejected.ts";

const MEANING: Meaning = {
  unanswered: "upload_unknown",
  accepted: "data_arrived",
};
/** Counts lag. If growth shows later than this, the rest is appended, but a setup or a sync stops (contract 11, rules 2, 3). */
const PAUSE_AFTER_PROBE_MS = 2_000;

type Appender = Needs<
  "inputs" | "prolific" | "files" | "patience" | "log" | "report" | "rejected"
>;

/** The records of one request, and the number of its first record in the file, from 1. */
interface Records {
  readonly count: number;
  readonly text: string;
  readonly first: number;
  readonly what: string;
}

/**
 * Appends a few records first. If Prolific does not recognise imported records, only these are in the dataset twice.
 * @param most the number of records at most.
 * @throws Stop if Prolific refuses them, or rejects all of them.
 */
export async function probe(
  tools: Appender,
  batch: Batch,
  dataset: DatasetV4,
  checked: CheckedFile,
  most: number,
): Promise<Partial<Known>> {
  const { files, patience } = tools;
  sayAutoSync(tools, batch);
  const few = await probeOf(files, checked, most, patience.signal);
  const what = `Appending ${counted(few.count, "record")} of ${checked.file.relativePath} first, to see whether Prolific recognizes them`;
  const request = { ...few, first: 1, what };
  const result = await sendRecords(tools, dataset.id, request);
  const { accepted, rejected } = result;
  if (accepted === 0) {
    // Nothing is known about the others then, so nothing more is sent.
    const errors = result.errors.map(({ recordIndex, ...error }) => ({
      ...error,
      recordIndex:
        recordIndex === undefined ? undefined : few.indices[recordIndex - 1],
    }));
    judgeRejected(tools, checked, "append", {
      ...{ accepted, rejected },
      errors: await onTheirLines(tools, checked, "append", errors),
    });
  }
  const before = dataset.totalDatapointCount;
  await patience.pause(PAUSE_AFTER_PROBE_MS);
  const now = await readDataset(tools, dataset.id, "waiting");
  const grown = now.value.totalDatapointCount - before;
  return { dataset: now, probed: { before, accepted, grown } };
}

/**
 * Appends all records of a file. Prolific does not write those again that were appended before.
 * @throws Stop if Prolific refuses or rejects records.
 */
export async function append(
  tools: Appender,
  batch: Batch,
  dataset: DatasetV4,
  checked: CheckedFile,
  before: number,
): Promise<Partial<Known>> {
  const { files, log, patience, report } = tools;
  const { file } = checked;
  const { records: total = 0 } = checked.checked;
  sayAutoSync(tools, batch);
  const errors: RejectedRecord[] = [];
  let accepted = 0;
  let rejected = 0;
  let sent = 0;
  for await (const portion of portions(files, checked, patience.signal)) {
    const { count, offset, lines } = portion;
    const of = count < total ? ` of ${figure(total)}` : "";
    const what = `Appending records ${figure(offset + 1)} to ${figure(offset + count)}${of}`;
    const first = offset + 1;
    const request = { ...portion, first, what };
    const result = await patience.during(
      () => `${figure(offset)} of ${counted(total, "record")} appended`,
      () => sendRecords(tools, dataset.id, request),
    );
    accepted += result.accepted;
    rejected += result.rejected;
    report.set("accepted_count", accepted);
    report.set("rejected_count", rejected);
    // An append counts from 1, within its request (API 4.2).
    for (const { recordIndex, ...error } of result.errors) {
      const at = (recordIndex ?? 0) - 1;
      const line = lines[at];
      const index = line === undefined ? undefined : offset + at;
      const record = rejectedRecord(
        file,
        { ...error, recordIndex: index },
        line,
      );
      errors.push(record);
      tools.rejected.add("append", record);
    }
    sent += count;
  }
  log.say(
    `Appended ${file.relativePath}: ${figure(accepted)} of ${counted(sent, "record")} accepted`,
  );
  if (rejected > 0 || errors.length > 0) {
    judgeRejected(tools, checked, "append", { accepted, rejected, errors });
  }
  return {
    brought: {
      how: "append",
      version: 4,
      ...{ accepted, rejected },
      duplicates: undefined,
      endedBefore: false,
      puts: 0,
      datapointsBefore: before,
      besideImport: dataset.imports.some(hasRecords),
    },
    dataset: undefined,
  };
}

function sayAutoSync({ log }: Needs<"log">, batch: Batch): void {
  if (!batch.autoSyncEnabled) return;
  log.say(
    "auto_sync_enabled is on for this batch: Prolific makes tasks for appended records by itself",
  );
}

/** A retry is safe: Prolific does not write identical appended records again (API 4.2). */
async function sendRecords(
  { log, patience, prolific, report }: Appender,
  datasetId: string,
  records: Records,
): Promise<AppendResult> {
  const { signal } = patience;
  const startedAt = patience.now();
  let unknown = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    log.sayOfTry(tries, records.what);
    const result = await send(report, MEANING, () =>
      prolific.append(datasetId, records, { signal, attempt: tries }),
    );
    if (result.kind === "accepted") {
      patience.writeError = undefined;
      return result.value;
    }
    const { error } = result;
    const busy = result.kind === "refused" && result.error.status === 409;
    if (result.kind === "refused" && !busy) {
      throw refused(datasetId, records, error);
    }
    if (result.kind === "unknown" && ++unknown >= DECIDING_TRIES) {
      throw unanswered(datasetId, records, error);
    }
    log.sayOfTry(
      tries,
      busy
        ? "The dataset is busy with an import or a schema migration (HTTP 409); waiting for its end"
        : `Not appended yet; retrying: ${error.message}`,
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

function refused(
  datasetId: string,
  { first }: Records,
  error: RequestError,
): Stop {
  return new Stop({
    title: "Prolific refused the records",
    what: `Prolific refused to append records to dataset ${datasetId}, from record ${String(first)} on.`,
    answer: error,
  });
}

function unanswered(
  datasetId: string,
  { first }: Records,
  error: RequestError,
): Stop {
  return new Stop({
    title: "Unknown whether Prolific took the records",
    what: `${counted(DECIDING_TRIES, "POST")} to append to dataset ${datasetId} had no clear response, from record ${String(first)} on.`,
    next: "Run this job again: it appends all records, and identical ones are not written again.",
    answer: error,
  });
}
