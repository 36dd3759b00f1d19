/** A thread that runs schedules until something does not hold (plant.ts). */
import { parentPort, workerData } from "node:worker_threads";
import type { Hunted } from "./plant.ts";
import { simulateHistory, simulateWithoutHistories } from "../simulate.ts";

const { runs, histories } = workerData as { runs: number; histories: boolean };
const simulate = histories ? simulateHistory : simulateWithoutHistories;

async function hunt(): Promise<Hunted> {
  for (let seed = 1; seed <= runs; seed++) {
    const result = await simulate(seed, { shrink: false });
    if (result.ok) continue;
    return { runs: seed, violation: result.failure.message };
  }
  return { runs, violation: undefined };
}

void hunt().then((hunted) => {
  parentPort?.postMessage(hunted);
});
