import { describe, expect, test } from "@jest/globals";
import { errorReply, errorShapes } from "../../sandbox/http/error-bodies.ts";
import type { DatasetOptions } from "../../sandbox/server.ts";
import { worldOf } from "./world.ts";

const base = "/api/v1/data-collection";
const unknown = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const details = {
  task_name: "Label",
  task_introduction: "<p>Read.</p>",
  task_steps: "<ol></ol>",
};
const newBatch = { name: "B", workspace_id: "w", task_details: details };

describe("the token", () => {
  test.each([
    undefined,
    "",
    "secret",
    "Bearer secret",
    "Token  secret",
    "token secret",
    "Token secret ",
    "Token other",
  ])("%p is refused", (authorization) => {
    const { prolific } = worldOf({ token: "secret" });
    const { status, body } = prolific.handle({
      method: "GET",
      path: "/api/v1/users/me/",
      headers: { authorization },
      body: "",
    });
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({
      error: { status: 401, title: "Unauthorized" },
    });
  });

  test.each(["/api/v1/users/me/", "/api/v1/users/me", "/api/v1/users/me/?a=1"])(
    "is checked cheaply at %s",
    (path) => {
      const { prolific } = worldOf({ token: "secret" });
      const headers = { Authorization: "Token secret" };
      const reply = prolific.handle({ method: "GET", path, headers, body: "" });
      expect(reply.status).toBe(200);
    },
  );
});

describe("what does not exist", () => {
  test.each([
    ["GET", `/batches/${unknown}`],
    ["GET", `/batches/${unknown}/status`],
    ["POST", `/batches/${unknown}/setup`],
    ["POST", `/batches/${unknown}/sync`],
    ["GET", `/datasets/${unknown}`],
    ["GET", `/datasets/${unknown}/imports/${unknown}`],
    ["POST", `/batches/${unknown}/launch`],
    ["GET", "/studies"],
  ])("%s %s is a 404 in E3", (method, path) => {
    const { ask } = worldOf();
    expect(ask(method, path, {})).toEqual({
      status: 404,
      body: { detail: "Not found." },
    });
  });

  test.each([
    ["DELETE", `/batches/${unknown}`, "GET, PATCH"],
    ["GET", `/batches/${unknown}/setup`, "POST"],
    ["PUT", "/datasets", "POST"],
    ["DELETE", "/batches", "GET, POST"],
    ["POST", `/datasets/${unknown}`, "GET, PATCH"],
  ])("%s %s is a 405", (method, path, allow) => {
    const { prolific } = worldOf();
    const reply = prolific.act(method, path);
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe(allow);
  });

  test.each([
    ["GET", "/batches/7"],
    ["POST", `/batches/${unknown}x/setup`],
    ["GET", "/datasets/reviews/status"],
    ["GET", `/batches/${unknown}/syncs/last`],
  ])("%s %s returns a debug page of 200 KB", (method, path) => {
    const { ask } = worldOf();
    const { status, body } = ask(method, path, {});
    const { error } = body as { error: { detail: string } };
    expect(status).toBe(400);
    expect(error.detail).toMatch(/^<!DOCTYPE html>/);
    expect(error.detail.length).toBeGreaterThan(190_000);
    expect(error.detail.length).toBeLessThan(210_000);
  });
});

test("403 for what belongs to others", () => {
  const { prolific, ask } = worldOf();
  const datasetId = prolific.addDataset({ forbidden: true });
  const batchId = prolific.addBatch({ forbidden: true });
  for (const path of [`/datasets/${datasetId}`, `/batches/${batchId}/status`]) {
    expect(ask("GET", path)).toMatchObject({
      status: 403,
      body: { error: { status: 403, title: "Forbidden" } },
    });
  }
});

describe("POST /batches", () => {
  test("creates a batch, and responds without version and groups", () => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset({ version: 3, datapoints: 3 });
    const { status, body } = ask("POST", "/batches", {
      ...newBatch,
      dataset_id: datasetId,
      auto_sync_enabled: true,
    });
    const batch = body as Record<string, unknown>;
    expect(status).toBe(201);
    expect(batch).toMatchObject({
      name: "B",
      status: "UNINITIALISED",
      total_task_count: 0,
      total_instruction_count: 0,
      auto_sync_enabled: true,
      datasets: [{ id: datasetId, total_datapoint_count: 3 }],
    });
    expect(batch).not.toHaveProperty("schema_version");
    expect(batch).not.toHaveProperty("total_task_groups");
    expect(prolific.batch(batch.id as string)).toMatchObject({
      schema_version: 3,
      total_task_groups: 0,
    });
  });

  test.each([
    ["name", { ...newBatch, name: undefined }],
    ["name", { ...newBatch, name: "" }],
    ["task_details", { ...newBatch, task_details: { task_name: "x" } }],
    ["dataset_id", { ...newBatch, dataset_id: unknown }],
    ["colour", { ...newBatch, colour: "red" }],
    ["batch_items", { ...newBatch, batch_items: "none" }],
  ])("is refused because of its %s", (field, body) => {
    const { prolific, ask } = worldOf();
    expect(ask("POST", "/batches", body)).toMatchObject({
      status: 400,
      body: { error: { detail: { [field]: [expect.any(String)] } } },
    });
    expect(prolific.state.batches.size).toBe(0);
  });

  const layout = (...items: object[]) => [{ rows: [{ columns: [{ items }] }] }];

  test("counts the instructions of a layout", () => {
    const { prolific, ask } = worldOf();
    const items = layout(
      { type: "dataset_field", field: "text" },
      { type: "multiple_choice" },
      { type: "free_text" },
    );
    const datasetId = prolific.addDataset();
    const body = { ...newBatch, batch_items: items, dataset_id: datasetId };
    expect(ask("POST", "/batches", body)).toMatchObject({
      status: 201,
      body: { total_instruction_count: 2, batch_items: items },
    });
  });

  test.each([
    [
      "an unknown field",
      layout({ type: "free_text" }, { type: "dataset_field", field: "colour" }),
      { item: 1, field: "colour" },
    ],
    ["an item without a type", layout({}), { item: 0 }],
    ["a page without rows", [{ rows: [] }], { page: 0 }],
    [
      "a second row without columns",
      [
        {
          rows: [
            ...(layout({ type: "image" })[0]?.rows ?? []),
            { columns: [] },
          ],
        },
      ],
      { row: 1 },
    ],
    [
      "three columns",
      [
        {
          rows: [
            { columns: [1, 2, 3].map(() => ({ items: [{ type: "image" }] })) },
          ],
        },
      ],
      { row: 0 },
    ],
  ])("refuses a layout with %s in E4", (_, items, place) => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset();
    const body = { ...newBatch, batch_items: items, dataset_id: datasetId };
    expect(ask("POST", "/batches", body)).toMatchObject({
      status: 422,
      body: { type: "INVALID_BATCH_ITEMS", issues: [place] },
    });
  });
});

describe("PATCH /batches/{batch_id}", () => {
  test("changes the given fields and keeps the others", () => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch();
    const before = prolific.batch(id);
    const change = { auto_sync_enabled: true, dataset_id: datasetId };
    const { status, body } = ask("PATCH", `/batches/${id}`, change);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      auto_sync_enabled: true,
      datasets: [expect.objectContaining({ id: datasetId })],
    });
    expect(prolific.batch(id)).toEqual(body);
  });

  test("clears the layout and its instructions with null", () => {
    const { prolific, ask } = worldOf();
    const id = prolific.addBatch();
    expect(
      ask("PATCH", `/batches/${id}`, { batch_items: null, name: "New" }),
    ).toMatchObject({
      status: 200,
      body: { name: "New", total_instruction_count: 0 },
    });
  });

  test("keeps the dataset of a batch that was set up", () => {
    const { prolific, ask } = worldOf();
    const [one, two] = [prolific.addDataset(), prolific.addDataset()];
    const id = prolific.addBatch({ datasetId: one, status: "READY" });
    expect(ask("PATCH", `/batches/${id}`, { dataset_id: two }).status).toBe(
      400,
    );
    expect(prolific.batch(id).datasets).toMatchObject([{ id: one }]);
  });
});

describe("GET /batches", () => {
  test("lists the batches of a workspace, with their count", () => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset({ datapoints: 3 });
    const one = prolific.addBatch({ workspaceId: "w", datasetId });
    const two = prolific.addBatch({ workspaceId: "w" });
    prolific.addBatch({ workspaceId: "other" });
    prolific.addBatch({ workspaceId: "w", forbidden: true });
    const { status, body } = ask("GET", "/batches?workspace_id=w");
    expect(status).toBe(200);
    expect(body).toEqual({
      results: [prolific.batch(one), prolific.batch(two)],
      meta: { count: 2 },
    });
    expect(ask("GET", "/batches/?workspace_id=w").body).toEqual(body);
    expect(ask("GET", "/batches?workspace_id=nobody").body).toEqual({
      results: [],
      meta: { count: 0 },
    });
  });

  test.each(["/batches", "/batches?workspace=w"])(
    "%s is refused without a workspace",
    (path) => {
      const { ask } = worldOf();
      expect(ask("GET", path)).toMatchObject({
        status: 400,
        body: {
          error: { detail: { workspace_id: ["This field is required."] } },
        },
      });
    },
  );
});

describe("POST /batches/{batch_id}/duplicate", () => {
  test("makes a new copy every time, with the dataset or without, never set up", () => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId, status: "READY", name: "B" });
    const path = `/batches/${id}/duplicate`;
    expect(ask("POST", path)).toMatchObject({
      status: 201,
      body: {
        name: "B (Copy)",
        status: "UNINITIALISED",
        total_task_count: 0,
        datasets: [{ id: datasetId }],
      },
    });
    const body = { name: "C", upload_new_dataset: true };
    expect(ask("POST", path, body)).toMatchObject({
      status: 201,
      body: { name: "C", datasets: [] },
    });
    expect(prolific.state.batches.size).toBe(3);
  });
});

describe("POST /datasets", () => {
  test("creates a V3 dataset without a schema, and a V4 dataset with one", () => {
    const { ask } = worldOf();
    const body = { name: "D", workspace_id: "w" };
    const schema = { strict: true, fields: { text: { type: "text" } } };
    expect(ask("POST", "/datasets", body)).toMatchObject({
      status: 201,
      body: { schema_version: 3, status: "UNINITIALISED", imports: null },
    });
    expect(ask("POST", "/datasets", { ...body, schema })).toMatchObject({
      status: 201,
      body: { schema_version: 4, schema, imports: [] },
    });
  });

  const fields = (count: number, field: object, name = "field") =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${name}${index}`, field]),
    );
  test.each([
    ["nothing in it", {}],
    ["no strict", { fields: {} }],
    ["no fields", { strict: true }],
    ["an unknown type", { strict: true, fields: { a: { type: "number" } } }],
    ["201 fields", { strict: true, fields: fields(201, { type: "text" }) }],
    [
      "a long name",
      { strict: true, fields: fields(1, { type: "text" }, "x".repeat(128)) },
    ],
    [
      "two groupings",
      { strict: true, fields: fields(2, { type: "task_group_id" }) },
    ],
  ])("refuses a schema with %s", (_, schema) => {
    const { ask } = worldOf();
    const body = { name: "D", workspace_id: "w", schema };
    expect(ask("POST", "/datasets", body)).toMatchObject({
      status: 400,
      body: { error: { detail: { schema: [expect.any(String)] } } },
    });
  });
});

describe("PATCH /datasets/{dataset_id}", () => {
  const text = { strict: false, fields: { text: { type: "text" } } };
  const more = {
    strict: true,
    fields: { text: { type: "text" }, origin: { type: "metadata" } },
  };
  const grouped = { strict: false, fields: { a: { type: "task_group_id" } } };

  test("adds the first schema to a dataset, and parked imports continue", () => {
    const { prolific, ask, pass } = worldOf();
    const records = [{ text: "x" }, { text: "y" }];
    const imports = [{ status: "pending_schema", records }] as const;
    const id = prolific.addDataset({ schema: null, imports });
    const { status, body } = ask("PATCH", `/datasets/${id}`, { schema: text });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, schema: text, schema_version: 4 });
    expect(body).not.toHaveProperty("migration_job_id");
    pass(1000);
    expect(prolific.dataset(id)).toMatchObject({
      total_datapoint_count: 2,
      imports: [{ status: "complete" }],
    });
  });

  test("changes a schema with a migration, during which appends are refused", () => {
    const { prolific, ask, pass } = worldOf();
    const id = prolific.addDataset({ schema: text, datapoints: 5 });
    const { status, body } = ask("PATCH", `/datasets/${id}`, { schema: more });
    expect(status).toBe(200);
    const { migration_job_id: job } = body as { migration_job_id: string };
    const path = `/datasets/${id}/schema-migrations/${job}`;
    const append = () =>
      prolific.handle({
        method: "POST",
        path: `${base}/datasets/${id}/datapoints`,
        headers: {
          authorization: `Token ${prolific.token}`,
          "content-type": "application/x-ndjson",
        },
        body: '{"text":"x","origin":"y"}',
      }).status;
    expect(ask("GET", path)).toMatchObject({
      status: 200,
      body: { dataset_id: id, job_id: job, status: "processing" },
    });
    expect(append()).toBe(409);
    pass(100);
    expect(ask("GET", path).body).toMatchObject({
      status: "complete",
      schema_version: 2,
      reprocessed_count: 5,
    });
    expect(append()).toBe(200);
    expect(ask("GET", `/datasets/${id}`).body).toMatchObject({ schema: more });
    const other = path.slice(0, -1) + (path.endsWith("0") ? "1" : "0");
    expect(ask("GET", other).status).toBe(404);
  });

  test("can end in a failed migration", () => {
    const { prolific, ask, pass } = worldOf();
    const script = { migrationEndsIn: "failed", migrationMs: 5 } as const;
    const id = prolific.addDataset({ schema: text, script });
    const { body } = ask("PATCH", `/datasets/${id}`, { schema: more });
    const { migration_job_id: job } = body as { migration_job_id: string };
    pass(5);
    expect(
      ask("GET", `/datasets/${id}/schema-migrations/${job}`),
    ).toMatchObject({ body: { status: "failed", reason: expect.any(String) } });
  });

  test.each([
    ["a V3 dataset", { version: 3 }, text],
    ["a group field that comes after data", { schema: text }, grouped],
    ["a group field that goes after data", { schema: grouped }, text],
    ["no schema at all", {}, undefined],
  ] as [string, DatasetOptions, object | undefined][])(
    "is refused for %s",
    (_, options, schema) => {
      const { prolific, ask } = worldOf();
      const id = prolific.addDataset(options);
      const before = prolific.dataset(id);
      expect(ask("PATCH", `/datasets/${id}`, { schema }).status).toBe(400);
      expect(prolific.dataset(id)).toEqual(before);
    },
  );
});

describe("a body", () => {
  test.each([
    ["is missing", "application/json", "", 400],
    ["is not JSON", "application/json", "{", 400],
    ["is no object", "application/json", "[]", 400],
    ["is of another type", "text/plain", "{}", 415],
    ["is of no type", "", "{}", 415],
    ["names its charset", "application/json; charset=utf-8", "{}", 202],
  ])("that %s", (_, type, body, status) => {
    const { prolific } = worldOf();
    const id = prolific.addBatch({ datasetId: prolific.addDataset() });
    const reply = prolific.handle({
      method: "POST",
      path: `${base}/batches/${id}/setup`,
      headers: {
        authorization: `Token ${prolific.token}`,
        "content-type": type,
      },
      body,
    });
    expect(reply.status).toBe(status);
    expect(prolific.acceptedSetups(id)).toBe(status === 202 ? 1 : 0);
  });
});

describe("error shapes", () => {
  test("all shapes are different and contain the text", () => {
    const bodies = errorShapes.map((shape) => {
      const { body, status } = errorReply(shape, 502, "the text");
      expect(status).toBe(502);
      return body;
    });
    expect(new Set(bodies).size).toBe(errorShapes.length);
    expect(bodies.filter((body) => body.includes("the text"))).toHaveLength(
      errorShapes.length - 1,
    );
  });

  test("are those of API 1", () => {
    const parsed = (shape: (typeof errorShapes)[number]): unknown =>
      JSON.parse(errorReply(shape, 400, "t").body);
    const error = { status: 400, error_code: 140100, title: "Bad Request" };
    expect(parsed("E1")).toEqual({ error: { ...error, detail: "t" } });
    expect(parsed("E1.list")).toEqual({ error: { ...error, detail: ["t"] } });
    expect(parsed("E1.fields")).toEqual({
      error: { ...error, detail: { non_field_errors: ["t"] } },
    });
    expect(parsed("E2")).toEqual({ message: "Bad Request", detail: "t" });
    expect(parsed("E3")).toEqual({ detail: "t" });
    expect(parsed("E4")).toMatchObject({ type: "INVALID_BATCH_ITEMS" });
    expect(parsed("E5")).toEqual({ type: "UNEXPECTED", message: "t" });
    expect(parsed("E6")).toEqual({ message: "t" });
    expect(errorReply("E7", 400, "t").body).toBe("t");
    expect(errorReply("E7.html", 400, "t").body).toMatch(/^<!DOCTYPE html>/);
    expect(errorReply("E7.empty", 400, "t")).toEqual({
      status: 400,
      headers: {},
      body: "",
    });
  });
});
