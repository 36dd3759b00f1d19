/** Schedules by their seeds: run, and shrunk to the smallest one when something does not hold. */
import fc from "fast-check";
import { runSchedule, schedule } from "./schedule.ts";

/** A schedule under which something does not hold. */
export interface Failure {
  readonly seed: number;
  /** Leads from the seed to the smallest schedule that fails; for a replay. */
  readonly path: string;
  readonly shrinks: number;
  /** Plain JSON. */
  readonly smallest: unknown;
  /** What was seen instead of what must hold. */
  readonly message: string;
}

export type Result =
  | { readonly ok: true; readonly green: boolean }
  | { readonly ok: false; readonly failure: Failure };

export interface Replay {
  /** Of a smaller schedule that grew out of the one of the seed. */
  readonly path?: string;
  /** `false` leaves a failure as large as it is; default true. */
  readonly shrink?: boolean;
}

/** Runs the schedule of one seed. */
export function simulate(seed: number, replay?: Replay): Promise<Result> {
  return check(schedule, seed, runSchedule, replay);
}

/** The same for schedules of any kind; `run` says whether the step was green. */
export async function check<T>(
  schedules: fc.Arbitrary<T>,
  seed: number,
  run: (given: T) => Promise<boolean>,
  { path, shrink = true }: Replay = {},
): Promise<Result> {
  let green = false;
  const property = fc.asyncProperty(schedules, async (given) => {
    green = await run(given);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    endOnFailure: !shrink,
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return { ok: true, green };
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
