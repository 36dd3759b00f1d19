/** The storage at the upload addresses: one PUT, with responses like those of S3. It does not use tokens (API 4.1). */
import type { Datapoints, Dataset, Upload } from "../facts/dataset-facts.ts";
import type { Reply } from "../http/error-bodies.ts";
import { datasetStatusAt, filenameAt } from "../data/datasets.ts";
import { withFile } from "../data/imports.ts";
import { keysFor, take } from "../data/ingest.ts";
import { withDataset } from "../facts/state.ts";
import type { State } from "../facts/state.ts";
import type { Timing } from "../facts/timing.ts";
import { isCount, readFile } from "../data/uploaded-file.ts";
import type { UploadedFile } from "../facts/data-record.ts";
import type { Bytes } from "../data/uploaded-file.ts";
import { pathOf } from "./uploads.ts";

export interface StoreRequest {
  /** Default PUT. */
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Bytes;
  /** When the request started, which decides whether the address has expired. Default now. */
  readonly startedMs?: number;
}

interface World {
  readonly nowMs: number;
  readonly timing: Timing;
}

export const isStorage = (path: string): boolean =>
  path.startsWith("/storage/");

function refusal(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}

const stored: Reply = { status: 200, headers: {}, body: "" };

/** The upload that an address was issued for. The dataset's id is the second part of its key. */
function uploadAt(
  state: State,
  path: string,
): { dataset: Dataset; upload: Upload } | null {
  const [place] = path.split("?");
  const dataset = state.datasets.get(place?.split("/")[3] ?? "");
  const upload = dataset?.uploads.find(
    (each) => pathOf(each).split("?")[0] === place,
  );
  return dataset === undefined || upload === undefined
    ? null
    : { dataset, upload };
}

function refuse(
  { method = "PUT", path, headers, body }: StoreRequest,
  upload: Upload | undefined,
  startedMs: number,
): Reply | null {
  const header = (name: string) =>
    Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (method !== "PUT") {
    const message = "The specified method is not allowed.";
    return refusal(405, "MethodNotAllowed", message);
  }
  if (header("authorization") !== undefined) {
    const message = "Only one auth mechanism allowed.";
    return refusal(400, "InvalidArgument", message);
  }
  if (!/[?&]X-Signature=./.test(path)) {
    return refusal(403, "AccessDenied", "Access Denied");
  }
  // Every other character of the address is signed, too: it must be used unchanged (API 4.1).
  if (upload === undefined || path !== pathOf(upload)) {
    const message = "The request signature does not match.";
    return refusal(403, "SignatureDoesNotMatch", message);
  }
  if (startedMs >= upload.expiresMs) {
    return refusal(403, "AccessDenied", "Request has expired");
  }
  const { contentType } = upload;
  if (contentType !== null && header("content-type") !== contentType) {
    const message = "The signed headers do not match.";
    return refusal(403, "SignatureDoesNotMatch", message);
  }
  const length = header("content-length");
  if (length === undefined || header("transfer-encoding") !== undefined) {
    const message = "You must provide the Content-Length HTTP header.";
    return refusal(411, "MissingContentLength", message);
  }
  const bytes = isCount(body) ? body.bytes : Buffer.byteLength(body);
  return Number(length) === bytes
    ? null
    : refusal(400, "IncompleteBody", "The body has another length.");
}

/** The state after a PUT, and its response. `state` is `null` if nothing changes. */
export function store(
  state: State,
  request: StoreRequest,
  world: World,
): { reply: Reply; state: State | null } {
  const found = uploadAt(state, request.path);
  const startedMs = request.startedMs ?? world.nowMs;
  const reply = refuse(request, found?.upload, startedMs);
  if (reply !== null) return { reply, state: null };
  // Our choice: the first bytes are the file, and sending it again changes nothing.
  if (found?.upload.receivedMs !== null) return { reply: stored, state: null };
  const { upload } = found;
  const uploads = found.dataset.uploads.map((each) =>
    each === upload ? { ...each, receivedMs: world.nowMs } : each,
  );
  const dataset = { ...found.dataset, uploads };
  const { zipRecords } = dataset.script;
  const file = readFile(upload.filename, request.body, { zipRecords });
  const times = { ...world.timing, nowMs: world.nowMs };
  const changed =
    upload.importId === null
      ? withOnlyFile(dataset, upload, file, times)
      : withFile(dataset, upload.importId, file, times);
  return { reply: stored, state: withDataset(state, changed) };
}

/**
 * A V3 dataset with its file (API 2.3). If several addresses were issued before, the first file counts, unless the script
 * says what a second one does.
 */
function withOnlyFile(
  dataset: Dataset,
  { filename }: Upload,
  file: UploadedFile,
  world: Timing & { nowMs: number },
): Dataset {
  const { script } = dataset;
  const { nowMs } = world;
  const taken = nowMs < dataset.untilMs || dataset.status === "READY";
  if (taken && script.secondFile === undefined) return dataset;
  const { datasetMs, importVisibleAfterMs } = { ...world, ...script };
  const visibleMs = nowMs + importVisibleAfterMs;
  const startMs = Math.max(nowMs, dataset.untilMs);
  const untilMs = Math.max(startMs + datasetMs, visibleMs);
  const readable = file.kind === "unreadable" ? "ERROR" : "READY";
  const status = script.datasetEndsIn ?? readable;
  const seen = {
    untilMs: visibleMs,
    status: datasetStatusAt(dataset, nowMs),
    filename: filenameAt(dataset, nowMs),
  };
  const unseen = importVisibleAfterMs > 0 ? seen : null;
  const processing = { ...dataset, filename, status, untilMs, unseen };
  if (status === "ERROR" || file.kind === "unreadable") return processing;
  const before =
    script.secondFile === "replaces"
      ? dataset.datapoints.map((part) => ({ goneMs: untilMs, ...part }))
      : dataset.datapoints;
  const added = datapointsIn(dataset, file, untilMs);
  return {
    ...processing,
    datapoints: [...before, added],
    grouped: added.keys !== null || (dataset.grouped && before.length > 0),
  };
}

/** What a V3 dataset does with an invalid record is not known. Here it is skipped. */
function datapointsIn(
  dataset: Dataset,
  file: Exclude<UploadedFile, { kind: "unreadable" }>,
  atMs: number,
): Datapoints {
  const via = "import";
  if (file.kind === "counted") {
    return { atMs, count: file.records, keys: null, via, records: null };
  }
  const { records } = take(dataset, file.rows, null);
  const keys = keysFor(dataset, records);
  return { atMs, count: records.length, keys, via, records };
}
