/** Contract 4, sentence by sentence: who sends a setup, when, and what follows from its answer. */
import { describe, expect, test } from "@jest/globals";
import type { FaultEffect } from "../../sandbox/faults/faults.ts";
import type { BatchOptions } from "../../sandbox/server.ts";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import {
  virtualWorld,
  type VirtualOptions,
} from "../../proof/simulation/world/world.ts";

const OTHER = "00000000-0000-4000-8000-000000000001";

function worldWith(
  batch: BatchOptions = {},
  dataset: DatasetOptions = {},
  options: VirtualOptions = {},
) {
  const world = virtualWorld(options);
  const datasetId = world.prolific.addDataset(dataset);
  const batchId = world.prolific.addBatch({ datasetId, ...batch });
  const step = (inputs: Record<string, string> = {}) =>
    world.run({ batch_id: batchId, ...inputs });
  const somebodySetsUp = () => {
    const reply = world.prolific.act("POST", `/batches/${batchId}/setup`, {});
    expect(reply.status).toBe(202);
  };
  return { world, datasetId, batchId, step, somebodySetsUp };
}

describe("the table, for a batch that is", () => {
  test("UNINITIALISED: one POST, waited for, set_up", async () => {
    const { world, step, batchId, datasetId } = worldWith();
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(world.posts()).toHaveLength(1);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(outputs).toMatchObject({
      outcome: "set_up",
      status: "READY",
      batch_id: batchId,
      dataset_id: datasetId,
      total_task_count: "7",
      total_task_groups: "7",
      total_instruction_count: "2",
      total_datapoint_count: "7",
    });
  });

  test("UNINITIALISED with wait false: accepted as soon as the batch moves", async () => {
    const { world, step, batchId } = worldWith();
    const { green, outputs, tookMs } = await step({ wait: "false" });
    expect(green).toBe(true);
    expect(outputs).toMatchObject({
      outcome: "accepted",
      status: "PROCESSING",
    });
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(tookMs).toBeLessThan(5_000);
  });

  test("UNINITIALISED with wait false, and the batch never moves: accepted after 20 s", async () => {
    const { step } = worldWith({ visibleAfterMs: 3_600_000 });
    const { green, outputs, tookMs } = await step({ wait: "false" });
    expect(green).toBe(true);
    expect(outputs).toMatchObject({
      outcome: "accepted",
      status: "UNINITIALISED",
    });
    expect(tookMs).toBeGreaterThanOrEqual(18_000);
    expect(tookMs).toBeLessThan(21_000);
  });

  test("UNINITIALISED with wait false, and every reading fails: a 202 stays green", async () => {
    const { world, step } = worldWith();
    world.onRequest = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/setup")) return;
      world.fault({
        match: "GET ~.*",
        kind: "status",
        status: 503,
        times: null,
      });
    };
    const { green, outputs, tookMs } = await step({ wait: "false" });
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("accepted");
    expect(tookMs).toBeLessThan(21_000);
  });

  test.each([401, 404])(
    "UNINITIALISED with wait false, and every reading returns HTTP %i: a 202 stays green",
    async (status) => {
      const { world, step } = worldWith();
      world.fault({
        match: "GET ~.*",
        kind: "status",
        status,
        after: 2,
        times: null,
      });
      const { green, outputs } = await step({ wait: "false" });
      expect(green).toBe(true);
      expect(outputs.outcome).toBe("accepted");
    },
  );

  test("UNINITIALISED with wait false, a 200 that is not from Prolific, and the batch never moves: red", async () => {
    const { world, step, batchId } = worldWith();
    world.fault({ match: "POST /setup", kind: "html" });
    const { green, log } = await step({ wait: "false" });
    expect(world.prolific.acceptedSetups(batchId)).toBe(0);
    expect(green).toBe(false);
    expect(log.join("\n")).toContain("Unknown whether Prolific accepted");
  });

  test("UNINITIALISED with wait false, and an unknown status appears: red", async () => {
    const { world, step, batchId } = worldWith();
    world.at(500, () => {
      world.prolific.changeBatch(batchId, { forcedStatus: "ACTIVE" });
    });
    const { green, log } = await step({ wait: "false" });
    expect(green).toBe(false);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(log.find((line) => line.startsWith("error:"))).toContain("ACTIVE");
  });

  test("UNINITIALISED with wait false, and the batch is in ERROR: red", async () => {
    const { step } = worldWith({ setupMs: 0, setupEndsIn: "ERROR" });
    const { green, outputs } = await step({ wait: "false" });
    expect(green).toBe(false);
    expect(outputs).toMatchObject({ outcome: "failed", status: "ERROR" });
  });

  test("UNINITIALISED with wait false, and READY without tasks: red", async () => {
    const { step } = worldWith({ setupMs: 0, makesNoTasks: true });
    const { green, outputs } = await step({ wait: "false" });
    expect(green).toBe(false);
    expect(outputs).toMatchObject({ outcome: "failed", status: "READY" });
  });

  test("PROCESSING: no POST, waits, joined", async () => {
    const { world, step } = worldWith({ status: "PROCESSING" });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(world.posts("")).toEqual([]);
    expect(outputs).toMatchObject({ outcome: "joined", status: "READY" });
  });

  test("PROCESSING with wait false: green at once", async () => {
    const { world, step } = worldWith({ status: "PROCESSING" });
    const { green, outputs, requests } = await step({ wait: "false" });
    expect(green).toBe(true);
    expect(requests).toHaveLength(1);
    expect(world.posts("")).toEqual([]);
    expect(outputs).toMatchObject({ outcome: "joined", status: "PROCESSING" });
  });

  test.each(["auto", "skip"])(
    "READY with if_ready %s: no request, already_set_up",
    async (ifReady) => {
      const { world, step } = worldWith({ status: "READY" });
      const { green, outputs } = await step({ if_ready: ifReady });
      expect(green).toBe(true);
      expect(world.posts("")).toEqual([]);
      expect(outputs).toMatchObject({
        outcome: "already_set_up",
        status: "READY",
        total_task_count: "7",
      });
    },
  );

  test("READY with if_ready fail: red, nothing sent", async () => {
    const { world, step } = worldWith({ status: "READY" });
    const { green, outputs, log } = await step({ if_ready: "fail" });
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(world.posts("")).toEqual([]);
    expect(log.join("\n")).toContain("already set up");
  });

  test("READY with zero tasks: red, even if it was set up before", async () => {
    const { step } = worldWith({ status: "READY", makesNoTasks: true });
    const { green, outputs, log } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(log.join("\n")).toContain("READY with 0 tasks in 0 task groups");
  });

  test("ERROR: red, no POST, and the message says what to do", async () => {
    const { world, step } = worldWith({ status: "ERROR" });
    const { green, outputs, log } = await step();
    expect(green).toBe(false);
    expect(world.posts("")).toEqual([]);
    expect(outputs).toMatchObject({ outcome: "failed", status: "ERROR" });
    expect(log.join("\n")).toContain("duplicate the batch");
  });

  test("in an unknown status: red at once, no POST, and not in the output status", async () => {
    const { world, step } = worldWith({ forcedStatus: "ACTIVE" });
    const { green, outputs, requests, log } = await step();
    expect(green).toBe(false);
    expect(requests).toHaveLength(1);
    expect(world.posts("")).toEqual([]);
    expect(outputs.status).toBeUndefined();
    expect(log.join("\n")).toContain('"ACTIVE"');
  });
});

describe("malformed responses", () => {
  test.each([
    ["no status", "{}"],
    ["null", "null"],
    ["a status of null", '{"status":null}'],
    ["not JSON", "<html>hello</html>"],
  ])(
    "%s is a failed read: five attempts, then red, never in the output status",
    async (_, body) => {
      const { world, step } = worldWith();
      world.fault({ match: "GET ~.*", kind: "malformed", body, times: null });
      const { green, outputs, requests } = await step();
      expect(green).toBe(false);
      expect(requests).toHaveLength(5);
      expect(outputs.outcome).toBe("failed");
      expect(outputs.status).toBeUndefined();
    },
  );

  test("a response about another batch decides nothing", async () => {
    const { world, step } = worldWith();
    const other = world.prolific.addBatch({
      datasetId: world.prolific.addDataset(),
      status: "READY",
    });
    const body = JSON.stringify(world.prolific.batch(other));
    world.fault({ match: "GET ~.*", kind: "malformed", body, times: null });
    const { green, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs.status).toBeUndefined();
  });
});

describe("which dataset", () => {
  test.each(["UNINITIALISED", "PROCESSING", "READY"] as const)(
    "another one attached while the batch is %s: red, no POST",
    async (status) => {
      const { world, step } = worldWith({ status });
      const { green, log } = await step({ dataset_id: OTHER });
      expect(green).toBe(false);
      expect(world.posts("")).toEqual([]);
      expect(log.join("\n")).toContain("Another dataset is attached");
    },
  );

  test("none attached and no dataset_id: red", async () => {
    const world = virtualWorld();
    const batchId = world.prolific.addBatch();
    const { green, log } = await world.run({ batch_id: batchId });
    expect(green).toBe(false);
    expect(world.posts("")).toEqual([]);
    expect(log.join("\n")).toContain("dataset_id is needed");
  });

  test("several attached: red without dataset_id, and that one with it", async () => {
    const world = virtualWorld();
    const datasetIds = [
      world.prolific.addDataset(),
      world.prolific.addDataset(),
    ] as const;
    const batchId = world.prolific.addBatch({ datasetIds });
    const without = await world.run({ batch_id: batchId });
    expect(without.green).toBe(false);
    expect(world.posts("")).toEqual([]);
    const inputs = { batch_id: batchId, dataset_id: datasetIds[1] };
    const { outputs } = await world.run(inputs);
    expect(outputs.dataset_id).toBe(datasetIds[1]);
    expect(JSON.parse(world.posts()[0]?.body ?? "")).toEqual({
      dataset_id: datasetIds[1],
    });
  });

  test("not attached yet: attached by the setup, in any case of letters", async () => {
    const world = virtualWorld();
    const datasetId = world.prolific.addDataset();
    const batchId = world.prolific.addBatch();
    const { green, outputs } = await world.run({
      batch_id: batchId.toUpperCase(),
      dataset_id: datasetId.toUpperCase(),
    });
    expect(green).toBe(true);
    expect(outputs).toMatchObject({
      batch_id: batchId,
      dataset_id: datasetId,
      total_datapoint_count: "7",
    });
  });
});

describe("dataset readiness before the POST", () => {
  test("V3 PROCESSING: waits", async () => {
    const { step, world } = worldWith(
      {},
      { version: 3, status: "PROCESSING", readyAfterMs: 120_000 },
    );
    const { green } = await step();
    expect(green).toBe(true);
    expect(world.posts()[0]?.atMs).toBeGreaterThanOrEqual(120_000);
    expect(world.posts()[0]?.atMs).toBeLessThan(136_000);
  });

  test("V4 with a complete import and one still running: waits", async () => {
    const { step, world } = worldWith(
      {},
      { imports: [{}, { filename: "more.csv", processingMs: 60_000 }] },
    );
    const { green, log, outputs } = await step();
    expect(green).toBe(true);
    expect(world.posts()[0]?.atMs).toBeGreaterThanOrEqual(60_000);
    expect(log.join("\n")).toContain('of "more.csv"');
    expect(outputs.total_datapoint_count).toBe("14");
  });

  test("V4 with only appended records: Prolific decides", async () => {
    const { step } = worldWith({}, { datapoints: 5, imports: [] });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.total_task_count).toBe("5");
  });

  test.each<[string, DatasetOptions, string]>([
    ["V3 empty", { version: 3, datapoints: 0 }, "is empty"],
    ["V3 ERROR", { version: 3, status: "ERROR" }, "is in ERROR"],
    ["V4 empty", { imports: [] }, "is empty"],
    [
      "V4 with an abandoned upload only",
      { imports: [{ status: "uninitialised" }] },
      "is empty",
    ],
    ["V4 partial only", { imports: [{ status: "partial" }] }, "partial"],
    [
      "V4 failed",
      { imports: [{ status: "failed", reason: "no such column" }] },
      "no such column",
    ],
    [
      "V4 without a schema",
      { schema: null, imports: [{ status: "pending_schema" }] },
      "no schema",
    ],
    ["of an unknown version", { schemaVersion: 5 }, "schema_version 5"],
  ])("%s: red at once, no POST", async (_, dataset, words) => {
    const { step, world } = worldWith({}, dataset);
    const { green, outputs, log, tookMs } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(world.posts("")).toEqual([]);
    expect(tookMs).toBeLessThan(1_000);
    expect(log.filter((line) => line.startsWith("error:")).join()).toContain(
      words,
    );
  });

  test("a status that moved during a long dataset wait: no POST, joined", async () => {
    const { step, world, batchId } = worldWith(
      {},
      { version: 3, status: "PROCESSING", readyAfterMs: 60_000 },
    );
    world.onRequest = ({ atMs }) => {
      if (atMs < 59_000 || world.prolific.acceptedSetups(batchId) > 0) return;
      world.prolific.act("POST", `/batches/${batchId}/setup`, {});
    };
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(world.posts()).toEqual([]);
    expect(outputs.outcome).toBe("joined");
  });

  test("another dataset attached during a long dataset wait: red, no POST", async () => {
    const { step, world, batchId } = worldWith(
      { datasetIds: [] },
      { version: 3, status: "PROCESSING", readyAfterMs: 60_000 },
    );
    const mine = [...world.prolific.state.datasets.keys()][0] ?? "";
    const theirs = world.prolific.addDataset();
    world.at(30_000, () => {
      world.prolific.act("PATCH", `/batches/${batchId}`, {
        dataset_id: theirs,
      });
    });
    const { green, log } = await step({ dataset_id: mine });
    expect(green).toBe(false);
    expect(world.posts()).toEqual([]);
    expect(log.join("\n")).toContain("Another dataset is attached");
  });
});

describe("just before the POST", () => {
  test("a reading of less than 5 s ago is enough", async () => {
    const { step } = worldWith();
    const { requests } = await step();
    expect(
      requests.slice(0, 3).map(({ method, path }) => method + ending(path)),
    ).toEqual(["GET/batch", "GET/dataset", "POST/setup"]);
  });

  test("an older reading is repeated", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "GET /datasets/*", kind: "delay", ms: 6_000 });
    const { requests } = await step();
    expect(
      requests.slice(0, 4).map(({ method, path }) => method + ending(path)),
    ).toEqual(["GET/batch", "GET/dataset", "GET/batch", "POST/setup"]);
  });

  test("no instructions: a warning, and the setup goes on", async () => {
    const { step } = worldWith({ instructions: 0 });
    const { green, log } = await step();
    expect(green).toBe(true);
    expect(log.join("\n")).toContain("warning: The batch has no instructions");
  });

  test("no instructions, but a layout: no warning", async () => {
    const page = { rows: [{ columns: [{ items: [{ type: "rich_text" }] }] }] };
    const { step } = worldWith({ instructions: 0, batchItems: [page] });
    const { green, log } = await step();
    expect(green).toBe(true);
    expect(log.join("\n")).not.toContain("warning:");
  });
});

describe("the POST", () => {
  test.each<[string, Record<string, string>, unknown]>([
    ["nothing given", {}, {}],
    ["tasks_per_group", { tasks_per_group: "3" }, { tasks_per_group: 3 }],
  ])("carries only what was given: %s", async (_, inputs, body) => {
    const { step, world } = worldWith();
    await step(inputs);
    expect(JSON.parse(world.posts()[0]?.body ?? "")).toEqual(body);
  });

  test.each([200, 202, 204])("HTTP %i is accepted", async (status) => {
    const { world, step } = worldWith();
    const when = "after";
    world.fault({ match: "POST /setup", kind: "status", status, when });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(1);
  });

  test("a 202 with a body that is cut off or stalls is accepted: the status line decides", async () => {
    for (const kind of ["cutBody", "stallBody"] as const) {
      const { world, step, batchId } = worldWith();
      world.fault({ match: "POST /setup", kind });
      const { green, tookMs } = await step();
      expect(green).toBe(true);
      expect(world.posts()).toHaveLength(1);
      expect(world.prolific.acceptedSetups(batchId)).toBe(1);
      expect(tookMs).toBeLessThan(15_000);
    }
  });

  test("a redirect is not followed, and counts as an unclear response", async () => {
    const { world, step, batchId } = worldWith();
    const location = "http://127.0.0.1:1/elsewhere";
    world.fault({ match: "POST /setup", kind: "redirect", location });
    const { green, requests } = await step();
    expect(green).toBe(true);
    expect(world.posts()).toHaveLength(2);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(requests.every(({ path }) => !path.includes("elsewhere"))).toBe(
      true,
    );
  });

  describe.each([400, 401, 403, 404, 405, 409, 422])(
    "refused with HTTP %i",
    (status) => {
      test("the batch does not move: three reads over 5 s, red with the server's words", async () => {
        const { world, step } = worldWith();
        const text = "Not like this.";
        world.fault({ match: "POST /setup", kind: "status", status, text });
        const { green, outputs, requests, log } = await step();
        expect(green).toBe(false);
        expect(outputs.outcome).toBe("failed");
        expect(world.posts()).toHaveLength(1);
        const refusedAt = world.posts()[0]?.atMs ?? 0;
        expect(
          requests
            .slice(-3)
            .map(({ path, atMs }) => [ending(path), atMs - refusedAt]),
        ).toEqual([
          ["/status", 0],
          ["/status", 2_500],
          ["/status", 5_000],
        ]);
        const error = log.find((line) => line.startsWith("error:"));
        expect(error).toContain(`HTTP ${String(status)}`);
        expect(error).toContain("Not like this.");
      });

      test("somebody else was first: joined", async () => {
        const { world, step, somebodySetsUp, batchId } = worldWith();
        world.fault({ match: "POST /setup", kind: "status", status });
        world.onRequest = ({ method }) => {
          if (method === "POST") somebodySetsUp();
        };
        const { green, outputs } = await step();
        expect(green).toBe(true);
        expect(outputs.outcome).toBe("joined");
        expect(world.prolific.acceptedSetups(batchId)).toBe(1);
      });
    },
  );

  test("refused by the server's own guard, a moment after somebody else: joined", async () => {
    const { world, step, somebodySetsUp, batchId } = worldWith();
    world.onRequest = ({ method }) => {
      if (method === "POST") somebodySetsUp();
    };
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("joined");
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
  });

  test("refused, and the status cannot be read: red with the refusal, not the failed reads", async () => {
    const { world, step } = worldWith();
    const text = "Not like this.";
    world.fault({ match: "POST /setup", kind: "status", status: 400, text });
    world.fault({
      match: "GET /status",
      kind: "status",
      status: 503,
      times: null,
    });
    const { green, log, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(log.join("\n")).toContain("Not like this.");
  });

  test("certainly not sent: retried until it can be sent", async () => {
    const { world, step, batchId } = worldWith();
    world.unreachable = ({ method, atMs }) =>
      method === "POST" && atMs < 120_000;
    const { green, outputs, log } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts().length).toBeGreaterThan(3);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    const told = log.filter((line) => /^info: (Could not|Sending)/.test(line));
    expect(told).toHaveLength(2); // the first try is news, the others are debug lines
  });

  test("certainly not sent before the deadline: timed out, and nothing was accepted", async () => {
    const { world, step } = worldWith();
    world.unreachable = ({ method }) => method === "POST";
    const { outputs, log, tookMs } = await step({ timeout: "2m" });
    expect(outputs.outcome).toBe("timed_out");
    expect(tookMs).toBeLessThanOrEqual(125_000);
    expect(log.join("\n")).toContain("safely starts over");
  });

  test("somebody else sets up while nothing can be sent: joined, no POST arrives", async () => {
    const { world, step, somebodySetsUp } = worldWith();
    world.unreachable = ({ method }) => method === "POST";
    world.at(40_000, somebodySetsUp);
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("joined");
  });

  test("429 with Retry-After: waits, reads again, sends again", async () => {
    const { world, step, batchId } = worldWith();
    const headers = { "retry-after": "7" };
    world.fault({
      match: "POST /setup",
      kind: "status",
      status: 429,
      headers,
      times: 3,
    });
    const { green, outputs, requests } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    const posts = world.posts();
    expect(posts).toHaveLength(4);
    posts.slice(1).forEach((post, i) => {
      expect(post.atMs - (posts[i]?.atMs ?? 0)).toBe(7_000);
      const before = requests[requests.findIndex((r) => r.atMs === post.atMs)];
      expect(ending(before?.path ?? "")).toBe("/batch");
    });
  });

  test("429 without Retry-After: at least 2 s", async () => {
    const { world, step } = worldWith({}, {}, { random: () => 0 });
    const status = 429;
    world.fault({ match: "POST /setup", kind: "status", status, times: 2 });
    await step();
    const [first, second, third] = world.posts().map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBe(2_000);
    expect((third ?? 0) - (second ?? 0)).toBe(2_000);
  });

  test("429 after the work was done: no second POST, set_up", async () => {
    const { world, step, batchId } = worldWith();
    const when = "after";
    world.fault({ match: "POST /setup", kind: "status", status: 429, when });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(1);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
  });

  test.each<[string, FaultEffect]>([
    ["reset", { kind: "reset", when: "after" }],
    ["hung", { kind: "hang", when: "after" }],
    ["replaced by a 502", { kind: "status", status: 502, when: "after" }],
    ["garbage", { kind: "garbage", when: "after" }],
    ["a teapot", { kind: "status", status: 418, when: "after" }],
  ])(
    "a response that is %s after the setup was applied: one POST, set_up",
    async (_, fault) => {
      const { world, step, batchId } = worldWith();
      world.fault({ match: "POST /setup", ...fault });
      const { green, outputs } = await step();
      expect(green).toBe(true);
      expect(outputs.outcome).toBe("set_up");
      expect(world.posts()).toHaveLength(1);
      expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    },
  );

  test("503 before it was applied: after a grace period of 20 s with three reads, two POSTs, one accepted", async () => {
    const { world, step, batchId } = worldWith();
    world.fault({ match: "POST /setup", kind: "status", status: 503 });
    const { green, outputs, requests } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    const [first, second, ...more] = world.posts();
    expect(more).toEqual([]);
    const grace = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(grace).toBeGreaterThanOrEqual(20_000);
    const between = requests.filter(
      ({ atMs, method, path }) =>
        method === "GET" &&
        ending(path) === "/batch" &&
        atMs > (first?.atMs ?? 0) &&
        atMs <= (second?.atMs ?? 0),
    );
    expect(between.length).toBeGreaterThanOrEqual(3);
    expect(between.at(-1)?.atMs).toBe(second?.atMs);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
  });

  test("failed reads do not mean unchanged: no second POST while the batch cannot be read", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "reset" });
    world.fault({
      match: "GET /batches/*",
      kind: "status",
      status: 503,
      after: 1,
      times: null,
    });
    const { outputs, log } = await step({ timeout: "10m" });
    expect(outputs.outcome).toBe("timed_out");
    expect(world.posts()).toHaveLength(1);
    expect(log.join("\n")).toContain("is unknown");
  });

  test("two POSTs without a response and an unchanged batch: red, no third POST", async () => {
    const { world, step, batchId } = worldWith();
    world.fault({ match: "POST /setup", kind: "reset", times: null });
    const { green, outputs, log } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(world.posts()).toHaveLength(2);
    expect(world.prolific.acceptedSetups(batchId)).toBe(0);
    expect(log.join("\n")).toContain(
      "Unknown whether Prolific accepted the setup",
    );
  });

  test("our dataset is attached now: accepted, although the status lags", async () => {
    const world = virtualWorld();
    const datasetId = world.prolific.addDataset();
    const batchId = world.prolific.addBatch({ visibleAfterMs: 60_000 });
    world.fault({ match: "POST /setup", kind: "reset", when: "after" });
    const inputs = { batch_id: batchId, dataset_id: datasetId };
    const { green, outputs } = await world.run(inputs);
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(1);
  });

  test("a lag beyond the grace period: the server refuses the second POST, and the outcome is set_up", async () => {
    const { world, step, batchId } = worldWith({ visibleAfterMs: 22_000 });
    world.fault({ match: "POST /setup", kind: "reset", when: "after" });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(2);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
  });

  test("a final error in the grace period: red, and it says that the outcome is unknown", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "reset" });
    world.fault({
      match: "GET /batches/*",
      kind: "status",
      status: 401,
      after: 1,
      times: null,
    });
    const { green, log } = await step();
    expect(green).toBe(false);
    expect(world.posts()).toHaveLength(1);
    expect(log.join("\n")).toContain("Unknown whether Prolific accepted");
  });

  test("a setup that arrives late, after its time limit: found in the grace period", async () => {
    const { world, step, batchId } = worldWith();
    world.fault({ match: "POST /setup", kind: "delay", ms: 40_000 });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(1);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
  });
});

describe("READY is verified", () => {
  test("without tasks: red", async () => {
    const { step } = worldWith({ makesNoTasks: true });
    const { green, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs).toMatchObject({ outcome: "failed", status: "READY" });
  });

  test("without total_task_groups in the response: only the tasks decide", async () => {
    const { step } = worldWith({ omitTotalTaskGroups: true });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.total_task_groups).toBeUndefined();
  });

  test("ends in ERROR: red", async () => {
    const { step } = worldWith({ setupEndsIn: "ERROR" });
    const { green, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs).toMatchObject({ outcome: "failed", status: "ERROR" });
  });

  test("UNINITIALISED after the acceptance: waits", async () => {
    const { world, step } = worldWith({
      visibleAfterMs: 60_000,
      setupMs: 90_000,
    });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(world.posts()).toHaveLength(1);
  });

  test("an outdated batch after READY: read again", async () => {
    const { world, step } = worldWith();
    world.fault({
      match: "GET /batches/*",
      kind: "lag",
      lagMs: 6_000,
      after: 1,
      times: 2,
    });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs).toMatchObject({ status: "READY", total_task_count: "7" });
  });

  test("not one task for each datapoint: a warning with both numbers", async () => {
    const { step } = worldWith({ status: "READY", tasks: 5 });
    const { green, log } = await step();
    expect(green).toBe(true);
    expect(log.join("\n")).toContain("has 5 tasks for 7 datapoints");
    expect(log.join("\n")).toContain("if_ready: sync");
  });

  test("more tasks than datapoints after one POST: red, or a warning if that is allowed (contract 4, 11)", async () => {
    const { world, step, batchId } = worldWith(
      { visibleAfterMs: 15_000, setupMs: 60_000 },
      {},
      { guard: false },
    );
    world.at(5_000, () => {
      world.prolific.act("POST", `/batches/${batchId}/setup`, {});
    });
    const { green, outputs, log } = await step();
    expect(world.posts()).toHaveLength(1);
    expect(green).toBe(false);
    expect(outputs).toMatchObject({
      outcome: "failed",
      total_task_count: "14",
    });
    expect(log.join("\n")).toMatch(
      /error: .*has 14 tasks for 7 datapoints: 7 tasks too many/,
    );
  });

  test("more tasks than datapoints after a lost response and a 429: red", async () => {
    const { world, step, batchId } = worldWith(
      { visibleAfterMs: 40_000, setupMs: 0 },
      {},
      { guard: false },
    );
    world.fault({ match: "POST /setup", kind: "reset", when: "after" });
    world.fault({
      match: "POST /setup",
      kind: "status",
      status: 429,
      when: "after",
      headers: { "retry-after": "7200" },
    });
    const { green, log } = await step();
    expect(world.prolific.acceptedSetups(batchId)).toBe(2);
    expect(green).toBe(false);
    expect(log.join("\n")).toContain(
      "has 14 tasks for 7 datapoints: 7 tasks too many. 2 setups of this run may have arrived",
    );
  });

  test("more tasks than datapoints after two POSTs: red", async () => {
    const { world, step, batchId } = worldWith(
      { visibleAfterMs: 21_000, setupMs: 60_000 },
      {},
      { guard: false },
    );
    world.fault({ match: "POST /setup", kind: "reset", when: "after" });
    const { green, outputs, log } = await step();
    expect(world.prolific.acceptedSetups(batchId)).toBe(2);
    expect(green).toBe(false);
    expect(outputs).toMatchObject({
      outcome: "failed",
      total_task_count: "14",
      total_datapoint_count: "7",
    });
    expect(log.find((line) => line.startsWith("error:"))).toMatch(
      /The batch has more tasks than datapoints: .* has 14 tasks for 7 datapoints: [^]* Do not publish a study/,
    );
  });

  /** Prolific counts a datapoint that came after the setup. */
  function countsOneMore(
    { world, batchId, datasetId }: ReturnType<typeof worldWith>,
    datapoints: number,
  ) {
    world.onRequest = () => {
      const batch = world.prolific.batch(batchId);
      if (batch.status !== "READY") return;
      const dataset = { id: datasetId, total_datapoint_count: datapoints };
      world.fault({
        match: `GET /batches/${batchId}`,
        kind: "malformed",
        body: JSON.stringify({ ...batch, datasets: [dataset] }),
      });
    };
  }

  test("fewer tasks than datapoints after a setup that may have arrived twice: mentioned, not red", async () => {
    const given = worldWith();
    const { world, step } = given;
    world.fault({ match: "POST /setup", kind: "reset", when: "before" });
    countsOneMore(given, 8);
    const { outputs, log } = await step();
    expect(world.posts()).toHaveLength(2);
    expect(outputs.outcome).toBe("set_up");
    const warning = log.find((line) => line.startsWith("warning:")) ?? "";
    expect(warning).toContain("has 7 tasks for 8 datapoints. One task a");
  });

  test("fewer tasks than datapoints, READY at once and with wait false: mentioned", async () => {
    const given = worldWith({ setupMs: 0 });
    countsOneMore(given, 8);
    const { outputs, log } = await given.step({ wait: "false" });
    expect(outputs.outcome).toBe("accepted");
    expect(log.join("\n")).toContain(
      "has 7 tasks for 8 datapoints. One task a",
    );
  });

  test.each([
    [5, "Datapoints that came after its setup get tasks by a sync"],
    [9, "One task a datapoint is expected"],
  ])(
    "READY before with %d tasks for 7 datapoints: mentioned",
    async (tasks, next) => {
      const { step } = worldWith({ status: "READY", tasks });
      const { green, log } = await step();
      expect(green).toBe(true);
      expect(log.join("\n")).toContain(
        `has ${String(tasks)} tasks for 7 datapoints. ${next}`,
      );
    },
  );

  test("tasks_per_group not followed, READY at once and with wait false: the data is the reason", async () => {
    const { step } = worldWith({ setupMs: 0 }, { groups: 2 });
    const { outputs, log } = await step({
      wait: "false",
      tasks_per_group: "3",
    });
    expect(outputs.outcome).toBe("accepted");
    expect(log.join("\n")).toContain(
      "A grouping column or field in the data decides instead.",
    );
  });

  test("tasks_per_group without total_task_groups: nothing to compare", async () => {
    const { step } = worldWith({ omitTotalTaskGroups: true });
    const { green, log } = await step({ tasks_per_group: "3" });
    expect(green).toBe(true);
    expect(log.join("\n")).not.toContain("was not followed");
  });

  test("tasks_per_group followed: no message", async () => {
    const { step } = worldWith();
    const { log, outputs } = await step({ tasks_per_group: "3" });
    expect(outputs.total_task_groups).toBe("3");
    expect(log.join("\n")).not.toContain("was not followed");
  });

  test.each<[string, BatchOptions, DatasetOptions]>([
    ["because the data decides", {}, { groups: 2 }],
    ["because it was set up before", { status: "READY" }, {}],
  ])(
    "tasks_per_group not followed %s: mentioned",
    async (_, batch, dataset) => {
      const { step } = worldWith(batch, dataset);
      const { green, log } = await step({ tasks_per_group: "3" });
      expect(green).toBe(true);
      expect(log.join("\n")).toContain(
        "notice: tasks_per_group was not followed",
      );
    },
  );

  test("the preview fails: the verdict does not change", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "GET /task-groups", kind: "hang" });
    const { green, outputs, tookMs } = await step();
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
    expect(outputs.preview_url).toBeUndefined();
    expect(tookMs).toBeLessThan(20_000);
  });

  test("the preview: the first task group, one attempt", async () => {
    const { world, step, batchId } = worldWith();
    const { outputs } = await step();
    const groups = JSON.parse(
      world.prolific.act("GET", `/batches/${batchId}/task-groups`).body,
    ) as string[];
    expect(outputs.preview_url).toBe(
      `https://app.prolific.com/data-collection-tool/batches/${batchId}/task-groups/${String(groups[0])}?preview=true`,
    );
  });
});

describe("incomplete numbers", () => {
  test("an old upload that never arrived is mentioned and not counted", async () => {
    const { step } = worldWith(
      {},
      { imports: [{}, { status: "uninitialised" }] },
    );
    const { green, log } = await step();
    expect(green).toBe(true);
    expect(log.join("\n")).toContain("never received a file");
  });

  test("several datasets: the sum of their datapoints is expected", async () => {
    const world = virtualWorld();
    const datasetIds = [
      world.prolific.addDataset({ datapoints: 3 }),
      world.prolific.addDataset({ datapoints: 4 }),
    ];
    const batchId = world.prolific.addBatch({
      datasetIds,
      status: "READY",
      tasks: 3,
    });
    const { green, log } = await world.run({
      batch_id: batchId,
      dataset_id: datasetIds[0] ?? "",
    });
    expect(green).toBe(true);
    expect(log.join("\n")).toContain("has 3 tasks for 7 datapoints");
  });

  test("datasets without a count: nothing is compared", async () => {
    for (const more of [[], [{ id: OTHER, total_datapoint_count: 1 }]]) {
      const { world, step, batchId, datasetId } = worldWith({
        status: "READY",
        tasks: 5,
      });
      const datasets = [{ id: datasetId }, ...more];
      const batch = { ...world.prolific.batch(batchId), datasets };
      const body = JSON.stringify(batch);
      world.fault({ match: "GET /batches/*", kind: "malformed", body });
      const { green, log } = await step({ dataset_id: datasetId });
      expect(green).toBe(true);
      expect(log.join("\n")).not.toContain("warning:");
    }
  });

  test("without tasks and total_task_groups: red", async () => {
    const { step } = worldWith({
      omitTotalTaskGroups: true,
      makesNoTasks: true,
    });
    const { green, log } = await step();
    expect(green).toBe(false);
    expect(log.join("\n")).toContain("is READY with 0 tasks.");
  });

  test("no task group to preview: no preview_url", async () => {
    const { world, step } = worldWith({ status: "READY" });
    world.fault({ match: "GET /task-groups", kind: "malformed", body: "[]" });
    const { green, outputs } = await step();
    expect(green).toBe(true);
    expect(outputs.preview_url).toBeUndefined();
  });

  test("the batch changes to ERROR before anything was sent: red, no POST", async () => {
    const { world, step, batchId } = worldWith(
      {},
      { version: 3, status: "PROCESSING", readyAfterMs: 60_000 },
    );
    world.at(30_000, () => {
      world.prolific.changeBatch(batchId, { forcedStatus: "ERROR" });
    });
    const { green, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs.status).toBe("ERROR");
    expect(world.posts("")).toEqual([]);
  });

  test("the dataset cannot be read the first time: red after five attempts", async () => {
    const { world, step } = worldWith();
    world.fault({
      match: "GET /datasets/*",
      kind: "status",
      status: 503,
      times: null,
    });
    const { outputs, requests } = await step();
    expect(outputs.outcome).toBe("failed");
    const reads = requests.filter(({ path }) => path.includes("/datasets/"));
    expect(reads).toHaveLength(5);
  });

  test("the dataset cannot be read for a while during a wait: read again until that succeeds", async () => {
    const { world, step } = worldWith(
      {},
      { version: 3, status: "PROCESSING", readyAfterMs: 60_000 },
    );
    world.fault({
      match: "GET /datasets/*",
      kind: "status",
      status: 503,
      after: 1,
      forMs: 300_000,
    });
    const { outputs, tookMs } = await step();
    expect(outputs.outcome).toBe("set_up");
    expect(tookMs).toBeGreaterThan(300_000);
  });

  test("the deadline during the reads after a refusal: red with the refusal", async () => {
    const { world, step } = worldWith();
    const text = "Not like this.";
    world.fault({ match: "POST /setup", kind: "status", status: 400, text });
    const { outputs, log } = await step({ timeout: "2s" });
    expect(outputs.outcome).toBe("failed");
    expect(log.join("\n")).toContain("Not like this.");
  });

  test("a cancel during the reads after a refusal: cancelled", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "status", status: 400 });
    world.at(1_000, () => {
      world.cancel();
    });
    const { outputs } = await step();
    expect(outputs.outcome).toBe("cancelled");
  });

  test("a refusal after a POST without a response: the message says so", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "reset" });
    world.fault({ match: "POST /setup", kind: "status", status: 400 });
    const { outputs, log } = await step();
    expect(outputs.outcome).toBe("failed");
    expect(log.join("\n")).toContain("An earlier setup of this run");
  });

  test("a cancel in the grace period: cancelled, and the result of the POST is unknown", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "reset" });
    world.at(6_000, () => {
      world.cancel();
    });
    const { outputs, log } = await step();
    expect(outputs.outcome).toBe("cancelled");
    expect(log.join("\n")).toContain("POST of the setup was in flight");
  });
});

describe("somebody else sets it up with another dataset", () => {
  /** A batch without a dataset; another client sets it up with theirs just before our POST. */
  function taken(fault?: FaultEffect) {
    const world = virtualWorld();
    const ours = world.prolific.addDataset({ datapoints: 7 });
    const theirs = world.prolific.addDataset({ datapoints: 50 });
    const batchId = world.prolific.addBatch();
    world.onRequest = ({ method }) => {
      if (method !== "POST") return;
      const path = `/batches/${batchId}/setup`;
      world.prolific.act("POST", path, { dataset_id: theirs });
    };
    if (fault) world.fault({ match: "POST /setup", ...fault });
    return (inputs: Record<string, string> = {}) =>
      world.run({ batch_id: batchId, dataset_id: ours, ...inputs });
  }

  test.each<[string, FaultEffect | undefined]>([
    ["refused", undefined],
    ["reset", { kind: "reset" }],
    ["answered with 429", { kind: "status", status: 429 }],
    [
      "answered with 202 by something in between",
      { kind: "status", status: 202 },
    ],
  ])("the POST is %s: red, with wait true and false", async (_, fault) => {
    for (const wait of ["true", "false"]) {
      const { green, log } = await taken(fault)({ wait });
      expect(green).toBe(false);
      expect(log.join("\n")).toContain("Another dataset is attached");
    }
  });
});

test("another dataset attached in the grace period: red, no second POST", async () => {
  const world = virtualWorld();
  const ours = world.prolific.addDataset();
  const theirs = world.prolific.addDataset();
  const batchId = world.prolific.addBatch();
  world.fault({ match: "POST /setup", kind: "reset" });
  world.at(12_000, () => {
    const body = { dataset_id: theirs };
    world.prolific.act("PATCH", `/batches/${batchId}`, body);
  });
  const inputs = { batch_id: batchId, dataset_id: ours };
  const { green, log } = await world.run(inputs);
  expect(green).toBe(false);
  expect(world.posts()).toHaveLength(1);
  expect(log.join("\n")).toContain("Another dataset is attached");
});

test("the error of a POST that a retry fixed is not the last error of the wait", async () => {
  const { world, step } = worldWith({ setupMs: 3_600_000 });
  world.fault({ match: "POST /setup", kind: "status", status: 503 });
  const { outputs, log } = await step({ timeout: "5m" });
  expect(outputs.outcome).toBe("timed_out");
  const error = log.find((line) => line.startsWith("error:"));
  expect(error).not.toContain("Last error");
});

test("a dataset attached before our POST does not show that it arrived", async () => {
  const world = virtualWorld();
  const datasetId = world.prolific.addDataset();
  const batchId = world.prolific.addBatch();
  world.fault({ match: "GET /datasets/*", kind: "delay", ms: 6_000 });
  world.fault({ match: "POST /setup", kind: "status", status: 503 });
  world.at(3_000, () => {
    const body = { dataset_id: datasetId };
    world.prolific.act("PATCH", `/batches/${batchId}`, body);
  });
  const inputs = { batch_id: batchId, dataset_id: datasetId };
  const { green, outputs } = await world.run(inputs);
  expect(green).toBe(true);
  expect(outputs.status).toBe("READY");
  expect(world.posts()).toHaveLength(2);
  expect(world.prolific.acceptedSetups(batchId)).toBe(1);
});

test("a dataset that a POST with 429 may have attached counts for the next POST", async () => {
  const world = virtualWorld();
  const datasetId = world.prolific.addDataset();
  const batchId = world.prolific.addBatch({ visibleAfterMs: 60_000 });
  world.fault({
    match: "POST /setup",
    kind: "status",
    status: 429,
    when: "after",
  });
  world.fault({ match: "POST /setup", kind: "reset" });
  const inputs = { batch_id: batchId, dataset_id: datasetId };
  const { green, outputs } = await world.run(inputs);
  expect(green).toBe(true);
  expect(outputs.outcome).toBe("set_up");
  expect(world.posts()).toHaveLength(2);
});

test("wait false, a lost POST, and ERROR in the grace period: red", async () => {
  const { world, step } = worldWith({ setupMs: 0, setupEndsIn: "ERROR" });
  world.fault({ match: "POST /setup", kind: "reset", when: "after" });
  const { green, outputs } = await step({ wait: "false" });
  expect(green).toBe(false);
  expect(outputs).toMatchObject({ outcome: "failed", status: "ERROR" });
});

test("a cancel during the search for a preview: cancelled", async () => {
  const { world, step } = worldWith({ status: "READY" });
  world.fault({ match: "GET /task-groups", kind: "hang" });
  world.at(1_000, () => {
    world.cancel();
  });
  const { outputs, log } = await step();
  expect(outputs).toMatchObject({ outcome: "cancelled", status: "READY" });
  expect(log.join("\n")).toContain("nothing is left to do");
});

test("429 or 503 until the deadline: mentioned, for 503 with the status page", async () => {
  for (const status of [429, 503]) {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "status", status, times: null });
    const { green, log } = await step({ timeout: "1m" });
    expect(green).toBe(false);
    const error = log.find((line) => line.startsWith("error:")) ?? "";
    expect(error).toContain(`HTTP ${String(status)}`);
    expect(error.includes("status.prolific.com")).toBe(status === 503);
  }
});

describe("a re-run", () => {
  test("of a finished step sends nothing", async () => {
    const { world, step } = worldWith();
    await step();
    const again = await step();
    expect(again.outputs.outcome).toBe("already_set_up");
    expect(world.posts("")).toHaveLength(1);
  });

  test("of a step that timed out resumes waiting", async () => {
    const { world, step } = worldWith({ setupMs: 300_000 });
    const first = await step({ timeout: "1m" });
    expect(first.outputs.outcome).toBe("timed_out");
    const again = await step();
    expect(again.green).toBe(true);
    expect(again.outputs.outcome).toBe("joined");
    expect(world.posts("")).toHaveLength(1);
  });
});

function ending(path: string): string {
  if (/\/batches\/[^/]+$/.test(path)) return "/batch";
  if (/\/datasets\/[^/]+$/.test(path)) return "/dataset";
  return path.slice(path.lastIndexOf("/"));
}
