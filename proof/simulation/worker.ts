/** A thread (threads.ts) that receives portions of seeds and returns their results. */
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { type Failure, simulate } from "./simulate.ts";
import { type Tally, added, noTally } from "./promises/tally.ts";
import {
  type Accidents,
  noAccidents,
  simulateUnguarded,
} from "./schedules/unguarded.ts";

/** Seeds to run. */
export interface Portion {
  readonly from: number;
  readonly count: number;
  readonly unguarded: boolean;
}

/** The results. The first failure ends a portion. */
export type Answer =
  | ({ readonly ok: true; readonly runs: number } & Sums)
  | { readonly ok: false; readonly failure: Failure };

/** The sums of schedules with the guard, and of those without. */
export interface Sums {
  readonly tally: Tally;
  readonly accidents: Accidents;
}

// The stack of an error is not used here, and most schedules cause hundreds of errors.
Error.stackTraceLimit = 0;

// On Linux, this only affects this thread. Other work, such as tests that wait in real time, comes first.
setPriority(10);

async function run({ from, count, unguarded }: Portion): Promise<Answer> {
  let tally = noTally;
  let accidents = noAccidents;
  for (let seed = from; seed < from + count; seed++) {
    if (unguarded) {
      const result = await simulateUnguarded(seed);
      if (!result.ok) return result;
      accidents = added(accidents, result.seen);
    } else {
      const result = await simulate(seed);
      if (!result.ok) return result;
      tally = added(tally, result.seen);
    }
  }
  return { ok: true, runs: count, tally, accidents };
}

parentPort?.on("message", (portion: Portion) => {
  void run(portion).then((answer) => {
    parentPort?.postMessage(answer);
  });
});
