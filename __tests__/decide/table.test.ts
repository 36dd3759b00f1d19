/** The whole table, exhaustively: every state that a run can reach, with every possible result of each step (contract 4 to 6). */
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { COMPILED } from "../fixtures/compiled.ts";
import { type Held, RULES, everyRun, runsAlike } from "./table-runs.ts";

const THREADS = 2;

/** The results of all runs, from threads that take groups of similar runs. */
async function holdAll(): Promise<Held[]> {
  const left = runsAlike(everyRun());
  const held: Held[] = [];
  const work = async () => {
    const worker = new Worker(
      join(COMPILED, "__tests__/decide/table-thread.js"),
    );
    try {
      for (let alike = left.shift(); alike; alike = left.shift()) {
        worker.postMessage(alike);
        const [answer] = (await once(worker, "message")) as [Held[]];
        held.push(...answer);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: THREADS }, work));
  return held;
}

describe("in every state that a run can come to", () => {
  let held: Held[] = [];

  beforeAll(async () => {
    held = await holdAll();
  }, 300_000);

  test("there are enough states for a meaningful test", () => {
    const states = held.reduce((sum, run) => sum + run.states, 0);
    process.stdout.write(`decide: ${states} states\n`);
    expect(held).toHaveLength(everyRun().length);
    expect(states).toBeGreaterThan(100_000);
  });

  test.each(RULES)("%s", (name) => {
    const cases = held.flatMap(({ wrong }) => wrong.get(name) ?? []);
    expect(cases.slice(0, 2).join("\n\n")).toBe("");
  });
});
