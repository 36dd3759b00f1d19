/**
 * `npm run simulate -- --runs 100000`: runs this many schedules, each with its own seed, on all cores.
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
import { huntAll } from "./bugs/hunters.ts";
import { PLANTED_BUGS } from "./bugs/planted-bugs.ts";
import { type Failure, simulate } from "./simulate.ts";
import { tellTally } from "./promises/tally.ts";
import { simulateUnguarded, tellAccidents } from "./schedules/unguarded.ts";
import { type Schedules, runOnThreads } from "./threads.ts";

const TELL_EVERY_MS = 10_000;

/** The folder of this build. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

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
  return runAll(
    { runs: number(values.runs, 10_000), seed, unguarded },
    workers,
  );
}

/** Runs one schedule again, without shrinking it. */
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
  const all = huntAll(ROOT, hunts, threads);
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

async function runAll(schedules: Schedules, threads: number): Promise<boolean> {
  const { runs, seed, unguarded } = schedules;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  let toldAt = startedAt;
  const rate = (done: number) =>
    `${String(Math.round(done / seconds()))} seeds a second`;
  const { accidents, done, failure, tally } = await runOnThreads(
    ROOT,
    schedules,
    threads,
    (progress) => {
      if (performance.now() - toldAt <= TELL_EVERY_MS) return;
      toldAt = performance.now();
      const { done } = progress;
      console.log(`${String(done)} of ${String(runs)}, ${rate(done)}`);
    },
  );
  if (failure !== undefined) {
    tell(failure, unguarded);
    return false;
  }
  console.log(
    `${String(runs)} schedules, seeds ${String(seed)} to ${String(seed + runs - 1)}: no violation. ` +
      `${seconds().toFixed(0)} s, ${rate(done)}.`,
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
