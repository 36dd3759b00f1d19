/** `if_ready: sync` (contract 4): tasks for datapoints that came after the setup. */
import { describe, expect, test } from "@jest/globals";
import type { FaultEffect } from "../../sandbox/faults/faults.ts";
import type { BatchOptions } from "../../sandbox/server.ts";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import { virtualWorld } from "../../proof/simulation/world/world.ts";

/** A batch with tasks for 7 of its 19 datapoints, in groups of three. */
function grown(batch: BatchOptions = {}, dataset: DatasetOptions = {}) {
  const world = virtualWorld();
  const datasetId = world.prolific.addDataset({ datapoints: 19, ...dataset });
  const batchId = world.prolific.addBatch({
    datasetId,
    status: "READY",
    tasks: 7,
    tasksPerGroup: 3,
    ...batch,
  });
  const step = (inputs: Record<string, string> = {}) =>
    world.run({ batch_id: batchId, if_ready: "sync", ...inputs });
  return { world, batchId, step, syncs: () => world.posts("/sync") };
}

test("a POST, followed to its end, READY with a task for every datapoint", async () => {
  const { step, syncs } = grown();
  const { green, outputs, log, summary } = await step();
  expect(green).toBe(true);
  expect(syncs()).toHaveLength(1);
  expect(syncs()[0]?.body).toBe("");
  expect(outputs).toMatchObject({
    outcome: "synced",
    status: "READY",
    tasks_created: "12",
    groups_created: "4",
    total_task_count: "19",
    total_datapoint_count: "19",
  });
  expect(outputs.sync_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(outputs.preview_url).toBeDefined();
  expect(log.join("\n")).toContain("4 more submissions per annotator");
  expect(summary).toContain("4 more submissions");
});

test("nothing new: synced with zero tasks, no submissions mentioned", async () => {
  const { step } = grown({ tasks: 19 });
  const { green, outputs, log } = await step();
  expect(green).toBe(true);
  expect(outputs).toMatchObject({ outcome: "synced", tasks_created: "0" });
  expect(log.join("\n")).not.toContain("more submission");
});

test("wait false: accepted with the sync_id", async () => {
  const { step } = grown();
  const { green, outputs, tookMs } = await step({ wait: "false" });
  expect(green).toBe(true);
  expect(outputs.outcome).toBe("accepted");
  expect(outputs.sync_id).toBeDefined();
  expect(outputs.tasks_created).toBeUndefined();
  expect(tookMs).toBeLessThan(1_000);
});

test("a V3 dataset: nothing to do, a message, no POST", async () => {
  const { step, syncs } = grown({ tasks: 19 }, { version: 3 });
  const { green, outputs, log } = await step();
  expect(green).toBe(true);
  expect(outputs.outcome).toBe("already_set_up");
  expect(syncs()).toEqual([]);
  expect(log.join("\n")).toContain("notice: Nothing to sync");
});

test("UNINITIALISED with if_ready sync: the ordinary setup", async () => {
  const { step, syncs, world } = grown({ status: "UNINITIALISED" });
  const { outputs } = await step();
  expect(outputs.outcome).toBe("set_up");
  expect(syncs()).toEqual([]);
  expect(world.posts("/setup")).toHaveLength(1);
});

test("the job fails: red with its reason", async () => {
  const { step } = grown({ syncEndsIn: "failed", syncReason: "import runs" });
  const { green, outputs, log } = await step();
  expect(green).toBe(false);
  expect(outputs.outcome).toBe("failed");
  expect(log.join("\n")).toContain('Prolific says: "import runs"');
});

test("refused: red with the server's words, one POST", async () => {
  const { step, world, syncs } = grown();
  const text = "The dataset is busy.";
  world.fault({ match: "POST /sync", kind: "status", status: 400, text });
  const { green, log } = await step();
  expect(green).toBe(false);
  expect(syncs()).toHaveLength(1);
  expect(log.join("\n")).toContain("The dataset is busy.");
});

test("its 404s count as lag for 10 s", async () => {
  const { step } = grown({});
  const early = await step();
  expect(early.green).toBe(true);

  const { step: lagging, world } = grown();
  world.fault({ match: "GET /syncs/*", kind: "status", status: 404, times: 3 });
  expect((await lagging()).green).toBe(true);
});

test("its 404s after 10 s are final", async () => {
  const { step, world } = grown();
  world.fault({
    match: "GET /syncs/*",
    kind: "status",
    status: 404,
    times: null,
  });
  const { green, tookMs, outputs } = await step();
  expect(green).toBe(false);
  expect(outputs.outcome).toBe("failed");
  expect(tookMs).toBeGreaterThanOrEqual(10_000);
  expect(tookMs).toBeLessThan(45_000);
});

test.each<[string, FaultEffect]>([
  ["reset", { kind: "reset", when: "after" }],
  ["a 503", { kind: "status", status: 503, when: "after" }],
  ["cut", { kind: "cutBody" }],
  ["without a job", { kind: "emptyObject", when: "after" }],
])(
  "the response to the POST is lost (%s): sent again, tasks made once",
  async (_, fault) => {
    const { step, world, syncs } = grown();
    world.fault({ match: "POST /sync", ...fault });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(syncs()).toHaveLength(2);
    expect(outputs.total_task_count).toBe("19");
  },
);

test("two POSTs without a response: red", async () => {
  const { step, world, syncs } = grown();
  world.fault({ match: "POST /sync", kind: "reset", times: null });
  const { green, log } = await step();
  expect(green).toBe(false);
  expect(syncs()).toHaveLength(2);
  expect(log.join("\n")).toContain(
    "Unknown whether Prolific accepted the sync",
  );
});

test("429 and unreachable: retried until it is accepted", async () => {
  const { step, world, syncs } = grown();
  world.fault({ match: "POST /sync", kind: "status", status: 429, times: 3 });
  world.unreachable = ({ method, atMs }) => method === "POST" && atMs < 30_000;
  const { green, outputs } = await step();
  expect(green).toBe(true);
  expect(outputs.outcome).toBe("synced");
  expect(syncs().length).toBeGreaterThan(4);
});

test("the batch is PROCESSING for a while: waits", async () => {
  const { step } = grown({ syncShowsProcessing: true });
  const { green, outputs } = await step();
  expect(green).toBe(true);
  expect(outputs).toMatchObject({ status: "READY", total_task_count: "19" });
});

test("the batch shows the old state for a while: read again, no false warning", async () => {
  const { step, world } = grown();
  world.fault({
    match: "GET /batches/*",
    kind: "lag",
    lagMs: 60_000,
    after: 1,
    times: 2,
  });
  const { green, outputs, log } = await step();
  expect(green).toBe(true);
  expect(outputs.total_task_count).toBe("19");
  expect(log.join("\n")).not.toContain("warning:");
});

test("a job without counts and without a reason is judged by its status", async () => {
  const { step, world } = grown();
  world.onRequest = ({ path }) => {
    const id = /syncs\/(.+)$/.exec(path)?.[1];
    if (id === undefined) return;
    const body = JSON.stringify({ sync_id: id, status: "complete" });
    world.fault({ match: "GET /syncs/*", kind: "malformed", body });
  };
  const { green, outputs } = await step();
  expect(green).toBe(true);
  expect(outputs.tasks_created).toBeUndefined();
});

test("the batch never shows the new tasks: accepted after 10 s, with a warning", async () => {
  const { step, world } = grown();
  world.fault({
    match: "GET /batches/*",
    kind: "lag",
    lagMs: 60_000,
    after: 1,
    times: null,
  });
  const { green, log, tookMs } = await step();
  expect(green).toBe(true);
  expect(log.join("\n")).toContain("has 7 tasks for 19 datapoints");
  expect(tookMs).toBeLessThan(30_000);
});

describe("the deadline", () => {
  test("while the job runs: timed out, a re-run is safe", async () => {
    const { step, world } = grown();
    world.fault({ match: "GET /syncs/*", kind: "hang", times: null });
    const { outputs, log } = await step({ timeout: "20s" });
    expect(outputs.outcome).toBe("timed_out");
    expect(log.join("\n")).toContain("The sync goes on at Prolific");
  });

  test("a last check finds the job complete: green", async () => {
    const { step, world } = grown();
    world.fault({ match: "GET /syncs/*", kind: "hang", times: 1 });
    const { green, outputs } = await step({ timeout: "20s" });
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("synced");
  });

  test("in the POST: unknown", async () => {
    const { step, world } = grown();
    world.fault({ match: "POST /sync", kind: "hang", times: null });
    const { outputs, log } = await step({ timeout: "20s" });
    expect(outputs.outcome).toBe("timed_out");
    expect(log.join("\n")).toContain("POST of the sync was in flight");
  });
});
