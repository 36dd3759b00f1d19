/** A thread that hunts planted bugs, one after the other (hunters.ts). */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Replay, Result } from "../simulate.ts";
import type { Tally } from "../promises/tally.ts";
import type { Answer, Hunt, Hunted } from "./hunters.ts";
import { Sources } from "./plant.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";

type Simulate = (seed: number, replay?: Replay) => Promise<Result<Tally>>;

/** The part of simulate.ts that a hunt needs. */
interface Simulation {
  readonly simulateCopies: Simulate;
  readonly simulateHistory: Simulate;
  readonly simulateWithoutHistories: Simulate;
}

// The stack of an error is not used here, and most schedules cause hundreds of errors.
Error.stackTraceLimit = 0;

// On Linux, this only affects this thread. Other work, such as tests that wait in real time, comes first.
setPriority(10);

const { root } = workerData as { root: string };
const sources = new Sources(root);

async function hunt({ at, runs, first }: Hunt): Promise<Hunted> {
  const bug = at === undefined ? undefined : PLANTED_BUGS[at];
  const simulation = (await import(
    sources.plant(`bug-${String(at)}`, bug)
  )) as Simulation;
  const simulate = bug?.copies
    ? simulation.simulateCopies
    : bug?.histories
      ? simulation.simulateHistory
      : simulation.simulateWithoutHistories;
  const seeds = Array.from({ length: runs }, (_, n) => n + 1);
  if (first === "its seed" && bug) seeds.unshift(bug.seed);
  for (const [before, seed] of seeds.entries()) {
    const result = await simulate(seed, { shrink: false });
    if (result.ok) continue;
    const { message } = result.failure;
    return { runs: before + 1, seed, violation: message };
  }
  return { runs, seed: undefined, violation: undefined };
}

parentPort?.on("message", (given: Hunt) => {
  const answer = (what: Answer) => parentPort?.postMessage(what);
  hunt(given).then(
    (hunted) => {
      answer({ hunted });
    },
    (error: unknown) => {
      answer({ error: String(error) });
    },
  );
});
