import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { errorReply, errorShapes } from "../../sandbox/http/error-bodies.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import type { DatasetScript } from "../../sandbox/facts/dataset-facts.ts";
import { ask, clientOf } from "./client.ts";
import { schema } from "./files.ts";
import type { Target } from "./files.ts";
import { checkExchange, operationId, operations } from "./openapi.ts";

const unknown = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const task_details = {
  task_name: "Label",
  task_introduction: "<p>Read.</p>",
  task_steps: "<ol></ol>",
};

let sandbox: Sandbox;
let nowMs = Date.UTC(2026, 7, 21, 8);
let api: ReturnType<typeof clientOf>;

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => nowMs });
  api = clientOf(sandbox);
});

afterAll(() => sandbox.close());

/** Everything there is to read about a batch and its dataset. */
async function readAll(batchId: string, datasetId: string): Promise<void> {
  for (const tail of ["", "/status", "/task-groups", "/tasks"]) {
    await api("GET", `/batches/${batchId}${tail}`);
  }
  for (const tail of ["", "/status"]) {
    await api("GET", `/datasets/${datasetId}${tail}`);
  }
}

/** A file uploaded and records appended, with what there is to read meanwhile. */
async function feed(datasetId: string, filename: string): Promise<void> {
  const body = "n,text\n1,x\n2\n";
  const made = await api(
    "GET",
    `/datasets/${datasetId}/upload-url/${filename}`,
  );
  const { upload_url, content_type, import_id } = JSON.parse(
    made.body,
  ) as Target;
  await api("GET", `/datasets/${datasetId}`);
  const headers = { "content-type": content_type ?? "" };
  await ask(upload_url, { method: "PUT", headers, body });
  for (const ms of [0, 60, 1000]) {
    nowMs += ms;
    await api("GET", `/datasets/${datasetId}`);
    if (import_id === undefined) continue;
    await api("GET", `/datasets/${datasetId}/imports/${import_id}`);
    await append(datasetId, '{"n":1,"text":"x"}\n{}\n7\n');
  }
}

const append = (datasetId: string, body: string) =>
  api("POST", `/datasets/${datasetId}/datapoints`, undefined, {
    headers: { "content-type": "application/x-ndjson" },
    body,
  });

/** A batch made through the API, from its creation to its last sync. */
async function live(version: 3 | 4): Promise<void> {
  const named = { name: "New", workspace_id: "w" };
  const schema = { strict: true, fields: { text: { type: "text" } } };
  await api("POST", "/datasets", {
    ...named,
    ...(version === 4 && { schema }),
  });
  const datasetId = sandbox.addDataset({
    version,
    status: version === 3 ? "PROCESSING" : "READY",
    ...(version === 4 && {
      imports: [
        { duplicates: 1 },
        {
          status: "partial",
          errors: [{ record_index: 0, field: "_raw", reason: null }],
        },
        { status: "failed" },
        { status: "pending_schema" },
        { status: "uninitialised", filename: null },
        { queuedMs: 10, processingMs: 10 },
      ],
    }),
  });
  const made = await api("POST", "/batches", { ...named, task_details });
  await api("GET", "/batches?workspace_id=w");
  const { id } = JSON.parse(made.body) as { id: string };
  await readAll(id, datasetId);
  await api("POST", `/batches/${id}/setup`, {});
  nowMs += 15;
  await readAll(id, datasetId);
  nowMs += 1000;
  await api("PATCH", `/batches/${id}`, { dataset_id: datasetId });
  await api("POST", `/batches/${id}/sync`);
  await api("POST", `/batches/${id}/setup`, { tasks_per_group: 2 });
  await readAll(id, datasetId);
  nowMs += 1000;
  await readAll(id, datasetId);
  await api("POST", `/batches/${id}/setup`, { dataset_id: datasetId });
  await api("POST", `/batches/${id}/duplicate`, {});
  const { imports } = sandbox.prolific.dataset(datasetId);
  for (const { import_id } of (imports ?? []) as { import_id: string }[]) {
    await api("GET", `/datasets/${datasetId}/imports/${import_id}`);
  }
  if (version === 3) return;
  const wider = { strict: false, fields: { more: { type: "text" } } };
  const patched = await api("PATCH", `/datasets/${datasetId}`, {
    schema: wider,
  });
  const { migration_job_id } = JSON.parse(patched.body) as {
    migration_job_id: string;
  };
  for (const ms of [0, 1000]) {
    nowMs += ms;
    const path = `/datasets/${datasetId}/schema-migrations/${migration_job_id}`;
    await api("GET", path);
  }
  sandbox.prolific.addDatapoints(datasetId, 5);
  for (const syncEndsIn of ["complete", "failed"] as const) {
    sandbox.prolific.changeBatch(id, { syncEndsIn });
    const job = await api("POST", `/batches/${id}/sync`);
    const { sync_id } = JSON.parse(job.body) as { sync_id: string };
    for (const ms of [0, 60, 500]) {
      nowMs += ms;
      await api("GET", `/batches/${id}/syncs/${sync_id}`);
    }
  }
}

test("every response of every endpoint matches the document", async () => {
  const datasetId = sandbox.addDataset({ imports: [] });
  await api("GET", `/datasets/${datasetId}/upload-url/a.csv`);
  await append(datasetId, "{}");
  await live(3);
  await live(4);
  const told = sandbox.requests.map(operationId);
  expect(new Set(told)).toEqual(new Set(operations.map(({ id }) => id)));
  const statuses = new Set(sandbox.requests.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([200, 201, 202, 400]);
  expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
});

test("every upload and append matches the document", async () => {
  sandbox.reset();
  await feed(sandbox.addDataset({ version: 3, datapoints: 0 }), "a.csv");
  const scripts: DatasetScript[] = [
    {},
    { errorsWithoutIndex: true, errorsListed: 1 },
    { importsRecognised: true },
    { filenames: "null" },
    { filenames: "absent", countLagMs: 30, countTrickleMs: 30 },
    { appendCounts: { accepted: 0, rejected: 0, takes: 1 } },
    { importEndsIn: "failed" },
    { importEndsIn: "processing" },
    { omitContentType: true },
    { importVisibleAfterMs: 30 },
  ];
  for (const script of scripts) {
    const id = sandbox.addDataset({ imports: [], schema, script });
    await feed(id, "my%20file.csv");
    await feed(id, "b.jsonl");
  }
  const parked = sandbox.addDataset({ imports: [], schema: null });
  await feed(parked, "a.csv");
  sandbox.prolific.setSchema(parked, schema);
  await feed(parked, "b.csv");
  await api("GET", `/datasets/${parked}/upload-url/a.zip`);
  const many = '{"n":1,"text":"x"}\n'.repeat(1001);
  await append(parked, many);
  const statuses = new Set(sandbox.requests.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([200, 201, 400, 404, 409]);
  expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
});

test("every refusal matches the document", async () => {
  sandbox.reset();
  const datasetId = sandbox.addDataset();
  const ready = { datasetId, status: "READY" } as const;
  for (const refusalStatus of [400, 409, 422] as const) {
    for (const refusalShape of ["E1", "E2"] as const) {
      const id = sandbox.addBatch({ ...ready, refusalStatus, refusalShape });
      await api("POST", `/batches/${id}/setup`, {});
    }
  }
  const foreign = sandbox.addBatch({ forbidden: true });
  await api("GET", `/batches/${foreign}/status`);
  await api("POST", `/batches/${foreign}/setup`, {});
  await api("GET", `/batches/${unknown}`);
  await api("GET", `/datasets/${unknown}`);
  await api("GET", `/datasets/${datasetId}/imports/${unknown}`);
  const stranger = clientOf({ url: sandbox.url, token: "wrong" });
  await stranger("GET", `/batches/${unknown}`);
  const rows = [
    { columns: [{ items: [{ type: "dataset_field", field: "x" }] }] },
  ];
  await api("POST", "/batches", {
    name: "B",
    workspace_id: "w",
    task_details,
    dataset_id: datasetId,
    batch_items: [{ rows }],
  });
  expect(sandbox.requests.map(({ status }) => status)).toEqual([
    400, 400, 409, 409, 422, 422, 403, 403, 404, 404, 404, 401, 422,
  ]);
  expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
});

test("a malformed id is only an error of the client", async () => {
  sandbox.reset();
  await api("GET", "/batches/7");
  expect(sandbox.requests.map(({ status }) => status)).toEqual([400]);
  const problems = sandbox.requests.flatMap(checkExchange);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("path parameter batch_id");
});

describe("every error shape matches the document", () => {
  test.each(errorShapes)("%s", (shape) => {
    // Only JSON is described for the listed codes, anything for the others (E7).
    const status = shape.startsWith("E7") ? 502 : 400;
    const reply = errorReply(shape, status, "text");
    const exchange = {
      method: "GET",
      path: `/api/v1/data-collection/batches/${unknown}`,
      headers: { authorization: "Token t" },
      body: "",
      fault: null,
      status,
      responseHeaders: reply.headers,
      responseBody: reply.body,
    };
    expect(checkExchange(exchange)).toEqual([]);
    expect(checkExchange({ ...exchange, status: 200 })).not.toEqual([]);
  });
});

test("with a fault, the request is checked, but not the response", async () => {
  sandbox.reset();
  const id = sandbox.addBatch();
  const fault = {
    match: "GET /status",
    kind: "malformed",
    body: "[]",
  } as const;
  sandbox.fault({ ...fault, times: 2 });
  await api("GET", `/batches/${id}/status`);
  await api("GET", `/batches/${id}/status`, {});
  const [first, second] = sandbox.requests.map(checkExchange);
  expect(first).toEqual([]);
  expect(second).toEqual([expect.stringContaining("none is due")]);
});
