/**
 * Whatever goes wrong, in whatever order: generated schedules of faults, a second actor, a cancel and a deadline, and what
 * must hold for each (contract 1, 4 and 7).
 */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fault, FaultEffect } from "../../sandbox/faults.ts";
import { virtualWorld } from "../../simulation/world.ts";

/** The same schedules in every run; another seed makes others. */
const SEED = 20261123;
const RUNS = 1000;

const moment = fc.constantFrom<"before" | "after">("before", "after");
const ms = fc.constantFrom(
  100,
  1_000,
  5_000,
  19_000,
  21_000,
  29_900,
  30_100,
  60_000,
);

const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 502, 503, 408, 425, 429, 418, 307),
    when: moment,
    headers: fc.constantFrom<Record<string, string>>(
      {},
      { "retry-after": "0" },
      { "retry-after": "5" },
      { "retry-after": "7200" },
      { "retry-after": "soon" },
    ),
  }),
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const),
    when: moment,
  }),
  fc.record({ kind: fc.constant("delay" as const), ms, when: moment }),
  fc.record({
    kind: fc.constantFrom("html" as const, "emptyObject" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constantFrom("cutBody" as const, "stallBody" as const),
  }),
  fc.record({
    kind: fc.constant("malformed" as const),
    when: moment,
    body: fc.constantFrom("null", '{"status":null}', '{"status":"READY"'),
  }),
  fc.record({ kind: fc.constant("echoAuth" as const), when: moment }),
  fc.record({ kind: fc.constant("lag" as const), lagMs: ms }),
);

/** GETs and POSTs alike; windows of time rather than single hits for some, so that there are storms. */
const fault: fc.Arbitrary<Fault> = fc
  .record({
    match: fc.constantFrom(
      "* ~.*",
      "GET ~.*",
      "POST /setup",
      "POST /sync",
      "GET /status",
      "GET /batches/*",
      "GET /datasets/*",
      "GET /syncs/*",
    ),
    after: fc.nat(4),
    hits: fc.oneof(
      fc.record({ times: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ forMs: ms }),
    ),
    effect,
  })
  .map(({ match, after, hits, effect }) => ({
    match,
    after,
    ...hits,
    ...effect,
  }));

const schedule = fc.record({
  faults: fc.array(fault, { maxLength: 5 }),
  status: fc.constantFrom(
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "PROCESSING" as const,
    "READY" as const,
    "ERROR" as const,
  ),
  setupEndsIn: fc.constantFrom(
    "READY" as const,
    "READY" as const,
    "READY" as const,
    "ERROR" as const,
  ),
  setupMs: fc.constantFrom(0, 300, 5_000, 45_000, 200_000),
  visibleAfterMs: fc.constantFrom(0, 0, 500, 15_000, 19_500, 40_000),
  wait: fc.constantFrom("true", "true", "true", "false"),
  ifReady: fc.constantFrom("auto", "sync", "skip"),
  timeout: fc.constantFrom("1s", "10s", "40s", "2m", "30m"),
  unreachable: fc.option(fc.tuple(fc.nat(60_000), fc.nat(60_000))),
  somebodyAtMs: fc.option(fc.nat(90_000), { freq: 3 }),
  cancelAtMs: fc.option(fc.nat(90_000), { freq: 4 }),
  random: fc.double({ min: 0.05, max: 0.999, noNaN: true }),
});

test("at most one accepted setup by this run; green only when it is true; in time; no token anywhere", async () => {
  let greens = 0;
  await fc.assert(
    fc.asyncProperty(schedule, async (given) => {
      const world = virtualWorld({ random: () => given.random });
      const { prolific } = world;
      const datasetId = prolific.addDataset({ datapoints: 7 });
      const { status, setupEndsIn, setupMs, visibleAfterMs } = given;
      const batchId = prolific.addBatch({
        datasetId,
        status,
        setupEndsIn,
        setupMs,
        visibleAfterMs,
        ...(status === "READY" ? { tasks: 5 } : {}),
      });
      const before = prolific.acceptedSetups(batchId);
      let theirs = 0;
      if (given.somebodyAtMs !== null) {
        world.at(given.somebodyAtMs, () => {
          const path = `/batches/${batchId}/setup`;
          if (prolific.act("POST", path, {}).status === 202) theirs++;
        });
      }
      if (given.cancelAtMs !== null) {
        world.at(given.cancelAtMs, () => {
          world.cancel();
        });
      }
      const { unreachable } = given;
      world.unreachable = ({ atMs }) =>
        unreachable !== null &&
        atMs >= unreachable[0] &&
        atMs < unreachable[0] + unreachable[1];
      world.fault(...given.faults);

      const step = await world.run({
        batch_id: batchId,
        wait: given.wait,
        if_ready: given.ifReady,
        timeout: given.timeout,
      });

      const { green, outputs, log, summary, tookMs } = step;
      const seconds = { "1s": 1, "10s": 10, "40s": 40, "2m": 120, "30m": 1800 };
      const budgetMs = seconds[given.timeout] * 1000;
      const ours = prolific.acceptedSetups(batchId) - before - theirs;
      const posts = world.posts("/setup").length;
      const outcome = outputs.outcome ?? "";

      // Once, and only where it belongs.
      expect(ours).toBeLessThanOrEqual(1);
      if (status !== "UNINITIALISED") {
        expect(ours).toBe(0);
        // A stale reading can show it UNINITIALISED; then the server refuses.
        const stale = given.faults.some(({ kind }) => kind === "lag");
        if (!stale) expect(posts).toBe(0);
      }
      // Green only when it is true.
      expect(green).toBe(
        ["set_up", "accepted", "joined", "already_set_up", "synced"].includes(
          outcome,
        ),
      );
      const now = prolific.batch(batchId);
      if (green && given.wait === "true") {
        expect(now.status).toBe("READY");
        expect(now.total_task_count).toBeGreaterThan(0);
        expect(outputs.status).toBe("READY");
        expect(Number(outputs.total_task_count)).toBeGreaterThan(0);
        if (outcome === "set_up" || outcome === "synced") {
          expect(now.total_task_count).toBe(7);
        }
      }
      if (outcome === "set_up") expect(posts).toBeGreaterThan(0);
      if (
        (outcome === "set_up" || outcome === "accepted") &&
        status === "UNINITIALISED"
      ) {
        expect(ours + theirs).toBe(1);
      }
      if (outcome === "synced") expect(outputs.sync_id).toBeDefined();
      // In time.
      expect(tookMs).toBeLessThanOrEqual(budgetMs + 5_000);
      if (outcome === "timed_out") {
        expect(tookMs).toBeGreaterThanOrEqual(budgetMs);
      }
      if (outcome === "cancelled") expect(tookMs).toBe(given.cancelAtMs);
      // Nothing that a re-run could not take up: what the words promise is so.
      const words = log.join("\n");
      if (words.includes("starts over, safely")) expect(ours).toBe(0);
      // No token.
      for (const text of [words, summary, JSON.stringify(outputs)]) {
        expect(text).not.toContain(prolific.token);
      }
      if (green) greens++;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(greens).toBeGreaterThan(RUNS / 10);
});
