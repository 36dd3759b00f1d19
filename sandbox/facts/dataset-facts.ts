/** What Prolific knows of a dataset, as facts with times; state.ts says how they are kept. */
import type { DataRecord, UploadedFile } from "./data-record.ts";
import type { Identities } from "./identities.ts";
import type { Timing } from "./timing.ts";

export type DatasetStatus = "UNINITIALISED" | "PROCESSING" | "READY" | "ERROR";
export type ImportStatus =
  | "uninitialised"
  | "queued"
  | "processing"
  | "complete"
  | "partial"
  | "failed"
  | "pending_schema";

/** How a dataset will behave, over and above what its requests say. Plain JSON. */
export interface DatasetScript extends Partial<Timing> {
  /** Where an import ends, or (`processing`, `queued`) stays for ever. Default: by its content. */
  readonly importEndsIn?: "failed" | "processing" | "queued" | null;
  /** Reason of an import that is made to fail. */
  readonly importReason?: string;
  /** V3: where an uploaded file ends. Default READY, or ERROR when it cannot be read. */
  readonly datasetEndsIn?: "READY" | "ERROR";
  /** V3: datapoints of a zip, which nobody unpacks here. Default 7. */
  readonly zipRecords?: number;
  /** Records to reject: those whose field matches the regular expression. */
  readonly rejects?: readonly RejectRule[];
  /** An import lists at most so many errors; `rejected_count` stays whole. */
  readonly errorsListed?: number;
  /** An import lists its errors with `record_index: null`, as it may (API 2.6). */
  readonly errorsWithoutIndex?: boolean;
  /** Whether records that came in files are recognised. Default: as the sandbox was started, and that is not at all. */
  readonly importsRecognised?: Recognition;
  /** Which records an appended one is compared with; goes before `importsRecognised`. "All" is API 4.2 at its word. */
  readonly deduplicates?: "all" | "appended";
  /** File imports leave out what is there already, and report `duplicate_count`; goes before `importsRecognised`. */
  readonly importDeduplicates?: boolean;
  /** `total_datapoint_count` shows, in the dataset and in its batches, what it was so many milliseconds ago. */
  readonly countLagMs?: number;
  /** What comes in is added to the count bit by bit, over so many milliseconds. */
  readonly countTrickleMs?: number;
  /** How the names of files are listed: those of imports, and that of a V3 dataset. Default "shown". */
  readonly filenames?: "shown" | "null" | "absent";
  /** V3: what a file does to one that is there already. Default: it is refused, or comes too late. */
  readonly secondFile?: "replaces" | "adds";
  /** Appends answer with these counts, whatever they bring, and take the first `takes` records. Default all of them. */
  readonly appendCounts?: {
    readonly accepted: number;
    readonly rejected: number;
    readonly takes?: number;
  } | null;
  /** Where a schema migration ends. Default `complete`. */
  readonly migrationEndsIn?: "complete" | "failed";
  /** Appends are refused with 409 before this time (epoch milliseconds), as during a migration. */
  readonly appendBusyUntilMs?: number;
  /** The answer with the upload address says no `content_type` (API 11.24). */
  readonly omitContentType?: boolean;
  /** Where upload addresses of this dataset lead, instead of the sandbox's own storage. */
  readonly storageUrl?: string;
}

/**
 * Who recognizes records that came in files: appends and further imports (`true`), appends alone, or nobody (`false`). No
 * source promises anything (API 11.26). That appends recognise appended records is promised (API 4.2).
 */
export type Recognition = boolean | "by appends";

export interface RejectRule {
  readonly field: string;
  /** Source of a regular expression. */
  readonly pattern: string;
  readonly reason: string;
}

/** Datapoints that were in the dataset from `atMs` on. */
export interface Datapoints {
  readonly atMs: number;
  /** When another file took their place. Default: never. */
  readonly goneMs?: number;
  readonly count: number;
  /** One group key a datapoint, when the data groups itself (API 2.5). */
  readonly keys: readonly string[] | null;
  readonly via: "import" | "append" | "seed";
  /** What they say; `null` when nobody knows. */
  readonly records: readonly DataRecord[] | null;
}

/** One record that an import rejected (API 2.6); counted from 0. */
export interface ImportError {
  readonly record_index: number | null;
  readonly field: string | null;
  readonly reason: string | null;
}

/** What becomes of a file, decided when it arrives. */
export interface Outcome {
  readonly endsIn: "complete" | "partial" | "failed" | "pending_schema";
  /** Duplicates included (API 2.6). */
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  readonly duplicateCount: number | null;
  readonly errors: readonly ImportError[];
  readonly reason: string;
  /** Group keys of the datapoints that it brings. */
  readonly keys: readonly string[] | null;
  /** The datapoints that it brings, `null` when nobody knows what they say. */
  readonly records: readonly DataRecord[] | null;
  /** The file of a `pending_schema`, for the day when there is a schema. */
  readonly parked: UploadedFile | null;
}

export interface Import extends Outcome {
  readonly id: string;
  readonly via: "import" | "seed";
  readonly filename: string | null;
  readonly createdMs: number;
  readonly visibleMs: number;
  /** When its file had arrived; `null` as long as it has not. */
  readonly receivedMs: number | null;
  /** From when it is processing, and until when; `Infinity` for never. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A job that brings the datapoints to another schema (API 4.3). */
export interface Migration {
  readonly id: string;
  readonly createdMs: number;
  readonly endMs: number;
  /** Counts the schemas of the dataset from 1. */
  readonly schemaNumber: number;
  /** How many there were when it started. */
  readonly datapoints: number;
  readonly endsIn: "complete" | "failed";
}

/** An upload address that was handed out (API 4.1). */
export interface Upload {
  readonly fileKey: string;
  readonly signature: string;
  readonly expiresMs: number;
  readonly filename: string;
  /** The type that has to be sent; `null` when none was said. */
  readonly contentType: string | null;
  /** V4 only. */
  readonly importId: string | null;
  readonly receivedMs: number | null;
}

export interface DatasetSchema {
  readonly strict: boolean;
  readonly fields: Readonly<
    Record<string, { readonly type: string; readonly label?: string }>
  >;
}

export interface Dataset {
  readonly id: string;
  readonly createdMs: number;
  readonly name: string;
  readonly workspaceId: string;
  readonly version: 3 | 4;
  /** `schema_version` as it is written into the JSON; `null` leaves it out (API 11.8). */
  readonly schemaVersion: number | string | null;
  /** V3: PROCESSING until `untilMs`, then `status`. */
  readonly status: DatasetStatus;
  readonly untilMs: number;
  readonly filename: string | null;
  /** V3: how it still reads until then, although a file has arrived. */
  readonly unseen: {
    readonly untilMs: number;
    readonly status: DatasetStatus | null;
    readonly filename: string | null;
  } | null;
  readonly schema: DatasetSchema | null;
  /** In the order in which they were made. */
  readonly imports: readonly Import[];
  /** In the order in which they were started. */
  readonly migrations: readonly Migration[];
  readonly uploads: readonly Upload[];
  /** Datapoints that came without an import. */
  readonly datapoints: readonly Datapoints[];
  /** Records that came in files, and those that were appended. */
  readonly imported: Identities;
  readonly appended: Identities;
  /** The data decides the groups, `tasks_per_group` is ignored (API 2.5). */
  readonly grouped: boolean;
  /** Setup takes a V4 dataset whose finished imports are all `partial` (API 11.9). */
  readonly setupTakesPartial: boolean;
  readonly forbidden: boolean;
  readonly script: DatasetScript;
}

/** The field that groups the records of a schema, if any (API 2.4). */
export function groupField(schema: DatasetSchema | null): string | null {
  const found = Object.entries(schema?.fields ?? {}).find(
    ([, { type }]) => type === "task_group_id",
  );
  return found?.[0] ?? null;
}
