/** Prolific's data-collection API, one short method for each endpoint. No logging, no retries. */
import { ContractError } from "../errors.ts";
import type { CallOptions, Exchange } from "./exchange.ts";
import {
  type AppendResult,
  type Batch,
  type BatchList,
  type BatchStatus,
  type Dataset,
  type ImportJob,
  type Parse,
  type SyncJob,
  type UploadTarget,
  parseAppendResult,
  parseBatch,
  parseBatchList,
  parseBatchStatus,
  parseCreated,
  parseDataset,
  parseIds,
  parseImportJob,
  parseSyncJob,
  parseUploadTarget,
} from "./schema.ts";

/** Datasets and imports list every rejected record (contract 7), a workspace every batch with its pages. */
const DATASET_MAX_BODY_BYTES = 64 * 2 ** 20;

/** The body of a setup. Prolific decides on a field that is left out (API 3.2). */
export interface SetupRequest {
  readonly dataset_id?: string;
  readonly tasks_per_group?: number;
}

/** The body of a new dataset: V4 with a schema, V3 without one (API 4). */
export interface DatasetRequest {
  readonly name: string;
  readonly workspace_id: string;
  readonly schema?: unknown;
}

/** All methods throw ApiError, ConnectionError or ContractError, or the reason of the signal. */
export class Prolific {
  private readonly api: Exchange;

  constructor(api: Exchange) {
    this.api = api;
  }

  /** API 3.4. */
  batch(id: string, options: CallOptions): Promise<Batch> {
    return this.api.get(`/batches/${id}`, withId(id, parseBatch), options);
  }

  /** API 3.3. */
  batchStatus(id: string, options: CallOptions): Promise<BatchStatus> {
    return this.api.get(`/batches/${id}/status`, parseBatchStatus, options);
  }

  /** API 3.2, 11.1: 202, or 204 by a superseded specification. The body is not JSON. @returns the HTTP status. */
  setUp(
    id: string,
    request: SetupRequest,
    options: CallOptions,
  ): Promise<number> {
    return this.api.postForStatus(
      `/batches/${id}/setup`,
      request,
      [202, 200, 204],
      options,
    );
  }

  /** API 3.6. */
  startSync(batchId: string, options: CallOptions): Promise<SyncJob> {
    return this.api.post(
      `/batches/${batchId}/sync`,
      parseSyncJob,
      [202, 200],
      options,
    );
  }

  /** API 3.7. */
  sync(
    batchId: string,
    syncId: string,
    options: CallOptions,
  ): Promise<SyncJob> {
    const path = `/batches/${batchId}/syncs/${encodeURIComponent(syncId)}`;
    return this.api.get(path, parseSyncJob, options);
  }

  /** API 3.9: only known from Prolific's CLI. */
  taskGroups(
    batchId: string,
    options: CallOptions,
  ): Promise<readonly string[]> {
    return this.api.get(`/batches/${batchId}/task-groups`, parseIds, options);
  }

  /** API 3.10: the batches of a workspace with wanted names. */
  batches(
    workspaceId: string,
    isWanted: (name: string) => boolean,
    options: CallOptions,
  ): Promise<BatchList> {
    const path = `/batches?workspace_id=${encodeURIComponent(workspaceId)}`;
    return this.api.get(path, parseBatchList(isWanted), {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }

  /** API 3.8: a copy without a dataset. Every call makes another copy. @returns its id. */
  duplicate(id: string, name: string, options: CallOptions): Promise<string> {
    return this.api.sendJson(
      "POST",
      `/batches/${id}/duplicate`,
      { name, upload_new_dataset: true },
      parseCreated,
      [201, 200],
      options,
    );
  }

  /** API 4. @returns the id of the new dataset. */
  createDataset(
    request: DatasetRequest,
    options: CallOptions,
  ): Promise<string> {
    return this.api.sendJson(
      "POST",
      "/datasets",
      request,
      parseCreated,
      [201, 200],
      options,
    );
  }

  /** API 3.5, 11.39: attaches a dataset to a batch that has none. @returns the id of the batch. */
  attachDataset(
    batchId: string,
    datasetId: string,
    options: CallOptions,
  ): Promise<string> {
    return this.api.sendJson(
      "PATCH",
      `/batches/${batchId}`,
      { dataset_id: datasetId },
      parseCreated,
      [200],
      options,
    );
  }

  /** API 4. */
  dataset(id: string, options: CallOptions): Promise<Dataset> {
    return this.api.get(`/datasets/${id}`, withId(id, parseDataset), {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }

  /** API 4.1: this GET creates an import job (V4), so it must not be sent just to look. */
  uploadTarget(
    datasetId: string,
    filename: string,
    options: CallOptions,
  ): Promise<UploadTarget> {
    const path = `/datasets/${datasetId}/upload-url/${encodeURIComponent(filename)}`;
    return this.api.get(path, parseUploadTarget, options, [201, 200]);
  }

  /** API 2.6. */
  importJob(
    datasetId: string,
    importId: string,
    options: CallOptions,
  ): Promise<ImportJob> {
    const path = `/datasets/${datasetId}/imports/${encodeURIComponent(importId)}`;
    return this.api.get(path, parseImportJob, {
      maxBodyBytes: DATASET_MAX_BODY_BYTES,
      ...options,
    });
  }

  /**
   * API 4.2. A response that does not account for every record counts as no response (contract 11).
   * @param records at most 1000 JSON objects, one a line.
   */
  append(
    datasetId: string,
    records: { readonly count: number; readonly text: string },
    options: CallOptions,
  ): Promise<AppendResult> {
    const body = { type: "application/x-ndjson", text: records.text };
    return this.api.post(
      `/datasets/${datasetId}/datapoints`,
      forAll(records.count),
      [200],
      options,
      body,
    );
  }
}

function forAll(count: number): Parse<AppendResult> {
  return (json, where) => {
    const result = parseAppendResult(json, where);
    if (result.accepted + result.rejected === count) return result;
    throw new ContractError(
      where,
      `the response accounts for ${String(result.accepted + result.rejected)} of ${String(count)} records`,
    );
  };
}

/** A response about another id than the requested one must not decide anything. */
function withId<T extends { readonly id: string }>(
  id: string,
  parse: Parse<T>,
): Parse<T> {
  return (json, where) => {
    const value = parse(json, where);
    if (value.id === id) return value;
    throw new ContractError(where, "the response is about another id");
  };
}
