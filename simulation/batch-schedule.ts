/** Schedules for a batch and the dataset attached to it: set up, joined, synced or refused, whatever the weather. */
import fc from "fast-check";
import { holds } from "./holds.ts";
import { cancelAt, effect, faultAt, luck, timeoutSeconds } from "./weather.ts";
import { type VirtualStep, virtualWorld } from "./world.ts";

const GREEN = ["set_up", "accepted", "joined", "already_set_up", "synced"];
const RED = ["failed", "timed_out", "cancelled"];

/** Datapoints of the dataset; a batch that is READY from the start has tasks for fewer. */
const DATAPOINTS = 7;
const TASKS_BEFORE = 5;

const sometimes = { freq: 3 } as const;

/** Everything that can differ from one schedule to the next; plain JSON. */
export const batchSchedule = fc.record({
  faults: fc.array(
    faultAt(
      [
        "* ~.*",
        "GET ~.*",
        "POST /setup",
        "POST /setup",
        "POST /sync",
        "GET /status",
        "GET /batches/*",
        "GET /datasets/*",
        "GET /syncs/*",
      ],
      effect,
    ),
    { maxLength: 5 },
  ),
  status: fc.constantFrom(
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "PROCESSING" as const,
    "READY" as const,
    "READY" as const,
    "ERROR" as const,
  ),
  setupEndsIn: fc.constantFrom(
    "READY" as const,
    "READY" as const,
    "READY" as const,
    "ERROR" as const,
  ),
  makesNoTasks: fc.constantFrom(false, false, false, false, false, true),
  /** The batch reads a word that nobody knows. */
  strangeWord: fc.constantFrom(false, false, false, false, false, false, true),
  syncEndsIn: fc.constantFrom(
    "complete" as const,
    "complete" as const,
    "failed" as const,
  ),
  setupMs: fc.constantFrom(0, 300, 5_000, 45_000, 200_000),
  visibleAfterMs: fc.constantFrom(0, 0, 500, 15_000, 19_500, 40_000),
  wait: fc.constantFrom("true", "true", "true", "false"),
  ifReady: fc.constantFrom("auto", "sync", "sync", "skip", "fail"),
  timeoutSeconds,
  /** Nobody listens from the first for the second, in milliseconds. */
  unreachable: fc.option(fc.tuple(fc.nat(60_000), fc.nat(60_000)), sometimes),
  somebody: fc.option(
    fc.record({
      atMs: fc.nat(90_000),
      does: fc.constantFrom("setup" as const, "sync" as const),
    }),
    sometimes,
  ),
  cancelAtMs: cancelAt,
  random: luck,
});

export type BatchSchedule =
  typeof batchSchedule extends fc.Arbitrary<infer T> ? T : never;

/** What one schedule showed. */
export interface Shown {
  readonly green: boolean;
  /** Setups of this run that Prolific accepted. */
  readonly setups: number;
}

/**
 * Runs the action once under a schedule and looks at the model afterwards.
 *
 * @throws Violation when something does not hold that contract 1, 3, 4 or 7 promises.
 */
export async function runBatchSchedule(given: BatchSchedule): Promise<Shown> {
  const world = virtualWorld({ random: () => given.random });
  const { prolific } = world;
  const datasetId = prolific.addDataset({ datapoints: DATAPOINTS });
  const { status, setupEndsIn, setupMs, visibleAfterMs, makesNoTasks } = given;
  const batchId = prolific.addBatch({
    ...{ datasetId, status, setupEndsIn, setupMs, visibleAfterMs },
    makesNoTasks,
    syncEndsIn: given.syncEndsIn,
    forcedStatus: given.strangeWord ? "RESHUFFLING" : null,
    ...(status === "READY" && { tasks: TASKS_BEFORE }),
  });
  const theirs = { setups: 0, syncs: 0 };
  const { somebody, cancelAtMs, unreachable } = given;
  if (somebody !== null) {
    world.at(somebody.atMs, () => {
      const path = `/batches/${batchId}/${somebody.does}`;
      const body = somebody.does === "sync" ? { dataset_id: datasetId } : {};
      if (prolific.act("POST", path, body).status !== 202) return;
      if (somebody.does === "setup") theirs.setups++;
      else theirs.syncs++;
    });
  }
  if (cancelAtMs !== null) {
    world.at(cancelAtMs, () => {
      world.cancel();
    });
  }
  world.unreachable = ({ atMs }) =>
    unreachable !== null &&
    atMs >= unreachable[0] &&
    atMs < unreachable[0] + unreachable[1];
  world.fault(...given.faults);

  const step = await world.run({
    batch_id: batchId,
    wait: given.wait,
    if_ready: given.ifReady,
    timeout: `${String(given.timeoutSeconds)}s`,
  });

  const { green, outputs } = step;
  const outcome = outputs.outcome ?? "";
  const setups = prolific.acceptedSetups(batchId) - theirs.setups;
  const syncs = prolific.acceptedSyncs(batchId) - theirs.syncs;
  const posts = world.posts("/setup").length;

  // (1) Once, and only where it belongs.
  holds(setups <= 1, `${String(setups)} setups of this run were accepted`);
  holds(posts <= 2 || green || setups <= 1, "more than two POSTs");
  if (status !== "UNINITIALISED") {
    holds(setups === 0, `a setup was accepted of a batch that was ${status}`);
    // A stale reading can show it UNINITIALISED; then the server refuses.
    const stale = given.faults.some(({ kind }) => kind === "lag");
    holds(stale || posts === 0, `a setup was sent of a batch in ${status}`);
  }
  // An unknown answer to a sync may be sent once more; nothing else is.
  holds(syncs <= 2, `${String(syncs)} syncs of this run were accepted`);

  // (2) Green only when it is true.
  const now = prolific.batch(batchId);
  const tasks = Number(now.total_task_count);
  if (green && given.wait === "true") {
    holds(now.status === "READY", `green, but ${String(now.status)}`);
    holds(tasks > 0, "green without tasks");
    holds(outputs.status === "READY", "green, but `status` is not READY");
    holds(Number(outputs.total_task_count) > 0, "green, but no tasks put out");
    if (outcome === "set_up" || outcome === "synced") {
      holds(tasks === DATAPOINTS, `green with ${String(tasks)} tasks`);
    }
  }
  if (outcome === "accepted") {
    const ours = setups + syncs + theirs.setups + theirs.syncs;
    holds(ours > 0, "accepted, but Prolific accepted nothing");
    holds(given.wait === "false", "accepted, though it was to wait");
  }
  if (green && given.wait === "false" && outcome !== "accepted") {
    const known = ["PROCESSING", "READY", "RESHUFFLING", "ERROR"];
    holds(known.includes(String(now.status)), "green before anything moved");
  }

  // (3) In time.
  holdsInTime(step, given);

  // (4) Outcome, outputs, exit and model agree.
  holds(
    (green ? GREEN : RED).includes(outcome),
    `${outcome}, green: ${String(green)}`,
  );
  if (outcome === "set_up") {
    holds(posts > 0, "set_up without a POST");
    holds(setups + theirs.setups > 0, "set_up, but no setup was accepted");
  }
  if (outcome === "synced") {
    holds(outputs.sync_id !== undefined, "synced without a `sync_id`");
    holds(syncs + theirs.syncs > 0, "synced, but no sync was accepted");
  }
  if (outcome === "already_set_up") {
    holds(now.status === "READY", "already_set_up, but not READY");
  }
  // Nothing that a re-run could not take up: what the words promise is so.
  if (step.log.join("\n").includes("starts over, safely")) {
    holds(setups === 0, "a re-run is called a fresh start after a setup");
  }

  // (5) No secret anywhere.
  holdsNoSecret(step, prolific.token);
  return { green, setups };
}

/** Within the budget plus 5 s, and a cancel at once (contract 7). @throws Violation */
export function holdsInTime(
  step: VirtualStep,
  given: {
    readonly timeoutSeconds: number;
    readonly cancelAtMs: number | null;
  },
): void {
  const { tookMs, outputs } = step;
  const budgetMs = given.timeoutSeconds * 1_000;
  holds(tookMs <= budgetMs + 5_000, `took ${String(tookMs)} ms`);
  if (outputs.outcome === "timed_out") {
    holds(tookMs >= budgetMs, `timed out after ${String(tookMs)} ms already`);
  }
  if (outputs.outcome === "cancelled") {
    holds(tookMs === given.cancelAtMs, `cancelled after ${String(tookMs)} ms`);
  }
}

/** Neither the token nor a signature in what anybody can read (contract 8). @throws Violation */
export function holdsNoSecret(step: VirtualStep, token: string): void {
  const texts = [...step.log, step.summary, JSON.stringify(step.outputs)];
  for (const text of texts) {
    holds(
      !text.includes(token),
      `the token is in: ${text.replaceAll(token, "…")}`,
    );
    holds(!/X-Signature/i.test(text), "a presigned address is readable");
  }
}
