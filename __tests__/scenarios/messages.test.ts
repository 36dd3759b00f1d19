/**
 * What people read, and what Prolific gets, whole: one step after the other, on the virtual clock. Each word of a message is
 * part of the product; here they can be read and reviewed in one place.
 */
import { describe, expect, test } from "@jest/globals";
import type { BatchOptions } from "../../sandbox/seeds/seed-batch.ts";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import type { Fault } from "../../sandbox/faults/faults.ts";
import { virtualWorld } from "../../proof/simulation/world/world.ts";

type World = ReturnType<typeof virtualWorld>;

interface Scene {
  readonly batch?: BatchOptions;
  readonly dataset?: DatasetOptions;
  readonly inputs?: Record<string, string>;
  readonly faults?: readonly Fault[];
  readonly files?: Record<string, string>;
  readonly before?: (world: World, batchId: string, datasetId: string) => void;
}

async function play(scene: Scene) {
  const world = virtualWorld({ importsRecognised: "by appends" });
  await world.clock.advance(1_000_000); // no real step starts at zero either
  const datasetId = world.prolific.addDataset(scene.dataset);
  const batchId = world.prolific.addBatch({ datasetId, ...scene.batch });
  const inputs = { batch_id: batchId, ...scene.inputs };
  world.fault(...(scene.faults ?? []));
  for (const [name, text] of Object.entries(scene.files ?? {})) {
    world.files.set(name, text);
  }
  scene.before?.(world, batchId, datasetId);
  const { log, requests, outputs } = await world.run(inputs);
  // Ids are drawn anew in each run: here they are numbered in the order in which they come up.
  const ids: string[] = [batchId, datasetId];
  const numbered = (text: string) =>
    text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return (
        ["BATCH", "DATASET"][ids.indexOf(id)] ?? `ID-${String(ids.indexOf(id))}`
      );
    });
  return {
    log: log.filter((line) => !line.includes(" -> ")).map(numbered),
    requests: requests.map(({ atMs, method, path, body }) =>
      numbered(
        `${String(atMs)} ${method} ${path.replace("/api/v1/data-collection", "")} ${shown(body)}`.trim(),
      ),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, text]) => [name, numbered(text)]),
    ),
  };
}

const shown = (body: string) =>
  body.length < 100
    ? body
    : `${body.slice(0, 30)}… ${String(body.length)} characters`;
const SOME_ID = "00000000-0000-4000-8000-00000000000b";
const always = { times: null };
const refusal = (status: number): Fault => ({
  match: "POST /setup",
  kind: "status",
  status,
  text: "No.",
});
const csv = (...rows: string[]) => ["id", ...rows].join("\n");
/** What the file below is called at Prolific. */
const NAME = "reviews-f9a93e17b8d8.csv";
const jsonl = (...ids: string[]) =>
  ids.map((id) => JSON.stringify({ id })).join("\n");
const FILE = { "reviews.csv": csv("r0", "r1", "r2") };
const schema = { strict: true, fields: { id: { type: "text" } } };
const EMPTY_V4: DatasetOptions = { datapoints: 0, imports: [], schema };
/** Holds the first two records of the file; a commit has added the third. */
const GROWN = {
  schema,
  imports: [
    {
      filename: "reviews-0123456789ab.csv",
      accepted: 2,
      records: [{ id: "r0" }, { id: "r1" }],
    },
  ],
};
const EMPTY_V3: DatasetOptions = { version: 3, datapoints: 0 };
const launches: Record<string, Scene> = {
  "a batch is set up": {
    inputs: { tasks_per_group: "2" },
    batch: { instructions: 0 },
  },
  "the data decides the groups": {
    inputs: { tasks_per_group: "3" },
    dataset: { groups: 2 },
  },
  "nobody waits": { inputs: { wait: "false" } },
  "nobody waits, and nothing moves": {
    inputs: { wait: "false" },
    batch: { visibleAfterMs: 3_600_000 },
  },
  "nobody waits, and no look succeeds": {
    inputs: { wait: "false" },
    faults: [
      {
        match: "GET /batches/*",
        kind: "status",
        status: 503,
        after: 1,
        ...always,
      },
    ],
  },
  "nobody waits, and a 200 comes from something in between": {
    inputs: { wait: "false" },
    faults: [
      { match: "POST /setup", kind: "status", status: 200, body: "hello" },
    ],
  },
  "the setup is refused": { faults: [refusal(400)] },
  "the setup is refused, and the batch cannot be looked at": {
    faults: [
      refusal(403),
      { match: "GET /status", kind: "status", status: 404, ...always },
    ],
  },
  "the setup is refused after one without an answer": {
    faults: [
      { match: "POST /setup", kind: "status", status: 502 },
      refusal(422),
    ],
  },
  "somebody else was first": {
    faults: [refusal(409)],
    before: (world, batchId) => {
      world.at(1_000, () => {
        world.prolific.act("POST", `/batches/${batchId}/setup`, {});
      });
    },
  },
  "two setups have no answer": {
    faults: [{ match: "POST /setup", kind: "reset", ...always }],
  },
  "a setup has no answer, and the batch cannot be read": {
    faults: [
      { match: "POST /setup", kind: "hang" },
      { match: "GET /batches/*", kind: "status", status: 403, after: 1 },
    ],
  },
  "a lost answer": {
    faults: [{ match: "POST /setup", kind: "reset", when: "after" }],
  },
  "too many requests, then nobody there": {
    faults: [{ match: "POST /setup", kind: "status", status: 429, times: 2 }],
    before: (world) => {
      let left = 3;
      world.unreachable = ({ method }) => method === "POST" && left-- > 0;
    },
  },
  "time is up before anything was sent": {
    inputs: { timeout: "20s" },
    before: (world) => {
      world.unreachable = ({ method }) => method === "POST";
    },
  },
  "no dataset is attached": { batch: { datasetIds: [] } },
  "several datasets are attached": {
    faults: [
      {
        match: "GET /batches/*",
        kind: "malformed",
        body: `{"id":"${SOME_ID}","status":"UNINITIALISED","datasets":[{"id":"one"},{"id":"two"}],"total_task_count":0}`,
      },
    ],
    batch: { id: SOME_ID },
  },
  "another dataset is attached": {
    inputs: { dataset_id: "00000000-0000-4000-8000-000000000001" },
  },
  "the response is about another batch": {
    faults: [
      {
        match: "GET /batches/*",
        kind: "malformed",
        body: '{"id":"other","status":"READY","datasets":[],"total_task_count":1}',
        ...always,
      },
    ],
  },
  "the batch is in ERROR": { batch: { status: "ERROR" } },
  "the batch ends in ERROR": { batch: { setupEndsIn: "ERROR" } },
  "the batch is READY, but empty": { batch: { makesNoTasks: true } },
  "empty, and no groups are told": {
    batch: { makesNoTasks: true, omitTotalTaskGroups: true },
  },
  "tasks, but no group": {
    faults: [
      {
        match: "GET /batches/*",
        kind: "malformed",
        body: `{"id":"${SOME_ID}","status":"READY","datasets":[],"total_task_count":7,"total_task_groups":0}`,
        ...always,
      },
    ],
    batch: { id: SOME_ID },
    inputs: { dataset_id: SOME_ID },
  },
  "no groups are told": { batch: { omitTotalTaskGroups: true } },
  "fewer tasks than datapoints": { batch: { status: "READY", tasks: 5 } },
  "set up before with another value": {
    batch: { status: "READY", tasksPerGroup: 3 },
    inputs: { tasks_per_group: "2" },
  },
  "READY is a failure": {
    batch: { status: "READY" },
    inputs: { if_ready: "fail" },
  },
  "the dataset is empty": { dataset: EMPTY_V4 },
  "the dataset is empty (V3)": { dataset: EMPTY_V3 },
  "the dataset is in ERROR": { dataset: { version: 3, status: "ERROR" } },
  "the dataset is still at work": {
    dataset: { version: 3, status: "PROCESSING", readyAfterMs: 8_000 },
  },
  "the only import failed": {
    dataset: { imports: [{ status: "failed", reason: "bad file" }], schema },
  },
  "an import was partial": {
    dataset: { imports: [{ accepted: 3, rejected: 1 }], schema },
  },
  "a running import is waited for": {
    dataset: {
      imports: [{ accepted: 3 }, { filename: "more.csv", processingMs: 6_000 }],
      schema,
    },
  },
  "nobody waits, and the looks hang": {
    inputs: { wait: "false" },
    faults: [{ match: "GET /batches/*", kind: "hang", after: 1, ...always }],
  },
  "nobody waits, and the looks are too large": {
    inputs: { wait: "false" },
    faults: [
      { match: "GET /batches/*", kind: "huge", bytes: 6 * 2 ** 20, after: 1 },
    ],
  },
  "the setup is refused, and the batch is in ERROR": {
    faults: [refusal(409)],
    before: (world, batchId) => {
      world.at(1_000, () => {
        world.prolific.changeBatch(batchId, { forcedStatus: "ERROR" });
      });
    },
  },
  "the batch turns to ERROR before anything was sent": {
    dataset: { version: 3, status: "PROCESSING", readyAfterMs: 8_000 },
    before: (world, batchId) => {
      world.at(1_000, () => {
        world.prolific.changeBatch(batchId, { forcedStatus: "ERROR" });
      });
    },
  },
  "a lost setup, then nobody there": {
    inputs: { timeout: "40s" },
    faults: [{ match: "POST /setup", kind: "status", status: 503 }],
    before: (world) => {
      world.unreachable = ({ method }) =>
        method === "POST" && world.posts().length > 1;
    },
  },
  "tasks appear, although the status stays": {
    inputs: { timeout: "40s" },
    batch: { forcedStatus: "UNINITIALISED" },
    faults: [{ match: "POST /setup", kind: "reset", when: "after" }],
  },
  "joined, with fewer tasks than datapoints": {
    batch: { status: "PROCESSING", tasks: 5 },
  },
  "a cancel while the response is awaited": {
    faults: [{ match: "POST /setup", kind: "hang" }],
    before: (world) => {
      world.at(2_000, () => {
        world.cancel();
      });
    },
  },
};

const syncs: Record<string, Scene> = {
  "new datapoints get tasks": {},
  "one new datapoint gets a task": { dataset: { datapoints: 8 } },
  "nobody waits for the sync": { inputs: { wait: "false" } },
  "a V3 dataset cannot grow": { dataset: { version: 3, datapoints: 7 } },
  "the sync is refused": {
    faults: [{ match: "POST /sync", kind: "status", status: 400, text: "No." }],
  },
  "two syncs have no answer": {
    faults: [{ match: "POST /sync", kind: "status", status: 500, ...always }],
  },
  "the sync is sent again": {
    faults: [{ match: "POST /sync", kind: "status", status: 429, times: 2 }],
    before: (world) => {
      let left = 2;
      world.unreachable = ({ method }) => method === "POST" && left-- > 0;
    },
  },
  "the sync fails": {
    batch: { syncEndsIn: "failed" },
  },
  "time is up before the sync is over": {
    inputs: { timeout: "2s" },
  },
  "the sync is not found at once": {
    faults: [{ match: "GET /syncs/*", kind: "status", status: 404, times: 2 }],
  },
  "the sync is never found": {
    faults: [{ match: "GET /syncs/*", kind: "status", status: 404, ...always }],
  },
  "the sync may not be read": {
    faults: [{ match: "GET /syncs/*", kind: "status", status: 403 }],
  },
  "time is up before the sync has begun": {
    inputs: { timeout: "2s" },
    batch: { syncQueuedMs: 60_000 },
  },
  "time is up before a sync could be sent": {
    inputs: { timeout: "5s" },
    before: (world) => {
      world.unreachable = ({ method }) => method === "POST";
    },
  },
  "a lost sync, then nobody there": {
    inputs: { timeout: "10s" },
    faults: [{ match: "POST /sync", kind: "status", status: 503 }],
    before: (world) => {
      world.unreachable = ({ method }) =>
        method === "POST" && world.posts("/sync").length > 1;
    },
  },
  "the batch is at work during the sync": {
    batch: { syncShowsProcessing: true },
    faults: [{ match: "GET /batches/*", kind: "lag", lagMs: 2_000, after: 1 }],
  },
  "the new tasks show late": {
    faults: [
      {
        match: "GET /batches/*",
        kind: "lag",
        lagMs: 9_000,
        after: 1,
        forMs: 4_000,
      },
    ],
  },
  "the new tasks never show": {
    faults: [
      {
        match: "GET /batches/*",
        kind: "lag",
        lagMs: 60_000,
        after: 1,
        ...always,
      },
    ],
  },
  "a V3 dataset with fewer tasks than datapoints": {
    dataset: { version: 3, datapoints: 9 },
  },
};

const ingests: Record<string, Scene> = {
  "a file is uploaded (V4)": { dataset: EMPTY_V4 },
  "a file is uploaded (V3)": { dataset: EMPTY_V3 },
  "the upload has no answer": {
    dataset: EMPTY_V4,
    faults: [{ match: "PUT ~^/storage/", kind: "status", status: 500 }],
  },
  "the upload arrived without an answer": {
    dataset: EMPTY_V4,
    faults: [
      { match: "PUT ~^/storage/", kind: "status", status: 408, when: "after" },
    ],
  },
  "the upload never arrives": {
    dataset: EMPTY_V4,
    faults: [{ match: "PUT ~^/storage/", kind: "reset", ...always }],
  },
  "the storage refuses": {
    dataset: EMPTY_V4,
    faults: [{ match: "PUT ~^/storage/", kind: "status", status: 403 }],
  },
  "records are rejected by an import": {
    dataset: {
      ...EMPTY_V4,
      script: { rejects: [{ field: "id", pattern: "r[12]", reason: "no" }] },
    },
  },
  "records are rejected, and that is allowed": {
    dataset: {
      ...EMPTY_V4,
      script: { rejects: [{ field: "id", pattern: "r[12]", reason: "no" }] },
    },
    inputs: { allow_partial: "true" },
  },
  "every record is rejected": {
    dataset: {
      ...EMPTY_V4,
      script: { rejects: [{ field: "id", pattern: "r", reason: "no" }] },
    },
    inputs: { allow_partial: "true" },
  },
  "fewer are listed than rejected": {
    dataset: {
      ...EMPTY_V4,
      script: {
        rejects: [{ field: "id", pattern: "r", reason: "no" }],
        errorsListed: 1,
        errorsWithoutIndex: true,
      },
    },
  },
  "the import fails": {
    dataset: { ...EMPTY_V4, script: { importEndsIn: "failed" } },
  },
  "the import waits for a schema": {
    dataset: {
      ...EMPTY_V4,
      imports: [{ filename: NAME, status: "pending_schema" }],
    },
  },
  "a dataset without a schema": { dataset: { ...EMPTY_V4, schema: null } },
  "a file with defects": {
    dataset: EMPTY_V4,
    files: { "reviews.csv": "id,\nr0\n" },
  },
  "records are appended": {
    dataset: GROWN,
    batch: { status: "READY", autoSyncEnabled: true },
  },
  "an append has no answer at all": {
    dataset: GROWN,
    faults: [
      { match: "POST /datapoints", kind: "status", status: 502, ...always },
    ],
  },
  "an append is refused": {
    dataset: GROWN,
    faults: [
      { match: "POST /datapoints", kind: "status", status: 400, text: "No." },
    ],
  },
  "an append has to wait": {
    dataset: GROWN,
    faults: [
      { match: "POST /datapoints", kind: "status", status: 409, times: 3 },
      { match: "POST /datapoints", kind: "status", status: 429, times: 1 },
    ],
  },
  "records that were in the dataset are written twice": {
    dataset: {
      schema,
      imports: [{ filename: "reviews.csv", accepted: 2 }],
    },
  },
  "a V3 dataset with another file": {
    dataset: { version: 3, datapoints: 2, filename: "other.csv" },
  },
  "a file that is not there": { files: {}, inputs: { dataset_file: "no.csv" } },
  "a file of the wrong kind": {
    dataset: EMPTY_V3,
    files: { "reviews.jsonl": '{"id":"a"}\n' },
    inputs: { dataset_file: "reviews.jsonl" },
  },
  "an import of the file is there": {
    dataset: { schema, imports: [{ filename: NAME, accepted: 3 }] },
  },
  "an import of the file that counts other records": {
    dataset: {
      schema,
      imports: [{ filename: NAME, accepted: 2, duplicates: 1 }],
    },
  },
  "an import of the file is at work": {
    dataset: {
      schema,
      imports: [{ filename: NAME, accepted: 3, processingMs: 20_000 }],
    },
  },
  "an import of the file with rejected records that nobody lists": {
    dataset: {
      schema,
      imports: [
        { filename: NAME, status: "partial", accepted: 2, rejected: 1 },
      ],
    },
  },
  "an import of the file without its bytes": {
    dataset: {
      ...EMPTY_V4,
      imports: [{ filename: NAME, status: "uninitialised" }],
    },
  },
  "an import of another file is at work": {
    dataset: {
      schema,
      imports: [
        { accepted: 1, records: [{ id: "r0" }] },
        {
          filename: "other.csv",
          accepted: 1,
          records: [{ id: "r1" }],
          processingMs: 20_000,
        },
      ],
    },
  },
  "time is up before an import is over": {
    dataset: { ...EMPTY_V4, script: { importMs: 60_000 } },
    inputs: { timeout: "10s" },
  },
  "the import is not found at once": {
    dataset: EMPTY_V4,
    faults: [
      { match: "GET /imports/*", kind: "status", status: 404, times: 2 },
    ],
  },
  "the import is never found": {
    dataset: EMPTY_V4,
    faults: [
      { match: "GET /imports/*", kind: "status", status: 404, ...always },
    ],
  },
  "the import may not be read": {
    dataset: EMPTY_V4,
    faults: [{ match: "GET /imports/*", kind: "status", status: 403 }],
  },
  "the growth shows late": {
    dataset: EMPTY_V4,
    faults: [
      {
        match: "GET /datasets/*",
        kind: "lag",
        lagMs: 3_000,
        after: 1,
        times: 2,
      },
    ],
  },
  "a V3 dataset has the file": {
    dataset: { version: 3, datapoints: 3, filename: NAME },
  },
  "a V3 dataset is at work on the file": {
    dataset: {
      version: 3,
      datapoints: 3,
      status: "PROCESSING",
      filename: NAME,
      readyAfterMs: 20_000,
    },
  },
  "a V3 dataset cannot process the file": {
    dataset: { ...EMPTY_V3, script: { datasetEndsIn: "ERROR" } },
  },
  "a V3 dataset in ERROR": { dataset: { version: 3, status: "ERROR" } },
  "a ZIP": {
    dataset: EMPTY_V3,
    files: { "reviews.zip": "PK\u0003\u0004 and so on" },
    inputs: { dataset_file: "reviews.zip" },
  },
  "an upload address without encryption": {
    dataset: { ...EMPTY_V4, script: { storageUrl: "http://storage.example" } },
  },
  "an upload address without an import": {
    dataset: EMPTY_V4,
    faults: [
      {
        match: "GET ~upload-url",
        kind: "malformed",
        status: 201,
        body: '{"upload_url":"https://s.example/a","http_method":"PUT"}',
      },
    ],
  },
  "rejected records of an append": {
    dataset: {
      ...GROWN,
      script: { rejects: [{ field: "id", pattern: "r[12]", reason: "no" }] },
    },
  },
  "a lost append, then nobody there": {
    dataset: GROWN,
    inputs: { timeout: "5s" },
    faults: [{ match: "POST /datapoints", kind: "status", status: 503 }],
    before: (world) => {
      world.unreachable = ({ method }) =>
        method === "POST" && world.posts("/datapoints").length > 1;
    },
  },
  "an append that cannot be sent in time": {
    dataset: GROWN,
    inputs: { timeout: "5s" },
    before: (world) => {
      world.unreachable = ({ method }) => method === "POST";
    },
  },
  "a record that no request could hold": {
    dataset: GROWN,
    files: { "reviews.jsonl": jsonl("r0", "x".repeat(2 ** 20)) },
    inputs: { dataset_file: "reviews.jsonl" },
  },
  "a file of many requests": {
    dataset: GROWN,
    files: {
      "reviews.csv": csv(
        ...Array.from({ length: 2_500 }, (_, n) => `r${String(n)}`),
      ),
    },
  },
  "a file of large records": {
    dataset: GROWN,
    files: {
      "reviews.jsonl": jsonl(...["a", "b", "c"].map((x) => x.repeat(400_000))),
    },
    inputs: { dataset_file: "reviews.jsonl", extra_datapoints: "allow" },
  },
  "ten defects": {
    dataset: EMPTY_V4,
    files: { "reviews.csv": csv(...Array.from({ length: 10 }, () => "a,b")) },
  },
  "fields that a strict schema asks for": {
    dataset: {
      ...EMPTY_V4,
      schema: {
        strict: true,
        fields: {
          id: { type: "text" },
          clip: { type: "audio_url" },
          film: { type: "video_url" },
        },
      },
    },
    files: {
      "reviews.jsonl": [
        '{"id":"a","clip":"https://a.example/a.mp3","film":""}',
        '{"id":"b","clip":"a.mp3","film":5}',
        '{"id":"c"}',
        "[]",
        "7",
        "null",
        "{",
      ].join("\n"),
    },
    inputs: { dataset_file: "reviews.jsonl" },
  },
  "records beside an import of another file": {
    dataset: { schema, imports: [{ filename: "other.csv", accepted: 2 }] },
  },
  "records beside an import of the file that failed": {
    dataset: {
      schema,
      imports: [
        {
          filename: "other.csv",
          accepted: 2,
          records: [{ id: "r0" }, { id: "r1" }],
        },
        { filename: "reviews.csv", status: "failed" },
      ],
    },
  },
  "records beside a partial import of the file": {
    dataset: {
      schema,
      imports: [
        {
          filename: "reviews.csv",
          status: "partial",
          accepted: 2,
          rejected: 1,
          records: [{ id: "r0" }, { id: "r1" }],
        },
      ],
    },
    inputs: { dataset_file: "reviews.csv", allow_partial: "true" },
  },
  "records of which some are there": {
    dataset: {
      schema,
      imports: [
        {
          filename: "o.csv",
          accepted: 2,
          records: [{ id: "r0" }, { id: "r1" }],
        },
      ],
    },
  },
  "records beside an import that failed": {
    dataset: {
      schema,
      datapoints: 2,
      imports: [{ filename: "other.csv", status: "failed" }],
    },
    inputs: { dataset_file: "reviews.csv", extra_datapoints: "allow" },
  },
  "rejected records of which little is known": {
    dataset: {
      schema,
      imports: [
        {
          filename: NAME,
          status: "partial",
          accepted: 1,
          errors: [
            { record_index: 1, field: "_raw", reason: null },
            { record_index: 99, field: null, reason: "odd" },
            { record_index: null, field: "id", reason: "lost" },
          ],
        },
      ],
    },
  },
  "the upload to a V3 dataset is lost": {
    dataset: EMPTY_V3,
    faults: [{ match: "PUT ~^/storage/", kind: "status", status: 500 }],
  },
  "two uploads arrive": {
    dataset: EMPTY_V4,
    faults: [{ match: "PUT ~^/storage/", kind: "delay", ms: 70_500 }],
  },
  "a V3 dataset with a quote in its name": {
    dataset: { version: 3, datapoints: 2, filename: "o.csv", name: "Bob's" },
  },
  "media in a CSV": {
    dataset: {
      ...EMPTY_V4,
      schema: {
        strict: true,
        fields: { id: { type: "text" }, clip: { type: "audio_url" } },
      },
    },
    files: {
      "reviews.csv": [
        "id,clip",
        "a,https://a.example/a.mp3",
        "b,https://a.example/a.txt",
        `c,"two  blanks, ${"and more ".repeat(12)}"`,
        "d,",
      ].join("\n"),
    },
  },
  "a pointer of Git LFS": {
    files: { "reviews.csv": "version https://git-lfs.github.com/spec/v1\n" },
  },
  "an empty file": { files: { "reviews.csv": "" } },
  "no ZIP": {
    files: { "reviews.zip": "hello" },
    inputs: { dataset_file: "reviews.zip" },
  },
  "an empty ZIP": {
    files: { "reviews.zip": "PK\u0005\u0006" },
    inputs: { dataset_file: "reviews.zip" },
  },
  "a file of another name": { inputs: { dataset_file: "reviews.txt" } },
};

describe.each<[string, Record<string, Scene>, Scene]>([
  ["launch", launches, {}],
  [
    "sync",
    syncs,
    {
      dataset: { datapoints: 19 },
      batch: { status: "READY", tasks: 7, tasksPerGroup: 3 },
      inputs: { if_ready: "sync" },
    },
  ],
  ["ingest", ingests, { files: FILE, inputs: { dataset_file: "reviews.csv" } }],
])("%s", (_, scenes, base) => {
  test.each(Object.entries(scenes))("%s", async (_name, scene) => {
    const whole = {
      ...base,
      ...scene,
      batch: { ...base.batch, ...scene.batch },
      dataset: { ...base.dataset, ...scene.dataset },
      inputs: { ...base.inputs, ...scene.inputs },
    };
    expect(await play(whole)).toMatchSnapshot();
  });
});
