/** Runs schedules by their seeds, and shrinks one that breaks a rule. */
import fc from "fast-check";
import {
  copiesSchedule,
  runCopiesSchedule,
} from "./schedules/copies-schedule.ts";
import {
  historySchedule,
  runHistorySchedule,
} from "./schedules/history-schedule.ts";
import {
  runSchedule,
  schedule,
  scheduleOfOneRun,
} from "./schedules/schedule.ts";
import type { Tally } from "./promises/tally.ts";

/** A schedule that breaks a rule. */
export interface Failure {
  readonly seed: number;
  /** Leads from the seed to the smallest failing schedule, for a replay. */
  readonly path: string;
  readonly shrinks: number;
  /** Plain JSON. */
  readonly smallest: unknown;
  /** What was seen instead of what the rule requires. */
  readonly message: string;
}

export type Result<Seen> =
  | { readonly ok: true; readonly seen: Seen }
  | { readonly ok: false; readonly failure: Failure };

export interface Replay {
  /** The path to a smaller schedule, starting from that of the seed. */
  readonly path?: string;
  /** `false` does not shrink a failure. Default true. */
  readonly shrink?: boolean;
}

/** Runs the schedule of one seed. */
export function simulate(
  seed: number,
  replay?: Replay,
): Promise<Result<Tally>> {
  return check(schedule, seed, runSchedule, replay);
}

/** The history of one seed. */
export function simulateHistory(
  seed: number,
  replay?: Replay,
): Promise<Result<Tally>> {
  return check(historySchedule, seed, runHistorySchedule, replay);
}

/** The history of one seed with `new_batch`. */
export function simulateCopies(
  seed: number,
  replay?: Replay,
): Promise<Result<Tally>> {
  return check(copiesSchedule, seed, runCopiesSchedule, replay);
}

/** Runs the schedule of one seed that is not a history. */
export function simulateWithoutHistories(
  seed: number,
  replay?: Replay,
): Promise<Result<Tally>> {
  return check(scheduleOfOneRun, seed, runSchedule, replay);
}

/** The same for schedules of any kind. `run` returns what was seen. */
export async function check<T, Seen>(
  schedules: fc.Arbitrary<T>,
  seed: number,
  run: (given: T) => Promise<Seen>,
  { path, shrink = true }: Replay = {},
): Promise<Result<Seen>> {
  let seen: Seen | undefined;
  const property = fc.asyncProperty(schedules, async (given) => {
    seen = await run(given);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    endOnFailure: !shrink,
    ...(path !== undefined && { path }),
  });
  if (!details.failed && seen !== undefined) return { ok: true, seen };
  const { counterexamplePath, numShrinks, counterexample, errorInstance } =
    details;
  return {
    ok: false,
    failure: {
      seed,
      path: counterexamplePath ?? "",
      shrinks: numShrinks,
      smallest: counterexample?.[0],
      message:
        errorInstance instanceof Error
          ? errorInstance.message
          : String(errorInstance),
    },
  };
}
