/** Uploads a file so that its bytes arrive once (contract 5, API 4.1). */
import {
  ApiError,
  ConnectionError,
  ContractError,
  type RequestError,
  Stop,
} from "../../errors.ts";
import { size } from "../../figures.ts";
import type { DatasetFormat } from "../../file/find.ts";
import { unchanged } from "../../file/unchanged.ts";
import type { Dataset, UploadTarget } from "../../prolific/schema.ts";
import type { CheckedFile, Known } from "../../view.ts";
import type { Meaning, Needs } from "../tools.ts";
import { type Arrived, arrivesSoon, arrivedOnce } from "./arrival.ts";

const UPLOADS_AT_MOST = 3;
const MEANING: Meaning = {
  unanswered: "upload_unknown",
  accepted: "data_arrived",
};
/** Used if the API does not return one (API 11.24). */
const CONTENT_TYPES: Readonly<Record<DatasetFormat, string>> = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
  zip: "application/zip",
};

type Uploader = Needs<
  "files" | "prolific" | "storage" | "patience" | "log" | "report"
>;

/**
 * Uploads the file.
 * @returns the import that follows (V4), and how many times the bytes may have arrived.
 * @throws Stop if the storage refuses the file, or if its bytes do not arrive.
 */
export async function upload(
  tools: Uploader,
  dataset: Dataset,
  checked: CheckedFile,
): Promise<Partial<Known>> {
  const { prolific, storage, patience, log, report } = tools;
  const { file, remoteName } = checked;
  const { id, version } = dataset;
  for (let tries = 1; ; tries++) {
    const target = await patience.read("deciding", (options) =>
      prolific.uploadTarget(id, remoteName, options),
    );
    storage.accept(target, uploadPath(id));
    const importId = version === 4 ? importOf(target, id) : undefined;
    report.set("import_id", importId);
    const arrived = arrivedOnce(tools, id, importId);
    log.say(`Uploading ${file.relativePath}`);
    report.progress = MEANING.unanswered;
    const problem = await put(tools, target, checked, tries);
    if (problem && !(await hasArrived(tools, arrived, problem))) {
      if (tries >= UPLOADS_AT_MOST) throw gaveUp(problem, checked);
      log.say("Nothing has arrived; uploading again");
      await patience.backOff(tries, problem);
      continue;
    }
    report.progress = MEANING.accepted;
    patience.writeError = undefined;
    const uploaded = { importId, puts: tries };
    // The earlier reading of a V3 dataset says nothing about the file. An import is followed by its id.
    return version === 3 ? { uploaded, dataset: undefined } : { uploaded };
  }
}

/** One attempt. @returns why there was no clear response. @throws Stop if the storage refuses. */
async function put(
  { files, storage, patience }: Uploader,
  target: UploadTarget,
  checked: CheckedFile,
  attempt: number,
): Promise<RequestError | undefined> {
  const { file } = checked;
  const { signal } = patience;
  const contentType = target.contentType ?? CONTENT_TYPES[file.format];
  const { bytes } = file;
  let sent = 0;
  const body = watched(unchanged(files, file), (piece) => {
    sent += piece.length;
  });
  const content = { contentType, bytes, body };
  try {
    await patience.during(
      () => `${size(sent)} of ${size(bytes)} uploaded`,
      () => storage.put(target, content, { signal, attempt }),
    );
    return undefined;
  } catch (error) {
    if (isWorthALook(error)) return error;
    throw refused(error, checked);
  }
}

/** Counts each piece when the next one is requested: then it is on its way. */
async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  took: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    took(piece);
  }
}

async function hasArrived(
  { patience, log }: Needs<"patience" | "log">,
  arrived: Arrived,
  problem: RequestError,
): Promise<boolean> {
  log.say(
    `The upload had no clear response; checking whether it arrived: ${problem.message}`,
  );
  const there = await arrivesSoon(patience, arrived);
  if (there) log.say("The upload has arrived");
  return there;
}

function uploadPath(datasetId: string): string {
  return `/datasets/${datasetId}/upload-url`;
}

function importOf({ importId }: UploadTarget, datasetId: string): string {
  if (importId !== undefined) return importId;
  const where = { method: "GET", path: uploadPath(datasetId) };
  throw new ContractError(where, 'the response has no "import_id"', {
    final: true,
  });
}

/** A stall, a lost connection, 408, 429 or 5xx: the bytes may have arrived all the same. */
function isWorthALook(error: unknown): error is RequestError {
  if (error instanceof ApiError) {
    return [408, 429].includes(error.status) || error.status >= 500;
  }
  return error instanceof ConnectionError;
}

function refused(error: unknown, { file }: CheckedFile): unknown {
  if (!(error instanceof ApiError)) return error;
  return new Stop({
    title: "The storage refused the upload",
    what: `${file.relativePath} could not be uploaded.`,
    next: "Run this job again: it asks Prolific for a new address. If this keeps happening, ask Prolific's support.",
    answer: error,
  });
}

function gaveUp(error: RequestError, { file }: CheckedFile): Stop {
  return new Stop({
    title: "The upload did not arrive",
    what: `${file.relativePath} was sent ${String(UPLOADS_AT_MOST)} times, and nothing of it shows at Prolific.`,
    next: "Check the network and the proxy of the runner; then run this job again: it looks first, and uploads only what is not there.",
    answer: error,
  });
}
