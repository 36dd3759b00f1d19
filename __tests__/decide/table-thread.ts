/** A thread that walks through the table for several runs (table.test.ts). */
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { type Held, everyRun, hold } from "./table-runs.ts";
import { Walks } from "./table-walk.ts";

// On Linux, this only affects this thread. Other work, such as tests that wait in real time, comes first.
setPriority(10);

const runs = everyRun();

/** The results of similar runs, which are given by their indices. */
function holdEach(alike: readonly number[]): Held[] {
  const walks = new Walks();
  return alike.map((at) => {
    const run = runs[at];
    if (!run) throw new Error(`There is no run ${String(at)}`);
    return hold(walks, run);
  });
}

parentPort?.on("message", (alike: number[]) => {
  parentPort?.postMessage(holdEach(alike));
});
