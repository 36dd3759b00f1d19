/** Single rows of the tables of contract 4, 5, 6 and 11 that whole runs rarely distinguish. */
import { describe, expect, test } from "@jest/globals";
import { decide, onlyReads } from "../../src/decide.ts";
import type { Decision, Step } from "../../src/decision.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { SyncJob } from "../../src/prolific/schema.ts";
import type { Brought, View } from "../../src/view.ts";
import * as make from "./views.ts";

const next = (more: Partial<View>, inputs: Partial<Inputs> = {}): Decision =>
  decide(make.view(more), { ...make.INPUTS, ...inputs });
const just = <T>(value: T, ageMs = 0) => ({ value, ageMs });
const reason = (decision: Decision) =>
  decision.do === "stop" ? decision.reason.why : decision.do;

describe("a dry run", () => {
  test("takes the steps that only read", () => {
    // Only the names: the data of a step does not matter here.
    const reads = (name: Step["do"], more: object = {}) =>
      onlyReads({ do: name, ...more } as unknown as Step);
    const WRITES = [
      ...["wait_for_dataset", "look_for_bytes", "upload", "probe", "append"],
      ...["set_up", "confirm_setup", "wait_for_batch", "sync", "follow_sync"],
      ...["duplicate", "create_dataset", "attach_dataset"],
    ] as Step["do"][];
    const READS = [
      ...["read_batch", "use_dataset", "read_dataset", "check_file"],
      ...["check_record_lengths", "accept_file", "count_again", "allow"],
      ...["join", "leave_as_it_is", "verify", "find_preview"],
      ...["read_original", "list_copies", "find_new_rows"],
      ...["use_original", "use_copy"],
    ] as Step["do"][];
    expect(WRITES.map((name) => reads(name))).toEqual(WRITES.map(() => false));
    expect(READS.map((name) => reads(name))).toEqual(READS.map(() => true));
    const { job } = make;
    expect(reads("follow_import", { found: job("complete") })).toBe(true);
    expect(reads("follow_import", { found: job("queued") })).toBe(false);
    expect(reads("follow_import", { found: undefined })).toBe(false);
  });

  test("without a token ends after the file", () => {
    expect(next({ file: make.fileOf() }, { apiToken: undefined })).toEqual({
      ...{ do: "check_file", file: make.fileOf(), dataset: undefined },
    });
    expect(next({}, { apiToken: undefined })).toEqual({
      ...{ do: "end", outcome: "dry_run" },
    });
  });
});

describe("a batch in ERROR", () => {
  test("is reported before problems of its datasets", () => {
    const two = ["d1", "d2"].map((id) => ({ id, totalDatapointCount: 1 }));
    const of = (datasets: typeof two, datasetId?: string) =>
      reason(
        next(
          {
            ...{ datasetId: undefined },
            batch: just(make.batch({ status: "ERROR", datasets })),
          },
          { datasetId },
        ),
      );
    expect(of(two)).toBe("batch_in_error");
    expect(of([])).toBe("batch_in_error");
    expect(of(two, "d1")).toBe("use_dataset");
    expect(of(two, "d3")).toBe("another_dataset");
  });

  test("with other datasets is reported as such only in ERROR", () => {
    const two = ["d1", "d2"].map((id) => ({ id, totalDatapointCount: 1 }));
    const batch = just(make.batch({ datasets: two }));
    expect(reason(next({ datasetId: undefined, batch }))).toBe(
      "dataset_needed",
    );
  });
});

describe("the file", () => {
  const file = make.fileOf();
  const checked = make.checkedFile();

  test("needs a reading of its dataset, and another one after the bytes have arrived", () => {
    expect(next({ file })).toMatchObject({ do: "read_dataset", again: false });
    const uploaded = { importId: undefined, puts: 1 };
    expect(next({ file, uploaded })).toMatchObject({
      ...{ do: "read_dataset", again: true },
    });
  });

  test.each([
    [1_000, "upload"],
    [1_001, "read_dataset"],
  ])("goes into an empty dataset on a reading of %i ms: %s", (ageMs, step) => {
    const dataset = just(make.v4({ totalDatapointCount: 0 }), ageMs);
    const batch = just(make.batch({ datasets: [] }));
    expect(next({ file, checked, dataset, batch })).toMatchObject({
      ...{ do: step, ...(step === "read_dataset" && { again: true }) },
    });
  });

  test.each([
    [5_000, "append"],
    [5_001, "read_dataset"],
  ])("is appended on a reading of %i ms: %s", (ageMs, step) => {
    const dataset = just(make.v4({ totalDatapointCount: 1 }), ageMs);
    const view = { file, checked, dataset, fits: true };
    expect(next(view)).toMatchObject({ do: step });
  });

  test("joins a setup that was running, and waits for its end before anything is written", () => {
    const dataset = just(make.v4({ totalDatapointCount: 1 }));
    const batch = just(make.batch({ status: "PROCESSING" }));
    const view = { file, checked, dataset, fits: true, batch };
    expect(next(view)).toEqual({ do: "join", found: true });
    expect(next({ ...view, setup: make.THEIRS })).toMatchObject({
      do: "wait_for_batch",
    });
  });

  test("starts with ten records if it has more or an unknown number", () => {
    const dataset = just(make.v4({ totalDatapointCount: 1 }));
    const of = (records: number | undefined) =>
      next({
        ...{ file, dataset, fits: true },
        checked: make.checkedFile({ records, distinct: records }),
      });
    expect(of(10)).toMatchObject({ do: "append", before: 1 });
    expect(of(11)).toMatchObject({ do: "probe", most: 10 });
    expect(of(undefined)).toMatchObject({ do: "probe", most: 10 });
  });

  test("is uploaded only if the batch has no tasks that can only come from this dataset", () => {
    const ID = make.DATASET_ID;
    const of = (...ids: string[]) => {
      const datasets = ids.map((id) => ({ id, totalDatapointCount: 0 }));
      const batch = make.batch({ datasets, totalTaskCount: 2 });
      const dataset = just(make.v4({ totalDatapointCount: 0 }));
      const found = make.batch();
      return next(
        {
          ...{ file, checked, dataset, found, fits: true },
          batch: just(batch),
        },
        { datasetId: ID },
      ).do;
    };
    expect(of()).toBe("upload");
    expect(of(ID)).toBe("append");
    expect(of(ID, "other")).toBe("upload");
  });

  test("that a V3 dataset has processed is accepted, or says why not", () => {
    const uploaded = { importId: undefined, puts: 1 };
    const of = (more: Parameters<typeof make.v3>[0]) =>
      next({ file, checked, uploaded, dataset: just(make.v3(more)) });
    expect(of({ filename: make.NAME })).toMatchObject({
      ...{ do: "accept_file", how: "processed" },
    });
    expect(of({ status: "ERROR" })).toMatchObject({
      reason: { why: "unusable", state: { kind: "v3_in_error" } },
    });
    expect(of({ totalDatapointCount: 0 })).toMatchObject({
      reason: { why: "unusable", state: { kind: "empty" } },
    });
    for (const status of ["UNINITIALISED", "PROCESSING"] as const) {
      expect(of({ status })).toMatchObject({
        ...{ do: "wait_for_dataset", awaited: { kind: "upload" } },
      });
    }
  });

  test("that a V3 dataset had before the run is accepted as such", () => {
    expect(
      next({ file, checked, dataset: just(make.v3({ filename: make.NAME })) }),
    ).toMatchObject({ do: "accept_file", how: "was_there" });
    const other = just(make.v3({ filename: undefined }));
    const allowed = ["another_file"] as const;
    expect(next({ file, checked, dataset: other, allowed })).toMatchObject({
      ...{ do: "accept_file", how: "was_there" },
    });
    const address = { filename: make.NAME, status: "UNINITIALISED" } as const;
    expect(
      next({ file, checked, dataset: just(make.v3(address)) }),
    ).toMatchObject({ do: "look_for_bytes", jobs: [] });
    expect(
      next({
        file,
        checked,
        dataset: just(make.v3({ status: "UNINITIALISED" })),
      }),
    ).toMatchObject({ do: "upload" });
  });
});

describe("counts", () => {
  const again = (more: Partial<Brought>, view: Partial<View> = {}) =>
    next({
      ...{ file: make.fileOf(), checked: make.checkedFile() },
      brought: make.brought(more),
      dataset: just(make.v4()),
      ...view,
    });
  const until = (more: Partial<Brought>, view: Partial<View> = {}) => {
    const step = again(more, view);
    return step.do === "count_again" ? step.until : step.do;
  };

  test("get time, depending on how the records were added", () => {
    expect(until({})).toEqual({ kind: "arrived", datapoints: 3 });
    expect(until({ duplicates: 1 })).toEqual({
      kind: "arrived",
      datapoints: 2,
    });
    const append = { how: "append" } as const;
    expect(until({ ...append, besideImport: true })).toEqual({
      kind: "settled",
    });
    expect(until(append)).toEqual({ kind: "now" });
  });

  test("are trusted if nothing was added, or if they had their time", () => {
    const now = { kind: "now" };
    expect(until({ how: "was_there" })).toEqual(now);
    expect(until({ how: "processed" })).toEqual(now);
    expect(until({ endedBefore: true })).toEqual(now);
    expect(until({ accepted: 0 })).toEqual(now);
    expect(until({}, { countedAgeMs: 5_001 })).toEqual(now);
    expect(until({}, { countedAgeMs: 5_000 })).not.toBe("count_again");
  });

  test("are read patiently, together with a dataset that was not read yet", () => {
    expect(again({})).toMatchObject({ do: "count_again", patient: true });
    const unread = { dataset: undefined, countedAgeMs: 0 };
    expect(again({}, unread)).toMatchObject({ do: "count_again" });
  });
});

describe("a setup", () => {
  const setup = { by: "us", setups: 1, certain: true } as const;
  const reading = (status: "UNINITIALISED" | "PROCESSING" | "READY") => ({
    ...{ found: make.batch(), setup },
    batch: just(make.batch({ status, totalTaskCount: 3 })),
  });

  test("that is not waited for is confirmed, and is accepted", () => {
    const wait = { wait: false };
    expect(next(reading("PROCESSING"), wait)).toMatchObject({
      do: "confirm_setup",
    });
    const confirmed = { ...reading("PROCESSING"), confirmed: true };
    expect(next(confirmed, wait)).toEqual({ do: "end", outcome: "accepted" });
    const unsure = { ...setup, certain: false };
    const lag = { ...reading("UNINITIALISED"), confirmed: true };
    expect(next(lag, wait)).toEqual({ do: "end", outcome: "accepted" });
    expect(reason(next({ ...lag, setup: unsure }, wait))).toBe(
      "setup_unconfirmed",
    );
    expect(next({ ...confirmed, setup: unsure }, wait).do).toBe("end");
    const ready = { ...reading("READY"), confirmed: true };
    expect(next(ready, wait)).toMatchObject({ do: "verify" });
  });

  test("of somebody else ends the run without wait, unless there is a file", () => {
    const view = { ...reading("PROCESSING"), setup: make.THEIRS };
    expect(next(view, { wait: false })).toEqual({
      ...{ do: "end", outcome: "joined" },
    });
    expect(next(view)).toMatchObject({ do: "wait_for_batch" });
    expect(next(reading("PROCESSING"))).toMatchObject({ do: "wait_for_batch" });
  });

  test("is sent to an UNINITIALISED batch, and joined for any other", () => {
    const dataset = just(make.v4());
    expect(next({ dataset })).toMatchObject({ do: "set_up" });
    expect(next({ dataset, batch: just(make.batch(), 5_001) })).toEqual({
      do: "read_batch",
    });
    const found = make.batch();
    const batch = just(make.batch({ status: "PROCESSING" }));
    expect(next({ dataset, found, batch })).toEqual({
      do: "join",
      found: false,
    });
    expect(next({ dataset, batch })).toEqual({ do: "join", found: true });
  });

  test("that somebody else sent is joined before counts are judged", () => {
    const brought = make.brought();
    const view = {
      ...{ file: make.fileOf(), checked: make.checkedFile(), brought },
      ...{ dataset: just(make.v4()), found: make.batch() },
    };
    expect(next(view)).toMatchObject({ do: "count_again" });
    const batch = just(make.batch({ status: "PROCESSING" }));
    expect(next({ ...view, batch })).toEqual({ do: "join", found: false });
  });

  test("waits for a V3 dataset that is processed", () => {
    const dataset = just(make.v3({ status: "PROCESSING" }));
    expect(next({ dataset })).toMatchObject({
      ...{ do: "wait_for_dataset", awaited: { kind: "processing" } },
    });
  });

  test("needs a reading of a dataset that was not read yet", () => {
    expect(next({})).toEqual({
      ...{ do: "read_dataset", datasetId: make.DATASET_ID, again: false },
    });
  });
});

describe("a batch that was READY", () => {
  const ready = make.batch({ status: "READY", totalTaskCount: 3 });
  const of = (
    more: Partial<View>,
    inputs: Partial<Inputs> = {},
    batch = ready,
  ) => next({ found: batch, batch: just(batch), ...more }, inputs);

  test("that reads PROCESSING for a while is waited for", () => {
    const batch = make.batch({ status: "PROCESSING", totalTaskCount: 3 });
    expect(of({ batch: just(batch) })).toEqual({ do: "wait_for_batch", batch });
  });

  test("is left as it is, for a reason", () => {
    const why = (more: Partial<View>, inputs: Partial<Inputs> = {}) => {
      const step = of(more, inputs);
      return step.do === "leave_as_it_is" ? step.why : step.do;
    };
    expect(why({})).toBe("not_asked");
    expect(why({}, { ifReady: "skip" })).toBe("not_asked");
    expect(why({ dataset: just(make.v3()) }, { ifReady: "sync" })).toBe("v3");
    expect(why({ dataset: just(make.v4()) }, { ifReady: "sync" })).toBe("sync");
    expect(of({}, { ifReady: "sync" })).toEqual({
      ...{ do: "read_dataset", datasetId: make.DATASET_ID, again: false },
    });
  });

  const there: Partial<View> = {
    ...{ file: make.fileOf(), checked: make.checkedFile() },
    ...{ countedAgeMs: 0 },
  };
  const was = (version: 3 | 4, more: Partial<Brought> = {}): Brought =>
    make.brought({
      ...{ how: "was_there", accepted: 0, puts: 0, version },
      ...{ endedBefore: true, datapointsBefore: 3, ...more },
    });

  test("and has the file is left as it is, with V3 only if it is this file", () => {
    const mine = just(make.v3({ filename: make.NAME }));
    const v3 = { ...there, brought: was(3), dataset: mine };
    expect(of(v3)).toMatchObject({ do: "leave_as_it_is", why: "no_growth" });
    expect(of(v3, { ifReady: "sync" })).toMatchObject({
      ...{ do: "leave_as_it_is", why: "v3" },
    });
    const dataset = just(make.v3({ filename: "other-aaaaaaaaaaaa.csv" }));
    expect(of({ ...v3, dataset })).toMatchObject({
      reason: { why: "unaccounted", concern: { what: "another_file" } },
    });
    const v4 = { ...there, brought: was(4), dataset: just(make.v4()) };
    expect(of(v4)).toMatchObject({ do: "leave_as_it_is", why: "no_growth" });
  });

  test("gets a sync for datapoints that were added or have no task", () => {
    const dataset = just(make.v4());
    const sync = (more: Partial<Brought>, view: Partial<View> = {}) =>
      of({ ...there, dataset, brought: was(4, more), ...view }).do;
    const append = { how: "append", endedBefore: false } as const;
    expect(sync({ ...append, accepted: 1 })).toBe("sync");
    expect(sync({ ...append, accepted: 0 })).toBe("leave_as_it_is");
    expect(sync({ ...append, accepted: 1, endedBefore: true })).toBe(
      "leave_as_it_is",
    );
    expect(sync({}, { datapoints: 4 })).toBe("sync");
  });

  test("stops if an import from before the run has some rows without a task", () => {
    const dataset = just(make.v4({ totalDatapointCount: 4 }));
    const of4 = (more: Partial<Brought>) =>
      reason(of({ ...there, dataset, datapoints: 4, brought: was(4, more) }));
    expect(of4({ how: "import" })).toBe("unaccounted");
    expect(of4({ how: "append" })).toBe("sync");
  });

  test("with auto sync is judged by the tasks from before the run", () => {
    const after = (autoSyncEnabled: boolean) => {
      const found = make.batch({
        ...{ status: "READY", totalTaskCount: 3, autoSyncEnabled },
      });
      const batch = just({ ...found, totalTaskCount: 6 });
      const dataset = just(make.v4({ totalDatapointCount: 6 }));
      const brought = was(4, {
        how: "append",
        endedBefore: false,
        accepted: 3,
      });
      return reason(
        of({ ...there, found, batch, dataset, datapoints: 6, brought }),
      );
    };
    // Three more tasks for the three records of the file: none of them was recognized.
    expect(after(true)).toBe("unaccounted");
    expect(after(false)).toBe("sync");
  });

  test("with auto sync already has its tasks if somebody else set it up during this run", () => {
    const found = make.batch({ autoSyncEnabled: true });
    const batch = just({
      ...found,
      status: "READY",
      totalTaskCount: 3,
    } as const);
    const brought = was(4, { how: "import", endedBefore: false, accepted: 3 });
    const dataset = just(make.v4());
    const view = {
      ...there,
      found,
      batch,
      setup: make.THEIRS,
      brought,
      dataset,
    };
    expect(next({ ...view, datapoints: 3 })).toMatchObject({ do: "sync" });
  });

  test("waits for other imports before the counts are judged", () => {
    const running = make.job("processing");
    const dataset = just(make.v4({ imports: [running] }));
    expect(of({ ...there, dataset, brought: was(4) })).toMatchObject({
      ...{ do: "wait_for_dataset", awaited: { kind: "imports" } },
    });
  });
});

describe("at the end", () => {
  const ready = make.batch({ status: "READY", totalTaskCount: 3 });
  const job: SyncJob = {
    ...{ id: "s", status: "complete", tasksCreated: undefined },
    ...{ groupsCreated: undefined, reason: undefined },
  };
  const done = (tasks: number, more: Partial<View> = {}) => {
    const batch = just({ ...ready, totalTaskCount: tasks });
    return next({ found: make.batch(), batch, confirmed: true, ...more });
  };
  const setup = { by: "us", setups: 1, certain: true } as const;

  test("counts that do not match get time", () => {
    const wait = { do: "count_again", until: { kind: "each_has_a_task" } };
    expect(done(4, { setup })).toMatchObject({ ...wait, patient: true });
    expect(reason(done(4, { setup, tasksCounted: true }))).toBe("unaccounted");
    expect(done(3, { setup })).toMatchObject({
      ...{ do: "verify", how: { setups: 1, before: false } },
    });
    // Fewer tasks, without a sync of a file: only mentioned.
    expect(done(2, { setup })).toMatchObject({ do: "verify" });
  });

  test("the tasks of a copy are judged, whoever set it up", () => {
    expect(done(4, { setup: make.THEIRS })).toMatchObject({ do: "verify" });
    const used: View["used"] = {
      which: "copy",
      original: make.batch({ id: "original", datasets: [] }),
      ...{ id: ready.id, content: make.checkedFile(), schema: undefined },
    };
    expect(done(4, { setup: make.THEIRS, used })).toMatchObject({
      do: "count_again",
    });
    expect(
      done(4, { setup: make.THEIRS, used: { which: "original" } }),
    ).toMatchObject({ do: "verify" });
  });

  test("a sync with a file must leave no datapoint without a task", () => {
    const brought = make.brought({
      ...{ how: "append", accepted: 1, puts: 0, datapointsBefore: 2 },
    });
    const sync = { job, tasksBefore: 2, ended: true };
    const view = {
      ...{ found: ready, sync, brought, countedAgeMs: 0 },
      ...{ file: make.fileOf(), checked: make.checkedFile() },
      dataset: just(make.v4()),
    };
    const all = { ...sync, job: { ...sync.job, tasksCreated: 3 } };
    expect(reason(done(3, { ...view, sync: all }))).toBe("unaccounted");
    const allowed = ["unknown_without_task"] as const;
    expect(done(3, { ...view, sync: all, allowed })).toMatchObject({
      do: "verify",
    });
    expect(done(2, view)).toMatchObject({ do: "count_again" });
    expect(reason(done(2, { ...view, tasksCounted: true }))).toBe(
      "unaccounted",
    );
    expect(done(3, view)).toMatchObject({
      ...{ do: "verify", how: { before: true } },
    });
    expect(
      done(2, {
        ...view,
        file: undefined,
        brought: undefined,
        checked: undefined,
      }),
    ).toMatchObject({ do: "verify", how: { before: true } });
    expect(done(3, { ...view, verified: true, previewed: true })).toEqual({
      ...{ do: "end", outcome: "synced" },
    });
  });

  test("there are no more tasks than records of the file, after a setup of this run or with V3", () => {
    const brought = make.brought({
      ...{ how: "was_there", accepted: 0, puts: 0 },
      ...{ endedBefore: true, datapointsBefore: 3 },
    });
    const checked = make.checkedFile({ records: 2, distinct: 2 });
    const view = { brought, checked, file: make.fileOf(), countedAgeMs: 0 };
    const of = (more: Partial<View>) => reason(done(3, { ...view, ...more }));
    expect(of({ setup })).toBe("unaccounted");
    const allowed = (what: View["allowed"][number]) => ({ allowed: [what] });
    expect(of({ setup, ...allowed("more_than_file") })).toBe("verify");
    expect(of({ setup, ...allowed("none_recognised") })).toBe("unaccounted");
    const v3 = just(make.v3({ filename: make.NAME }));
    const left = { found: ready, left: true, dataset: v3 };
    expect(of({ ...left, brought: { ...brought, version: 3 } })).toBe(
      "unaccounted",
    );
    expect(of({ ...left, setup: make.THEIRS })).toBe("verify");
  });

  test("the outcome shows how the batch became READY", () => {
    const seen = { verified: true, previewed: true };
    expect(done(3, { ...seen, setup })).toEqual({
      ...{ do: "end", outcome: "set_up" },
    });
    const left = { ...seen, left: true };
    expect(done(3, { ...left, found: ready })).toEqual({
      ...{ do: "end", outcome: "already_set_up" },
    });
    const found = make.batch({ status: "PROCESSING" });
    expect(done(3, { ...seen, found, setup: make.THEIRS })).toEqual({
      ...{ do: "end", outcome: "joined" },
    });
    expect(done(3, { setup, verified: true })).toEqual({ do: "find_preview" });
  });
});
