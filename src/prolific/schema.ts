/**
 * Turns unknown JSON into typed values (API 2). A status from outside is `unknown` until it has passed through here.
 * Fields that the action does not use are ignored: the API may add fields at any time (API 11.35).
 */
import { ContractError, type Where } from "../errors.ts";
import { Fields } from "./fields.ts";

export const BATCH_STATUSES = [
  "UNINITIALISED",
  "PROCESSING",
  "READY",
  "ERROR",
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

const IMPORT_STATUSES = [
  "uninitialised",
  "queued",
  "processing",
  "complete",
  "partial",
  "failed",
  "pending_schema",
] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

const SYNC_STATUSES = ["queued", "processing", "complete", "failed"] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

/** A batch, as `GET …/batches/{id}` returns it (API 2.2). */
export interface Batch {
  readonly id: string;
  readonly name: string;
  readonly workspaceId: string | undefined;
  readonly status: BatchStatus;
  readonly datasets: readonly BatchDataset[];
  readonly totalTaskCount: number;
  readonly totalTaskGroups: number | undefined;
  readonly totalInstructionCount: number | undefined;
  /** True if `batch_items` has at least one page. */
  readonly hasLayout: boolean;
  /** True if every append starts a sync (API 6). */
  readonly autoSyncEnabled: boolean;
  /** A date and time, as Prolific writes it. */
  readonly createdAt: string | undefined;
}

/** The wanted batches of a workspace (API 3.10). */
export interface BatchList {
  readonly batches: readonly Batch[];
  /** The number of different batches in the response, wanted or not. */
  readonly listed: number;
  /** The total that the response reports. If it is larger than `listed`, the list proves nothing (API 11.36). */
  readonly count: number;
}

export interface BatchDataset {
  readonly id: string;
  readonly totalDatapointCount: number | undefined;
}

/** A dataset. Its fields depend on its version (API 2.3). */
export type Dataset = DatasetV3 | DatasetV4;

interface DatasetBase {
  readonly id: string;
  readonly name: string;
  readonly totalDatapointCount: number;
  /** True if a column or field of the data decides the task groups instead of `tasks_per_group`. */
  readonly groupsItself: boolean;
}

export interface DatasetV3 extends DatasetBase {
  readonly version: 3;
  readonly status: BatchStatus;
  readonly filename: string | undefined;
}

export interface DatasetV4 extends DatasetBase {
  readonly version: 4;
  /** Newest first. */
  readonly imports: readonly ImportJob[];
  /** Undefined until it is set. */
  readonly schema: DatasetSchema | undefined;
}

/** The rules for a record of a V4 dataset (API 2.4). */
export interface DatasetSchema {
  /** True if Prolific rejects a record without one of the fields. */
  readonly strict: boolean;
  /** The type of each key: `text`, `image_url`, … */
  readonly fields: ReadonlyMap<string, string>;
  /** The schema as Prolific returned it, to create a dataset like this one. */
  readonly json: unknown;
}

/** An upload to a V4 dataset (API 2.6). */
export interface ImportJob {
  readonly id: string;
  readonly filename: string | undefined;
  readonly status: ImportStatus;
  readonly acceptedCount: number | undefined;
  readonly rejectedCount: number | undefined;
  /** Only known from Prolific's CLI. Part of `acceptedCount`. */
  readonly duplicateCount: number | undefined;
  /** The progress of a running import. Only known from Prolific's CLI. */
  readonly writtenCount?: number | undefined;
  readonly processedOffset?: number | undefined;
  /** The rejected records that the server lists, which may be fewer than `rejectedCount`. Indices count from 0. */
  readonly errors: readonly RecordError[];
  readonly reason: string | undefined;
}

/** Why a record was rejected; each part may be missing (API 2.6, 4.2). */
export interface RecordError {
  /** An import counts from 0, an append from 1. */
  readonly recordIndex: number | undefined;
  readonly field: string | undefined;
  readonly reason: string | undefined;
}

/** Where to send the bytes of an upload (API 4.1). */
export interface UploadTarget {
  /** Presigned: as secret as a password. */
  readonly url: string;
  readonly method: "PUT" | "POST";
  readonly contentType: string | undefined;
  /** V4 only. */
  readonly importId: string | undefined;
}

/** The result of one append (API 4.2). */
export interface AppendResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly RecordError[];
}

/** A sync of a batch with its dataset that has grown (API 2.7). */
export interface SyncJob {
  readonly id: string;
  readonly status: SyncStatus;
  readonly tasksCreated: number | undefined;
  readonly groupsCreated: number | undefined;
  readonly reason: string | undefined;
}

/** Turns parsed JSON into a value. Errors name `where`. @throws ContractError */
export type Parse<T> = (json: unknown, where: Where) => T;

export const parseBatch: Parse<Batch> = (json, where) => {
  const batch = new Fields(json, where);
  return {
    id: batch.id("id"),
    name: batch.optionalString("name") ?? "",
    workspaceId: batch.optionalText("workspace_id"),
    status: batch.oneOf("status", BATCH_STATUSES),
    datasets: batch.list("datasets").map((dataset) => ({
      id: dataset.id("id"),
      totalDatapointCount: dataset.optionalCount("total_datapoint_count"),
    })),
    totalTaskCount: batch.count("total_task_count"),
    totalTaskGroups: batch.optionalCount("total_task_groups"),
    totalInstructionCount: batch.optionalCount("total_instruction_count"),
    hasLayout: batch.optionalList("batch_items").length > 0,
    autoSyncEnabled: batch.raw("auto_sync_enabled") === true,
    createdAt: batch.optionalText("created_at"),
  };
};

/** Skips batches with other names, because nothing is known of their fields. */
export function parseBatchList(
  isWanted: (name: string) => boolean,
): Parse<BatchList> {
  return (json, where) => {
    const answer = new Fields(json, where);
    const found = new Map(
      answer.list("results").map((batch) => [batch.id("id"), batch]),
    );
    const batches = [...found.values()]
      .filter((batch) => isWanted(batch.optionalString("name") ?? ""))
      .map((batch) => parseBatch(batch.json, where));
    const count = answer.optionalRecord("meta").count("count");
    return { batches, listed: found.size, count };
  };
}

/** Something that was just created. Only its id is needed. */
export const parseCreated: Parse<string> = (json, where) =>
  new Fields(json, where).id("id");

export const parseBatchStatus: Parse<BatchStatus> = (json, where) =>
  new Fields(json, where).oneOf("status", BATCH_STATUSES);

export const parseDataset: Parse<Dataset> = (json, where) => {
  const dataset = new Fields(json, where);
  const base = {
    id: dataset.id("id"),
    name: dataset.optionalString("name") ?? "",
    totalDatapointCount: dataset.count("total_datapoint_count"),
  };
  switch (datasetVersion(dataset)) {
    case 3:
      return {
        ...base,
        version: 3,
        status: dataset.oneOf("status", BATCH_STATUSES), // the same four words (API 2.3)
        groupsItself: dataset.raw("has_predetermined_grouping_id") === true,
        filename: dataset.optionalString("filename"),
      };
    case 4: {
      const schema = datasetSchema(dataset);
      return {
        ...base,
        version: 4,
        imports: dataset.optionalList("imports").map(importJob),
        schema,
        groupsItself: [...(schema?.fields.values() ?? [])].includes(
          "task_group_id",
        ),
      };
    }
  }
};

function datasetSchema(dataset: Fields): DatasetSchema | undefined {
  if ((dataset.raw("schema") ?? null) === null) return undefined;
  const schema = dataset.optionalRecord("schema");
  const fields = schema
    .optionalRecord("fields")
    .entries()
    .map(([key, field]) => [key, field.optionalString("type") ?? ""] as const);
  return {
    strict: schema.raw("strict") === true,
    fields: new Map(fields),
    json: schema.json,
  };
}

/** `Number(schema_version)`. If it is missing, imports mean V4 and a status means V3 (API 2.3, 11.8). */
function datasetVersion(dataset: Fields): 3 | 4 {
  const given = dataset.raw("schema_version");
  if (given === undefined || given === null) {
    if (Array.isArray(dataset.raw("imports"))) return 4;
    if (typeof dataset.raw("status") === "string") return 3;
    throw dataset.error("says neither its schema_version nor a status", {
      final: true,
    });
  }
  // Only these types: even converting an object may throw.
  const scalar = typeof given === "number" || typeof given === "string";
  const version = scalar ? Number(given) : NaN;
  if (version === 3 || version === 4) return version;
  throw dataset.error(
    `has the schema_version ${JSON.stringify(given)}, not 3 or 4`,
    {
      final: true,
    },
  );
}

export const parseImportJob: Parse<ImportJob> = (json, where) =>
  importJob(new Fields(json, where));

function importJob(job: Fields): ImportJob {
  return {
    id: job.optionalString("import_id") ?? "",
    filename: job.optionalString("filename"),
    status: job.oneOf("status", IMPORT_STATUSES),
    acceptedCount: job.optionalCount("accepted_count"),
    rejectedCount: job.optionalCount("rejected_count"),
    duplicateCount: job.optionalCount("duplicate_count"),
    writtenCount: job.optionalCount("written_count"),
    processedOffset: job.optionalCount("processed_offset"),
    errors: job.optionalList("errors").map(recordError),
    reason: job.optionalString("reason"),
  };
}

function recordError(error: Fields): RecordError {
  return {
    recordIndex: error.optionalCount("record_index"),
    field: error.optionalString("field"),
    reason: error.optionalString("reason"),
  };
}

export const parseUploadTarget: Parse<UploadTarget> = (json, where) => {
  const target = new Fields(json, where);
  const url = target.optionalString("upload_url") ?? "";
  if (!URL.canParse(url)) throw target.error('has no URL in "upload_url"'); // which is never shown
  return {
    url,
    method: target.oneOf("http_method", ["PUT", "POST"]),
    contentType: target.optionalText("content_type"),
    importId: target.optionalText("import_id"),
  };
};

export const parseAppendResult: Parse<AppendResult> = (json, where) => {
  const result = new Fields(json, where);
  return {
    accepted: result.count("accepted"),
    rejected: result.count("rejected"),
    errors: result.optionalList("errors").map(recordError),
  };
};

export const parseSyncJob: Parse<SyncJob> = (json, where) => {
  const job = new Fields(json, where);
  return {
    id: job.id("sync_id"),
    status: job.oneOf("status", SYNC_STATUSES),
    tasksCreated: job.optionalCount("tasks_created"),
    groupsCreated: job.optionalCount("groups_created"),
    reason: job.optionalString("reason"),
  };
};

/** A bare array of ids (API 3.9). */
export const parseIds: Parse<readonly string[]> = (json, where) => {
  const isId = (id: unknown): id is string =>
    typeof id === "string" && id !== "";
  if (Array.isArray(json) && json.every(isId)) return json;
  throw new ContractError(where, "the response is not a list of ids");
};
