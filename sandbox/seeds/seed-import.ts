import type { DataRecord } from "../facts/data-record.ts";
import type {
  DatasetSchema,
  Import,
  ImportError,
  ImportStatus,
} from "../facts/dataset-facts.ts";
import { keysFor } from "../data/ingest.ts";
import { groupKeys, yesterday } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";

/** An import of the initial state. It is `queued`, then `processing`, then `status`. */
export interface ImportOptions {
  readonly id?: string;
  readonly filename?: string | null;
  /** Its final status. `uninitialised`, `queued` and `processing` never end. Default `complete`. */
  readonly status?: ImportStatus;
  /** Default 0 and 0: it has ended already. */
  readonly queuedMs?: number;
  readonly processingMs?: number;
  /** `accepted_count`, including duplicates. Default 7 or the number of `records`, or 0 if nothing was ingested. */
  readonly accepted?: number;
  readonly duplicates?: number;
  /** `rejected_count`. Default the number of `errors`. */
  readonly rejected?: number;
  readonly errors?: readonly ImportError[];
  readonly reason?: string;
  /** The content of the accepted records, if known. For `pending_schema`: the records that wait for the schema. */
  readonly records?: readonly DataRecord[];
}

/** Makes an import of a dataset with this schema from its options. */
export function importFrom(
  options: ImportOptions,
  dataset: {
    readonly groups: number | readonly string[] | undefined;
    readonly schema: DatasetSchema | null;
  },
  around: Surroundings,
): Import {
  const { records, queuedMs = 0, processingMs = 0 } = options;
  const status = options.status ?? "complete";
  const brings = status === "complete" || status === "partial";
  const stored = records?.length ?? 7;
  const duplicates = options.duplicates ?? 0;
  const acceptedCount =
    options.accepted ??
    (brings ? stored + (records === undefined ? 0 : duplicates) : 0);
  const running = queuedMs + processingMs > 0;
  const createdMs = running ? around.nowMs : yesterday(around);
  const startMs = status === "queued" ? Infinity : createdMs + queuedMs;
  const endMs = status === "processing" ? Infinity : startMs + processingMs;
  const received = status !== "uninitialised";
  const terminal =
    status === "uninitialised" || status === "queued" || status === "processing"
      ? "complete"
      : status;
  return {
    id: options.id ?? around.newId(),
    via: "seed",
    filename:
      options.filename === undefined ? "reviews.jsonl" : options.filename,
    createdMs,
    visibleMs: createdMs,
    receivedMs: received ? createdMs : null,
    startMs: received ? startMs : Infinity,
    endMs: received ? endMs : Infinity,
    endsIn: terminal,
    acceptedCount,
    rejectedCount: options.rejected ?? options.errors?.length ?? 0,
    duplicateCount: options.duplicates ?? null,
    errors: options.errors ?? [],
    reason: options.reason ?? "The file could not be read.",
    keys:
      groupKeys(dataset.groups, acceptedCount, 0) ??
      keysFor({ version: 4, schema: dataset.schema }, records ?? []),
    records: brings ? (records ?? null) : null,
    parked:
      status === "pending_schema"
        ? {
            kind: "rows",
            rows: (records ?? []).map((record) => ({ record })),
          }
        : null,
  };
}
