/** Schedules for a committed file on its way into the batch: uploaded, found there, appended, rejected, cut off. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { DatasetOptions } from "../../../sandbox/seeds/seed-dataset.ts";
import type { ImportOptions } from "../../../sandbox/seeds/seed-import.ts";
import { type Account, holdsAgreement } from "../promises/agreement.ts";
import { holds } from "../promises/holds.ts";
import {
  holdsInTime,
  holdsLooksFirst,
  holdsNoSecret,
} from "../promises/promises.ts";
import { type Tally, tallyOf } from "../promises/tally.ts";
import {
  AFTERWARDS_MS,
  cancelAt,
  fileFaults,
  luck,
  nobodyListens,
  occasionally,
  rarely,
  sometimes,
  theirMoment,
  timeoutSeconds,
} from "../world/weather.ts";
import { type World, virtualWorld } from "../world/world.ts";

const FILE = "data/reviews.csv";
const SCHEMA = { strict: true, fields: { id: { type: "text" } } };
/** Records of an earlier commit of the file. */
const EARLIER = 4;

/** Everything that differs between schedules. Plain JSON. */
export const fileSchedule = fc.record({
  version: fc.constantFrom<3 | 4>(3, 4, 4, 4),
  /** V4: an earlier commit was imported. */
  grown: fc.constantFrom(true, false, false),
  /** The batch was set up with it, or is being set up. */
  batch: fc.constantFrom(
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "UNINITIALISED" as const,
    "READY" as const,
    "READY" as const,
    "PROCESSING" as const,
  ),
  setupEndsIn: rarely.map((ends) =>
    ends ? ("ERROR" as const) : ("READY" as const),
  ),
  syncEndsIn: occasionally.map((ends) =>
    ends ? ("failed" as const) : ("complete" as const),
  ),
  records: fc.constantFrom(4, 4, 4, 4, 7, 7, 7, 7, 7, 7, 7, 1_003),
  /** V4: an existing import of this file or of another one. */
  found: sometimes(
    fc.record({
      of: fc.constantFrom("this" as const, "other" as const),
      endsIn: fc.constantFrom(
        "complete" as const,
        "partial" as const,
        "failed" as const,
        "pending_schema" as const,
        "uninitialised" as const,
        "queued" as const,
        "processing" as const,
      ),
      afterMs: fc.constantFrom(0, 3_000, 40_000),
    }),
  ),
  /** What happens to uploads and appends. */
  importEndsIn: fc.constantFrom(
    null,
    null,
    null,
    null,
    null,
    null,
    "failed" as const,
    "processing" as const,
    "queued" as const,
  ),
  rejects: fc.constantFrom(true, false, false),
  importMs: fc.constantFrom(0, 100, 20_000),
  importVisibleAfterMs: fc.constantFrom(0, 0, 0, 3_000),
  /** API 4.2 promises "all"; see API 11.26. */
  deduplicates: fc.constantFrom(
    "all" as const,
    "all" as const,
    "all" as const,
    "appended" as const,
  ),
  importDeduplicates: occasionally,
  faults: fileFaults,
  unreachable: nobodyListens,
  somebody: sometimes(
    fc.record({
      atMs: theirMoment,
      does: fc.constantFrom(
        "setup" as const,
        "sync" as const,
        "append" as const,
      ),
    }),
  ),
  wait: fc.constantFrom("true", "true", "true", "false"),
  ifReady: fc.constantFrom("auto", "auto", "auto", "sync", "skip", "fail"),
  allowPartial: fc.boolean(),
  timeoutSeconds,
  cancelAtMs: cancelAt,
  random: luck,
});

export type FileSchedule =
  typeof fileSchedule extends fc.Arbitrary<infer T> ? T : never;

const idsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => `r${String(n)}`);
const csvOf = (count: number) => ["id", ...idsOf(count)].join("\n");
const recordsOf = (count: number) => idsOf(count).map((id) => ({ id }));
/** Records of another file. */
const OTHERS = ["other-0", "other-1"];
/** The second record of a file is the one that is rejected. */
const REJECTED = "r1";

/** The state before the run. */
interface Prepared {
  readonly world: World;
  readonly batchId: string;
  readonly datasetId: string;
  /** Status of the batch. */
  readonly before: string;
  /** The ids of datapoints that the other actor may add. */
  readonly foreign: ReadonlySet<string>;
  readonly theirs: { setups: number; syncs: number };
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Runs the action once under a schedule, checks the model, and runs the job again without faults.
 *
 * @throws Violation if a promise of contract 1, 3, 4, 5 or 7 is broken.
 */
export async function runFileSchedule(given: FileSchedule): Promise<Tally> {
  const prepared = prepare(given);
  const { world, batchId, before, theirs, inputs } = prepared;
  const { prolific } = world;
  const accepted = () => ({
    setups: prolific.acceptedSetups(batchId),
    syncs: prolific.acceptedSyncs(batchId),
  });
  const step = await world.run({
    ...inputs,
    wait: given.wait,
    timeout: `${String(given.timeoutSeconds)}s`,
  });
  const { setups, syncs } = accepted();
  const common = { ...prepared, ifReady: given.ifReady };
  holdsAll(given, prepared, {
    ...common,
    ...{ step, before },
    waits: given.wait === "true",
    setups: setups - theirs.setups,
    syncs: syncs - theirs.syncs,
    alone: given.somebody === null,
    stale: given.faults.some(({ kind }) => kind === "lag"),
  });
  holdsInTime(step, given);

  // The faults end, everything on its way arrives, and the job runs again.
  world.faults.clear();
  await world.clock.advance(AFTERWARDS_MS);
  const endsWell = mustEndWell(given, prepared);
  const { status } = prolific.batch(batchId);
  const until = accepted();
  const again = await world.run({
    ...inputs,
    timeout: endsWell ? "30m" : "3m", // no need to see an import that never ends for longer
  });
  const now = accepted();
  holdsAll(given, prepared, {
    ...common,
    step: again,
    before: String(status),
    waits: true,
    setups: now.setups - until.setups,
    syncs: now.syncs - until.syncs,
    theirs: { setups: 0, syncs: 0 },
    alone: true,
    stale: false,
  });
  if (endsWell) {
    holds(again.green, `red when the job ran again: ${again.log.at(-1) ?? ""}`);
  }
  return tallyOf(step);
}

function holdsAll(
  given: FileSchedule,
  prepared: Prepared,
  account: Account,
): void {
  holdsOnce(given, prepared, account);
  holdsTrue(given, prepared, account);
  holdsAgreement(account);
  holdsNoSecret(account.step, account.world.prolific);
}

function prepare(given: FileSchedule): Prepared {
  const world = virtualWorld({ random: () => given.random });
  const { prolific } = world;
  const datasetId = prolific.addDataset(datasetFor(given));
  const before =
    given.version === 4 && given.grown ? given.batch : "UNINITIALISED";
  const batchId = prolific.addBatch({
    datasetId,
    setupEndsIn: given.setupEndsIn,
    syncEndsIn: given.syncEndsIn,
    ...(before !== "UNINITIALISED" && { status: before, tasks: EARLIER }),
  });
  world.files.set(FILE, csvOf(given.records));
  world.silentFor(given.unreachable);
  world.fault(...given.faults);
  const theirs = { setups: 0, syncs: 0 };
  const foreign = new Set<string>();
  const { somebody, cancelAtMs } = given;
  if (somebody !== null) {
    world.at(somebody.atMs, () => {
      if (somebody.does === "append") {
        foreign.add("theirs");
        somebodyAppends(world, datasetId);
        return;
      }
      const path = `/batches/${batchId}/${somebody.does}`;
      const { status } = prolific.act("POST", path, {});
      if (status !== 202) return;
      theirs[somebody.does === "setup" ? "setups" : "syncs"]++;
    });
  }
  if (cancelAtMs !== null) {
    world.at(cancelAtMs, () => {
      world.cancel();
    });
  }
  const inputs = {
    batch_id: batchId,
    dataset_file: FILE,
    if_ready: given.ifReady,
    allow_partial: String(given.allowPartial),
  };
  return { world, batchId, datasetId, before, foreign, theirs, inputs };
}

function somebodyAppends({ prolific }: World, datasetId: string): void {
  prolific.handle({
    method: "POST",
    path: `/api/v1/data-collection/datasets/${datasetId}/datapoints`,
    headers: {
      authorization: `Token ${prolific.token}`,
      "content-type": "application/x-ndjson",
    },
    body: '{"id":"theirs"}\n',
  });
}

function datasetFor(given: FileSchedule): DatasetOptions {
  if (given.version === 3) {
    return {
      version: 3,
      datapoints: 0,
      script: {
        datasetMs: given.importMs,
        ...(given.importEndsIn === "failed" && { datasetEndsIn: "ERROR" }),
      },
    };
  }
  const earlier: ImportOptions = {
    filename: "reviews-000000000000.csv",
    records: recordsOf(EARLIER),
    accepted: EARLIER,
  };
  const { importEndsIn, importMs, importVisibleAfterMs, found } = given;
  return {
    datapoints: 0,
    schema: SCHEMA,
    imports: [
      ...(given.grown ? [earlier] : []),
      ...(found === null ? [] : [importFound(given, found)]),
    ],
    script: {
      ...{ importEndsIn, importMs, importVisibleAfterMs },
      deduplicates: given.deduplicates,
      importDeduplicates: given.importDeduplicates,
      ...(given.rejects && {
        rejects: [{ field: "id", pattern: `^${REJECTED}$`, reason: "no" }],
      }),
    },
  };
}

function importFound(
  { records, grown }: FileSchedule,
  found: NonNullable<FileSchedule["found"]>,
): ImportOptions {
  const { of, endsIn, afterMs } = found;
  const content = csvOf(records);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const brings = endsIn === "complete" || endsIn === "partial";
  // Of this file: its records, except those that an earlier import added.
  const own = recordsOf(records).slice(grown ? EARLIER : 0);
  const stored = of === "this" ? own : OTHERS.map((id) => ({ id }));
  return {
    filename:
      of === "this" ? `reviews-${sha256.slice(0, 12)}.csv` : "other.csv",
    status: endsIn,
    processingMs: endsIn === "uninitialised" ? 0 : afterMs,
    ...(brings && { records: stored, accepted: stored.length }),
    ...(endsIn === "partial" && {
      rejected: 1,
      errors: [{ record_index: 0, field: "id", reason: "no" }],
    }),
  };
}

/** No record twice, no setup twice (contract 1 and 5). */
function holdsOnce(
  given: FileSchedule,
  { before }: Prepared,
  { world, batchId, datasetId, theirs, step }: Account,
): void {
  const { prolific } = world;
  const setups = prolific.acceptedSetups(batchId) - theirs.setups;
  const most = before === "UNINITIALISED" ? 1 : 0;
  holds(setups <= most, `${String(setups)} setups were accepted`);
  holdsLooksFirst(step);
  const there = prolific.records(datasetId).map(({ record }) => record.id);
  const known = new Set<unknown>([
    ...idsOf(Math.max(given.records, EARLIER)),
    ...OTHERS,
    "theirs",
  ]);
  const strange = there.find((id) => !known.has(id));
  holds(strange === undefined, `the record ${String(strange)} is in no file`);
  if (there.length === new Set(there).size) return;
  // If an append does not recognize imported records, that shows only after its first request. The action does not set
  // anything up with them (contract 5), but somebody else may.
  holds(given.deduplicates === "appended", "a record is in the dataset twice");
  const built = ["setup", "sync"].includes(given.somebody?.does ?? "");
  const skips = given.ifReady === "skip" && before !== "UNINITIALISED";
  holds(!step.green || built || skips, "green, with a record twice");
}

/** Green only if every accepted record is in the batch (contract 1). */
function holdsTrue(
  given: FileSchedule,
  { foreign }: Prepared,
  { world, batchId, datasetId, step, waits, before, alone, stale }: Account,
): void {
  const { green, outputs } = step;
  if (!green) return;
  const { outcome } = outputs;
  const now = world.prolific.batch(batchId);
  const tasks = Number(now.total_task_count);
  const records = world.prolific.records(datasetId);
  const ids = new Set(records.map(({ record }) => record.id));
  // Accepted as it is, or with the result of the running setup.
  const skipped =
    given.ifReady === "skip" &&
    (outcome === "already_set_up" || outcome === "joined");
  if (!skipped) {
    const wanted = idsOf(given.records);
    const missing = wanted.filter((id) => !ids.has(id));
    const partial =
      given.allowPartial &&
      (given.rejects || given.found?.endsIn === "partial");
    holds(
      missing.length === 0 || (partial && missing.length < wanted.length),
      `green, but ${String(missing.length)} records are missing`,
    );
  }
  // A stale reading can show the batch before a running setup: then somebody else was first.
  const fails = given.ifReady === "fail" && before !== "UNINITIALISED";
  holds(!fails || stale, "green, though it was to fail");
  if (!waits) return;
  holds(now.status === "READY", `green, but ${String(now.status)}`);
  holds(tasks > 0, "green without tasks");
  if (skipped) return;
  const late = records.filter(({ record }) => foreign.has(String(record.id)));
  holds(
    tasks <= records.length && tasks >= records.length - late.length,
    `${String(outcome)} with ${String(tasks)} tasks for ${String(records.length)} datapoints`,
  );
  // After an append, there is a response for each record. The result of an import is in the model.
  const { accepted_count, rejected_count, import_id } = outputs;
  if (!alone || accepted_count === undefined || import_id !== undefined) return;
  const told = Number(accepted_count) + Number(rejected_count);
  holds(told === given.records, `the outputs tell of ${String(told)} records`);
}

/** True if only faults can prevent success. */
function mustEndWell(
  given: FileSchedule,
  { world, batchId, datasetId, before }: Prepared,
): boolean {
  const { version, importEndsIn, rejects, found, ifReady, grown } = given;
  // A concern is a stop that lasts (contract 11).
  const there = world.prolific
    .records(datasetId)
    .map(({ record }) => String(record.id));
  const ofFile = new Set(idsOf(given.records));
  if (there.some((id) => !ofFile.has(id))) return false;
  if (there.length > new Set(there).size) return false;
  // So are datapoints without tasks of an import that had ended before this run.
  if (found !== null && before !== "UNINITIALISED") return false;
  if (world.prolific.batch(batchId).status === "ERROR") return false;
  if (ifReady === "fail") return false;
  if (given.setupEndsIn === "ERROR" || given.syncEndsIn === "failed") {
    return false;
  }
  if (importEndsIn !== null) return false;
  if (version === 3) return given.somebody?.does !== "setup";
  if (rejects) return false;
  if (found !== null && found.endsIn !== "complete") return false;
  return !(given.deduplicates === "appended" && grown);
}
