import { expect, test } from "@jest/globals";
import type { Past } from "../../sandbox/model.ts";
import { worldOf } from "./world.ts";

function laggingWorld() {
  const world = worldOf();
  const { prolific, ask } = world;
  const datasetId = prolific.addDataset();
  const id = prolific.addBatch();
  const read = (past: Past, method = "GET", path = `/batches/${id}`) => {
    const reply = prolific.handle(
      {
        method,
        path: `/api/v1/data-collection${path}`,
        headers: {
          authorization: `Token ${prolific.token}`,
          "content-type": "application/json",
        },
        body: method === "GET" ? "" : JSON.stringify({ dataset_id: datasetId }),
      },
      past,
    );
    return reply.status === 200
      ? (JSON.parse(reply.body) as Record<string, unknown>)
      : reply.status;
  };
  const setUp = () =>
    ask("POST", `/batches/${id}/setup`, { dataset_id: datasetId });
  return { ...world, id, read, setUp };
}

test("a lagging reader sees an earlier state with its time", () => {
  const { read, setUp, pass, statusOf, id } = laggingWorld();
  const before = read({ lagMs: 1 });
  expect(before).toMatchObject({ status: "UNINITIALISED", datasets: [] });
  pass(10);
  setUp();
  expect(read({ lagMs: 1 })).toEqual(before);
  pass(4);
  expect(read({ lagMs: 5 })).toEqual(before);
  expect(read({ lagMs: 4 })).toMatchObject({ status: "PROCESSING" });
  pass(996);
  expect(statusOf(id)).toBe("READY");
  expect(read({ lagMs: 1 })).toMatchObject({
    status: "PROCESSING",
    total_task_count: 0,
  });
});

test("a reader can see the state before the last accepted write", () => {
  const { read, setUp, pass } = laggingWorld();
  const before = read("before the last write");
  setUp();
  pass(5000);
  expect(read("before the last write")).toEqual(before);
  expect(setUp().status).toBe(400);
  // The refused one wrote nothing.
  expect(read("before the last write")).toEqual(before);
});

test("a write never uses an earlier state", () => {
  const { read, setUp, id } = laggingWorld();
  setUp();
  const past = "before the last write";
  expect(read(past, "POST", `/batches/${id}/setup`)).toBe(400);
});

test("what a test adds is visible at any time", () => {
  const { prolific, ask } = worldOf();
  const first = prolific.addBatch({ datasetId: prolific.addDataset() });
  ask("POST", `/batches/${first}/setup`, {});
  const datasetId = prolific.addDataset();
  const id = prolific.addBatch({ datasetId, status: "READY" });
  prolific.changeBatch(id, { omitTotalTaskGroups: true });
  const request = {
    method: "GET",
    path: `/api/v1/data-collection/batches/${id}`,
    headers: { authorization: `Token ${prolific.token}` },
    body: "",
  };
  for (const past of ["before the last write", { lagMs: 60_000 }] as const) {
    const { status, body } = prolific.handle(request, past);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual(prolific.batch(id));
  }
});

test("reset forgets everything", () => {
  const { prolific, id, setUp } = laggingWorld();
  setUp();
  prolific.reset();
  expect(prolific.state.batches.size).toBe(0);
  expect(prolific.state.datasets.size).toBe(0);
  expect(() => prolific.batch(id)).toThrow("has no batch");
  expect(() => prolific.dataset(id)).toThrow("has no dataset");
});
