/**
 * Whole histories of commits, judged by what is paid for (contract 11): a file grows, is edited, shrinks, is reverted,
 * renamed, repeats rows; its runs are lost, killed, run again, and raced by another upload.
 */
import fc from "fast-check";
import type { FaultEffect } from "../../../sandbox/faults/faults.ts";
import {
  holdsLasting,
  holdsPaidOnce,
  holdsRows,
  MayBePaid,
  rowsOf,
} from "../promises/money.ts";
import { type Tally, noTally, tallyOf } from "../promises/tally.ts";
import {
  AFTERWARDS_MS,
  faultAt,
  luck,
  moment,
  occasionally,
  sometimes,
} from "../world/weather.ts";
import { FIRST, Repository, edit } from "./repository.ts";
import { type VirtualStep, type World, virtualWorld } from "../world/world.ts";

const SCHEMA = { strict: true, fields: { id: { type: "text" } } };
const UPLOAD = "PUT ~^/storage/";
/** The dataset, and the batch that lists it. */
const ANY_COUNT = "GET ~/(datasets|batches)/[^/]+$";
/** Rows of another file. */
const OTHERS = ["x1", "x2", "x3"];
const trouble: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(503, 429),
    when: moment,
  }),
  // No client can notice a refusal that did the work all the same.
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constant(400),
    when: fc.constant("before" as const),
  }),
  // Also longer than the action checks for an upload.
  fc.record({
    kind: fc.constant("delay" as const),
    ms: fc.constantFrom(5_000, 45_000, 70_500, 75_000),
    when: fc.constant("before" as const),
  }),
);

/** Lagging counts, for as long as a run waits for them, and longer. */
const lag: fc.Arbitrary<FaultEffect> = fc.record({
  kind: fc.constant("lag" as const),
  lagMs: fc.constantFrom(1_000, 7_000, 9_000, 15_000),
});
/** How long a run waits for its counts after an append. */
const WAITS_MS = 10_000;

/** Responses to an append that do not account for every record. At most 1000 are sent. */
const miscounts: fc.Arbitrary<FaultEffect> = fc.record({
  kind: fc.constant("malformed" as const),
  when: moment,
  body: fc.constantFrom(
    '{"accepted":0,"rejected":0,"errors":[]}',
    '{"accepted":2000,"rejected":0,"errors":[]}',
  ),
});

const run = fc.record({
  edit,
  faults: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: faultAt([UPLOAD], trouble) },
      {
        weight: 2,
        arbitrary: faultAt(["POST /datapoints", "POST /setup"], trouble),
      },
      { weight: 1, arbitrary: faultAt(["POST /datapoints"], miscounts) },
      {
        weight: 2,
        arbitrary: faultAt(["GET /datasets/*", ANY_COUNT, ANY_COUNT], lag),
      },
    ),
    { maxLength: 2 },
  ),
  ifReady: fc.constantFrom("auto", "auto", "auto", "sync", "skip"),
  cancelAtMs: sometimes(fc.nat(40_000)),
  /** Runs the same job again, without faults. */
  again: fc.boolean(),
  /** Another run uploads this file or another one, at some time during this run or just before its setup or sync. */
  raced: sometimes(
    fc.record({
      at: fc.constantFrom(
        ...([0, 30, 1_000, 12_000] as const),
        ...(["the write", "the write"] as const),
      ),
      by: fc.constantFrom("this file" as const, "another" as const),
    }),
  ),
});

/** Everything that differs between histories. Plain JSON. */
export const historySchedule = fc.record({
  version: occasionally.map((v3) => (v3 ? (3 as const) : (4 as const))),
  recognised: fc.constantFrom<boolean | "by appends">(
    false,
    false,
    "by appends",
    true,
  ),
  first: fc.constantFrom(...FIRST),
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  importMs: fc.constantFrom(0, 2_000),
  random: luck,
});

export type HistorySchedule =
  typeof historySchedule extends fc.Arbitrary<infer T> ? T : never;
/**
 * Runs the action for each commit of a history.
 * @throws Violation if more is paid for than the commits account for, or if a stop does not last.
 */
export async function runHistorySchedule(
  given: HistorySchedule,
): Promise<Tally> {
  const { version, recognised, importMs } = given;
  const world = virtualWorld({
    random: () => given.random,
    importsRecognised: recognised,
  });
  const datasetId = world.prolific.addDataset(
    version === 3
      ? { version, datapoints: 0, script: { datasetMs: importMs } }
      : { datapoints: 0, imports: [], schema: SCHEMA, script: { importMs } },
  );
  const batchId = world.prolific.addBatch({ datasetId });
  const repository = new Repository(given.first);
  const mayBePaid = new MayBePaid();
  let last: VirtualStep | undefined;
  let calm = true;
  let settled = true;
  for (const [at, each] of given.runs.entries()) {
    if (at > 0) repository.commit(each.edit);
    world.files.set(repository.name, repository.text);
    mayBePaid.add(repository.rows);
    const inputs = {
      ...{ batch_id: batchId, dataset_file: repository.name },
      ...{ if_ready: each.ifReady, timeout: "20m" },
    };
    if (each.raced !== null) race(world, datasetId, each.raced, repository);
    if (each.cancelAtMs !== null) {
      world.at(each.cancelAtMs, () => {
        world.cancel();
      });
    }
    world.fault(...each.faults);
    // Right after a run, any lag shows the batch as that run found it.
    const stale = !settled && each.faults.some(({ kind }) => kind === "lag");
    last = await world.run(inputs);
    world.faults.clear();
    world.onRequest = undefined;
    const alone =
      each.raced === null && !each.faults.some(({ kind }) => kind === "delay");
    calm &&= alone && !each.faults.some(isLongLag);
    const { ifReady } = each;
    const account = { world, batchId, datasetId, mayBePaid, ifReady };
    holdsPaidOnce({ ...account, step: last, alone, calm });
    holdsRows({ ...account, step: last }, repository.rows);
    await world.clock.advance(AFTERWARDS_MS);
    // If another run paid just before the write, or counts came too late, this step is red. And a few rows of another file next
    // to new ones of this file look like rows that an earlier run left (rule 3).
    const told = each.raced !== null || each.faults.some(isLongLag);
    if (told && !last.green) {
      mayBePaid.add(rowsOf(world.prolific.tasks(batchId)));
    }
    if (each.raced?.by === "another") mayBePaid.add(OTHERS);
    settled = !each.again;
    if (!each.again) continue;
    const again = await world.run(inputs);
    holdsPaidOnce({ ...account, step: again, alone: true, calm });
    holdsRows({ ...account, step: again }, repository.rows);
    // With skip, the file is not checked, so a stop based on an old reading ends.
    if (ifReady !== "skip" && !stale && !each.faults.some(isLongLag)) {
      holdsLasting(last, again, recognised !== false);
    }
    last = again;
  }
  return last ? tallyOf(last) : noTally;
}

function isLongLag(fault: FaultEffect): boolean {
  return fault.kind === "lag" && (fault.lagMs ?? 0) > WAITS_MS;
}

type Raced = NonNullable<HistorySchedule["runs"][number]["raced"]>;

/** What another run at the same moment does: an upload. */
function race(
  world: World,
  datasetId: string,
  { at, by }: Raced,
  { text }: Repository,
): void {
  const body = Buffer.from(
    by === "another" ? ["id", ...OTHERS].join("\n") : text,
  );
  let store: (() => void) | undefined;
  world.onRequest = ({ method, path }) => {
    if (method === "POST" && /\/(setup|sync)$/.test(path)) store?.();
    const name = /\/upload-url\/(.+)$/.exec(path)?.[1];
    if (method !== "GET" || name === undefined || store) return;
    const own = by === "another" ? "other-eeeeeeeeeeee.csv" : name;
    const ask = `/datasets/${datasetId}/upload-url/${own}`;
    const { status, body: answer } = world.prolific.act("GET", ask);
    if (status >= 300) return;
    const { upload_url } = JSON.parse(answer) as { upload_url: string };
    const { pathname, search } = new URL(upload_url);
    const upload = () => {
      world.prolific.store({
        ...{ method: "PUT", path: pathname + search, body },
        headers: {
          "content-type": "text/csv",
          "content-length": String(body.length),
        },
      });
    };
    store = at === "the write" ? upload : () => undefined;
    if (at !== "the write") world.at(at, upload);
  };
}
