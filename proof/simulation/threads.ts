/** Runs schedules on several threads, a portion of seeds at a time. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { added, noTally } from "./promises/tally.ts";
import { noAccidents } from "./schedules/unguarded.ts";
import type { Failure } from "./simulate.ts";
import type { Answer, Portion, Sums } from "./worker.ts";

/** The number of seeds in a portion. */
const PORTION = 250;

export interface Schedules {
  /** The first seed. The others follow it. */
  readonly seed: number;
  readonly runs: number;
  /** Against a Prolific that accepts a setup of any batch (unguarded.ts). */
  readonly unguarded: boolean;
}

/** The results so far. */
export interface Progress extends Sums {
  readonly done: number;
  /** The first failure. No more schedules start after it. */
  readonly failure: Failure | undefined;
}

/**
 * Runs them to their end, or to the first violation.
 * @param root the folder with the JavaScript of `proof/`.
 */
export async function runOnThreads(
  root: string,
  { seed, runs, unguarded }: Schedules,
  threads: number,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Progress> {
  const end = seed + runs;
  let next = seed;
  let progress: Progress = {
    ...{ done: 0, tally: noTally, accidents: noAccidents, failure: undefined },
  };
  const note = (answer: Answer) => {
    progress = answer.ok
      ? {
          ...progress,
          done: progress.done + answer.runs,
          tally: added(progress.tally, answer.tally),
          accidents: added(progress.accidents, answer.accidents),
        }
      : { ...progress, failure: progress.failure ?? answer.failure };
    onProgress(progress);
  };

  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        const count = Math.min(PORTION, end - next);
        if (count <= 0 || progress.failure !== undefined) {
          resolve();
          return;
        }
        worker.postMessage({ from: next, count, unguarded } satisfies Portion);
        next += count;
      };
      worker.on("error", reject).on("message", (answer: Answer) => {
        note(answer);
        hand();
      });
      hand();
    });

  const workers = Array.from(
    { length: threads },
    () => new Worker(join(root, "proof/simulation/worker.js")),
  );
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return progress;
}
