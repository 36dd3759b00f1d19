/** Schedules for a batch and its attached dataset: set up, joined, synced or refused, under any faults. */
import fc from "fast-check";
import type { DatasetOptions } from "../../../sandbox/seeds/seed-dataset.ts";
import { type Account, holdsAgreement } from "../promises/agreement.ts";
import { holds } from "../promises/holds.ts";
import {
  holdsInTime,
  holdsLooksFirst,
  holdsNoSecret,
} from "../promises/promises.ts";
import { type Tally, tallyOf } from "../promises/tally.ts";
import {
  AFTERWARDS_MS,
  askedToWait,
  cancelAt,
  effect,
  faultAt,
  lostAnswer,
  luck,
  nobodyListens,
  occasionally,
  rarely,
  sometimes,
  theirMoment,
  timeoutSeconds,
} from "../world/weather.ts";
import { virtualWorld } from "../world/world.ts";

/** Datapoints of the dataset. A batch that is READY from the start has tasks for fewer. */
export const DATAPOINTS = 7;
const TASKS_BEFORE = 5;
const STRANGE_WORD = "RESHUFFLING";

/** Everything that differs between schedules. Plain JSON. */
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
  /** A fault of the setup, in addition to the others. */
  setupAnswer: fc.option(
    fc.oneof(
      { weight: 4, arbitrary: lostAnswer },
      { weight: 1, arbitrary: askedToWait },
    ),
    { freq: 2 },
  ),
  status: fc.oneof(
    { weight: 10, arbitrary: fc.constant("UNINITIALISED" as const) },
    { weight: 2, arbitrary: fc.constant("PROCESSING" as const) },
    { weight: 5, arbitrary: fc.constant("READY" as const) },
    { weight: 1, arbitrary: fc.constant("ERROR" as const) },
  ),
  /** The dataset is processing, or has failed. */
  dataset: fc.oneof(
    { weight: 8, arbitrary: fc.constant("ready" as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom("processing" as const, "importing" as const),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("ERROR" as const, "failed" as const),
    },
  ),
  setupEndsIn: fc.constantFrom(
    "READY" as const,
    "READY" as const,
    "READY" as const,
    "ERROR" as const,
  ),
  makesNoTasks: occasionally,
  /** Another dataset than dataset_id is attached. */
  otherAttached: rarely,
  /** The batch has an unknown status. */
  strangeWord: rarely,
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

/** The result of a run of the action, and who did what. */
export interface Played extends Account {
  /** The actions of the other actor so far. `attached`: it attached another dataset to the batch. */
  readonly theirs: { setups: number; syncs: number; attached: boolean };
  readonly inputs: Readonly<Record<string, string>>;
}

/** Before the run. */
function datasetFor({ dataset }: BatchSchedule): DatasetOptions {
  switch (dataset) {
    case "ready":
      return { datapoints: DATAPOINTS };
    case "processing":
    case "ERROR":
      return {
        version: 3,
        datapoints: DATAPOINTS,
        status: "PROCESSING",
        readyAfterMs: 12_000,
        endsIn: dataset === "ERROR" ? "ERROR" : "READY",
      };
    case "importing":
    case "failed":
      return {
        imports: [
          {
            queuedMs: 2_000,
            processingMs: 10_000,
            status: dataset === "failed" ? "failed" : "complete",
          },
        ],
      };
  }
}

/** Runs the action once under a schedule. Without `guard`, Prolific accepts a setup of any batch. */
export async function playBatch(
  given: BatchSchedule,
  { guard = true } = {},
): Promise<Played> {
  const world = virtualWorld({ random: () => given.random, guard });
  const { prolific } = world;
  const { status, setupEndsIn, setupMs, visibleAfterMs, makesNoTasks } = given;
  // A batch that was set up has a dataset that was ready for it.
  const datasetId = prolific.addDataset(
    status === "UNINITIALISED" ? datasetFor(given) : { datapoints: DATAPOINTS },
  );
  const otherId = prolific.addDataset({ datapoints: 2 });
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
  const { setupAnswer, faults } = given;
  world.fault(...(setupAnswer ? [setupAnswer] : []), ...faults);

  const meansOurs =
    given.otherAttached ||
    somebody?.does === "attach" ||
    somebody?.does === "take over";
  const inputs = {
    batch_id: batchId,
    ...(meansOurs && { dataset_id: datasetId }),
    wait: given.wait,
    if_ready: given.ifReady,
    timeout: `${String(given.timeoutSeconds)}s`,
  };
  const step = await world.run(inputs);
  return {
    ...{ world, batchId, datasetId, step, theirs, inputs },
    waits: given.wait === "true",
    ifReady: given.ifReady,
    before: status,
    setups: prolific.acceptedSetups(batchId) - theirs.setups,
    syncs: prolific.acceptedSyncs(batchId) - theirs.syncs,
    alone: somebody === null,
    stale: given.faults.some(({ kind }) => kind === "lag"),
  };
}

/**
 * Runs the action once under a schedule, checks the model, and runs the job again without faults.
 *
 * @throws Violation if a promise of contract 1, 3, 4 or 7 is broken.
 */
export async function runBatchSchedule(given: BatchSchedule): Promise<Tally> {
  const played = await playBatch(given);
  holdsOnce(given, played);
  holdsTrue(given, played);
  holdsInTime(played.step, given);
  holdsAgreement(played);
  holdsNoSecret(played.step, played.world.prolific);
  await holdsAgain(given, played);
  return tallyOf(played.step);
}

/** This run sends at most one setup, and only for an UNINITIALISED batch (contract 1 and 4). */
function holdsOnce(
  { status, otherAttached }: BatchSchedule,
  { world, setups, syncs, step, stale }: Played,
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
    // A stale reading can show it as UNINITIALISED. Then the server refuses.
    const posts = world.posts("/setup").length;
    holds(stale || posts === 0, `a setup was sent of a batch in ${status}`);
  }
  // A sync may be sent again after an unclear response or a 429: it only makes tasks for datapoints without one.
  const asked = world.posts("/sync").filter(({ answer }) => answer === 429);
  holds(
    syncs <= 2 + asked.length,
    `${String(syncs)} syncs of this run were accepted`,
  );
}

/** Green only if that is true (contract 1). */
function holdsTrue(
  { wait }: BatchSchedule,
  { world, batchId, datasetId, step, setups, theirs }: Played,
): void {
  const { green, outputs } = step;
  if (!green) return;
  const { outcome } = outputs;
  const now = world.prolific.batch(batchId);
  const tasks = Number(now.total_task_count);
  const status = String(now.status);
  holds(!theirs.attached || setups === 0, "set up with another dataset");
  if (wait !== "true") return;
  holds(status === "READY", `green, but the batch is ${status}`);
  holds(tasks > 0, "green without tasks");
  if (outcome === "set_up" || outcome === "synced") {
    holds(tasks === DATAPOINTS, `${outcome} with ${String(tasks)} tasks`);
  }
  const [attached] = now.datasets as { id: string }[];
  holds(attached?.id === datasetId, "green with another dataset");
}

/** Runs the same job again, after everything on its way has arrived: nothing happens twice, and it is green if possible. */
async function holdsAgain(
  given: BatchSchedule,
  { world, batchId, datasetId, theirs, inputs, ...played }: Played,
): Promise<void> {
  const { prolific, clock } = world;
  world.faults.clear();
  await clock.advance(AFTERWARDS_MS);
  const { status } = prolific.batch(batchId);
  const [setups, syncs] = [
    prolific.acceptedSetups(batchId),
    prolific.acceptedSyncs(batchId),
  ];
  const step = await world.run({ ...inputs, wait: "true", timeout: "30m" });
  const all = prolific.acceptedSetups(batchId);
  holds(all <= 1, `${String(all)} setups after the job ran again`);
  holdsLooksFirst(step);
  holdsNoSecret(step, prolific);
  holdsAgreement({
    ...played,
    ...{ world, batchId, datasetId, step },
    waits: true,
    before: String(status),
    setups: all - setups,
    syncs: prolific.acceptedSyncs(batchId) - syncs,
    theirs: { setups: 0, syncs: 0 },
    alone: true,
    stale: false,
  });
  const now = prolific.batch(batchId);
  const hopeless =
    given.strangeWord ||
    given.otherAttached ||
    now.status === "ERROR" ||
    (given.makesNoTasks && now.total_task_count === 0) ||
    (given.ifReady === "fail" && status === "READY") ||
    (given.status === "UNINITIALISED" &&
      ["ERROR", "failed"].includes(given.dataset)) ||
    (given.syncEndsIn === "failed" && given.ifReady === "sync") ||
    theirs.attached; // the job names the dataset that is no longer attached
  if (hopeless) return;
  holds(step.green, `red when the job ran again: ${step.log.at(-1) ?? ""}`);
  holds(now.status === "READY", `green again, but ${String(now.status)}`);
}
