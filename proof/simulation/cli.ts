/**
 * `npm run simulate -- --runs 100000`: so many schedules, each with a seed of its own, on every core.
 *
 *     --runs N     how many (default 10,000)
 *     --seed S     the first seed (default 1); the others follow
 *     --path P     with --seed: the smaller schedule that a failure was shrunk to
 *     --workers W  threads (default: one a core)
 *     --planted    known bugs, planted one at a time: what each is caught by
 *     --unguarded  against a Prolific that takes a setup of any batch: how often that would matter (unguarded.ts)
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { huntAll } from "./bugs/hunters.ts";
import { PLANTED_BUGS } from "./bugs/planted-bugs.ts";
import { type Failure, simulate } from "./simulate.ts";
import { added, noTally, tellTally } from "./promises/tally.ts";
import {
  noAccidents,
  simulateUnguarded,
  tellAccidents,
} from "./schedules/unguarded.ts";
import type { Answer, Portion } from "./worker.ts";

/** Seeds that a worker is given at a time. */
const PORTION = 250;
const TELL_EVERY_MS = 10_000;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  readonly unguarded: boolean;
}

const number = (value: string | undefined, otherwise: number): number => {
  if (value === undefined) return otherwise;
  const parsed = Number(value.replaceAll(/[_,]/g, ""));
  if (Number.isSafeInteger(parsed) && parsed >= 0) return parsed;
  throw new Error(`not a whole number: ${value}`);
};

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string" },
      seed: { type: "string" },
      path: { type: "string" },
      workers: { type: "string" },
      planted: { type: "boolean" },
      unguarded: { type: "boolean" },
    },
  });
  const seed = number(values.seed, 1);
  const unguarded = values.unguarded === true;
  if (values.path !== undefined) return replay(seed, values.path, unguarded);
  const workers = Math.max(1, number(values.workers, availableParallelism()));
  if (values.planted === true) {
    return huntEach(number(values.runs, 2_000), workers);
  }
  return runAll({
    runs: number(values.runs, 10_000),
    seed,
    workers,
    unguarded,
  });
}

/** One schedule once more, not made any smaller. */
async function replay(
  seed: number,
  path: string,
  unguarded: boolean,
): Promise<boolean> {
  const run = unguarded ? simulateUnguarded : simulate;
  const result = await run(seed, { path, shrink: false });
  if (result.ok) console.log(`Seed ${String(seed)}: everything holds.`);
  else tell(result.failure, unguarded);
  return result.ok;
}

/** Each planted bug. @returns whether all of them were caught. */
async function huntEach(runs: number, threads: number): Promise<boolean> {
  const hunts = PLANTED_BUGS.map((_, at) => ({
    ...{ at, runs, first: "1" as const },
  }));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const all = huntAll(root, hunts, threads);
  let caught = 0;
  for (const [at, { name }] of PLANTED_BUGS.entries()) {
    const hunted = await all[at];
    const { runs: most = 0, violation } = hunted ?? {};
    if (violation !== undefined) caught++;
    console.log(
      violation === undefined
        ? `NOT CAUGHT in ${String(most)} schedules: ${name}`
        : `caught by schedule ${String(most)}: ${name} (${violation.slice(0, 100)})`,
    );
  }
  console.log(
    `${String(caught)} of ${String(PLANTED_BUGS.length)} planted bugs were caught.`,
  );
  return caught === PLANTED_BUGS.length;
}

async function runAll(options: Options): Promise<boolean> {
  const { runs, seed, unguarded } = options;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const last = seed + runs;
  let next = seed;
  let done = 0;
  let tally = noTally;
  let accidents = noAccidents;
  let failure: Failure | undefined;
  let toldAt = startedAt;
  const rate = () => `${String(Math.round(done / seconds()))} seeds a second`;

  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        const count = Math.min(PORTION, last - next);
        if (count <= 0 || failure !== undefined) {
          resolve();
          return;
        }
        worker.postMessage({ from: next, count, unguarded } satisfies Portion);
        next += count;
      };
      worker.on("error", reject).on("message", (answer: Answer) => {
        if (!answer.ok) {
          failure ??= answer.failure;
          resolve();
          return;
        }
        done += answer.runs;
        tally = added(tally, answer.tally);
        accidents = added(accidents, answer.accidents);
        if (performance.now() - toldAt > TELL_EVERY_MS) {
          toldAt = performance.now();
          console.log(`${String(done)} of ${String(runs)}, ${rate()}`);
        }
        hand();
      });
      hand();
    });

  const workers = Array.from(
    { length: options.workers },
    () => new Worker(new URL("./worker.js", import.meta.url)),
  );
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (failure !== undefined) {
    tell(failure, unguarded);
    return false;
  }
  console.log(
    `${String(runs)} schedules, seeds ${String(seed)} to ${String(last - 1)}: no violation. ` +
      `${seconds().toFixed(0)} s, ${rate()}.`,
  );
  console.log(unguarded ? tellAccidents(accidents) : tellTally(tally));
  return true;
}

function tell(
  { seed, path, shrinks, smallest, message }: Failure,
  unguarded: boolean,
): void {
  console.log(`Violation: ${message}`);
  console.log(
    `Seed ${String(seed)}, shrunk ${String(shrinks)} times to: ${JSON.stringify(smallest, null, 1)}`,
  );
  console.log(
    `Replay: npm run simulate -- --seed ${String(seed)} --path ${path}${unguarded ? " --unguarded" : ""}`,
  );
}

process.exitCode = (await main()) ? 0 : 1;
