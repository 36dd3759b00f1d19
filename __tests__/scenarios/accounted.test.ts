/**
 * Each record once (contract 11): whole histories on the virtual clock, judged by what would be paid for. Prolific here does
 * not recognise records that came with a file (API 11.26), unless a test says so.
 */
import { describe, expect, test } from "@jest/globals";
import type { BatchOptions } from "../../sandbox/seeds/seed-batch.ts";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import type { ImportOptions } from "../../sandbox/seeds/seed-import.ts";
import {
  type VirtualStep,
  virtualWorld,
} from "../../proof/simulation/world/world.ts";

const FILE = "reviews.csv";
const PUT = "PUT ~^/storage/";
const SCHEMA = { strict: true, fields: { id: { type: "text" } } };
const EARLIER = "reviews-0123456789ab.csv";
/** What Prolific promises, and no more. */
const UNKIND = { deduplicates: "appended" } as const;
const EMPTY_V4 = {
  ...{ datapoints: 0, imports: [], schema: SCHEMA },
  script: UNKIND,
};
const EMPTY_V3 = { version: 3, datapoints: 0 } as const;

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `r${String(from + n)}`);
const csv = (ids: readonly string[]) => ["id", ...ids].join("\n");
const records = (ids: readonly string[]) => ids.map((id) => ({ id }));
const twelve = rows(0, 12);

/** An import of an earlier commit. */
function imported(
  ids: readonly string[],
  more: Partial<ImportOptions> = {},
): DatasetOptions {
  return {
    datapoints: 0,
    schema: SCHEMA,
    imports: [
      {
        filename: EARLIER,
        ...{ records: records(ids), accepted: ids.length },
        ...more,
      },
    ],
    script: UNKIND,
  };
}

function given(dataset: DatasetOptions, batch: BatchOptions = {}) {
  const world = virtualWorld({ importsRecognised: "by appends" });
  const { prolific } = world;
  const datasetId = prolific.addDataset(dataset);
  const batchId = prolific.addBatch({ datasetId, ...batch });
  return {
    ...{ world, prolific, datasetId, batchId },
    /** A run of the commit with these rows. */
    commit: (ids: readonly string[], inputs: Record<string, string> = {}) => {
      const { dataset_file = FILE } = inputs;
      world.files.set(dataset_file, csv(ids));
      return world.run({ batch_id: batchId, dataset_file, ...inputs });
    },
    tasks: () => Number(prolific.batch(batchId).total_task_count),
    datapoints: () => Number(prolific.dataset(datasetId).total_datapoint_count),
    /** Somebody else, or another run, brings in a file, as any client does. */
    upload: (name: string, ids: readonly string[]) => {
      const path = `/datasets/${datasetId}/upload-url/${name}`;
      const { upload_url } = JSON.parse(prolific.act("GET", path).body) as {
        upload_url: string;
      };
      const { pathname, search } = new URL(upload_url);
      const body = Buffer.from(csv(ids));
      const headers = {
        "content-type": "text/csv",
        "content-length": String(body.length),
      };
      return () => {
        const path = pathname + search;
        const { status } = prolific.store({
          ...{ method: "PUT", path, headers, body },
        });
        expect(status).toBe(200);
      };
    },
  };
}

const words = ({ log }: VirtualStep) => log.join("\n");

function isRed(step: VirtualStep, title: string) {
  expect([step.green, words(step)]).toEqual([
    false,
    expect.stringContaining(title),
  ]);
  expect(step.outputs.outcome).toBe("failed");
}

function isGreen(step: VirtualStep, outcome: string) {
  expect([words(step).split("error:")[1], step.outputs.outcome]).toEqual([
    undefined,
    outcome,
  ]);
}

/** The name of a commit's content at Prolific, read off a log. */
const nameIn = (step: VirtualStep) =>
  /its name at Prolific: (\S+)/.exec(words(step))?.[1] ?? "";

async function nameOf(ids: readonly string[]): Promise<string> {
  const { commit } = given(EMPTY_V4);
  return nameIn(await commit(ids, { dry_run: "true" }));
}

describe("an upload whose bytes arrive late", () => {
  test.each([
    ["the first import ends first", 0, 70_100],
    ["the first import ends last", 5_000, 71_000],
  ])(
    "in addition to those of a second upload: red, and red again (%s)",
    async (_, ms, late) => {
      const { world, commit, tasks } = given({
        ...EMPTY_V4,
        script: { ...UNKIND, importMs: ms },
      });
      world.fault({ match: PUT, kind: "delay", ms: late });
      isRed(await commit(twelve), "The file is in the dataset twice");
      isRed(await commit(twelve), "12 tasks more than the commit has records");
      isRed(
        await commit(twelve, { if_ready: "sync" }),
        "The file is in the dataset twice",
      );
      expect(tasks()).toBe(0);
      isGreen(await commit(twelve, { extra_datapoints: "allow" }), "set_up");
      expect(tasks()).toBe(24);
    },
  );

  test("after a kill, and after the last check for them: red, nothing is set up", async () => {
    const { world, commit, tasks, datapoints } = given({
      ...EMPTY_V4,
      script: { ...UNKIND, importVisibleAfterMs: 14_000 },
    });
    world.onRequest = ({ method }) => {
      if (method !== "PUT") return;
      world.at(1, () => {
        world.cancel();
      });
    };
    await commit(twelve);
    world.onRequest = undefined;
    isRed(await commit(twelve), "The file is in the dataset twice");
    expect([datapoints(), tasks()]).toEqual([24, 0]);
  });

  test("to a V3 dataset, after another file: red before the setup", async () => {
    const { world, commit, tasks, upload } = given(EMPTY_V3);
    const others = upload("mine.csv", rows(0, 40));
    world.onRequest = ({ method }) => {
      if (method === "PUT") others();
    };
    isRed(await commit(twelve), "The dataset holds another file");
    world.onRequest = undefined;
    isRed(await commit(twelve), "This dataset cannot grow");
    expect(tasks()).toBe(0);
  });
});

describe("two runs at the same time", () => {
  test.each([
    [0, 0],
    [30, 0],
    [5_000, 12], // after the setup: it gets no tasks
  ])("%s ms apart: no record gets two tasks", async (ms, paid) => {
    const { world, commit, tasks, datapoints, upload } = given(EMPTY_V4);
    const other = upload(await nameOf(twelve), twelve);
    world.onRequest = ({ method }) => {
      if (method !== "PUT") return;
      world.onRequest = undefined;
      world.at(ms, other);
    };
    const step = await commit(twelve);
    if (paid === 0) isRed(step, "The file is in the dataset twice");
    else isGreen(step, "set_up");
    await world.clock.advance(10_000);
    expect([datapoints(), tasks()]).toEqual([24, paid]);
    isRed(await commit(twelve), "The file is in the dataset twice");
    expect(tasks()).toBe(paid);
  });
});

describe("a dataset with more than the file", () => {
  test("3 rows corrected before the first setup: red, with the cost", async () => {
    const { commit, tasks } = given(imported(twelve));
    const corrected = ["a", "b", "c", ...rows(3, 12)];
    isRed(await commit(corrected), "Prolific recognizes none of the records");
    isRed(await commit(corrected), "The dataset holds more than the file");
    expect(tasks()).toBe(0);
  });

  test("the same where imported records are recognised", async () => {
    const { commit, tasks } = given({ ...imported(twelve), script: {} });
    const corrected = ["a", "b", "c", ...rows(3, 12)];
    const step = await commit(corrected);
    isRed(step, "The dataset holds more than the file");
    expect(words(step)).toContain("3 tasks more than the commit has records");
    isRed(await commit(corrected), "The dataset holds more than the file");
    expect(tasks()).toBe(0);
  });

  test("8 rows added, the setup refused, the change reverted: red until it is allowed", async () => {
    const { world, commit, tasks } = given({ ...imported(twelve), script: {} });
    world.fault({ match: "POST /setup", kind: "status", status: 400 });
    isRed(await commit(rows(0, 20)), "Prolific refused the setup");
    const reverted = await commit(twelve);
    isRed(reverted, "8 tasks more than the commit has records");
    expect(tasks()).toBe(0);
    isGreen(await commit(twelve, { extra_datapoints: "allow" }), "set_up");
    expect(tasks()).toBe(20);
  });

  test("one record more is red, the same number is green", async () => {
    for (const [ids, outcome] of [
      [twelve, "set_up"],
      [rows(0, 11), "failed"],
    ] as const) {
      const { commit } = given({ ...imported(twelve), script: {} });
      expect((await commit(ids)).outputs.outcome).toBe(outcome);
    }
  });
});

describe("a READY batch where imported records are not recognised", () => {
  const ready = (more: Partial<ImportOptions> = {}) =>
    given(imported(twelve, more), { status: "READY" });

  test.each<[string, readonly string[], Record<string, string>]>([
    ["two rows more", rows(0, 14), {}],
    ["two rows more, one of them repeated", [...rows(0, 13), "r0"], {}],
    ["renamed, and a row more", rows(0, 13), { dataset_file: "labels.csv" }],
    ["if_ready: sync", rows(0, 14), { if_ready: "sync" }],
    ["ten rows edited", [...rows(20, 30), "r10", "r11"], {}],
  ])(
    "%s: red after the probe, with ten records more",
    async (_, ids, inputs) => {
      const { world, commit, tasks, datapoints } = ready();
      isRed(
        await commit(ids, inputs),
        "Prolific recognizes none of the records",
      );
      expect(world.posts("/datapoints")).toHaveLength(1);
      expect(datapoints()).toBeLessThanOrEqual(22);
      expect(tasks()).toBe(12);
    },
  );

  test("stays red: re-run, reverted, an older job, another name, a scheduled sync", async () => {
    const { commit, tasks } = ready();
    const grown = rows(0, 14);
    expect((await commit(grown)).green).toBe(false);
    for (const [ids, inputs] of [
      [grown, {}],
      [grown, { if_ready: "sync" }],
      [twelve, {}],
      [rows(0, 13), {}],
      [grown, { dataset_file: "other.csv" }],
    ] as [string[], Record<string, string>][]) {
      expect((await commit(ids, inputs)).green).toBe(false);
      expect(tasks()).toBe(12);
    }
  });

  test("allowed: green, with every number", async () => {
    const { commit, tasks } = ready();
    const step = await commit(rows(0, 14), { extra_datapoints: "allow" });
    isGreen(step, "synced");
    expect(words(step)).toContain("so a sync would make 14 tasks");
    expect(words(step)).toContain("extra_datapoints is allow");
    expect(step.summary).toContain("so a sync would make 14 tasks");
    expect(tasks()).toBe(26);
  });

  test("few rows: all appended, and not synced", async () => {
    const { commit, tasks } = given(imported(rows(0, 4)), { status: "READY" });
    isRed(await commit(rows(0, 6)), "Every record would get a task beside");
    isRed(await commit(rows(0, 6)), "Every record would get a task beside");
    isRed(await commit(rows(0, 5)), "A sync would pay for unknown datapoints");
    expect(tasks()).toBe(4);
  });

  test("counts that lag or grow step by step change nothing", async () => {
    for (const lagMs of [1_000, 4_000, 7_000, 19_000]) {
      const { world, commit, tasks } = given(imported(rows(0, 7)), {
        status: "READY",
      });
      world.fault({
        ...{ match: "GET /datasets/*", kind: "lag", lagMs },
        ...{ after: 1, times: null },
      });
      expect([lagMs, (await commit(rows(0, 15))).green]).toEqual([
        lagMs,
        false,
      ]);
      expect(tasks()).toBe(7);
    }
  });

  test("the deadline after the probe: the message only says that the data has arrived", async () => {
    const { world, commit, datapoints } = given(
      { ...imported(twelve), script: {} },
      { status: "READY" },
    );
    world.unreachable = ({ method }) =>
      method === "POST" && world.posts("/datapoints").length > 1;
    const step = await commit(rows(0, 14), { timeout: "30s" });
    expect(step.outputs.outcome).toBe("timed_out");
    expect(datapoints()).toBeGreaterThanOrEqual(12);
    expect(words(step)).toContain("The data has arrived at Prolific");
    expect(words(step)).not.toContain("accepted nothing");
  });

  test("an import without a name counts as other content", async () => {
    const { commit, tasks } = ready({ filename: null });
    isRed(await commit(twelve), "Prolific recognizes none of the records");
    isRed(await commit(twelve), "");
    expect(tasks()).toBe(12);
  });

  test("datapoints that another commit left are not synced", async () => {
    const { commit, tasks } = given({ ...EMPTY_V4, script: {} });
    isGreen(await commit(twelve), "set_up");
    const elsewhere = await commit(rows(0, 15), { if_ready: "skip" });
    isGreen(elsewhere, "already_set_up");
    expect(tasks()).toBe(12);
  });
});

describe("not falsely red if imported records are recognised", () => {
  test("grown, grown again, unchanged, edited: one task for each record", async () => {
    const { commit, tasks } = given({ ...EMPTY_V4, script: {} });
    isGreen(await commit(twelve), "set_up");
    isGreen(await commit(rows(0, 14)), "synced");
    expect(tasks()).toBe(14);
    isGreen(await commit(rows(0, 20)), "synced");
    isGreen(await commit(rows(0, 20)), "synced");
    expect(tasks()).toBe(20);
    isGreen(await commit(["edited", ...rows(1, 20)]), "synced");
    expect(tasks()).toBe(21);
    isGreen(await commit(twelve), "already_set_up");
  });

  test.each<[string, readonly string[]]>([
    ["on top", [...rows(100, 1_100), ...twelve]],
    ["in the middle", [...rows(0, 6), ...rows(100, 1_100), ...rows(6, 12)]],
    ["at the end", [...twelve, ...rows(100, 1_100)]],
  ])("a thousand new rows %s of twelve old ones", async (_, ids) => {
    const { world, commit, tasks } = given(
      { ...imported(twelve), script: {} },
      { status: "READY" },
    );
    isGreen(await commit(ids), "synced");
    expect(tasks()).toBe(1_012);
    expect(world.posts("/datapoints")).toHaveLength(1 + 2);
  });

  test("one probe and one more reading than before", async () => {
    const { commit } = given(
      { ...imported(twelve), script: {} },
      { status: "READY" },
    );
    const { requests } = await commit(rows(0, 14));
    const before = requests.findIndex(({ path }) => path.endsWith("/sync"));
    const asked = requests.slice(0, before).map(({ method, path }) => {
      const [thing] = path.split("/").slice(-1);
      return `${method} ${/[0-9a-f]{8}-/.test(thing ?? "") ? (path.split("/").at(-2) ?? "") : (thing ?? "")}`;
    });
    expect(asked).toEqual([
      ...["GET batches", "GET datasets"],
      ...["POST datapoints", "GET datasets"], // the probe
      "POST datapoints",
      ...["GET datasets", "GET batches"],
    ]);
  });
});

describe("new rows always get tasks", () => {
  test("with two datasets attached, the records of this run decide", async () => {
    const { world, prolific, datasetId, commit } = given(
      { ...imported(twelve), script: {} },
      { status: "UNINITIALISED" },
    );
    const other = prolific.addDataset({ datapoints: 5 });
    const batchId = prolific.addBatch({
      ...{ datasetIds: [datasetId, other], status: "READY", tasks: 17 },
    });
    const step = await commit(rows(0, 15), {
      ...{ batch_id: batchId, dataset_id: datasetId },
    });
    expect(world.posts("/sync")).toHaveLength(1);
    expect(step.outputs.sync_id).toBeDefined();
  });

  test.each([7_000, 19_000])("even if the count lags %s ms", async (lagMs) => {
    const { world, commit, tasks } = given(
      { ...imported(twelve), script: {} },
      { status: "READY" },
    );
    world.fault({
      ...{ match: "GET /datasets/*", kind: "lag", lagMs },
      ...{ after: 1, times: null },
    });
    isGreen(await commit(rows(0, 14)), "synced");
    expect(tasks()).toBe(14);
  });

  test.each([
    ["none of 14", { accepted: 0, rejected: 0, errors: [] }],
    ["9 of 14", { accepted: 9, rejected: 0, errors: [] }],
    ["more than 14", { accepted: 14, rejected: 1, errors: [] }],
  ])(
    "an append response that accounts for %s records counts as no response",
    async (_, answer) => {
      const { world, commit, tasks } = given(
        { ...imported(twelve), script: {} },
        { status: "READY" },
      );
      const body = JSON.stringify(answer);
      const fault = {
        ...({ match: "POST /datapoints", kind: "malformed", body } as const),
        after: 1,
      };
      world.fault(fault);
      isGreen(await commit(rows(0, 14)), "synced");
      expect(tasks()).toBe(14);
      world.fault({ ...fault, after: 0, times: null });
      isRed(
        await commit(rows(0, 15)),
        "Unknown whether Prolific took the records",
      );
      expect(tasks()).toBe(14);
    },
  );
});

describe("a ZIP", () => {
  test("with an unknown number of records: the log says what is checked", async () => {
    const { world, batchId, tasks } = given(EMPTY_V3);
    world.files.set("reviews.zip", "PK\u0003\u0004 and so on");
    const inputs = { batch_id: batchId, dataset_file: "reviews.zip" };
    const step = await world.run(inputs);
    isGreen(step, "set_up");
    expect(words(step)).toContain("the records in a ZIP are not counted");
    expect(tasks()).toBe(7);
  });
});

describe("a V3 dataset", () => {
  test("without a name, found by another run: its content is unknown", async () => {
    const nameless = { version: 3, datapoints: 12, filename: null } as const;
    const { commit, tasks } = given(nameless);
    const step = await commit(twelve);
    isRed(step, "Unknown which file the dataset holds");
    expect(words(step)).not.toContain("of another file");
    expect(tasks()).toBe(0);
    isGreen(await commit(twelve, { extra_datapoints: "allow" }), "set_up");
    expect(tasks()).toBe(12);
  });

  test("with more datapoints than the file has records: red", async () => {
    const filename = await nameOf(twelve);
    const { commit, tasks } = given({ version: 3, datapoints: 24, filename });
    isRed(await commit(twelve), "12 tasks more than the commit has records");
    expect(tasks()).toBe(0);
  });

  test("with fewer: a warning", async () => {
    const filename = await nameOf(twelve);
    const { commit } = given({ version: 3, datapoints: 11, filename });
    const step = await commit(twelve);
    isGreen(step, "set_up");
    expect(words(step)).toContain("warning: Fewer datapoints than records");
  });

  test("that waits for the bytes of this file is checked for 10 s, once", async () => {
    const { world, commit, tasks, upload } = given(EMPTY_V3);
    const late = upload(await nameOf(twelve), twelve);
    world.at(4_000, late);
    const step = await commit(twelve);
    isGreen(step, "set_up");
    expect(tasks()).toBe(12);
  });
});

describe("upload addresses of this file that never got their bytes", () => {
  test("are checked together, once", async () => {
    const filename = await nameOf(twelve);
    const { commit, tasks } = given({
      ...EMPTY_V4,
      imports: Array.from({ length: 4 }, () => ({
        ...{ filename, status: "uninitialised" as const },
      })),
    });
    const step = await commit(twelve);
    isGreen(step, "set_up");
    const put = step.requests.find(({ method }) => method === "PUT");
    expect(put?.atMs).toBeLessThan(11_000);
    expect(tasks()).toBe(12);
  });
});

describe("a dry run", () => {
  test.each<[string, DatasetOptions, BatchOptions, string]>([
    ["a fresh batch", EMPTY_V4, {}, "12 tasks for 12 records"],
    [
      "a dataset with more",
      imported(rows(0, 13)),
      {},
      "The dataset holds more than the file",
    ],
    [
      "another commit's rows",
      { ...imported(rows(0, 11)), script: {} },
      { status: "READY" },
      "append 10 of its records to see whether Prolific recognizes them",
    ],
  ])("says what would be paid for: %s", async (_, dataset, batch, says) => {
    const { commit } = given(dataset, batch);
    const step = await commit(twelve, { dry_run: "true" });
    expect(words(step)).toContain(says);
    expect(step.tookMs).toBe(0);
    expect(step.requests.every(({ method }) => method === "GET")).toBe(true);
  });
});
