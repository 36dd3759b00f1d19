import { describe, expect, test } from "@jest/globals";
import type { BatchOptions, DatasetOptions } from "../../sandbox/server.ts";
import { worldOf } from "./world.ts";

interface Job {
  sync_id: string;
  status: string;
  reason?: string;
}

/** A READY batch over a dataset that grew by `added`, and its syncs. */
function grown(
  dataset: DatasetOptions,
  batch: BatchOptions,
  added: number,
  groups?: DatasetOptions["groups"],
) {
  const world = worldOf();
  const { prolific, ask } = world;
  const datasetId = prolific.addDataset(dataset);
  const id = prolific.addBatch({ datasetId, status: "READY", ...batch });
  if (added > 0) prolific.addDatapoints(datasetId, added, groups);
  const start = () => ask("POST", `/batches/${id}/sync`);
  const read = (job: Job) =>
    ask("GET", `/batches/${id}/syncs/${job.sync_id}`).body as Job;
  return { ...world, id, datasetId, start, read };
}

test("a sync job is queued, processing and complete, and has counts only at the end", () => {
  const { prolific, start, read, pass, id, datasetId } = grown(
    { datapoints: 7 },
    { tasksPerGroup: 3 },
    5,
  );
  const { status, body } = start();
  expect(status).toBe(202);
  const job = body as Job;
  expect(job).toEqual({
    batch_id: id,
    dataset_id: datasetId,
    sync_id: job.sync_id,
    created_at: "2026-08-21T08:00:00.000Z",
    updated_at: "2026-08-21T08:00:00.000Z",
    status: "queued",
  });
  pass(99);
  expect(read(job).status).toBe("queued");
  pass(1);
  expect(read(job)).toMatchObject({
    status: "processing",
    updated_at: "2026-08-21T08:00:00.100Z",
  });
  expect(read(job)).not.toHaveProperty("tasks_created");
  expect(prolific.batch(id).total_task_count).toBe(7);
  pass(200);
  expect(read(job)).toMatchObject({
    status: "complete",
    updated_at: "2026-08-21T08:00:00.300Z",
    tasks_created: 5,
    datapoints_processed: 5,
    // 7 tasks in threes left a group of one; two of the five fill it, three make a new one.
    groups_created: 1,
    groups_expanded: 1,
  });
  expect(prolific.batch(id)).toMatchObject({
    status: "READY",
    total_task_count: 12,
    total_task_groups: 4,
  });
  expect(prolific.acceptedSyncs(id)).toBe(1);
});

describe("groups", () => {
  test.each([
    ["nothing was added", 6, 3, 0, 0, 0, 2],
    ["no group is open", 6, 3, 4, 2, 0, 4],
    ["the open group takes all", 7, 3, 1, 0, 1, 3],
    ["groups of one", 2, 1, 2, 2, 0, 4],
  ])("%s", (_, there, tasksPerGroup, added, created, expanded, total) => {
    const world = grown({ datapoints: there }, { tasksPerGroup }, added);
    const job = world.start().body as Job;
    world.pass(300);
    expect(world.read(job)).toMatchObject({
      status: "complete",
      tasks_created: added,
      datapoints_processed: added,
      groups_created: created,
      groups_expanded: expanded,
    });
    expect(world.prolific.batch(world.id).total_task_groups).toBe(total);
  });

  test("datapoints join the group of their key or open one", () => {
    const world = grown(
      { datapoints: 3, groups: "a a b".split(" ") },
      {},
      4,
      "b c c a".split(" "),
    );
    const job = world.start().body as Job;
    world.pass(300);
    expect(world.read(job)).toMatchObject({
      tasks_created: 4,
      groups_created: 1,
      groups_expanded: 2,
    });
    expect(world.prolific.batch(world.id)).toMatchObject({
      total_task_count: 7,
      total_task_groups: 3,
    });
  });
});

test("jobs of a batch run one after another, and each uses the datapoints at its start", () => {
  const world = grown({ datapoints: 2 }, {}, 3);
  const one = world.start().body as Job;
  const two = world.start().body as Job;
  world.pass(150);
  expect([world.read(one).status, world.read(two).status]).toEqual([
    "processing",
    "queued",
  ]);
  world.prolific.addDatapoints(world.datasetId, 4);
  world.pass(150);
  expect([world.read(one).status, world.read(two).status]).toEqual([
    "complete",
    "processing",
  ]);
  world.pass(200);
  expect(world.read(one)).toMatchObject({ tasks_created: 3 });
  expect(world.read(two)).toMatchObject({ tasks_created: 4 });
  expect(world.prolific.batch(world.id).total_task_count).toBe(9);
});

test("a file that was imported after the setup is included", () => {
  const imports = [
    { accepted: 4 },
    { accepted: 3, duplicates: 1, queuedMs: 9 },
  ];
  const world = grown({ imports }, {}, 0);
  expect(world.prolific.batch(world.id).total_task_count).toBe(4);
  world.pass(50);
  const job = world.start().body as Job;
  world.pass(300);
  expect(world.read(job)).toMatchObject({ tasks_created: 2 });
});

test("a job can fail with a reason, and then makes no tasks", () => {
  const world = grown({}, { syncEndsIn: "failed", syncReason: "no luck" }, 3);
  const job = world.start().body as Job;
  world.pass(300);
  expect(world.read(job)).toMatchObject({
    status: "failed",
    reason: "no luck",
  });
  expect(world.read(job)).not.toHaveProperty("tasks_created");
  expect(world.prolific.batch(world.id).total_task_count).toBe(7);
});

test("a job can be unknown for a while, and others always are", () => {
  const world = grown({}, { syncVisibleAfterMs: 80 }, 3);
  const job = world.start().body as Job;
  const path = `/batches/${world.id}/syncs/${job.sync_id}`;
  world.pass(79);
  expect(world.ask("GET", path)).toEqual({
    status: 404,
    body: { detail: "Not found." },
  });
  world.pass(1);
  expect(world.ask("GET", path).status).toBe(200);
  const unknown = `/batches/${world.id}/syncs/${world.datasetId}`;
  expect(world.ask("GET", unknown).status).toBe(404);
});

test("the batch stays READY, or is PROCESSING on demand", () => {
  for (const syncShowsProcessing of [false, true]) {
    const world = grown({}, { syncShowsProcessing }, 3);
    world.start();
    expect(world.statusOf(world.id)).toBe("READY");
    world.pass(100);
    expect(world.statusOf(world.id)).toBe(
      syncShowsProcessing ? "PROCESSING" : "READY",
    );
    expect(world.start().status).toBe(202);
    world.pass(400);
    expect(world.statusOf(world.id)).toBe("READY");
  }
});

describe("a sync is refused with 400", () => {
  test.each([
    ["UNINITIALISED", {}, {}],
    ["PROCESSING", {}, { status: "PROCESSING" }],
    ["ERROR", {}, { status: "ERROR" }],
    ["V3", { version: 3 }, { status: "READY" }],
  ] as [string, DatasetOptions, BatchOptions][])(
    "for %s",
    (_, dataset, batch) => {
      const { prolific, ask } = worldOf();
      const datasetId = prolific.addDataset(dataset);
      const id = prolific.addBatch({ datasetId, ...batch });
      expect(ask("POST", `/batches/${id}/sync`)).toMatchObject({
        status: 400,
        body: { error: { status: 400 } },
      });
      expect(prolific.acceptedSyncs(id)).toBe(0);
    },
  );
});
