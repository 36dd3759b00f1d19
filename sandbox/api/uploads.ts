/** Issues upload addresses (API 4.1). */
import { datasetOf } from "./calls.ts";
import type { Call } from "./calls.ts";
import { datasetStatusAt } from "../data/datasets.ts";
import type { Dataset, Import, Upload } from "../facts/dataset-facts.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { nothingTaken } from "../data/ingest.ts";
import { Refused } from "../http/refused.ts";
import { withDataset } from "../facts/state.ts";
import { extensionOf } from "../data/uploaded-file.ts";

const contentTypes: Readonly<Record<string, string>> = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
  zip: "application/zip",
};

const allowed = { 3: ["csv", "zip"], 4: ["csv", "jsonl"] } as const;

const refuse = (detail: string): Refused => new Refused(envelope(400, detail));

/** @throws Refused for an invalid name. */
function filenameIn({ filename }: Call): string {
  // What else Prolific refuses in a name is not known.
  if (/[/\\\p{Cc}]/u.test(filename)) {
    throw refuse("The filename is not valid.");
  }
  return filename;
}

/** The address of an upload, with a query that authorizes it. */
export function pathOf({ fileKey, signature, expiresMs }: Upload): string {
  const key = fileKey.split("/").map(encodeURIComponent).join("/");
  const expires = Math.floor(expiresMs / 1000);
  return `/storage/${key}?X-Signature=${signature}&X-Expires=${expires}`;
}

function uninitialised(
  call: Call,
  filename: string,
  visibleMs: number,
): Import {
  return {
    ...nothingTaken,
    id: call.newId(),
    via: "import",
    filename,
    createdMs: call.nowMs,
    visibleMs,
    receivedMs: null,
    startMs: Infinity,
    endMs: Infinity,
    endsIn: "complete",
  };
}

/** `GET /datasets/{dataset_id}/upload-url/{filename}`: a GET that writes. */
export function uploadUrl(call: Call): Reply {
  const dataset = datasetOf(call);
  const filename = filenameIn(call);
  const extension = extensionOf(filename);
  const { version, script } = dataset;
  if (!(allowed[version] as readonly string[]).includes(extension)) {
    const types = allowed[version].map((type) => `.${type}`).join(" or ");
    throw refuse(
      `File type not allowed: a V${version} dataset takes ${types}.`,
    );
  }
  const status = datasetStatusAt(dataset, call.nowMs, "true");
  const full = status === "PROCESSING" || status === "READY";
  if (full && script.secondFile === undefined) {
    // Our choice, because no source says it: a V3 dataset has one file name, so it takes one file.
    throw refuse(
      `Dataset with ID ${dataset.id} is in status ${status}; it has a file already.`,
    );
  }
  const timing = { ...call.timing, ...script };
  const job =
    version === 4
      ? uninitialised(call, filename, call.nowMs + timing.importVisibleAfterMs)
      : null;
  const upload: Upload = {
    fileKey: `raw/${dataset.id}/${call.newId()}/${filename}`,
    signature: call.newId().replaceAll("-", ""),
    expiresMs: call.nowMs + timing.uploadUrlMs,
    filename,
    contentType:
      script.omitContentType === true ? null : (contentTypes[extension] ?? ""),
    importId: job?.id ?? null,
    receivedMs: null,
  };
  const changed: Dataset = {
    ...dataset,
    uploads: [...dataset.uploads, upload],
    imports: job === null ? dataset.imports : [...dataset.imports, job],
  };
  call.write(withDataset(call.state, changed));
  const storageUrl = script.storageUrl ?? call.storageUrl;
  return jsonReply(201, {
    dataset_id: dataset.id,
    upload_url: storageUrl + pathOf(upload),
    http_method: "PUT",
    ...(upload.contentType !== null && { content_type: upload.contentType }),
    expires_at: new Date(upload.expiresMs).toISOString(),
    file_key: upload.fileKey,
    ...(job !== null && { import_id: job.id }),
  });
}
