/** A thread that walks the table for one run after the other (table.test.ts). */
import { parentPort } from "node:worker_threads";
import { everyRun, hold } from "./table-runs.ts";

const runs = everyRun();

parentPort?.on("message", (at: number) => {
  const run = runs[at];
  if (!run) throw new Error(`There is no run ${String(at)}`);
  parentPort?.postMessage(hold(run));
});
