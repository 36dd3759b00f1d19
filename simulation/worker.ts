/** A thread of `npm run simulate`: portions of seeds come in, what they came to goes out. */
import { parentPort } from "node:worker_threads";
import { type Failure, simulate } from "./simulate.ts";
import {
  type Tally,
  addTallies,
  noTally,
  simulateUnguarded,
} from "./unguarded.ts";

/** Seeds to run. */
export interface Portion {
  readonly from: number;
  readonly count: number;
  readonly unguarded: boolean;
}

/** What they came to; the first failure ends a portion. */
export type Answer =
  | {
      readonly ok: true;
      readonly runs: number;
      readonly greens: number;
      readonly tally: Tally;
    }
  | { readonly ok: false; readonly failure: Failure };

async function run({ from, count, unguarded }: Portion): Promise<Answer> {
  let greens = 0;
  let tally = noTally;
  for (let seed = from; seed < from + count; seed++) {
    const result = unguarded
      ? await simulateUnguarded(seed)
      : { ...(await simulate(seed)), tally: noTally };
    if (!result.ok) return result;
    if (result.green) greens++;
    tally = addTallies(tally, result.tally);
  }
  return { ok: true, runs: count, greens, tally };
}

parentPort?.on("message", (portion: Portion) => {
  void run(portion).then((answer) => {
    parentPort?.postMessage(answer);
  });
});
