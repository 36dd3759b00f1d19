/**
 * Prolific without a network: requests in, replies out, and a state that moves with the time it is given.
 * No timers and no I/O, so a test or a simulation can drive it with a clock of its own:
 *
 *     let nowMs = 0;
 *     const prolific = new Prolific({ now: () => nowMs });
 *     const datasetId = prolific.addDataset({ datapoints: 7 });
 *     const batchId = prolific.addBatch({ datasetId, setupMs: 60_000 });
 *     prolific.act("POST", `/batches/${batchId}/setup`, { tasks_per_group: 3 }); // 202, now PROCESSING
 *     nowMs += 60_000;
 *     prolific.batch(batchId); // { status: "READY", total_task_count: 7, total_task_groups: 3, … }
 */
import { randomUUID } from "node:crypto";
import { batchJson } from "./model/batches.ts";
import type {
  Dataset,
  DatasetSchema,
  DatasetScript,
  Recognition,
} from "./facts/dataset-facts.ts";
import { recordsAt } from "./data/counts.ts";
import type { KnownRecord } from "./data/counts.ts";
import { datasetJson } from "./data/datasets.ts";
import { envelope } from "./http/error-bodies.ts";
import type { Reply } from "./http/error-bodies.ts";
import { Due } from "./facts/due.ts";
import { History } from "./facts/history.ts";
import type { Past } from "./facts/history.ts";
import { withSchema } from "./data/imports.ts";
import { header, onlyReads } from "./http/request.ts";
import type { ApiRequest } from "./http/request.ts";
import { answer } from "./api/routes.ts";
import { batchFrom } from "./seeds/seed-batch.ts";
import type { BatchOptions } from "./seeds/seed-batch.ts";
import { datasetFrom } from "./seeds/seed-dataset.ts";
import type { DatasetOptions } from "./seeds/seed-dataset.ts";
import { withBatch, withDataset } from "./facts/state.ts";
import type { Batch, BatchScript, State } from "./facts/state.ts";
import type { WorkspaceScript } from "./facts/workspace.ts";
import { store } from "./api/storage.ts";
import type { StoreRequest } from "./api/storage.ts";
import { tasksAt } from "./model/tasks.ts";
import type { Task } from "./model/tasks.ts";
import { groupKeys } from "./seeds/surroundings.ts";
import { defaultTiming } from "./facts/timing.ts";
import type { Timing } from "./facts/timing.ts";

export type { Past } from "./facts/history.ts";

export interface ProlificOptions {
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** Ids for new things. Default random. */
  readonly uuid?: () => string;
  readonly timing?: Partial<Timing>;
  /** The only valid token. */
  readonly token?: string;
  /**
   * `false` turns off the refusal of a setup when the batch is not UNINITIALISED (API 3.2): every further
   * setup then makes all tasks again.
   */
  readonly guard?: boolean;
  /** Whether imported records are recognized, unless the script of a dataset says otherwise. Default false. */
  readonly importsRecognised?: Recognition;
  /** How workspaces behave. */
  readonly workspace?: WorkspaceScript;
  /** The storage for uploads, without a trailing slash. A server puts its own address here. */
  readonly storageUrl?: string;
}

export const defaultToken = "sandbox-token-0123456789abcdef";

export class Prolific {
  guard: boolean;
  readonly importsRecognised: Recognition;
  storageUrl: string;
  readonly token: string;
  readonly timing: Timing;
  readonly now: () => number;
  readonly #uuid: () => string;
  readonly #history = new History();
  #workspace: WorkspaceScript;
  readonly #late = new Due<StoreRequest>();

  constructor(options: ProlificOptions) {
    this.now = options.now;
    this.#uuid = options.uuid ?? randomUUID;
    this.timing = { ...defaultTiming, ...options.timing };
    this.token = options.token ?? defaultToken;
    this.guard = options.guard ?? true;
    this.importsRecognised = options.importsRecognised ?? false;
    this.#workspace = options.workspace ?? {};
    this.storageUrl = options.storageUrl ?? "https://storage.sandbox.invalid";
  }

  get state(): State {
    this.#settle();
    return this.#history.state;
  }

  /** Answers one request. With `past`, a read uses an earlier state. Writes never do. */
  handle(request: ApiRequest, past?: Past): Reply {
    if (header(request, "authorization") !== `Token ${this.token}`) {
      return envelope(401, "Authentication credentials were not provided.");
    }
    this.#settle();
    const nowMs = this.now();
    const seen =
      past !== undefined && onlyReads(request)
        ? this.#history.asItWas(past, nowMs)
        : { state: this.state, nowMs };
    return answer(request, {
      ...seen,
      timing: this.timing,
      guard: this.guard,
      importsRecognised: this.importsRecognised,
      workspace: this.#workspace,
      storageUrl: this.storageUrl,
      newId: this.#uuid,
      write: (state) => {
        this.#history.write(state, nowMs);
      },
    });
  }

  /** Takes one upload at an address that `upload-url` issued. storage.ts decides what to refuse (API 4.1). */
  store(request: StoreRequest): Reply {
    const world = { nowMs: this.now(), timing: this.timing };
    const { reply, state } = store(this.state, request, world);
    if (state !== null) this.#history.write(state, world.nowMs);
    return reply;
  }

  /** The same for bytes that are sent now and arrive `ms` later. Nothing receives the response. */
  storeLater(request: StoreRequest, ms: number): void {
    const nowMs = this.now();
    this.#late.add(nowMs + ms, { startedMs: nowMs, ...request });
  }

  /** Handles what has arrived since the last call, with its time of arrival. */
  #settle(): void {
    const { timing } = this;
    for (;;) {
      const arrived = this.#late.take(this.now());
      if (arrived === null) return;
      const { atMs: nowMs, item } = arrived;
      const { state } = store(this.#history.state, item, { nowMs, timing });
      if (state !== null) this.#history.write(state, nowMs);
    }
  }

  /**
   * Sends a request as another client with the same token would, without a connection and without a record:
   * `act("POST", "/batches/<id>/setup", {})`. Paths are relative to `/api/v1/data-collection`.
   */
  act(method: string, path: string, body?: unknown): Reply {
    return this.handle({
      method,
      path: `/api/v1/data-collection${path}`,
      headers: {
        authorization: `Token ${this.token}`,
        "content-type": "application/json",
      },
      body: body === undefined ? "" : JSON.stringify(body),
    });
  }

  /** Adds a dataset and returns its id. */
  addDataset(options: DatasetOptions = {}): string {
    const { importsRecognised } = this;
    const script = { importsRecognised, ...options.script };
    const dataset = datasetFrom({ ...options, script }, this.#surroundings());
    this.#history.seed((state) => withDataset(state, dataset));
    return dataset.id;
  }

  /** Adds a batch and returns its id. Its datasets must exist. */
  addBatch(options: BatchOptions = {}): string {
    const batch = batchFrom(options, this.state, this.#surroundings());
    this.#history.seed((state) => withBatch(state, batch));
    return batch.id;
  }

  /** Adds `count` datapoints to a dataset now. `groups` as in `DatasetOptions`. */
  addDatapoints(
    datasetId: string,
    count: number,
    groups?: DatasetOptions["groups"],
  ): void {
    const keys = groupKeys(groups, count, 0);
    const added = {
      ...{ atMs: this.now(), count, keys },
      ...({ via: "seed", records: null } as const),
    };
    this.#seedDataset(datasetId, (dataset) => ({
      ...dataset,
      datapoints: [...dataset.datapoints, added],
    }));
  }

  /** Changes how a dataset behaves from now on. Files that have arrived keep their results. */
  changeDataset(datasetId: string, script: DatasetScript): void {
    this.#seedDataset(datasetId, (dataset) => ({
      ...dataset,
      script: { ...dataset.script, ...script },
    }));
  }

  /** Gives a dataset its schema as another client would: parked imports are released (API 4.3, 11.12). */
  setSchema(datasetId: string, schema: DatasetSchema): void {
    const nowMs = this.now();
    const times = { ...this.timing, nowMs };
    const changed = withSchema(this.#dataset(datasetId), schema, times);
    this.#history.write(withDataset(this.state, changed), nowMs);
  }

  /** Changes how workspaces behave from now on. */
  changeWorkspace(script: WorkspaceScript): void {
    this.#workspace = { ...this.#workspace, ...script };
  }

  /** Changes how a batch behaves from now on. Running setups and syncs keep the times they started with. */
  changeBatch(batchId: string, script: BatchScript): void {
    this.#batch(batchId);
    this.#history.seed((state) => {
      const batch = state.batches.get(batchId);
      if (batch === undefined) return state;
      const changed = { ...batch, script: { ...batch.script, ...script } };
      return withBatch(state, changed);
    });
  }

  /** The batch as `GET /batches/{batch_id}` shows it now. */
  batch(batchId: string): Record<string, unknown> {
    return batchJson(this.#batch(batchId), this.state, this.now());
  }

  /** The dataset as `GET /datasets/{dataset_id}` shows it now. */
  dataset(datasetId: string): Record<string, unknown> {
    return datasetJson(this.#dataset(datasetId), this.now());
  }

  /** Every datapoint of the dataset now, in the order of arrival. */
  records(datasetId: string): KnownRecord[] {
    return recordsAt(this.#dataset(datasetId), this.now());
  }

  /** Every task of the batch now, with its datapoint: what would be paid for. */
  tasks(batchId: string): Task[] {
    return tasksAt(this.#batch(batchId), this.state, this.now());
  }

  /** How many setups of the batch were accepted, without the initial one. */
  acceptedSetups(batchId: string): number {
    const { setups } = this.#batch(batchId);
    return setups.filter(({ seeded }) => !seeded).length;
  }

  /** How many requested syncs of the batch were accepted. */
  acceptedSyncs(batchId: string): number {
    return this.#batch(batchId).syncs.length - this.automaticSyncs(batchId);
  }

  /** How many syncs of the batch were started by appends (API 6). */
  automaticSyncs(batchId: string): number {
    const { syncs } = this.#batch(batchId);
    return syncs.filter(({ automatic }) => automatic).length;
  }

  /** Forgets everything. */
  reset(): void {
    this.#history.forget();
    this.#late.forget();
  }

  #surroundings() {
    return { nowMs: this.now(), newId: this.#uuid, timing: this.timing };
  }

  #seedDataset(id: string, change: (dataset: Dataset) => Dataset): void {
    this.#dataset(id);
    this.#history.seed((state) => {
      const dataset = state.datasets.get(id);
      return dataset === undefined
        ? state
        : withDataset(state, change(dataset));
    });
  }

  #batch(id: string): Batch {
    const batch = this.state.batches.get(id);
    if (batch === undefined) throw new Error(`The sandbox has no batch ${id}.`);
    return batch;
  }

  #dataset(id: string): Dataset {
    const dataset = this.state.datasets.get(id);
    if (dataset === undefined) {
      throw new Error(`The sandbox has no dataset ${id}.`);
    }
    return dataset;
  }
}
