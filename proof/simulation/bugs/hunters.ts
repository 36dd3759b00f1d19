/** Hunts for planted bugs in parallel threads. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export interface Hunt {
  /** The index of the planted bug. None for the unchanged simulation. */
  readonly at: number | undefined;
  /** The number of schedules to run, by their seeds from 1, until one breaks a rule. */
  readonly runs: number;
  /** Whether to start with a schedule that is known to catch the bug. */
  readonly first: "its seed" | "1";
}

/** The result of a hunt. */
export interface Hunted {
  /** The number of schedules that ran. The last one is the one that failed. */
  readonly runs: number;
  /** The seed of the schedule that failed. */
  readonly seed: number | undefined;
  /** The rule that was broken. Undefined if none was. */
  readonly violation: string | undefined;
}

export type Answer = { readonly hunted: Hunted } | { readonly error: string };

/**
 * @param root the folder with the JavaScript of `src/`, `sandbox/` and `proof/`.
 * @returns the result of each hunt, in their order, as soon as it is known.
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
  // An error is reported when the promise is awaited.
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
