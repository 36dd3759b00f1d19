/**
 * Whole histories of commits with `new_batch` (contract 10), judged by what is paid for over all batches: runs are lost,
 * killed and run again, the list of batches lags and changes its order, and somebody else copies, renames and attaches.
 */
import fc from "fast-check";
import type { FaultEffect } from "../../../sandbox/faults/faults.ts";
import { holds } from "../promises/holds.ts";
import { rowsOf } from "../promises/money.ts";
import { holdsNoSecret } from "../promises/promises.ts";
import { type Tally, isUnclear, noTally, tallyOf } from "../promises/tally.ts";
import {
  AFTERWARDS_MS,
  faultAt,
  luck,
  moment,
  sometimes,
} from "../world/weather.ts";
import { type VirtualStep, type World, virtualWorld } from "../world/world.ts";
import { FIRST, Repository, edit } from "./repository.ts";

const API = "/api/v1/data-collection";
const REQUESTS = [
  ...["GET /batches", "POST /duplicate", "POST /duplicate"],
  ...["POST ~/datasets$", "POST ~/datasets$", "PATCH /batches/*"],
  ...["GET /batches/*", "GET /datasets/*", "POST /setup", "PUT ~^/storage/"],
];
/** Always shorter than the action checks for an upload, because it cannot distinguish a later one from none. */
const trouble: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const, "html" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 503, 429),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(400, 403, 404),
    when: fc.constant("before" as const),
  }),
  fc.record({
    kind: fc.constant("delay" as const),
    ms: fc.constantFrom(5_000, 29_000),
    when: moment,
  }),
);

/** What somebody else does just before a request of this run. It causes no costs. */
const others = sometimes(
  fc.record({
    before: fc.constantFrom("/duplicate", "/datasets", "/setup", "/batches"),
    does: fc.constantFrom(
      ...(["copy", "rename", "attach", "set up"] as const),
      ...(["add a batch", "rename the original"] as const),
    ),
  }),
);

const run = fc.record({
  edit,
  faults: fc.array(faultAt(REQUESTS, trouble), { maxLength: 2 }),
  cancelAtMs: sometimes(fc.nat(40_000)),
  others,
  /** Runs the same job again, without faults. */
  again: fc.boolean(),
  /** Runs the job of an older commit again before. */
  older: sometimes(fc.constant(true)),
  wait: fc.constantFrom("true", "true", "false"),
  /** The runner only has the newest commit. */
  shallow: sometimes(fc.constant(true)),
});

/** Everything that differs between histories. Plain JSON. */
export const copiesSchedule = fc.record({
  newBatch: fc.constantFrom("new_rows", "new_rows", "all_rows"),
  /** Whether the original has a dataset. If so, the first content is set up in it. */
  attached: fc.boolean(),
  first: fc.constantFrom(...FIRST),
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  /** How late the list shows a new batch: never later than the action checks for it. */
  listedAfterMs: fc.constantFrom(0, 0, 3_000, 14_000),
  order: fc.constantFrom("oldest first", "newest first", "changing"),
  incomplete: sometimes(fc.constant(1)),
  random: luck,
});

export type CopiesSchedule =
  typeof copiesSchedule extends fc.Arbitrary<infer T> ? T : never;

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly total_task_count: number;
  readonly datasets: readonly { readonly id: string }[];
}

/** A copy was left with its rows, and another copy has got some of them since. Somebody must rename it. */
const LEFT_BEHIND = "The copy holds other rows";

/** Runs the action for each commit of a history. @throws Violation if contract 10 is broken. */
export async function runCopiesSchedule(given: CopiesSchedule): Promise<Tally> {
  const { newBatch, listedAfterMs, order } = given;
  const world = virtualWorld({
    random: () => given.random,
    timing: { setupMs: 3_000, datasetMs: 500 },
    workspace: { batchListedAfterMs: listedAfterMs, batchOrder: order },
  });
  const { prolific } = world;
  const original = prolific.addBatch(
    given.attached
      ? { datasetId: prolific.addDataset({ version: 3, datapoints: 0 }) }
      : {},
  );
  const repository = new Repository(given.first);
  const jobs: { name: string; text: string; rows: readonly string[] }[] = [];
  const untouched = withoutName(prolific.batch(original));
  let last: VirtualStep | undefined;

  /** The job of a commit, and what must hold after it. */
  const job = async (
    { name, text, rows }: (typeof jobs)[number],
    wait: string,
  ): Promise<VirtualStep> => {
    world.files.set(name, text);
    const before = batchesIn(world).length;
    const step = await world.run({
      ...{ batch_id: original, dataset_file: name, new_batch: newBatch },
      ...{ timeout: "20m", wait },
    });
    world.faults.clear();
    world.onRequest = undefined;
    await world.clock.advance(AFTERWARDS_MS);
    holdsNoSecret(step, prolific);
    holdsFewCopies(step, batchesIn(world).length - before);
    holdsLooksBeforeCopy(step);
    holdsPaidOnce(world, newBatch, original);
    if (newBatch === "all_rows") {
      const now = JSON.stringify(withoutName(prolific.batch(original)));
      holds(now === JSON.stringify(untouched), "the original is changed");
    }
    if (step.green) holdsRows(world, step, rows, newBatch);
    return step;
  };

  for (const [at, each] of given.runs.entries()) {
    if (at > 0) repository.commit(each.edit);
    const { name, text, rows } = repository;
    if (name !== jobs.at(-1)?.name && jobs.length > 0) {
      world.rename(jobs.at(-1)?.name ?? "", name);
    }
    world.commit(name, text);
    const own = { name, text, rows };
    const [oldest] = jobs;
    jobs.push(own);
    if (each.older && oldest) await job({ ...oldest, name }, "true");
    if (each.others !== null) interfere(world, original, each.others);
    if (each.cancelAtMs !== null) {
      world.at(each.cancelAtMs, () => {
        world.cancel();
      });
    }
    if (given.incomplete !== null && at === 1) {
      prolific.changeWorkspace({ mostListed: given.incomplete });
    }
    world.fault(...each.faults);
    if (each.shallow) world.history.checkout = "shallow";
    last = await job(own, each.wait);
    world.history.checkout = "whole";
    prolific.changeWorkspace({ mostListed: null });
    if (!each.again) continue;
    last = await job(own, "true");
    const error = errorOf(last);
    holds(last.green || error.includes(LEFT_BEHIND), `red again: ${error}`);
  }
  return last ? tallyOf(last) : noTally;
}

function errorOf({ log }: VirtualStep): string {
  return (log.find((line) => line.startsWith("error: ")) ?? "").slice(0, 300);
}

function withoutName(
  batch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { ...batch, name: "" };
}

/** All copies, because the list may hide some. */
function batchesIn({ prolific }: World): Listed[] {
  return [...prolific.state.batches.keys()].map(
    (id) => prolific.batch(id) as unknown as Listed,
  );
}

function holdsFewCopies({ requests }: VirtualStep, made: number): void {
  const posts = (ending: string) =>
    requests.filter(
      ({ answer, method, path }) =>
        method === "POST" &&
        path.endsWith(ending) &&
        answer !== "unsent" &&
        answer !== 429,
    ).length;
  holds(posts("/duplicate") <= 2, `${String(posts("/duplicate"))} copies`);
  holds(posts("/datasets") <= 2, `${String(posts("/datasets"))} datasets`);
  // Somebody else may have made one of them.
  holds(made <= 4, `${String(made)} new batches`);
}

/** After a request for a copy without a clear response: three readings, the last one 20 s later (contract 10). */
function holdsLooksBeforeCopy({ requests }: VirtualStep): void {
  let unclearMs: number | undefined;
  let looks: number[] = [];
  for (const { answer, answeredMs, atMs, method, path } of requests) {
    if (method === "GET" && /\/batches(\?|$)/.test(path)) looks.push(atMs);
    if (method !== "POST" || !path.endsWith("/duplicate")) continue;
    if (unclearMs !== undefined) {
      holds(
        looks.length >= 3,
        `a copy again after ${String(looks.length)} looks`,
      );
      const lateMs = (looks.at(-1) ?? 0) - unclearMs;
      holds(lateMs >= 19_999, `a copy again after ${String(lateMs)} ms`);
    }
    looks = [];
    unclearMs = isUnclear(answer) ? (answeredMs ?? atMs) : undefined;
  }
}

/** With new_rows, no record is paid for twice, and at most one batch for each content has tasks. */
function holdsPaidOnce(world: World, newBatch: string, original: string): void {
  const batches = batchesIn(world);
  const contents = new Set<string>();
  for (const { name, total_task_count: tasks } of batches) {
    const content = /-([0-9a-f]{12})\/[0-9a-f]{8}\]$/.exec(name)?.[1];
    if (content === undefined || tasks === 0) continue;
    holds(!contents.has(content), "two batches for a content have tasks");
    contents.add(content);
  }
  const seen = new Set<string>();
  for (const { id } of batches) {
    const rows = rowsOf(world.prolific.tasks(id));
    const own = new Set(rows);
    if (newBatch === "all_rows") continue;
    // In the original, a repeated row is a datapoint like any other (contract 11).
    const isOnce = own.size === rows.length || id === original;
    holds(isOnce, "a row twice in a copy");
    for (const row of own) {
      holds(!seen.has(row), `${row} has two tasks`);
      seen.add(row);
    }
  }
}

/** Green means that every row of the commit has its task, in the used batch or, with new_rows, in an earlier one. */
function holdsRows(
  world: World,
  { outputs }: VirtualStep,
  rows: readonly string[],
  newBatch: string,
): void {
  const { batch_id: used = "" } = outputs;
  const batches = newBatch === "all_rows" ? [used] : batchesIn(world).map(byId);
  const paid = new Set(
    batches.flatMap((id) => rowsOf(world.prolific.tasks(id))),
  );
  const missing = rows.filter((row) => !paid.has(row));
  holds(missing.length === 0, `green, without tasks for ${missing.join()}`);
}

const byId = ({ id }: Listed) => id;

type Others = NonNullable<CopiesSchedule["runs"][number]["others"]>;

/** Somebody else, once, just before a request. */
function interfere(
  world: World,
  original: string,
  { before, does }: Others,
): void {
  const { prolific } = world;
  let done = false;
  world.onRequest = ({ method, path, body }) => {
    if (done || !path.split("?")[0]?.endsWith(before)) return;
    if (method === "GET" && before !== "/batches") return;
    done = true;
    const copies = batchesIn(world).filter(({ id }) => id !== original);
    const newest = copies.at(-1);
    switch (does) {
      case "copy": {
        const { name = "" } = JSON.parse(body || "{}") as { name?: string };
        prolific.act("POST", `/batches/${original}/duplicate`, {
          ...{ name: name === "" ? (newest?.name ?? "A copy") : name },
          upload_new_dataset: true,
        });
        break;
      }
      case "rename":
        if (newest) {
          const name = `Wave ${newest.name}`;
          prolific.act("PATCH", `/batches/${newest.id}`, { name });
        }
        break;
      case "rename the original":
        prolific.act("PATCH", `/batches/${original}`, { name: "Other words" });
        break;
      case "attach":
        if (newest?.datasets.length === 0) {
          const dataset_id = prolific.addDataset({ version: 3, datapoints: 0 });
          prolific.act("PATCH", `/batches/${newest.id}`, { dataset_id });
        }
        break;
      case "set up":
        // Counts what this run is about to do. Other costs of somebody else cannot be known.
        if (before === "/setup")
          prolific.act("POST", path.replace(API, ""), {});
        break;
      case "add a batch":
        prolific.addBatch({ name: "Another study" });
    }
  };
}
