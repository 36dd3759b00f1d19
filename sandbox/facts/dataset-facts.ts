/** What Prolific knows about a dataset, as facts with times. state.ts explains how they are kept. */
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

/** How a dataset behaves, in addition to its requests. Plain JSON. */
export interface DatasetScript extends Partial<Timing> {
  /** The final status of an import. `processing` and `queued` never end. Default: depends on its content. */
  readonly importEndsIn?: "failed" | "processing" | "queued" | null;
  /** The reason of an import that fails because of this script. */
  readonly importReason?: string;
  /** V3: the status after an upload. Default READY, or ERROR if the file cannot be read. */
  readonly datasetEndsIn?: "READY" | "ERROR";
  /** V3: the datapoints of a ZIP, which the sandbox does not unpack. Default 7. */
  readonly zipRecords?: number;
  /** Rejects records with a field that matches the regular expression. */
  readonly rejects?: readonly RejectRule[];
  /** An import lists at most this many errors. `rejected_count` stays complete. */
  readonly errorsListed?: number;
  /** An import lists its errors with `record_index: null`, which the API allows (API 2.6). */
  readonly errorsWithoutIndex?: boolean;
  /** Whether imported records are recognized. Default: the option of the sandbox, which is off by default. */
  readonly importsRecognised?: Recognition;
  /** Which records an append compares with. Overrides `importsRecognised`. "All" is API 4.2 read literally. */
  readonly deduplicates?: "all" | "appended";
  /** Imports skip existing records and report `duplicate_count`. Overrides `importsRecognised`. */
  readonly importDeduplicates?: boolean;
  /** `total_datapoint_count` of the dataset and of its batches is this many milliseconds old. */
  readonly countLagMs?: number;
  /** New datapoints are added to the count step by step, over this many milliseconds. */
  readonly countTrickleMs?: number;
  /** How file names are listed, for imports and for a V3 dataset. Default "shown". */
  readonly filenames?: "shown" | "null" | "absent";
  /** V3: what a second file does. Default: it is refused or ignored. */
  readonly secondFile?: "replaces" | "adds";
  /** Appends return these counts, and add the first `takes` records. Default: all records. */
  readonly appendCounts?: {
    readonly accepted: number;
    readonly rejected: number;
    readonly takes?: number;
  } | null;
  /** The final status of a schema migration. Default `complete`. */
  readonly migrationEndsIn?: "complete" | "failed";
  /** Appends are refused with 409 before this time (epoch milliseconds), as during a migration. */
  readonly appendBusyUntilMs?: number;
  /** The response with the upload address has no `content_type` (API 11.24). */
  readonly omitContentType?: boolean;
  /** The storage for uploads of this dataset, instead of the sandbox's own. */
  readonly storageUrl?: string;
}

/**
 * What recognizes imported records: appends and other imports (`true`), only appends, or nothing (`false`). No source
 * promises any of it (API 11.26). Appends do recognize appended records (API 4.2).
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
  /** When another file replaced them. Default: never. */
  readonly goneMs?: number;
  readonly count: number;
  /** One group key for each datapoint, if the data decides the groups (API 2.5). */
  readonly keys: readonly string[] | null;
  readonly via: "import" | "append" | "seed";
  /** Their content. `null` if it is unknown. */
  readonly records: readonly DataRecord[] | null;
}

/** A record that an import rejected (API 2.6). Counted from 0. */
export interface ImportError {
  readonly record_index: number | null;
  readonly field: string | null;
  readonly reason: string | null;
}

/** The result of a file, which is decided when it arrives. */
export interface Outcome {
  readonly endsIn: "complete" | "partial" | "failed" | "pending_schema";
  /** Includes duplicates (API 2.6). */
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  readonly duplicateCount: number | null;
  readonly errors: readonly ImportError[];
  readonly reason: string;
  /** The group keys of its datapoints. */
  readonly keys: readonly string[] | null;
  /** Its datapoints. `null` if their content is unknown. */
  readonly records: readonly DataRecord[] | null;
  /** The file of a `pending_schema`, to be read when there is a schema. */
  readonly parked: UploadedFile | null;
}

export interface Import extends Outcome {
  readonly id: string;
  readonly via: "import" | "seed";
  readonly filename: string | null;
  readonly createdMs: number;
  readonly visibleMs: number;
  /** When its file arrived. `null` if it has not. */
  readonly receivedMs: number | null;
  /** The start and the end of its processing. `Infinity` means never. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A job that changes the datapoints to another schema (API 4.3). */
export interface Migration {
  readonly id: string;
  readonly createdMs: number;
  readonly endMs: number;
  /** The number of the schema of the dataset, from 1. */
  readonly schemaNumber: number;
  /** The number of datapoints when it started. */
  readonly datapoints: number;
  readonly endsIn: "complete" | "failed";
}

/** An upload address that was issued (API 4.1). */
export interface Upload {
  readonly fileKey: string;
  readonly signature: string;
  readonly expiresMs: number;
  readonly filename: string;
  /** The content type that must be sent. `null` if the response had none. */
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
  /** `schema_version` as written in the JSON. `null` leaves it out (API 11.8). */
  readonly schemaVersion: number | string | null;
  /** V3: PROCESSING until `untilMs`, then `status`. */
  readonly status: DatasetStatus;
  readonly untilMs: number;
  readonly filename: string | null;
  /** V3: the status that readers see until then, although a file has arrived. */
  readonly unseen: {
    readonly untilMs: number;
    readonly status: DatasetStatus | null;
    readonly filename: string | null;
  } | null;
  readonly schema: DatasetSchema | null;
  /** In the order of their creation. */
  readonly imports: readonly Import[];
  /** In the order of their start. */
  readonly migrations: readonly Migration[];
  readonly uploads: readonly Upload[];
  /** Datapoints that were added without an import. */
  readonly datapoints: readonly Datapoints[];
  /** Imported records, and appended records. */
  readonly imported: Identities;
  readonly appended: Identities;
  /** True if the data decides the groups, and `tasks_per_group` has no effect (API 2.5). */
  readonly grouped: boolean;
  /** True if a setup accepts a V4 dataset with only `partial` imports (API 11.9). */
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
