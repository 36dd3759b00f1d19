/**
 * Shows what depends on Prolific's own guard (API 3.2): schedules against a Prolific that accepts a setup of any batch, and
 * shows it late. A second setup may then only be sent if no reading could have shown the first.
 */
import fc from "fast-check";
import { holdsAgreement } from "../promises/agreement.ts";
import {
  type BatchSchedule,
  DATAPOINTS,
  type Played,
  batchSchedule,
  playBatch,
} from "./batch-schedule.ts";
import { holds } from "../promises/holds.ts";
import {
  holdsInTime,
  holdsLooksFirst,
  holdsNoSecret,
} from "../promises/promises.ts";
import { type Replay, type Result, check } from "../simulate.ts";
import { isUnclear } from "../promises/tally.ts";
import { AFTERWARDS_MS, lostAnswer } from "../world/weather.ts";

/** A fresh batch whose setup has no clear response, often with a lag beyond the grace period of 20 s. */
export const unguardedSchedule: fc.Arbitrary<BatchSchedule> = fc
  .tuple(
    batchSchedule,
    fc.constantFrom(0, 500, 15_000, 19_500, 25_000, 40_000, 90_000),
    lostAnswer,
  )
  .map(([given, visibleAfterMs, lost]) => ({
    ...given,
    setupAnswer: lost,
    visibleAfterMs,
    dataset: "ready" as const,
    status: "UNINITIALISED" as const,
    setupEndsIn: "READY" as const,
    makesNoTasks: false,
    otherAttached: false,
    strangeWord: false,
    somebody: null,
    timeoutSeconds: 1_800,
  }));

/** The number of schedules by their results. */
export interface Accidents {
  readonly runs: number;
  readonly green: number;
  /** With a POST of the setup without a clear response. */
  readonly unclear: number;
  /** With an accepted setup that was only visible more than 20 s after it was sent. */
  readonly late: number;
  readonly twice: number;
  /** Set up twice with a green step, because the second setup was not visible before its end. */
  readonly twiceAndGreen: number;
}

export const noAccidents: Accidents = {
  runs: 0,
  green: 0,
  unclear: 0,
  late: 0,
  twice: 0,
  twiceAndGreen: 0,
};

const GRACE_MS = 20_000;

/**
 * Runs one schedule without the guard.
 * @throws Violation if a second setup was sent although a reading could have shown the first, or if green was wrong.
 */
export async function runUnguarded(given: BatchSchedule): Promise<Accidents> {
  const played = await playBatch(given, { guard: false });
  const { world, batchId, step } = played;
  const { prolific, clock } = world;
  holdsLooksFirst(step);
  holdsInTime(step, given);
  holdsNoSecret(step, prolific);
  // After a second setup, the numbers grow when it becomes visible.
  const once = prolific.acceptedSetups(batchId) <= 1;
  holdsAgreement({ ...played, alone: once });
  if (step.green && given.wait === "true") {
    const { status, total_task_count: tasks } = prolific.batch(batchId);
    holds(status === "READY", `green, but the batch is ${String(status)}`);
    // The only available reading was from before the second setup was visible.
    const stale = given.faults.some(({ kind }) => kind === "lag");
    holds(stale || tasks === DATAPOINTS, `green with ${String(tasks)} tasks`);
  }
  await clock.advance(AFTERWARDS_MS);
  const setups = prolific.state.batches.get(batchId)?.setups ?? [];
  const posts = step.requests.filter(
    ({ method, path }) => method === "POST" && path.endsWith("/setup"),
  );
  // It is not known whether a 429 can come after the work was done (API 11.30).
  const asked = posts.filter(({ answer }) => answer === 429);
  holds(
    setups.length <= 2 + asked.length,
    `${String(setups.length)} setups were accepted`,
  );
  const twice = setups.length > 1;
  if (twice) holdsUnseen(given, played);
  const unclear = posts.some(({ answer }) => isUnclear(answer));
  const [first] = setups;
  const late =
    unclear && first !== undefined && first.visibleMs - first.atMs > GRACE_MS;
  return {
    runs: 1,
    green: Number(step.green),
    unclear: Number(unclear),
    late: Number(late),
    twice: Number(twice),
    twiceAndGreen: Number(twice && step.green),
  };
}

/** No usable reading before the last POST could have shown the first setup. */
function holdsUnseen(
  { faults }: BatchSchedule,
  { world, batchId }: Played,
): void {
  const { prolific, clock, requests } = world;
  const startedMs = prolific.now() - clock.now();
  const setups = prolific.state.batches.get(batchId)?.setups ?? [];
  const staleMs = Math.max(
    0,
    ...faults.map((fault) => (fault.kind === "lag" ? (fault.lagMs ?? 0) : 0)),
  );
  const shownFromMs =
    Math.min(...setups.map(({ visibleMs }) => visibleMs)) - startedMs + staleMs;
  const lastPostMs = Math.max(...world.posts("/setup").map(({ atMs }) => atMs));
  const seen = requests.some(
    ({ method, path, answer, atMs }) =>
      method === "GET" &&
      path.endsWith(`/batches/${batchId}`) &&
      answer === 200 &&
      atMs >= shownFromMs &&
      atMs < lastPostMs,
  );
  holds(!seen, "set up twice, though the first setup could be seen");
}

/** Runs the schedule of one seed. */
export function simulateUnguarded(
  seed: number,
  replay?: Replay,
): Promise<Result<Accidents>> {
  return check(unguardedSchedule, seed, runUnguarded, replay);
}

/** Describes the accidents, with percentages. */
export function tellAccidents(accidents: Accidents): string {
  const { runs, unclear, late, twice, twiceAndGreen } = accidents;
  const share = (n: number, of: number) =>
    `${String(n)} (${((100 * n) / Math.max(1, of)).toFixed(2)} %)`;
  return [
    `Without Prolific's own guard: of ${String(runs)} schedules, ${share(unclear, runs)} had a POST of the setup without a clear response.`,
    `In ${share(late, unclear)} of those the accepted setup showed more than 20 s late, and ${share(twice, unclear)} were set up twice:`,
    `each of them after 20 s of looks, none of which could have shown the first setup. ${share(twiceAndGreen, twice)} of these ended green, because the second setup showed only later.`,
  ].join("\n");
}
