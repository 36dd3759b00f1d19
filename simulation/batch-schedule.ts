/** Schedules for a batch and the dataset attached to it: set up, joined, synced or refused, whatever the weather. */
import fc from "fast-check";
import { holds } from "./holds.ts";
import {
  holdsLooksFirst,
  holdsInTime,
  holdsNoSecret,
  holdsOutcome,
} from "./promises.ts";
import {
  cancelAt,
  effect,
  faultAt,
  luck,
  nobodyListens,
  occasionally,
  sometimes,
  theirMoment,
  timeoutSeconds,
} from "./weather.ts";
import { type VirtualStep, type World, virtualWorld } from "./world.ts";

/** Datapoints of the dataset; a batch that is READY from the start has tasks for fewer. */
const DATAPOINTS = 7;
const TASKS_BEFORE = 5;
/** Longer than everything that is still on its way when a run ends. */
const AFTERWARDS_MS = 300_000;
const STRANGE_WORD = "RESHUFFLING";

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
  makesNoTasks: occasionally,
  /** Another dataset is attached than the one given as dataset_id. */
  otherAttached: occasionally,
  /** The batch reads a word that nobody knows. */
  strangeWord: occasionally,
  syncEndsIn: fc.constantFrom(
    "complete" as const,
    "complete" as const,
    "failed" as const,
  ),
  setupMs: fc.constantFrom(0, 300, 5_000, 45_000, 200_000),
  visibleAfterMs: fc.constantFrom<number>(0, 0, 500, 15_000, 19_500, 40_000),
  wait: fc.constantFrom("true", "true", "true", "false"),
  ifReady: fc.constantFrom("auto", "sync", "sync", "skip", "fail"),
  timeoutSeconds,
  unreachable: nobodyListens,
  somebody: sometimes(
    fc.record({
      atMs: theirMoment,
      does: fc.constantFrom(
        "setup" as const,
        "setup" as const,
        "sync" as const,
        "attach" as const,
        "take over" as const,
      ),
    }),
  ),
  cancelAtMs: cancelAt,
  random: luck,
});

export type BatchSchedule =
  typeof batchSchedule extends fc.Arbitrary<infer T> ? T : never;

/** What one run of the action came to, and who did what. */
export interface Played {
  readonly world: World;
  readonly batchId: string;
  readonly datasetId: string;
  readonly step: VirtualStep;
  /** Setups and syncs that Prolific accepted from this run, by the end of it. */
  readonly setups: number;
  readonly syncs: number;
  /** Those of the other actor so far; attached: it has put another dataset into the batch. */
  readonly theirs: { setups: number; syncs: number; attached: boolean };
}

/** Runs the action once under a schedule; without `guard` Prolific takes a setup of any batch. */
export async function playBatch(
  given: BatchSchedule,
  { guard = true } = {},
): Promise<Played> {
  const world = virtualWorld({ random: () => given.random, guard });
  const { prolific } = world;
  const datasetId = prolific.addDataset({ datapoints: DATAPOINTS });
  const otherId = prolific.addDataset({ datapoints: 2 });
  const { status, setupEndsIn, setupMs, visibleAfterMs, makesNoTasks } = given;
  const batchId = prolific.addBatch({
    datasetId: given.otherAttached ? otherId : datasetId,
    ...{ status, setupEndsIn, setupMs, visibleAfterMs },
    makesNoTasks,
    syncEndsIn: given.syncEndsIn,
    forcedStatus: given.strangeWord ? STRANGE_WORD : null,
    ...(status === "READY" && {
      tasks: given.otherAttached ? 1 : TASKS_BEFORE,
    }),
  });
  const theirs = { setups: 0, syncs: 0, attached: false };
  const { somebody, cancelAtMs } = given;
  if (somebody !== null) {
    world.at(somebody.atMs, () => {
      const path = `/batches/${batchId}`;
      const act = (method: string, ending: string, body: object) =>
        prolific.act(method, path + ending, body).status;
      switch (somebody.does) {
        case "setup":
          if (act("POST", "/setup", {}) === 202) theirs.setups++;
          break;
        case "sync":
          if (act("POST", "/sync", {}) === 202) theirs.syncs++;
          break;
        case "attach":
        case "take over":
          if (act("PATCH", "", { dataset_id: otherId }) !== 200) break;
          theirs.attached = true;
          if (somebody.does === "attach") break;
          if (act("POST", "/setup", {}) === 202) theirs.setups++;
      }
    });
  }
  if (cancelAtMs !== null) {
    world.at(cancelAtMs, () => {
      world.cancel();
    });
  }
  world.silentFor(given.unreachable);
  world.fault(...given.faults);

  const meansOurs =
    given.otherAttached ||
    somebody?.does === "attach" ||
    somebody?.does === "take over";
  const step = await world.run({
    batch_id: batchId,
    ...(meansOurs && { dataset_id: datasetId }),
    wait: given.wait,
    if_ready: given.ifReady,
    timeout: `${String(given.timeoutSeconds)}s`,
  });
  const setups = prolific.acceptedSetups(batchId) - theirs.setups;
  const syncs = prolific.acceptedSyncs(batchId) - theirs.syncs;
  return { world, batchId, datasetId, step, setups, syncs, theirs };
}

/**
 * Runs the action once under a schedule, looks at the model, and runs the job again in calm weather.
 *
 * @throws Violation when something does not hold that contract 1, 3, 4 or 7 promises.
 */
export async function runBatchSchedule(given: BatchSchedule): Promise<boolean> {
  const played = await playBatch(given);
  holdsOnce(given, played);
  holdsTrue(given, played);
  holdsInTime(played.step, given);
  holdsAgreement(given, played);
  holdsNoSecret(played.step, played.world.prolific.token);
  await holdsAgain(given, played);
  return played.step.green;
}

/** At most one setup of this run, and only of a batch that is UNINITIALISED (contract 1 and 4). */
function holdsOnce(
  { status, faults, otherAttached }: BatchSchedule,
  { world, setups, syncs, step }: Played,
): void {
  if (otherAttached) {
    const writes = step.requests.filter(({ method }) => method !== "GET");
    holds(writes.length === 0, "a write, though another dataset is attached");
    holds(!step.green, "green, though another dataset is attached");
  }
  holds(setups <= 1, `${String(setups)} setups of this run were accepted`);
  holdsLooksFirst(step);
  if (status !== "UNINITIALISED") {
    holds(setups === 0, `a setup was accepted of a batch that was ${status}`);
    // A stale reading can show it UNINITIALISED; then the server refuses.
    const stale = faults.some(({ kind }) => kind === "lag");
    const posts = world.posts("/setup").length;
    holds(stale || posts === 0, `a setup was sent of a batch in ${status}`);
  }
  // A sync without a clear answer may be sent once more, and one that is asked to wait again: it only makes tasks for
  // datapoints without one.
  const asked = world.posts("/sync").filter(({ answer }) => answer === 429);
  holds(
    syncs <= 2 + asked.length,
    `${String(syncs)} syncs of this run were accepted`,
  );
}

/** Green only when it is true (contract 1). */
function holdsTrue(
  given: BatchSchedule,
  { world, batchId, datasetId, step, setups, syncs, theirs }: Played,
): void {
  const { green, outputs } = step;
  if (!green) return;
  const { outcome } = outputs;
  const now = world.prolific.batch(batchId);
  const tasks = Number(now.total_task_count);
  const status = String(now.status);
  holds(!theirs.attached || setups === 0, "set up with another dataset");
  if (given.wait === "true") {
    holds(status === "READY", `green, but the batch is ${status}`);
    holds(tasks > 0, "green without tasks");
    if (outcome === "set_up" || outcome === "synced") {
      holds(tasks === DATAPOINTS, `${outcome} with ${String(tasks)} tasks`);
    }
    const [attached] = now.datasets as { id: string }[];
    holds(attached?.id === datasetId, "green with another dataset");
    return;
  }
  const accepted = setups + syncs + theirs.setups + theirs.syncs;
  if (outcome === "accepted") {
    holds(
      accepted > 0 || seenTooEarly(given),
      "accepted, but Prolific accepted nothing",
    );
  } else {
    const moved = accepted > 0 || given.status !== "UNINITIALISED";
    holds(moved, "green before anything was accepted");
  }
}

/**
 * A stale reading showed the batch as it was before it was set up. That leads to a POST, which the server refuses; if its answer
 * is lost, the setup that shows then may be ours as far as anybody can know (contract 4).
 */
function seenTooEarly({ status, faults }: BatchSchedule): boolean {
  return (
    status !== "UNINITIALISED" && faults.some(({ kind }) => kind === "lag")
  );
}

/** Outcome, outputs, exit and model agree (contract 3). */
function holdsAgreement(
  given: BatchSchedule,
  { world, batchId, step, setups, syncs, theirs }: Played,
): void {
  const { green, outputs } = step;
  const { outcome = "" } = outputs;
  holdsOutcome(step, given.wait === "true");
  const now = world.prolific.batch(batchId);
  const stale = given.faults.some(({ kind }) => kind === "lag");
  if (green && given.wait === "true" && given.somebody === null && !stale) {
    holds(
      outputs.total_task_count === String(now.total_task_count) &&
        outputs.total_task_groups === String(now.total_task_groups),
      `the outputs count ${String(outputs.total_task_count)} tasks`,
    );
  }
  switch (outcome) {
    case "set_up":
      holds(world.posts("/setup").length > 0, "set_up without a POST");
      holds(
        seenTooEarly(given) || setups + theirs.setups > 0,
        "set_up, but no setup was accepted",
      );
      break;
    case "synced":
      holds(outputs.sync_id !== undefined, "synced without a sync_id");
      holds(syncs + theirs.syncs > 0, "synced, but no sync was accepted");
      break;
    case "already_set_up":
      holds(now.status === "READY", "already_set_up, but not READY");
      holds(given.ifReady !== "fail", "already_set_up, though it was to fail");
      break;
    case "joined":
      holds(
        given.status === "PROCESSING" || setups + theirs.setups > 0,
        "joined, but there was no setup",
      );
  }
  // What the words promise is so.
  const words = step.log.join("\n");
  if (
    words.includes("starts over, safely") ||
    words.includes("nothing was set up by it")
  ) {
    holds(setups === 0, "a re-run is called a fresh start after a setup");
  }
}

/** The same job again, after everything that was on its way has arrived: at most one setup in all, and green if that can be. */
async function holdsAgain(
  given: BatchSchedule,
  { world, batchId, theirs }: Played,
): Promise<void> {
  const { prolific, clock } = world;
  world.faults.clear();
  await clock.advance(AFTERWARDS_MS);
  const again = await world.run({ batch_id: batchId, if_ready: "skip" });
  const setups = prolific.acceptedSetups(batchId);
  holds(setups <= 1, `${String(setups)} setups after the job ran again`);
  const now = prolific.batch(batchId);
  const hopeless =
    given.strangeWord ||
    given.otherAttached ||
    now.status === "ERROR" ||
    (given.makesNoTasks && now.total_task_count === 0) ||
    theirs.attached; // without dataset_id the other one is taken: another story
  if (hopeless) return;
  holds(again.green, `red when the job ran again: ${again.log.at(-1) ?? ""}`);
  holds(now.status === "READY", `green again, but ${String(now.status)}`);
}
