/** Decides why Prolific rejects a record (API 2.4, 2.6, 8). */
import type { DataRecord, Row } from "../facts/data-record.ts";
import type { DatasetSchema, RejectRule } from "../facts/dataset-facts.ts";

export interface Rejection {
  /** `_raw`: the record as a whole (API 2.6). */
  readonly field: string;
  readonly reason: string;
}

/** The extensions that the CLI's check accepts (API 8). We assume that the service accepts the same. */
const endings: Readonly<Record<string, readonly string[]>> = {
  audio_url: [".aac", ".m4a", ".mp3", ".wav"],
  video_url: [".mp4", ".webm", ".mov"],
};

/** Checks records with a schema and the script of the dataset. Reports the first problem. */
export function rulesFor(
  schema: DatasetSchema | null,
  rejects: readonly RejectRule[] = [],
): (row: Row) => Rejection | null {
  const fields = Object.entries(schema?.fields ?? {});
  const patterns = rejects.map(({ field, pattern, reason }) => ({
    field,
    reason,
    pattern: new RegExp(pattern),
  }));
  const wrong = (record: DataRecord): Rejection | null => {
    for (const [field, { type }] of fields) {
      // An empty cell is not missing. Only an absent field is.
      if (!Object.hasOwn(record, field)) {
        if (schema?.strict === true) return { field, reason: "missing" };
        continue;
      }
      const reason = wrongMedia(record[field], endings[type]);
      if (reason !== null) return { field, reason };
    }
    const hit = patterns.find(
      ({ field, pattern }) =>
        Object.hasOwn(record, field) && pattern.test(asText(record[field])),
    );
    return hit === undefined ? null : { field: hit.field, reason: hit.reason };
  };
  return (row) =>
    row.record === null
      ? { field: "_raw", reason: row.reason }
      : wrong(row.record);
}

const asText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

function wrongMedia(
  value: unknown,
  allowed: readonly string[] | undefined,
): string | null {
  if (allowed === undefined || value === "" || value === null) return null;
  const url =
    typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.host === "") return "not an absolute URL";
  const path = url.pathname.toLowerCase();
  return allowed.some((ending) => path.endsWith(ending))
    ? null
    : `does not end in ${allowed.join(", ")}`;
}
