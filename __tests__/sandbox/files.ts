import type { Prolific } from "../../sandbox/model.ts";
import type { Bytes } from "../../sandbox/data/uploaded-file.ts";

/** What the service says of a new upload. */
export interface Target {
  readonly dataset_id: string;
  readonly upload_url: string;
  readonly http_method: string;
  readonly content_type?: string;
  readonly expires_at: string;
  readonly file_key: string;
  readonly import_id?: string;
}

/** The schema of the tests: `n` shows which record it is. */
export const schema = {
  strict: true,
  fields: { n: { type: "metadata" }, text: { type: "text" } },
};

/** Uploads and appends to one dataset, without a connection. */
export function filesOf(prolific: Prolific, datasetId: string) {
  const base = `/datasets/${datasetId}`;
  const target = (filename: string): Target => {
    const name = encodeURIComponent(filename);
    const reply = prolific.act("GET", `${base}/upload-url/${name}`);
    if (reply.status !== 201) throw new Error(reply.body);
    return JSON.parse(reply.body) as Target;
  };
  const put = (
    { upload_url, content_type }: Target,
    body: Bytes,
    headers: Record<string, string | undefined> = {},
  ) => {
    const { pathname, search } = new URL(upload_url);
    const bytes =
      typeof body === "string" || body instanceof Uint8Array
        ? Buffer.byteLength(body)
        : body.bytes;
    return prolific.store({
      path: pathname + search,
      headers: {
        "content-length": String(bytes),
        "content-type": content_type,
        ...headers,
      },
      body,
    });
  };
  return {
    target,
    put,
    /** Uploads a file; its import id. */
    upload: (filename: string, body: Bytes): string => {
      const made = target(filename);
      const reply = put(made, body);
      if (reply.status !== 200) throw new Error(reply.body);
      return made.import_id ?? "";
    },
    /** The import as it reads now; `null` for 404. */
    read: (importId: string) => {
      const reply = prolific.act("GET", `${base}/imports/${importId}`);
      return reply.status === 200
        ? (JSON.parse(reply.body) as Record<string, unknown>)
        : null;
    },
    append: (body: string, contentType = "application/x-ndjson") => {
      const { status, body: text } = prolific.handle({
        method: "POST",
        path: `/api/v1/data-collection${base}/datapoints`,
        headers: {
          authorization: `Token ${prolific.token}`,
          "content-type": contentType,
        },
        body,
      });
      return { status, body: JSON.parse(text) as Record<string, unknown> };
    },
    /** What was stored, as `via` and `n`. */
    stored: () =>
      prolific
        .records(datasetId)
        .map(({ via, record }) => `${via} ${String(record.n)}`),
  };
}

export const lines = (...records: unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");
