/** A thread (threads.ts): portions of seeds come in, what they came to goes out. */
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

/** What they came to; the first failure ends a portion. */
export type Answer =
  | ({ readonly ok: true; readonly runs: number } & Sums)
  | { readonly ok: false; readonly failure: Failure };

/** Of the schedules with the guard, and of those without. */
export interface Sums {
  readonly tally: Tally;
  readonly accidents: Accidents;
}

// Nobody reads the stack of an error here, and most schedules make hundreds of errors.
Error.stackTraceLimit = 0;

// On Linux this is the priority of this thread alone: what waits for real time, such as other tests, comes first.
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
