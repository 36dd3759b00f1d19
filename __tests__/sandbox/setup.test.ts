import { describe, expect, test } from "@jest/globals";
import type { DatasetOptions } from "../../sandbox/server.ts";
import { worldOf } from "./world.ts";

const refusal = (id: string, status: string) => ({
  message: `Batch with ID ${id} is in status ${status} and cannot be setup.`,
  detail: "Batch is not in UNINITIALISED status.",
});

describe("an accepted setup", () => {
  test("is a 202 with an empty body, then PROCESSING, then READY with tasks and groups", () => {
    const { prolific, ask, pass, statusOf } = worldOf();
    const datasetId = prolific.addDataset({ datapoints: 7 });
    const id = prolific.addBatch({ datasetId });
    expect(statusOf(id)).toBe("UNINITIALISED");
    const reply = prolific.act("POST", `/batches/${id}/setup`, {
      tasks_per_group: 3,
    });
    expect(reply).toEqual({ status: 202, headers: {}, body: "" });
    expect(ask("GET", `/batches/${id}/status`).body).toEqual({
      status: "PROCESSING",
    });
    pass(999);
    expect(prolific.batch(id)).toMatchObject({
      status: "PROCESSING",
      total_task_count: 0,
      total_task_groups: 0,
    });
    pass(1);
    expect(prolific.batch(id)).toMatchObject({
      status: "READY",
      total_task_count: 7,
      total_task_groups: 3,
    });
    expect(prolific.acceptedSetups(id)).toBe(1);
  });

  test("lists as many task and group ids as it counts, always the same ones", () => {
    const { prolific, ask, pass } = worldOf();
    const datasetId = prolific.addDataset({ datapoints: 5 });
    const id = prolific.addBatch({ datasetId });
    expect(ask("GET", `/batches/${id}/task-groups`).body).toEqual([]);
    expect(ask("GET", `/batches/${id}/tasks`).body).toEqual([]);
    ask("POST", `/batches/${id}/setup`, { tasks_per_group: 2 });
    pass(1000);
    const groups = ask("GET", `/batches/${id}/task-groups`).body as string[];
    expect(new Set(groups).size).toBe(3);
    expect(ask("GET", `/batches/${id}/task-groups`).body).toEqual(groups);
    const tasks = ask("GET", `/batches/${id}/tasks`).body as string[];
    expect(new Set([...tasks, ...groups]).size).toBe(8);
  });

  test("attaches the dataset that it names, in any case", () => {
    const { prolific, ask, pass } = worldOf();
    const datasetId = prolific.addDataset({ datapoints: 2 });
    const id = prolific.addBatch();
    const path = `/batches/${id.toUpperCase()}/setup`;
    const body = { dataset_id: datasetId.toUpperCase() };
    expect(ask("POST", path, body).status).toBe(202);
    pass(1000);
    expect(prolific.batch(id)).toMatchObject({
      datasets: [{ id: datasetId, total_datapoint_count: 2 }],
      total_task_count: 2,
      total_task_groups: 2,
    });
  });

  test("can end in ERROR, without tasks", () => {
    const { prolific, ask, pass } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId, setupEndsIn: "ERROR" });
    ask("POST", `/batches/${id}/setup`, {});
    pass(1000);
    expect(prolific.batch(id)).toMatchObject({
      status: "ERROR",
      total_task_count: 0,
      total_task_groups: 0,
    });
  });

  test("can end READY without a single task", () => {
    const { prolific, ask, pass } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId, makesNoTasks: true });
    ask("POST", `/batches/${id}/setup`, {});
    pass(1000);
    expect(prolific.batch(id)).toMatchObject({
      status: "READY",
      total_task_count: 0,
      total_task_groups: 0,
    });
  });

  test("can be invisible for a while, but not to Prolific itself", () => {
    const { prolific, ask, pass, statusOf } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId, visibleAfterMs: 400 });
    ask("POST", `/batches/${id}/setup`, {});
    pass(399);
    expect(statusOf(id)).toBe("UNINITIALISED");
    expect(ask("POST", `/batches/${id}/setup`, {})).toEqual({
      status: 400,
      body: refusal(id, "PROCESSING"),
    });
    pass(1);
    expect(statusOf(id)).toBe("PROCESSING");
    pass(600);
    expect(statusOf(id)).toBe("READY");
  });

  test("is not READY before it is visible, however fast it is", () => {
    const { prolific, ask, pass, statusOf } = worldOf();
    const datasetId = prolific.addDataset();
    const script = { setupMs: 10, visibleAfterMs: 500 };
    const id = prolific.addBatch({ datasetId, ...script });
    ask("POST", `/batches/${id}/setup`, {});
    pass(499);
    expect(statusOf(id)).toBe("UNINITIALISED");
    expect(prolific.batch(id).total_task_count).toBe(0);
    pass(1);
    expect(statusOf(id)).toBe("READY");
    expect(prolific.batch(id).total_task_count).toBe(7);
  });
});

describe("groups that the data decides", () => {
  test.each([
    ["V3, by number", { version: 3, groups: 2 }, 2],
    ["V3, by key", { version: 3, groups: "a a b b b c d".split(" ") }, 4],
    ["V4, by number", { groups: 3 }, 3],
    ["V4, by key", { groups: "a a a a a a b".split(" ") }, 2],
    [
      "V4, appended",
      { groups: "a b c d e f g".split(" "), imports: [], datapoints: 7 },
      7,
    ],
  ] as [string, DatasetOptions, number][])(
    "%s: tasks_per_group has no effect",
    (_, options, groups) => {
      const { prolific, ask, pass } = worldOf();
      const datasetId = prolific.addDataset(options);
      const id = prolific.addBatch({ datasetId });
      ask("POST", `/batches/${id}/setup`, { tasks_per_group: 7 });
      pass(1000);
      expect(prolific.batch(id)).toMatchObject({
        total_task_count: 7,
        total_task_groups: groups,
      });
    },
  );
});

describe("a second setup", () => {
  test("is refused word for word while PROCESSING, READY and ERROR", () => {
    const { prolific, ask, pass } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId });
    ask("POST", `/batches/${id}/setup`, {});
    for (const status of ["PROCESSING", "READY"]) {
      expect(ask("POST", `/batches/${id}/setup`, {})).toEqual({
        status: 400,
        body: refusal(id, status),
      });
      pass(1000);
    }
    const broken = prolific.addBatch({ datasetId, status: "ERROR" });
    expect(ask("POST", `/batches/${broken}/setup`, {}).body).toEqual(
      refusal(broken, "ERROR"),
    );
    expect(prolific.acceptedSetups(id)).toBe(1);
    expect(prolific.acceptedSetups(broken)).toBe(0);
    expect(prolific.batch(id).total_task_count).toBe(7);
  });

  test.each([400, 409, 422] as const)(
    "is refused with %d on demand",
    (code) => {
      const { prolific, ask } = worldOf();
      const datasetId = prolific.addDataset();
      const ready = { datasetId, status: "READY" } as const;
      const flat = prolific.addBatch({ ...ready, refusalStatus: code });
      const nested = prolific.addBatch({
        ...ready,
        refusalStatus: code,
        refusalShape: "E1",
      });
      expect(ask("POST", `/batches/${flat}/setup`, {})).toEqual({
        status: code,
        body: refusal(flat, "READY"),
      });
      const { message, detail } = refusal(nested, "READY");
      expect(ask("POST", `/batches/${nested}/setup`, {})).toMatchObject({
        status: code,
        body: { error: { status: code, detail: [message, detail] } },
      });
    },
  );

  test("makes every task twice if there is no guard", () => {
    const { prolific, ask, pass, statusOf } = worldOf({ guard: false });
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({ datasetId });
    const setup = () =>
      ask("POST", `/batches/${id}/setup`, { tasks_per_group: 3 }).status;
    expect(setup()).toBe(202);
    pass(500);
    expect(setup()).toBe(202);
    pass(500);
    expect(statusOf(id)).toBe("PROCESSING");
    pass(500);
    expect(prolific.batch(id)).toMatchObject({
      status: "READY",
      total_task_count: 14,
      total_task_groups: 6,
    });
    expect(prolific.acceptedSetups(id)).toBe(2);
  });
});

describe("a setup is refused with 400", () => {
  test.each([
    [
      "a V3 dataset without data",
      { version: 3, datapoints: 0 },
      /UNINITIALISED/,
    ],
    [
      "a V3 dataset that is processing",
      { version: 3, status: "PROCESSING" },
      /PROCESSING/,
    ],
    ["a broken V3 dataset", { version: 3, status: "ERROR" }, /ERROR/],
    ["a V4 dataset without anything", { datapoints: 0 }, /no datapoints/],
    [
      "only a partial import",
      { imports: [{ status: "partial" }] },
      /no complete import/,
    ],
    [
      "only a running import",
      { imports: [{ processingMs: 10 }] },
      /no complete import/,
    ],
    [
      "only a failed import",
      { imports: [{ status: "failed" }] },
      /no complete import/,
    ],
    [
      "only an upload that never arrived",
      { imports: [{ status: "uninitialised" }] },
      /no complete import/,
    ],
    [
      "only a parked import",
      { imports: [{ status: "pending_schema" }] },
      /no complete import/,
    ],
  ] as [string, DatasetOptions, RegExp][])("for %s", (_, options, detail) => {
    const { prolific, ask, statusOf } = worldOf();
    const id = prolific.addBatch({ datasetId: prolific.addDataset(options) });
    const { status, body } = ask("POST", `/batches/${id}/setup`, {});
    expect(status).toBe(400);
    expect((body as { error: { detail: string } }).error.detail).toMatch(
      detail,
    );
    expect(statusOf(id)).toBe("UNINITIALISED");
    expect(prolific.acceptedSetups(id)).toBe(0);
  });

  test("without a dataset, with several, with an unknown or another one", () => {
    const { prolific, ask } = worldOf();
    const one = prolific.addDataset();
    const two = prolific.addDataset();
    const bare = prolific.addBatch();
    const both = prolific.addBatch({ datasetIds: [one, two] });
    const taken = prolific.addBatch({ datasetId: one });
    const unknown = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
    const setup = (id: string, body: unknown) =>
      ask("POST", `/batches/${id}/setup`, body).status;
    expect(setup(bare, {})).toBe(400);
    expect(setup(bare, { dataset_id: unknown })).toBe(400);
    expect(setup(both, {})).toBe(400);
    expect(setup(taken, { dataset_id: two })).toBe(400);
    expect(setup(both, { dataset_id: two })).toBe(202);
    expect(setup(taken, { dataset_id: one })).toBe(202);
  });

  test.each([
    ["tasks_per_group", 0],
    ["tasks_per_group", 1.5],
    ["tasks_per_group", "3"],
    ["tasks_per_group", null],
    ["dataset_id", "reviews"],
    ["tasks_per_grop", 3],
  ])("for %s = %p, naming the field", (name, value) => {
    const { prolific, ask } = worldOf();
    const id = prolific.addBatch({ datasetId: prolific.addDataset() });
    const { status, body } = ask("POST", `/batches/${id}/setup`, {
      [name]: value,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { detail: { [name]: [expect.any(String)] } },
    });
    expect(prolific.acceptedSetups(id)).toBe(0);
  });
});

test("datasets that a setup accepts", () => {
  const { prolific, ask } = worldOf();
  const setup = (options: DatasetOptions) => {
    const id = prolific.addBatch({ datasetId: prolific.addDataset(options) });
    return ask("POST", `/batches/${id}/setup`, {}).status;
  };
  const partial = { status: "partial", accepted: 6, rejected: 1 } as const;
  expect(setup({ version: 3 })).toBe(202);
  expect(setup({ version: 4 })).toBe(202);
  expect(setup({ imports: [], datapoints: 3 })).toBe(202);
  expect(setup({ imports: [{}, { processingMs: 50 }] })).toBe(202);
  expect(setup({ imports: [{ status: "uninitialised" }, {}] })).toBe(202);
  expect(setup({ imports: [partial], setupTakesPartial: true })).toBe(202);
});

describe("a batch to start with", () => {
  test("READY and ERROR are final, PROCESSING ends after setupMs", () => {
    const { prolific, pass, statusOf } = worldOf();
    const datasetId = prolific.addDataset();
    const add = (status: "READY" | "ERROR" | "PROCESSING", more = {}) =>
      prolific.addBatch({ datasetId, status, ...more });
    const ready = add("READY", { tasks: 4, tasksPerGroup: 3 });
    expect(prolific.batch(ready)).toMatchObject({
      status: "READY",
      total_task_count: 4,
      total_task_groups: 2,
    });
    expect(statusOf(add("ERROR"))).toBe("ERROR");
    const running = add("PROCESSING");
    const failing = add("PROCESSING", { setupEndsIn: "ERROR", setupMs: 500 });
    expect(statusOf(running)).toBe("PROCESSING");
    pass(500);
    expect(statusOf(failing)).toBe("ERROR");
    pass(500);
    expect(statusOf(running)).toBe("READY");
  });

  test("needs a dataset unless it is UNINITIALISED", () => {
    const { prolific } = worldOf();
    expect(() => prolific.addBatch({ status: "READY" })).toThrow(
      "needs a dataset",
    );
  });

  test("can have any status, no groups and no instructions", () => {
    const { prolific, ask } = worldOf();
    const datasetId = prolific.addDataset();
    const id = prolific.addBatch({
      datasetId,
      forcedStatus: "ACTIVE",
      omitTotalTaskGroups: true,
      instructions: 0,
    });
    const batch = prolific.batch(id);
    expect(batch).toMatchObject({
      status: "ACTIVE",
      total_instruction_count: 0,
      batch_items: null,
    });
    expect(batch).not.toHaveProperty("total_task_groups");
    expect(ask("POST", `/batches/${id}/setup`, {}).body).toEqual(
      refusal(id, "ACTIVE"),
    );
    prolific.changeBatch(id, { forcedStatus: null });
    expect(prolific.batch(id).status).toBe("UNINITIALISED");
  });
});
