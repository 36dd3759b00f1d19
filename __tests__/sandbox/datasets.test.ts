import { describe, expect, test } from "@jest/globals";
import type { ImportOptions } from "../../sandbox/server.ts";
import { worldOf } from "./world.ts";

describe("V3", () => {
  test("has a status and a file name, and no imports", () => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset({ version: 3, datapoints: 4 });
    expect(ask("GET", `/datasets/${id}`)).toEqual({
      status: 200,
      body: {
        id,
        name: "Reviews",
        created_at: "2026-08-20T08:00:00.000Z",
        created_by: expect.any(String),
        workspace_id: expect.any(String),
        total_datapoint_count: 4,
        schema_version: 3,
        status: "READY",
        filename: "reviews.csv",
        has_predetermined_grouping_id: false,
        imports: null,
      },
    });
    expect(ask("GET", `/datasets/${id}/status`).body).toEqual({
      status: "READY",
    });
  });

  test.each(["READY", "ERROR"] as const)("is PROCESSING, then %s", (endsIn) => {
    const { prolific, pass } = worldOf();
    const id = prolific.addDataset({
      version: 3,
      datapoints: 4,
      status: "PROCESSING",
      readyAfterMs: 300,
      endsIn,
    });
    pass(299);
    expect(prolific.dataset(id)).toMatchObject({
      status: "PROCESSING",
      total_datapoint_count: 0,
    });
    pass(1);
    expect(prolific.dataset(id)).toMatchObject({
      status: endsIn,
      total_datapoint_count: endsIn === "READY" ? 4 : 0,
    });
  });

  test("without datapoints is UNINITIALISED and has no file", () => {
    const { prolific } = worldOf();
    const id = prolific.addDataset({ version: 3, datapoints: 0 });
    expect(prolific.dataset(id)).toMatchObject({
      status: "UNINITIALISED",
      filename: null,
      total_datapoint_count: 0,
    });
  });

  test("reports if its data decides the groups", () => {
    const { prolific } = worldOf();
    const id = prolific.addDataset({ version: 3, groups: 2 });
    expect(prolific.dataset(id).has_predetermined_grouping_id).toBe(true);
  });
});

describe("V4", () => {
  test("has a schema and imports, but no status or file name", () => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset({ datapoints: 5, groups: 2 });
    const dataset = prolific.dataset(id);
    expect(Object.keys(dataset).sort()).toEqual(
      [
        "created_at",
        "created_by",
        "id",
        "imports",
        "name",
        "schema",
        "schema_version",
        "total_datapoint_count",
        "workspace_id",
      ].sort(),
    );
    expect(dataset).toMatchObject({
      schema_version: 4,
      schema: { fields: { thread: { type: "task_group_id" } } },
      imports: [{ status: "complete", accepted_count: 5 }],
      total_datapoint_count: 5,
    });
    expect(ask("GET", `/datasets/${id}/status`).body).toEqual({ status: null });
  });

  test("shows the newest import first, and each import by its id", () => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset({
      imports: [{ filename: "old.csv" }, { filename: "new.csv", accepted: 2 }],
    });
    const imports = prolific.dataset(id).imports as {
      filename: string;
      import_id: string;
    }[];
    expect(imports.map(({ filename }) => filename)).toEqual([
      "new.csv",
      "old.csv",
    ]);
    const { import_id: importId } = imports[0] ?? { import_id: "" };
    const read = ask("GET", `/datasets/${id}/imports/${importId}`);
    expect(read).toEqual({ status: 200, body: imports[0] });
    expect(ask("GET", `/datasets/${id}/imports/${id}`).status).toBe(404);
    expect(prolific.dataset(id).total_datapoint_count).toBe(9);
  });

  const errors = [{ record_index: 3, field: "_raw", reason: "not valid JSON" }];
  test.each([
    [
      "complete",
      { accepted: 6, duplicates: 2 },
      { accepted_count: 6, duplicate_count: 2 },
      4,
    ],
    [
      "partial",
      { accepted: 6, errors },
      { accepted_count: 6, rejected_count: 1, errors },
      6,
    ],
    [
      "partial",
      { accepted: 6, rejected: 40, errors },
      { rejected_count: 40, errors },
      6,
    ],
    ["failed", { reason: "no header" }, { reason: "no header" }, 0],
    ["pending_schema", {}, {}, 0],
  ] as [ImportOptions["status"] & string, ImportOptions, object, number][])(
    "an import is queued, processing, %s",
    (status, options, shown, datapoints) => {
      const { prolific, pass } = worldOf();
      const job = { queuedMs: 100, processingMs: 200, status, ...options };
      const id = prolific.addDataset({ imports: [job] });
      const read = () =>
        (prolific.dataset(id).imports as Record<string, unknown>[])[0];
      expect(read()).toMatchObject({ status: "queued" });
      pass(100);
      expect(read()).toMatchObject({
        status: "processing",
        updated_at: "2026-08-21T08:00:00.100Z",
      });
      expect(read()).not.toHaveProperty("accepted_count");
      pass(199);
      expect(prolific.dataset(id).total_datapoint_count).toBe(0);
      pass(1);
      expect(read()).toMatchObject({ status, ...shown });
      expect(prolific.dataset(id).total_datapoint_count).toBe(datapoints);
    },
  );

  test.each(["uninitialised", "queued", "processing"] as const)(
    "an import can be %s for ever",
    (status) => {
      const { prolific, pass } = worldOf();
      const id = prolific.addDataset({ imports: [{ status }] });
      pass(1e9);
      expect(prolific.dataset(id)).toMatchObject({
        imports: [{ status }],
        total_datapoint_count: 0,
      });
    },
  );

  test("grows", () => {
    const { prolific, pass } = worldOf();
    const id = prolific.addDataset({ datapoints: 2 });
    pass(10);
    prolific.addDatapoints(id, 3);
    expect(prolific.dataset(id).total_datapoint_count).toBe(5);
  });
});

test.each([3, "3", 4, "4", 5, null])(
  "schema_version is written as %p",
  (schemaVersion) => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset({ schemaVersion });
    const { body } = ask("GET", `/datasets/${id}`);
    const { schema_version: read = null } = body as Record<string, unknown>;
    expect(read).toBe(schemaVersion);
  },
);
