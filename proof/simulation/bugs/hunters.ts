/** Hunts for planted bugs, side by side in threads. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export interface Hunt {
  /** Which of the planted bugs; none for the simulation as it is. */
  readonly at: number | undefined;
  /** Schedules by their seeds, from 1, until something does not hold. */
  readonly runs: number;
  /** Whether a schedule that is known to catch the bug comes before the others. */
  readonly first: "its seed" | "1";
}

/** What a hunt came to. */
export interface Hunted {
  /** Schedules that were run; the last of them is the one that failed. */
  readonly runs: number;
  /** Of the one that failed. */
  readonly seed: number | undefined;
  /** What did not hold; undefined when everything did. */
  readonly violation: string | undefined;
}

export type Answer = { readonly hunted: Hunted } | { readonly error: string };

/**
 * @param root the folder that holds the JavaScript of `src/`, `sandbox/` and `proof/`.
 * @returns what each hunt came to, in their order, as soon as it is known.
 */
export function huntAll(
  root: string,
  hunts: readonly Hunt[],
  threads: number,
): Promise<Hunted>[] {
  const settle: ((answer: Answer) => void)[] = [];
  const promises = hunts.map(
    (_, at) =>
      new Promise<Hunted>((resolve, reject) => {
        settle[at] = (answer) => {
          if ("hunted" in answer) resolve(answer.hunted);
          else reject(new Error(answer.error));
        };
      }),
  );
  // Whoever asks for one hears of its error then.
  for (const promise of promises) promise.catch(() => undefined);
  let next = 0;
  const begin = () => {
    const worker = new Worker(join(root, "proof/simulation/bugs/hunt.js"), {
      workerData: { root },
    });
    let at = 0;
    const hand = () => {
      at = next++;
      const hunt = hunts[at];
      if (hunt) worker.postMessage(hunt);
      else void worker.terminate();
    };
    worker
      .on("message", (answer: Answer) => {
        settle[at]?.(answer);
        hand();
      })
      .on("error", (error) => {
        settle[at]?.({ error: String(error) });
        begin();
      });
    hand();
  };
  for (let thread = 0; thread < threads; thread++) begin();
  return promises;
}
