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
import { batchJson } from "./batches.ts";
import { datasetJson } from "./datasets.ts";
import { envelope } from "./error-bodies.ts";
import type { Reply } from "./error-bodies.ts";
import { answer } from "./routes.ts";
import { batchFrom } from "./seed-batch.ts";
import type { BatchOptions } from "./seed-batch.ts";
import { datasetFrom, groupKeys } from "./seed-dataset.ts";
import type { DatasetOptions } from "./seed-dataset.ts";
import { defaultTiming, emptyState, withBatch, withDataset } from "./state.ts";
import type { Batch, BatchScript, Dataset, State, Timing } from "./state.ts";

export interface ProlificOptions {
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** Ids for new things. Default random. */
  readonly uuid?: () => string;
  readonly timing?: Partial<Timing>;
  /** The only token that is let in. */
  readonly token?: string;
  /**
   * `false` turns off the refusal of a setup when the batch is not UNINITIALISED (API 3.2): every further
   * setup then makes all tasks again.
   */
  readonly guard?: boolean;
}

export interface ApiRequest {
  readonly method: string;
  /** With or without a query, which no endpoint has. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Which past a lagging reader sees: so many milliseconds ago, or just before the last accepted write. */
export type Past = { readonly lagMs: number } | "before the last write";

export const defaultToken = "sandbox-token-0123456789abcdef";

/** How many states before a write are kept for lagging readers. */
const remembered = 1000;

export class Prolific {
  guard: boolean;
  readonly token: string;
  readonly timing: Timing;
  readonly now: () => number;
  readonly #uuid: () => string;
  #state: State = emptyState;
  /** The states before each write, oldest first, each with the time until which it was the state. */
  #past: { untilMs: number; state: State }[] = [];

  constructor(options: ProlificOptions) {
    this.now = options.now;
    this.#uuid = options.uuid ?? randomUUID;
    this.timing = { ...defaultTiming, ...options.timing };
    this.token = options.token ?? defaultToken;
    this.guard = options.guard ?? true;
  }

  get state(): State {
    return this.#state;
  }

  /** Answers one request. With `past` a GET is answered from an older state; writes never are. */
  handle(request: ApiRequest, past?: Past): Reply {
    if (header(request, "authorization") !== `Token ${this.token}`) {
      return envelope(401, "Authentication credentials were not provided.");
    }
    const nowMs = this.now();
    const readOnly = request.method === "GET";
    const seen =
      past !== undefined && readOnly
        ? this.#asItWas(past, nowMs)
        : { state: this.#state, nowMs };
    return answer(request.method, request.path.replace(/\?.*$/s, ""), {
      ...seen,
      timing: this.timing,
      guard: this.guard,
      contentType: header(request, "content-type") ?? "",
      body: request.body,
      newId: this.#uuid,
      write: (state) => {
        this.#past.push({ untilMs: nowMs, state: this.#state });
        if (this.#past.length > remembered) this.#past.shift();
        this.#state = state;
      },
    });
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

  /** Puts a dataset in and returns its id. */
  addDataset(options: DatasetOptions = {}): string {
    const dataset = datasetFrom(options, this.#surroundings());
    this.#seed((state) => withDataset(state, dataset));
    return dataset.id;
  }

  /** Puts a batch in and returns its id. Its datasets have to be there already. */
  addBatch(options: BatchOptions = {}): string {
    const batch = batchFrom(options, this.#state, this.#surroundings());
    this.#seed((state) => withBatch(state, batch));
    return batch.id;
  }

  /** Lets a dataset grow now by `count` datapoints; `groups` as in `DatasetOptions`. */
  addDatapoints(
    datasetId: string,
    count: number,
    groups?: DatasetOptions["groups"],
  ): void {
    const keys = groupKeys(groups, count, 0);
    const added = { atMs: this.now(), count, keys };
    this.#dataset(datasetId);
    this.#seed((state) => {
      const dataset = state.datasets.get(datasetId);
      if (dataset === undefined) return state;
      const datapoints = [...dataset.datapoints, added];
      return withDataset(state, { ...dataset, datapoints });
    });
  }

  /** Changes how a batch behaves from now on. Running setups and syncs keep the times they started with. */
  changeBatch(batchId: string, script: BatchScript): void {
    this.#batch(batchId);
    this.#seed((state) => {
      const batch = state.batches.get(batchId);
      if (batch === undefined) return state;
      const changed = { ...batch, script: { ...batch.script, ...script } };
      return withBatch(state, changed);
    });
  }

  /** The batch as `GET /batches/{batch_id}` shows it now. */
  batch(batchId: string): Record<string, unknown> {
    return batchJson(this.#batch(batchId), this.#state, this.now());
  }

  /** The dataset as `GET /datasets/{dataset_id}` shows it now. */
  dataset(datasetId: string): Record<string, unknown> {
    return datasetJson(this.#dataset(datasetId), this.now());
  }

  /** How many setups of the batch were accepted, the one it was seeded with not counted. */
  acceptedSetups(batchId: string): number {
    const { setups } = this.#batch(batchId);
    return setups.filter(({ seeded }) => !seeded).length;
  }

  /** How many syncs of the batch were accepted. */
  acceptedSyncs(batchId: string): number {
    return this.#batch(batchId).syncs.length;
  }

  /** Forgets everything. */
  reset(): void {
    this.#state = emptyState;
    this.#past = [];
  }

  #surroundings() {
    return { nowMs: this.now(), newId: this.#uuid, timing: this.timing };
  }

  /** Not a write of the API: a lagging reader has to find what a test put in, so the past is changed too. */
  #seed(change: (state: State) => State): void {
    this.#state = change(this.#state);
    this.#past = this.#past.map(({ untilMs, state }) => ({
      untilMs,
      state: change(state),
    }));
  }

  #asItWas(past: Past, nowMs: number): { state: State; nowMs: number } {
    if (past === "before the last write") {
      return { state: this.#past.at(-1)?.state ?? this.#state, nowMs };
    }
    const thenMs = nowMs - past.lagMs;
    const then = this.#past.find(({ untilMs }) => thenMs < untilMs);
    return { state: then?.state ?? this.#state, nowMs: thenMs };
  }

  #batch(id: string): Batch {
    const batch = this.#state.batches.get(id);
    if (batch === undefined) throw new Error(`The sandbox has no batch ${id}.`);
    return batch;
  }

  #dataset(id: string): Dataset {
    const dataset = this.#state.datasets.get(id);
    if (dataset === undefined) {
      throw new Error(`The sandbox has no dataset ${id}.`);
    }
    return dataset;
  }
}

/** A header by its name in lower case, however the client spelled it. */
function header(request: ApiRequest, name: string): string | undefined {
  const found = Object.entries(request.headers).find(
    ([key]) => key.toLowerCase() === name,
  );
  return found?.[1];
}
