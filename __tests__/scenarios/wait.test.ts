/** Contract 7: waiting, storms, the deadline, a cancel, on the virtual clock. */
import { describe, expect, test } from "@jest/globals";
import type { BatchOptions, Fault } from "../../sandbox/server.ts";
import {
  virtualWorld,
  type VirtualOptions,
} from "../../proof/simulation/world/world.ts";

function worldWith(batch: BatchOptions = {}, options: VirtualOptions = {}) {
  const world = virtualWorld(options);
  const datasetId = world.prolific.addDataset();
  const batchId = world.prolific.addBatch({ datasetId, ...batch });
  const step = (inputs: Record<string, string> = {}) =>
    world.run({ batch_id: batchId, ...inputs });
  return { world, batchId, step };
}

const HOUR_MS = 3_600_000;

describe("the pauses between checks", () => {
  test.each([300, 5_000, 30_000, 100_000, 30 * 60_000])(
    "the end of a batch that takes %i ms is noticed in time",
    async (setupMs) => {
      const { step } = worldWith({ setupMs });
      const { green, tookMs, requests } = await step({ timeout: "1h" });
      expect(green).toBe(true);
      expect(tookMs - setupMs).toBeLessThanOrEqual(0.1 * setupMs + 250);
      expect(tookMs - setupMs).toBeLessThanOrEqual(15_000);
      const checks = requests.filter(({ path }) => path.endsWith("/status"));
      expect(checks.length).toBeLessThanOrEqual(200);
      expect(checks[0]?.atMs).toBe(250);
    },
  );

  test("are never longer than poll_interval", async () => {
    const { step } = worldWith({ setupMs: HOUR_MS });
    const inputs = { timeout: "2h", poll_interval: "1m" };
    const { requests } = await step(inputs);
    const times = requests
      .filter(({ path }) => path.endsWith("/status"))
      .map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(Math.max(...pauses)).toBe(60_000);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });
});

describe("storms", () => {
  test("60 s of 503s, resets and 429s in the middle of a wait: green, no warning, a heartbeat with the last error", async () => {
    const { world, step, batchId } = worldWith({ setupMs: 180_000 });
    const storm: Fault[] = [
      { match: "GET ~.*", kind: "status", status: 503, times: null },
      { match: "GET ~.*", kind: "reset", times: null },
      {
        match: "GET ~.*",
        kind: "status",
        status: 429,
        headers: { "retry-after": "3" },
        times: null,
      },
      { match: "GET ~.*", kind: "cutBody", times: null },
      { match: "GET ~.*", kind: "html", times: null },
    ];
    let turn = 0;
    world.onRequest = ({ atMs }) => {
      world.faults.clear();
      const fault = storm[turn++ % storm.length];
      if (atMs >= 60_000 && atMs < 120_000 && fault) world.fault(fault);
    };
    const { green, log, tookMs } = await step();
    expect(green).toBe(true);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(log.filter((line) => /^(warning|error):/.test(line))).toEqual([]);
    expect(log.some((line) => line.includes("next try in"))).toBe(true);
    expect(
      log.some((line) => /^info: Still waiting.*Last error: GET/.test(line)),
    ).toBe(true);
    expect(tookMs).toBeLessThan(180_000 + 36_000);
  });

  test("retries are debug lines, never more", async () => {
    const { world, step } = worldWith();
    world.fault({
      match: "GET ~.*",
      kind: "status",
      status: 503,
      times: 4,
    });
    const { green, log } = await step();
    expect(green).toBe(true);
    const retries = log.filter((line) => line.includes("HTTP 503"));
    expect(retries.length).toBeGreaterThan(0);
    expect(retries.every((line) => line.startsWith("debug:"))).toBe(true);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])(
    "HTTP %i on a read is retried",
    async (status) => {
      const { world, step } = worldWith();
      world.fault({ match: "GET ~.*", kind: "status", status, times: 2 });
      expect((await step()).green).toBe(true);
    },
  );

  test.each([301, 400, 401, 403, 404, 410])(
    "HTTP %i on a read is final, even while waiting",
    async (status) => {
      const { world, step } = worldWith();
      world.fault({ match: "GET /status", kind: "status", status, after: 1 });
      const { green, outputs, log } = await step();
      expect(green).toBe(false);
      expect(outputs.outcome).toBe("failed");
      const error = log.find((line) => line.startsWith("error:"));
      expect(error).toContain("sends nothing");
    },
  );

  test("an unknown status while waiting: red", async () => {
    const { world, step } = worldWith();
    const body = '{"status":"ACTIVE"}';
    world.fault({ match: "GET /status", kind: "malformed", body });
    const { green, outputs } = await step();
    expect(green).toBe(false);
    expect(outputs).toMatchObject({
      outcome: "failed",
      status: "UNINITIALISED",
    });
  });

  test("Retry-After is followed until the deadline", async () => {
    const { world, step } = worldWith({ setupMs: 5_000 });
    const headers = { "retry-after": "3600" };
    world.fault({ match: "GET /status", kind: "status", status: 503, headers });
    const { tookMs, green } = await step({ timeout: "10m" });
    // The last check after the deadline finds the batch READY.
    expect(green).toBe(true);
    expect(tookMs).toBeGreaterThanOrEqual(600_000);
    expect(tookMs).toBeLessThan(605_000);
  });
});

describe("never green without a verdict: red within the budget plus 5 s", () => {
  test.each<[string, Fault]>([
    ["bodies cut", { match: "GET /status", kind: "cutBody", times: null }],
    [
      "bodies stalled",
      { match: "GET /status", kind: "stallBody", times: null },
    ],
    ["no answers", { match: "GET /status", kind: "hang", times: null }],
    ["HTML with 200", { match: "GET /status", kind: "html", times: null }],
    ["{}", { match: "GET /status", kind: "emptyObject", times: null }],
    ["resets", { match: "GET /status", kind: "reset", times: null }],
    [
      "a status of null",
      {
        match: "GET /status",
        kind: "malformed",
        body: '{"status":null}',
        times: null,
      },
    ],
    [
      "slow bytes",
      { match: "GET /status", kind: "slowBytes", ms: 5_000, times: null },
    ],
    [
      "READY, but the batch itself cannot be read",
      { match: "GET /batches/*", kind: "html", after: 1, times: null },
    ],
  ])("%s forever", async (_, fault) => {
    const { world, step } = worldWith();
    world.fault(fault);
    const { green, outputs, tookMs } = await step({ timeout: "3m" });
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("timed_out");
    expect(tookMs).toBeGreaterThanOrEqual(180_000);
    expect(tookMs).toBeLessThanOrEqual(185_000);
  });

  test("a body over 5 MiB is final", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "GET /status", kind: "huge", bytes: 5 * 2 ** 20 + 1 });
    const { green, outputs, tookMs, log } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("failed");
    expect(tookMs).toBeLessThan(10_000);
    const error = log.find((line) => line.startsWith("error:"));
    expect(error).toContain("Prolific's response cannot be used");
  });
});

describe("the deadline", () => {
  test("while the setup runs: timed out, a re-run resumes and sends nothing", async () => {
    const { step } = worldWith({ setupMs: HOUR_MS });
    const { green, outputs, log, tookMs } = await step({ timeout: "90s" });
    expect(green).toBe(false);
    expect(outputs).toMatchObject({
      outcome: "timed_out",
      status: "PROCESSING",
      elapsed_seconds: "90",
    });
    expect(tookMs).toBeLessThanOrEqual(95_000);
    expect(log.join("\n")).toContain(
      "A re-run resumes waiting and sends nothing",
    );
  });

  test("before anything was accepted: a re-run safely starts over", async () => {
    const world = virtualWorld();
    const datasetId = world.prolific.addDataset({
      version: 3,
      status: "PROCESSING",
      readyAfterMs: HOUR_MS,
    });
    const batchId = world.prolific.addBatch({ datasetId });
    const inputs = { batch_id: batchId, timeout: "1m" };
    const { outputs, log } = await world.run(inputs);
    expect(outputs.outcome).toBe("timed_out");
    expect(log.join("\n")).toContain("safely starts over");
    expect(world.posts("")).toEqual([]);
  });

  test("READY between the last check and the deadline: another check finds it", async () => {
    const { step } = worldWith({ setupMs: 89_500 });
    const { green, outputs } = await step({
      timeout: "90s",
      poll_interval: "10m",
    });
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
  });

  test("in the POST itself, and it was applied: the message says that the setup is running", async () => {
    const { world, step } = worldWith({ setupMs: HOUR_MS });
    world.fault({ match: "POST /setup", kind: "hang", when: "after" });
    const { green, outputs, log } = await step({ timeout: "10s" });
    expect(green).toBe(false);
    expect(outputs).toMatchObject({
      outcome: "timed_out",
      status: "PROCESSING",
    });
    expect(log.join("\n")).toContain("sends nothing");
  });

  test("in the POST itself, applied and READY by then: green", async () => {
    const { world, step } = worldWith({ setupMs: 5_000 });
    world.fault({ match: "POST /setup", kind: "hang", when: "after" });
    const { green, outputs } = await step({ timeout: "10s" });
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("set_up");
  });

  test("in the POST itself, and it was not applied: unknown, and no second POST", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "hang" });
    const { green, outputs, log, tookMs } = await step({ timeout: "10s" });
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("timed_out");
    expect(tookMs).toBeLessThanOrEqual(15_000);
    expect(world.posts()).toHaveLength(1);
    expect(log.join("\n")).toContain("is unknown");
  });

  test("with wait false, in a POST that was applied: accepted", async () => {
    const { world, step } = worldWith();
    world.fault({ match: "POST /setup", kind: "hang", when: "after" });
    const { green, outputs } = await step({ timeout: "10s", wait: "false" });
    expect(green).toBe(true);
    expect(outputs.outcome).toBe("accepted");
  });
});

describe("a heartbeat", () => {
  test("once a minute, even within a long pause", async () => {
    const { step } = worldWith({ setupMs: HOUR_MS });
    const inputs = { timeout: "30m", poll_interval: "10m" };
    const { log } = await step(inputs);
    const beats = log.filter((line) => line.startsWith("info: Still waiting"));
    expect(beats.length).toBeGreaterThanOrEqual(28);
    expect(beats.length).toBeLessThanOrEqual(30);
  });

  test("a status is logged when it changes, not at each check", async () => {
    const { step } = worldWith({ setupMs: 50_000 });
    const { log } = await step();
    expect(
      log
        .filter((line) => line.startsWith("info: Batch status:"))
        .map((line) => line.replace(/ \(.*/, "")),
    ).toEqual([
      "info: Batch status: UNINITIALISED",
      "info: Batch status: PROCESSING",
      "info: Batch status: READY",
    ]);
  });
});

describe("a cancel", () => {
  test.each<[string, number, Fault | undefined, RegExp]>([
    ["while the setup runs", 30_000, undefined, /sends nothing/],
    [
      "while the POST is in flight",
      5_000,
      { match: "POST /setup", kind: "hang" },
      /POST of the setup was in flight/,
    ],
    [
      "in the first read",
      5_000,
      { match: "GET ~.*", kind: "hang" },
      /Prolific accepted nothing/,
    ],
  ])("%s: cancelled at once, without an annotation", async (...row) => {
    const [, atMs, fault, words] = row;
    const { world, step } = worldWith({ setupMs: HOUR_MS });
    if (fault) world.fault(fault);
    world.at(atMs, () => {
      world.cancel();
    });
    const { green, outputs, log, tookMs, summary } = await step();
    expect(green).toBe(false);
    expect(outputs.outcome).toBe("cancelled");
    expect(tookMs).toBe(atMs);
    expect(log.join("\n")).toMatch(words);
    expect(log.filter((line) => line.startsWith("error:"))).toEqual([]);
    expect(summary).toContain("Cancelled");
  });
});
