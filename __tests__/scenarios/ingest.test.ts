/** The file of a commit in every state of batch and dataset, on a virtual clock (contract 5). */
import { describe, expect, test } from "@jest/globals";
import type { BatchOptions } from "../../sandbox/seeds/seed-batch.ts";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import type {
  VirtualOptions,
  VirtualStep,
} from "../../proof/simulation/world/world.ts";
import { virtualWorld } from "../../proof/simulation/world/world.ts";

const FILE = "reviews.csv";
const SCHEMA = { strict: true, fields: { id: { type: "text" } } };
const EMPTY_V4: DatasetOptions = { datapoints: 0, imports: [], schema: SCHEMA };
const EMPTY_V3: DatasetOptions = { version: 3, datapoints: 0 };
const PUT = "PUT ~^/storage/";

const csv = (count: number) =>
  ["id", ...Array.from({ length: count }, (_, n) => `r${String(n)}`)].join(
    "\n",
  );
const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `r${String(n)}` }));

function given(
  dataset: DatasetOptions,
  records = 3,
  batch: BatchOptions = {},
  options: VirtualOptions = {},
) {
  // Where nothing else is said, an append recognizes the records of an import, too.
  const world = virtualWorld({ importsRecognised: "by appends", ...options });
  const datasetId = world.prolific.addDataset(dataset);
  const batchId = world.prolific.addBatch({ datasetId, ...batch });
  world.files.set(FILE, csv(records));
  return {
    world,
    datasetId,
    batchId,
    run: (inputs: Record<string, string> = {}) =>
      world.run({ batch_id: batchId, dataset_file: FILE, ...inputs }),
    count: () => world.prolific.records(datasetId).length,
  };
}

const sent = ({ requests }: VirtualStep, method: string, part: string) =>
  requests.filter(
    (request) => request.method === method && request.path.includes(part),
  );
const words = ({ log }: VirtualStep) => log.join("\n");

describe("an upload without a clear response", () => {
  test("that stalls is not found, and sent again to a new address", async () => {
    const { world, run, count } = given(EMPTY_V4);
    world.fault({ match: PUT, kind: "stallUpload", bytes: 4 });
    const step = await run();
    expect(step.outputs.outcome).toBe("set_up");
    const puts = sent(step, "PUT", "/storage/");
    expect(puts).toHaveLength(2);
    expect(new Set(puts.map(({ path }) => path)).size).toBe(2);
    // 60 s without progress, then 10 s of looks.
    expect((puts[1]?.atMs ?? 0) - (puts[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(
      70_000,
    );
    const looks = step.requests.filter(
      ({ path, atMs }) =>
        path.includes("/imports/") && atMs < (puts[1]?.atMs ?? 0),
    );
    expect(looks.length).toBeGreaterThanOrEqual(3);
    expect(count()).toBe(3);
  });

  test.each(["hang", "reset"] as const)(
    "that arrived all the same (%s) is not sent again",
    async (kind) => {
      const { world, run, count } = given(EMPTY_V4);
      world.fault({ match: PUT, kind, when: "after" });
      const step = await run();
      expect(step.outputs.outcome).toBe("set_up");
      expect(sent(step, "PUT", "/storage/")).toHaveLength(1);
      expect(count()).toBe(3);
    },
  );

  test("that arrived all the same is not sent again to a V3 dataset", async () => {
    const { world, run } = given(EMPTY_V3);
    world.fault({ match: PUT, kind: "status", status: 500, when: "after" });
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "3",
    });
    expect(sent(step, "PUT", "/storage/")).toHaveLength(1);
  });

  test("is given up after three attempts", async () => {
    const { world, run, count } = given(EMPTY_V4);
    world.fault({ match: PUT, kind: "status", status: 503, times: null });
    const step = await run();
    expect(step.green).toBe(false);
    expect(sent(step, "PUT", "/storage/")).toHaveLength(3);
    expect(words(step)).toContain("The upload did not arrive");
    expect(sent(step, "POST", "")).toHaveLength(0);
    expect(count()).toBe(0);
  });

  test("that the storage refuses is a final error", async () => {
    const { world, run } = given(EMPTY_V4);
    world.fault({
      match: PUT,
      kind: "status",
      status: 403,
      body: "<Error><Message>Signature</Message></Error>",
    });
    const step = await run();
    expect(step.green).toBe(false);
    expect(sent(step, "PUT", "/storage/")).toHaveLength(1);
    expect(words(step)).toContain("The storage refused the upload");
    expect(words(step)).toContain("Signature");
  });
});

describe("the address of the upload", () => {
  test.each(["http://storage.example", "ftp://storage.example"])(
    "%s is not used",
    async (storageUrl) => {
      const { run } = given({ ...EMPTY_V4, script: { storageUrl } });
      const step = await run();
      expect(step.green).toBe(false);
      expect(sent(step, "PUT", "")).toHaveLength(0);
      expect(words(step)).toContain("not https");
      expect(words(step)).not.toMatch(/X-Signature/);
    },
  );

  test.each<[string, string, DatasetOptions, string]>([
    [FILE, csv(3), EMPTY_V4, "text/csv"],
    ["r.jsonl", '{"id":"r0"}\n', EMPTY_V4, "application/x-ndjson"],
    ["r.zip", "PK\u0003\u0004", EMPTY_V3, "application/zip"],
  ])(
    "without a content type is used with that of the extension: %s",
    async (file, content, dataset, contentType) => {
      const { world, run } = given({
        ...dataset,
        script: { omitContentType: true },
      });
      world.files.set(file, content);
      const step = await run({ dataset_file: file });
      expect(step.outputs.outcome).toBe("set_up");
      const [put] = sent(step, "PUT", "/storage/");
      expect(put?.contentType).toBe(contentType);
    },
  );

  test("with a content type is used with that one, because it may be signed", async () => {
    const { world, run, datasetId } = given(EMPTY_V4);
    const { status, body } = world.prolific.act(
      "GET",
      `/datasets/${datasetId}/upload-url/reviews.csv`,
    );
    const target = JSON.parse(body) as Record<string, unknown>;
    world.fault({
      match: "GET ~upload-url",
      kind: "malformed",
      status,
      body: JSON.stringify({ ...target, content_type: "text/plain" }),
    });
    const [put] = sent(await run(), "PUT", "/storage/");
    expect(put?.contentType).toBe("text/plain");
  });
});

describe("an import", () => {
  test("that returns 404 at first is followed", async () => {
    const { run } = given({
      ...EMPTY_V4,
      script: { importVisibleAfterMs: 4_000 },
    });
    expect((await run()).outputs.outcome).toBe("set_up");
  });

  test("that ends between the last reading and the deadline is judged", async () => {
    const { run } = given({
      ...EMPTY_V4,
      script: {
        importMs: 119_800,
        rejects: [{ field: "id", pattern: "^r1$", reason: "no" }],
      },
    });
    const step = await run({ timeout: "2m" });
    expect(step.outputs).toMatchObject({
      outcome: "failed",
      accepted_count: "2",
      rejected_count: "1",
    });
    expect(step.tookMs).toBeGreaterThanOrEqual(120_000);
    expect(words(step)).toContain("error reviews.csv:3:");
  });

  test("that does not end: timed out, and the re-run follows it", async () => {
    const { world, run, datasetId, count } = given({
      ...EMPTY_V4,
      script: { importEndsIn: "processing" },
    });
    const step = await run({ timeout: "2m" });
    expect(step.outputs.outcome).toBe("timed_out");
    expect(step.tookMs).toBeLessThanOrEqual(125_000);
    expect(words(step)).toContain("The data has arrived at Prolific");
    world.prolific.changeDataset(datasetId, { importEndsIn: null });
    const again = await run({ timeout: "2m" });
    expect(sent(again, "PUT", "")).toHaveLength(0);
    expect(
      again.outputs.outcome === "set_up" ||
        again.outputs.outcome === "timed_out",
    ).toBe(true);
    expect(count()).toBeLessThanOrEqual(3);
  });

  test("of this file that never got its bytes is checked for 10 s, then replaced", async () => {
    const { world, run, datasetId, count } = given(EMPTY_V4);
    world.fault({ match: PUT, kind: "cutUpload", bytes: 3 });
    world.onRequest = ({ method }) => {
      if (method === "PUT") world.cancel();
    };
    expect((await run()).outputs.outcome).toBe("cancelled");
    world.onRequest = undefined;
    const step = await run();
    expect(step.outputs.outcome).toBe("set_up");
    expect(sent(step, "PUT", "/storage/")[0]?.atMs).toBeGreaterThanOrEqual(
      10_000,
    );
    expect(count()).toBe(3);
    expect(
      (world.prolific.dataset(datasetId).imports as unknown[]).length,
    ).toBe(2);
  });

  test("that is followed, with growth that is visible late, gets its tasks", async () => {
    const { world, run, datasetId } = given({
      ...EMPTY_V4,
      script: { importMs: 4_000 },
    });
    expect((await run({ timeout: "2s" })).outputs.outcome).toBe("timed_out");
    // The import has ended when it is looked at; the dataset is read as it was before for a while.
    world.fault({
      match: `GET /datasets/${datasetId}`,
      kind: "lag",
      after: 1,
      forMs: 4_000,
    });
    const step = await run();
    expect(sent(step, "PUT", "")).toHaveLength(0);
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "3",
    });
  });

  test("of another file runs: the step waits, then appends records", async () => {
    const { run, count } = given(
      {
        ...EMPTY_V4,
        imports: [
          {
            filename: "other.csv",
            processingMs: 20_000,
            accepted: 2,
            records: recordsOf(2),
          },
        ],
      },
      5,
    );
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "5",
      duplicate_count: "2",
    });
    expect(sent(step, "PUT", "")).toHaveLength(0);
    const [append] = sent(step, "POST", "/datapoints");
    expect(append?.atMs).toBeGreaterThanOrEqual(20_000);
    expect(count()).toBe(5);
  });
});

test("a file that somebody else uploads during a long check is not uploaded again", async () => {
  const { world, run, datasetId, count } = given(
    EMPTY_V4,
    3,
    {},
    { readMs: 6_000 },
  );
  const checked = words(await run({ dry_run: "true" }));
  const [, name = ""] = /its name at Prolific: (\S+)/.exec(checked) ?? [];
  let looks = 0;
  world.onRequest = ({ method, path }) => {
    if (method !== "GET" || !path.endsWith(datasetId) || ++looks > 1) return;
    // The dataset is read, as empty; the check of the file has begun.
    world.at(3_000, () => {
      const { body } = world.prolific.act(
        "GET",
        `/datasets/${datasetId}/upload-url/${name}`,
      );
      const target = JSON.parse(body) as { upload_url: string };
      const { pathname, search } = new URL(target.upload_url);
      const bytes = Buffer.from(csv(3));
      const headers = {
        "content-type": "text/csv",
        "content-length": String(bytes.length),
      };
      const put = { method: "PUT", path: pathname + search, headers };
      expect(world.prolific.store({ ...put, body: bytes }).status).toBe(200);
    });
  };
  const step = await run();
  expect(step.outputs.outcome).toBe("set_up");
  expect(sent(step, "PUT", "")).toHaveLength(0);
  expect(count()).toBe(3);
});

describe("a V3 dataset", () => {
  test("that ends in ERROR is red", async () => {
    const { run } = given({ ...EMPTY_V3, script: { datasetEndsIn: "ERROR" } });
    const step = await run();
    expect(step.green).toBe(false);
    expect(words(step)).toContain("could not process its file");
    expect(sent(step, "POST", "")).toHaveLength(0);
  });

  test("with another file is red without waiting", async () => {
    const { run } = given(
      { version: 3, datapoints: 3, filename: "reviews-000000000000.csv" },
      3,
      { status: "PROCESSING", setupMs: 600_000 },
    );
    const step = await run();
    expect(step.green).toBe(false);
    expect(step.tookMs).toBeLessThan(60_000);
    expect(words(step)).toContain("This dataset cannot grow");
    expect(words(step)).toContain("duplicate");
  });
});

describe("a batch that is not UNINITIALISED", () => {
  const GROWING: DatasetOptions = {
    ...EMPTY_V4,
    imports: [{ filename: "reviews.csv", records: recordsOf(3), accepted: 3 }],
  };

  test("PROCESSING: the step waits, appends, then syncs", async () => {
    const { run, count } = given(GROWING, 5, {
      status: "PROCESSING",
      setupMs: 30_000,
    });
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "5",
      tasks_created: "2",
    });
    expect(sent(step, "POST", "/setup")).toHaveLength(0);
    const [append] = sent(step, "POST", "/datapoints");
    expect(append?.atMs).toBeGreaterThanOrEqual(29_000);
    expect(count()).toBe(5);
    expect(step.summary).toContain("2 new datapoints, 5 new tasks in 5 groups");
  });

  test("PROCESSING with wait false: the step waits all the same, because a sync cannot be accepted before", async () => {
    const { run } = given(GROWING, 5, {
      status: "PROCESSING",
      setupMs: 30_000,
    });
    const step = await run({ wait: "false" });
    expect(step.outputs).toMatchObject({ outcome: "accepted" });
    expect(step.outputs.sync_id).toBeDefined();
  });

  test("PROCESSING with nothing new: synced all the same, because the counts may lag (contract 11)", async () => {
    const { run } = given(GROWING, 3, {
      status: "PROCESSING",
      setupMs: 30_000,
    });
    const step = await run();
    expect(step.outputs).toMatchObject({
      ...{ outcome: "synced", tasks_created: "0", total_task_count: "3" },
    });
    expect(sent(step, "POST", "/sync")).toHaveLength(1);
  });

  test.each(["READY", "PROCESSING"] as const)(
    "%s with skip: nothing is uploaded",
    async (status) => {
      const { run, count } = given(GROWING, 5, { status });
      const step = await run({ if_ready: "skip" });
      expect(step.green).toBe(true);
      expect(step.requests.every(({ method }) => method === "GET")).toBe(true);
      expect(sent(step, "GET", "upload-url")).toHaveLength(0);
      expect(count()).toBe(3);
    },
  );

  test.each(["READY", "PROCESSING"] as const)(
    "%s with fail: red, nothing is uploaded",
    async (status) => {
      const { run, count } = given(GROWING, 5, { status });
      const step = await run({ if_ready: "fail" });
      expect(step.green).toBe(false);
      expect(step.tookMs).toBeLessThan(5_000);
      expect(step.requests.every(({ method }) => method === "GET")).toBe(true);
      expect(count()).toBe(3);
    },
  );

  test("READY, with datapoints that an earlier run left without tasks: synced", async () => {
    const { world, run, datasetId } = given(GROWING, 5, { status: "READY" });
    const body = recordsOf(5)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join("");
    const reply = world.prolific.handle({
      method: "POST",
      path: `/api/v1/data-collection/datasets/${datasetId}/datapoints`,
      headers: {
        authorization: `Token ${world.prolific.token}`,
        "content-type": "application/x-ndjson",
      },
      body,
    });
    expect(reply.status).toBe(200);
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "5",
    });
    expect(step.summary).toContain("0 new datapoints, 2 new tasks in 2 groups");
  });

  test("set up by somebody else during the upload: gets the missing tasks", async () => {
    const { world, run, batchId } = given(EMPTY_V4);
    world.onRequest = ({ path }) => {
      if (path.endsWith("/setup")) {
        world.onRequest = undefined;
        world.prolific.act("POST", `/batches/${batchId}/setup`, {});
      }
    };
    const step = await run();
    expect(step.green).toBe(true);
    expect(world.prolific.acceptedSetups(batchId)).toBe(1);
    expect(world.prolific.batch(batchId).total_task_count).toBe(3);
  });
});

describe("records that are written again", () => {
  const NASTY: DatasetOptions = {
    ...EMPTY_V4,
    imports: [{ filename: "reviews.csv", records: recordsOf(3), accepted: 3 }],
    script: { deduplicates: "appended" },
  };

  test.each(["UNINITIALISED", "READY"] as const)(
    "never get tasks, not even in a re-run (%s)",
    async (status) => {
      const { world, run, batchId } = given(NASTY, 4, { status });
      const before = world.prolific.batch(batchId).total_task_count;
      for (let n = 0; n < 3; n++) {
        const step = await run();
        expect(step.green).toBe(false);
        expect(words(step)).toContain(
          status === "READY"
            ? "Every record would get a task beside those that are there"
            : "The dataset holds more than the file",
        );
        expect(sent(step, "POST", "/sync")).toHaveLength(0);
        expect(sent(step, "POST", "/setup")).toHaveLength(0);
      }
      expect(world.prolific.batch(batchId).total_task_count).toBe(before);
    },
  );

  test("by an earlier append, with an import that had duplicates, are noticed in the re-run", async () => {
    // 4 accepted, 1 of them known: 3 datapoints. The append of an earlier run wrote 3 more, and was stopped.
    const { world, run, batchId, count } = given({
      ...EMPTY_V4,
      imports: [
        {
          filename: "reviews.csv",
          records: recordsOf(3),
          accepted: 4,
          duplicates: 1,
        },
      ],
      script: { deduplicates: "appended" },
    });
    world.onRequest = ({ method }) => {
      if (method === "POST") world.cancel();
    };
    expect((await run()).outputs.outcome).toBe("cancelled");
    world.onRequest = undefined;
    expect(count()).toBe(6);
    const step = await run();
    expect(words(step)).toContain("The dataset holds more than the file");
    expect(world.prolific.acceptedSetups(batchId)).toBe(0);
  });

  test("with a file name with several dots are noticed", async () => {
    const { world, run } = given({
      ...NASTY,
      imports: [
        { filename: "re.vi.ews.csv", records: recordsOf(3), accepted: 3 },
      ],
    });
    world.files.set("re.vi.ews.csv", csv(4));
    const step = await run({ dataset_file: "re.vi.ews.csv" });
    expect(words(step)).toContain("The dataset holds more than the file");
  });

  test("are not assumed for rows that are edited one after the other", async () => {
    const { world, run } = given(
      { ...NASTY, script: { deduplicates: "all" } },
      3,
    );
    expect((await run()).outputs.outcome).toBe("set_up");
    const rows = ["r0", "r1", "r2"];
    for (let n = 0; n < 6; n++) {
      rows[n % 3] = `edited ${String(n)}`;
      world.files.set(FILE, ["id", ...rows].join("\n"));
      const step = await run();
      expect([n, step.outputs.outcome]).toEqual([n, "synced"]);
      expect(step.outputs.total_task_count).toBe(String(4 + n));
    }
  });

  test("by a second upload after the first one arrived late: red before any setup", async () => {
    const { world, run } = given(EMPTY_V4);
    // Just after it was given up, and looked for in vain.
    world.fault({ match: PUT, kind: "delay", ms: 70_500 });
    const step = await run();
    expect(step.green).toBe(false);
    expect(words(step)).toContain("The file is in the dataset twice");
    expect(sent(step, "POST", "")).toHaveLength(0);
  });
});

describe("an append", () => {
  const THERE: DatasetOptions = {
    ...EMPTY_V4,
    imports: [{ filename: "reviews.csv", records: recordsOf(3), accepted: 3 }],
  };

  test("without a clear response is sent again, and written once", async () => {
    const { world, run, count } = given(THERE, 5);
    world.fault({ match: "POST /datapoints", kind: "reset", when: "after" });
    const step = await run();
    expect(step.outputs.outcome).toBe("set_up");
    expect(sent(step, "POST", "/datapoints")).toHaveLength(2);
    expect(count()).toBe(5);
  });

  test("that never gets a response is red after five attempts", async () => {
    const { world, run } = given(THERE, 5);
    world.fault({
      match: "POST /datapoints",
      kind: "status",
      status: 500,
      times: null,
    });
    const step = await run();
    expect(step.green).toBe(false);
    expect(sent(step, "POST", "/datapoints")).toHaveLength(5);
    expect(sent(step, "POST", "/setup")).toHaveLength(0);
    expect(words(step)).toContain("Unknown whether Prolific took the records");
  });

  test("that is refused is red at once", async () => {
    const { world, run } = given(THERE, 5);
    world.fault({
      match: "POST /datapoints",
      kind: "status",
      status: 400,
      text: "Not these.",
    });
    const step = await run();
    expect(step.green).toBe(false);
    expect(sent(step, "POST", "/datapoints")).toHaveLength(1);
    expect(words(step)).toContain("Not these.");
  });

  test("to a busy dataset waits until the deadline", async () => {
    const { world, run } = given(THERE, 5);
    world.fault({
      match: "POST /datapoints",
      kind: "status",
      status: 409,
      times: null,
    });
    const step = await run({ timeout: "5m" });
    expect(step.outputs.outcome).toBe("timed_out");
    expect(sent(step, "POST", "/datapoints").length).toBeLessThan(60);
    expect(words(step)).toContain("Prolific accepted nothing in this run");
  });

  test("that was answered with 429 waits at least 2 s, whatever the response says", async () => {
    const { world, run } = given(THERE, 5);
    world.fault({ match: "POST /datapoints", kind: "status", status: 429 });
    const step = await run();
    expect(step.outputs.outcome).toBe("set_up");
    const [first, second] = sent(step, "POST", "/datapoints");
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(
      2_000,
    );
  });

  test("that was accepted, then a cancel: the message says that the data has arrived", async () => {
    const { world, run, count } = given(THERE, 5);
    world.onRequest = ({ method, path }) => {
      const appended = world.posts("/datapoints").length > 0;
      if (method === "GET" && path.includes("/datasets/") && appended) {
        world.cancel();
      }
    };
    const step = await run();
    expect(step.outputs.outcome).toBe("cancelled");
    expect(count()).toBe(5);
    expect(words(step)).toContain("The data has arrived at Prolific");
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "errors, but counts none",
      {
        accepted: 5,
        rejected: 0,
        errors: [{ record_index: 2, field: "id", reason: "no" }],
      },
      "error reviews.csv:3: Prolific rejected a record: record 2 (line 3)",
    ],
    [
      "more rejected ones than errors",
      { accepted: 4, rejected: 1, errors: [] },
      "Prolific accepted 4 records of reviews.csv and rejected 1, and lists 0",
    ],
    [
      "an error without an index",
      { accepted: 4, rejected: 1, errors: [{ field: "id", reason: "no" }] },
      'error reviews.csv:undefined: Prolific rejected a record: a record, field "id": no',
    ],
  ])("whose answer lists %s is red", async (_, answer, expected) => {
    const { world, run } = given(THERE, 5);
    const body = JSON.stringify(answer);
    world.fault({ match: "POST /datapoints", kind: "malformed", body });
    const step = await run();
    expect(step.outputs.outcome).toBe("failed");
    expect(words(step)).toContain(expected);
    expect(step.summary).toContain("#### 1 rejected record in");
    expect(world.posts()).toHaveLength(0);
  });

  test("with only rejected records says so, even for a file that was imported before", async () => {
    const { run } = given(
      {
        ...THERE,
        script: { rejects: [{ field: "id", pattern: ".", reason: "no" }] },
      },
      5,
    );
    const step = await run();
    expect(step.green).toBe(false);
    expect(words(step)).toContain("Prolific rejected records");
    expect(words(step)).not.toContain("twice");
  });

  test.each([
    ["a quote that is not closed", 'id\nr0\n"r1\n'],
    ["one row more", `${csv(5)}\nr5`],
    ["one row fewer", csv(4)],
    ["another row of the same length", csv(5).replace("r4", "x4")],
  ])(
    "of a file that changed after the check sends nothing: %s",
    async (_, changed) => {
      const other = {
        ...{ filename: "o.csv", processingMs: 20_000 },
        ...{ accepted: 1, records: recordsOf(1) },
      };
      const { world, run } = given({ ...EMPTY_V4, imports: [other] }, 5);
      // While it waits for the other import, long after the preflight.
      world.at(10_000, () => {
        world.files.set(FILE, changed);
      });
      const step = await run();
      expect(step.green).toBe(false);
      expect(words(step)).toContain("The dataset file has changed");
      expect(words(step)).toContain(
        "changed while this step was at work on it",
      );
      expect(words(step)).toContain("nothing else writes to the file");
      expect(world.posts("/datapoints")).toHaveLength(0);
    },
  );

  test("with growth that is visible late gets its tasks", async () => {
    const { world, run } = given(THERE, 5, { status: "READY" });
    world.fault({
      match: "GET /datasets/*",
      kind: "lag",
      after: 1,
      forMs: 1_500,
    });
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "5",
    });
  });

  test("sends requests of at most 1000 records and 1 MiB", async () => {
    const { world, run, count } = given(THERE, 5);
    const long = "x".repeat(3_000);
    world.files.set(
      FILE,
      [
        "id",
        ...Array.from(
          { length: 1_500 },
          (_, n) => `r${String(n)}${n > 2 && n < 500 ? long : ""}`,
        ),
      ].join("\n"),
    );
    const step = await run();
    expect(step.green).toBe(true);
    const appends = sent(step, "POST", "/datapoints");
    for (const { body } of appends) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2 ** 20);
      expect(body.trim().split("\n").length).toBeLessThanOrEqual(1_000);
    }
    expect(appends).toHaveLength(1 + 3); // the probe first
    expect(count()).toBe(1_500);
  });

  test("refuses a record that is too long before it sends any", async () => {
    const { world, run } = given(THERE, 5);
    const tooLong = "x".repeat(2 ** 20);
    world.files.set(FILE, `id\nr1\n${tooLong}\nr2\nr3\n`);
    for (const dry_run of ["false", "true"]) {
      const step = await run({ dry_run });
      expect(step.green).toBe(false);
      expect(sent(step, "POST", "")).toHaveLength(0);
      expect(words(step)).toContain("line 3");
    }
  });
});

describe("a dry run", () => {
  const readsOnly = (step: VirtualStep) => {
    expect(step.requests.every(({ method }) => method === "GET")).toBe(true);
    expect(sent(step, "GET", "upload-url")).toHaveLength(0);
  };

  test.each<
    [string, DatasetOptions, BatchOptions, Record<string, string>, string]
  >([
    [
      "fresh V4",
      EMPTY_V4,
      {},
      { tasks_per_group: "2" },
      "upload 3 records as reviews-",
    ],
    [
      "fresh V4, its groups",
      EMPTY_V4,
      {},
      { tasks_per_group: "2" },
      "set up the batch: 3 tasks for 3 records in 2 groups",
    ],
    [
      "fresh V3",
      EMPTY_V3,
      {},
      {},
      "set up the batch: 3 tasks for 3 records in 3 groups",
    ],
    [
      "V4 with data",
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
      },
      {},
      {},
      "append 3 records to the 2 datapoints there",
    ],
    [
      "READY",
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
      },
      { status: "READY" },
      {},
      "sync the batch",
    ],
    [
      "READY, skipped",
      EMPTY_V4,
      { status: "READY", tasks: 3 },
      { if_ready: "skip" },
      "leave the batch unchanged",
    ],
    [
      "PROCESSING",
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
      },
      { status: "PROCESSING" },
      {},
      "wait for the setup that is running",
    ],
    [
      "no file",
      { datapoints: 7 },
      {},
      { dataset_file: "", tasks_per_group: "3" },
      "set up the batch: 7 tasks in 3 groups",
    ],
    [
      "no file, running import",
      { ...EMPTY_V4, imports: [{ processingMs: 60_000 }] },
      {},
      { dataset_file: "" },
      "wait for its import",
    ],
    [
      "no file, sync",
      { datapoints: 7 },
      { status: "READY", tasks: 5 },
      { dataset_file: "", if_ready: "sync" },
      "sync the batch: 2 datapoints without a task",
    ],
  ])("%s", async (_, dataset, batch, inputs, says) => {
    const { run } = given(dataset, 3, batch);
    const step = await run({ dry_run: "true", ...inputs });
    expect([step.outputs.outcome, words(step)]).toEqual([
      "dry_run",
      expect.stringContaining(says),
    ]);
    expect(step.summary).toContain("A real run would");
    expect(step.tookMs).toBe(0);
    readsOnly(step);
  });

  test.each<
    [string, DatasetOptions, BatchOptions, Record<string, string>, string]
  >([
    ["ERROR", EMPTY_V4, { status: "ERROR" }, {}, "is in ERROR"],
    [
      "an empty dataset without a file",
      EMPTY_V4,
      {},
      { dataset_file: "" },
      "is empty",
    ],
    [
      "a V3 dataset that would have to grow",
      { version: 3, datapoints: 2 },
      {},
      {},
      "cannot grow",
    ],
    [
      "fail",
      EMPTY_V4,
      { status: "READY", tasks: 3 },
      { if_ready: "fail" },
      "already set up",
    ],
    ["no schema", { ...EMPTY_V4, schema: null }, {}, {}, "no schema"],
    [
      "READY without tasks",
      EMPTY_V4,
      { status: "READY", tasks: 0 },
      { if_ready: "skip" },
      "empty",
    ],
  ])(
    "is red for what a real run would be red for: %s",
    async (_, dataset, batch, inputs, says) => {
      const dry = given(dataset, 3, batch);
      const step = await dry.run({ dry_run: "true", ...inputs });
      expect([step.outputs.outcome, words(step)]).toEqual([
        "failed",
        expect.stringContaining(says),
      ]);
      readsOnly(step);
      const real = await given(dataset, 3, batch).run(inputs);
      expect(real.outputs.outcome).toBe("failed");
    },
  );

  test("is red for a rejected record of an existing import, like a real run", async () => {
    const rejects = [{ field: "id", pattern: "^r1$", reason: "no" }];
    const { run } = given({ ...EMPTY_V4, script: { rejects } });
    expect((await run()).green).toBe(false);
    const step = await run({ dry_run: "true" });
    expect(step.green).toBe(false);
    expect(words(step)).toContain("error reviews.csv:3:");
    readsOnly(step);
    expect((await run({ dry_run: "true", allow_partial: "true" })).green).toBe(
      true,
    );
  });

  test("says that instructions are missing", async () => {
    const { run } = given(EMPTY_V4, 3, { instructions: 0 });
    expect(words(await run({ dry_run: "true" }))).toContain("no instructions");
  });

  test("without a token only checks the file", async () => {
    const { world, run } = given(EMPTY_V4);
    const step = await run({ dry_run: "true", api_token: "" });
    expect(step.outputs.outcome).toBe("dry_run");
    expect(step.requests).toHaveLength(0);
    world.files.set(FILE, "id\na,b\n");
    const red = await run({ dry_run: "true", api_token: "" });
    expect(red.green).toBe(false);
    expect(words(red)).toContain("error reviews.csv:2:");
    const nothing = await run({
      dry_run: "true",
      api_token: "",
      dataset_file: "",
    });
    expect(nothing.outputs.outcome).toBe("dry_run");
    expect(words(nothing)).toContain("notice");
  });
});

describe("records that Prolific rejects", () => {
  const rejects = [{ field: "id", pattern: "^r[12]$", reason: "no" }];

  test("by an import: red on their lines, green with allow_partial", async () => {
    const red = given({ ...EMPTY_V4, script: { rejects } });
    const step = await red.run();
    expect(step.outputs).toMatchObject({
      outcome: "failed",
      rejected_count: "2",
    });
    expect(words(step)).toContain(
      'error reviews.csv:3: Prolific rejected a record: record 2 (line 3), field "id": no',
    );
    expect(words(step)).toContain("error reviews.csv:4:");
    expect(step.summary).toContain("#### 2 rejected records in");
    const green = given({
      ...EMPTY_V4,
      setupTakesPartial: true,
      script: { rejects },
    });
    const taken = await green.run({ allow_partial: "true" });
    expect(taken.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "1",
    });
    expect(words(taken)).toContain("warning reviews.csv:3:");
  });

  test("all of them: red even with allow_partial", async () => {
    const all = [{ field: "id", pattern: ".", reason: "no" }];
    const { run } = given({ ...EMPTY_V4, script: { rejects: all } });
    const step = await run({ allow_partial: "true" });
    expect(step.green).toBe(false);
    expect(words(step)).toContain(
      "Correct the records and commit the file again",
    );
  });

  test("with fewer listed than rejected, and without an index or a reason", async () => {
    const script = { rejects, errorsListed: 1, errorsWithoutIndex: true };
    const { run } = given({ ...EMPTY_V4, script });
    const step = await run();
    expect(words(step)).toContain(
      'error reviews.csv:undefined: Prolific rejected a record: a record, field "id": no',
    );
    expect(words(step)).toContain("rejected 2, and lists 1 of them");
  });

  test("by an append, counted over all of its requests", async () => {
    const { world, run } = given(
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(1), accepted: 1 }],
        script: {
          rejects: [{ field: "id", pattern: "^r(5|1500)$", reason: "no" }],
        },
      },
      2_000,
    );
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "failed",
      accepted_count: "1998",
      rejected_count: "2",
    });
    expect(sent(step, "POST", "/datapoints")).toHaveLength(1 + 2); // the probe first
    expect(words(step)).toContain("record 6 (line 7)");
    expect(words(step)).toContain("record 1501 (line 1502)");
    const again = await run({ allow_partial: "true" });
    expect(again.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "1998",
    });
    expect(world.posts()).toHaveLength(1);
  });
});

describe("an import without some of its counts", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      "partial, and nothing else",
      { status: "partial" },
      "failed",
      "Prolific accepted 0 records of reviews.csv and rejected 0",
    ],
    [
      "complete, with rejected records all the same",
      { status: "complete", accepted_count: 2, rejected_count: 1 },
      "failed",
      "Prolific accepted 2 records of reviews.csv and rejected 1",
    ],
    [
      "complete, and no counts",
      { status: "complete" },
      "set_up",
      "3 datapoints",
    ],
  ])("%s", async (_, end, outcome, expected) => {
    const { world, run } = given(EMPTY_V4);
    let looks = 0;
    world.onRequest = ({ method, path }) => {
      const id = /\/imports\/([^/]+)$/.exec(path)?.[1];
      if (method !== "GET" || id === undefined) return;
      if (++looks === 1) return; // it has not ended yet, whatever is said of it later
      const body = JSON.stringify({ id, filename: FILE, ...end });
      world.fault({ match: "GET /imports/*", kind: "malformed", body });
    };
    const step = await run();
    expect(step.outputs.outcome).toBe(outcome);
    expect(words(step)).toContain(expected);
    expect(words(step)).not.toContain("undefined record");
    expect(words(step)).not.toContain("Prolific counts other records");
  });
});

describe("an import that ends badly", () => {
  test("failed: red with the server's reason, uploaded again by the next run", async () => {
    const { world, run, datasetId } = given({
      ...EMPTY_V4,
      script: { importEndsIn: "failed", importReason: "no such codec" },
    });
    const step = await run();
    expect(words(step)).toContain('Prolific says: "no such codec"');
    world.prolific.changeDataset(datasetId, { importEndsIn: null });
    expect((await run()).outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "3",
    });
  });

  test("parked without a schema: red, and followed once it has one", async () => {
    const { world, run } = given({ ...EMPTY_V4, schema: null });
    expect(words(await run())).toContain("has no schema yet");
    expect(world.requests.every(({ method }) => method === "GET")).toBe(true);
    // Another client uploaded it all the same.
    const seeded = given(EMPTY_V4);
    const first = await seeded.run();
    const name = /its name at Prolific: (\S+)/.exec(words(first))?.[1] ?? "";
    const parked = given({
      ...EMPTY_V4,
      imports: [{ filename: name, status: "pending_schema" }],
    });
    const red = await parked.run();
    expect(red.green).toBe(false);
    expect(words(red)).toContain("parked (pending_schema)");
    expect(sent(red, "PUT", "")).toHaveLength(0);
  });
});

describe("a file that does not fit its dataset", () => {
  test.each<[string, DatasetOptions, string]>([
    ["reviews.jsonl", EMPTY_V3, ".csv or .zip"],
    ["reviews.zip", EMPTY_V4, ".csv or .jsonl"],
  ])("%s is refused before any upload", async (name, dataset, says) => {
    const { world, run } = given(dataset);
    world.files.set(
      name,
      name.endsWith("zip") ? "PK\u0003\u0004" : '{"id":"1"}',
    );
    const step = await run({ dataset_file: name });
    expect(step.green).toBe(false);
    expect(words(step)).toContain(says);
    expect(step.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  test("a ZIP goes to a V3 dataset", async () => {
    const { world, run } = given(EMPTY_V3);
    world.files.set("reviews.zip", "PK\u0003\u0004 and so on");
    const dry = await run({ dataset_file: "reviews.zip", dry_run: "true" });
    expect(words(dry)).toContain("would upload its records as reviews-");
    expect(words(dry)).toContain("then set up the batch");
    const step = await run({ dataset_file: "reviews.zip" });
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "7",
    });
    const same = await run({ dataset_file: "reviews.zip" });
    expect(same.outputs.outcome).toBe("already_set_up");
  });
});

describe("a file that is already on its way", () => {
  const nameOf = async (records: number) =>
    /its name at Prolific: (\S+)/.exec(
      words(await given(EMPTY_V4, records).run({ dry_run: "true" })),
    )?.[1] ?? "";

  test("a running import is followed, and a dry run says so", async () => {
    const filename = await nameOf(3);
    const { run } = given({
      ...EMPTY_V4,
      imports: [
        {
          filename,
          records: recordsOf(3),
          accepted: 3,
          queuedMs: 5_000,
          processingMs: 5_000,
        },
      ],
    });
    const dry = await run({ dry_run: "true" });
    expect(words(dry)).toMatch(
      /would follow import \S+ of the file, which is queued, then set up the batch/,
    );
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "3",
    });
    expect(sent(step, "PUT", "")).toHaveLength(0);
  });

  test("an import behind another file, one without its bytes, and a complete one, in a dry run", async () => {
    const filename = await nameOf(3);
    const dry = async (imports: DatasetOptions["imports"] = []) =>
      words(await given({ ...EMPTY_V4, imports }).run({ dry_run: "true" }));
    expect(await dry([{ filename: "o.csv", processingMs: 9_000 }])).toContain(
      "would wait for its import",
    );
    expect(await dry([{ filename, status: "uninitialised" }])).toContain(
      "would look whether the bytes of import",
    );
    const there = { filename, records: recordsOf(3), accepted: 3 };
    expect(await dry([there])).toContain(
      "A real run would set up the batch: 3 tasks for 3 records in 3 groups",
    );
  });

  test("a V3 dataset that processes it: the step waits; one that has it: nothing to do", async () => {
    const filename = await nameOf(3);
    const waiting = given({
      version: 3,
      datapoints: 3,
      filename,
      status: "PROCESSING",
      readyAfterMs: 20_000,
    });
    expect(words(await waiting.run({ dry_run: "true" }))).toContain(
      "wait for Prolific to process its file",
    );
    const step = await waiting.run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "3",
    });
    expect(sent(step, "PUT", "")).toHaveLength(0);
    const there = given({ version: 3, datapoints: 3, filename });
    expect(words(await there.run({ dry_run: "true" }))).toContain(
      "is in the dataset already",
    );
  });

  test("if_ready sync, with everything in place, in a dry run", async () => {
    const { run } = given({ datapoints: 7 }, 3, { status: "READY" });
    const step = await run({
      dry_run: "true",
      dataset_file: "",
      if_ready: "sync",
    });
    expect(words(step)).toContain("every datapoint has a task already");
  });

  test("groups that the data decides are mentioned in a dry run", async () => {
    const schema = { strict: true, fields: { id: { type: "task_group_id" } } };
    const v4 = given({ ...EMPTY_V4, schema });
    expect(words(await v4.run({ dry_run: "true" }))).toContain(
      "3 tasks for 3 records in the groups that the data decides",
    );
    const v3 = given(EMPTY_V3);
    v3.world.files.set(FILE, "META_TASK_GROUP_ID,a\n1,x\n1,y\n");
    expect(words(await v3.run({ dry_run: "true" }))).toContain(
      "2 tasks for 2 records in the groups that the data decides",
    );
  });
});

test("somebody else's setup that came before the data: joined, then synced", async () => {
  const { world, run, batchId, datasetId } = given(
    {
      ...EMPTY_V4,
      imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
    },
    5,
  );
  world.onRequest = ({ path }) => {
    if (!path.endsWith("/datapoints")) return;
    world.onRequest = undefined;
    world.prolific.act("POST", `/batches/${batchId}/setup`, {});
  };
  const step = await run();
  expect(step.outputs).toMatchObject({
    outcome: "synced",
    total_task_count: "5",
  });
  expect(world.prolific.records(datasetId)).toHaveLength(5);
  expect(world.prolific.acceptedSetups(batchId)).toBe(1);
});

describe("other messages", () => {
  test("an import with another number of records than the file", async () => {
    const name = /its name at Prolific: (\S+)/.exec(
      words(await given(EMPTY_V4).run({ dry_run: "true" })),
    )?.[1];
    const filename = name ?? "";
    const { run } = given({
      ...EMPTY_V4,
      imports: [{ filename, records: recordsOf(2), accepted: 2 }],
    });
    const step = await run();
    expect(step.outputs.outcome).toBe("set_up");
    expect(words(step)).toContain("warning: Prolific counts other records");
    expect(words(step)).toContain("has 3 records, but Prolific accepted 2");
  });

  test("records of an import that were in the dataset already", async () => {
    const { world, run } = given({
      ...EMPTY_V4,
      script: { importDeduplicates: true },
    });
    world.files.set(FILE, "id\nr0\nr0\nr1\n");
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      accepted_count: "3",
      duplicate_count: "1",
      total_task_count: "2",
    });
    expect(words(step)).toContain("1 of them in the dataset already");
  });

  test("a defect of the whole file has no line", async () => {
    const { world, run } = given(EMPTY_V4);
    world.files.set(FILE, "id\n\n");
    const step = await run();
    expect(words(step)).toContain(
      "error reviews.csv:undefined: Defect in the dataset file: the file has no records",
    );
    expect(step.summary).toContain("#### 1 defect in");
  });

  test("auto-sync of the batch, before records are appended", async () => {
    const { run } = given(
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
      },
      5,
      { status: "READY", autoSyncEnabled: true },
    );
    const step = await run();
    const auto = step.log.findIndex((line) =>
      line.includes("auto_sync_enabled"),
    );
    const append = step.log.findIndex((line) => line.includes("Appending"));
    expect(auto).toBeGreaterThan(0);
    expect(append).toBeGreaterThan(auto);
    expect(step.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "5",
    });
    expect(step.summary).toContain("3 new datapoints, 3 new tasks in 3 groups");
  });

  test("with wait false, that Prolific is still making the tasks", async () => {
    const { run } = given(EMPTY_V4);
    const step = await run({ wait: "false" });
    expect(step.outputs.outcome).toBe("accepted");
    expect(step.summary).toContain(
      "3 new datapoints; Prolific is at work on the tasks",
    );
  });

  test("an append that cannot be sent or has to wait is sent later", async () => {
    const { world, run, count } = given(
      {
        ...EMPTY_V4,
        imports: [{ filename: "o.csv", records: recordsOf(2), accepted: 2 }],
      },
      5,
    );
    world.unreachable = ({ path, atMs }) =>
      path.endsWith("/datapoints") && atMs < 9_000;
    world.fault({
      match: "POST /datapoints",
      kind: "status",
      status: 429,
      headers: { "retry-after": "20" },
    });
    const step = await run();
    expect(step.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "5",
    });
    const appends = sent(step, "POST", "/datapoints");
    const [last, before] = [appends.at(-1), appends.at(-2)];
    expect((last?.atMs ?? 0) - (before?.atMs ?? 0)).toBeGreaterThanOrEqual(
      20_000,
    );
    expect(count()).toBe(5);
  });

  test("a V3 dataset without a workspace or a name gets commands to fill in", async () => {
    const { world, run } = given({ version: 3, datapoints: 2, name: "" });
    world.fault({
      match: "GET /batches/*",
      kind: "malformed",
      body: JSON.stringify({
        ...world.prolific.batch(
          [...world.prolific.state.batches.keys()][0] ?? "",
        ),
        workspace_id: undefined,
      }),
    });
    const step = await run();
    expect(words(step)).toContain('"workspace_id":"YOUR_WORKSPACE_ID"');
    expect(words(step)).toContain('"name":"reviews"');
  });

  test("an upload address without an import is not a valid response for V4", async () => {
    const { world, run } = given(EMPTY_V4);
    world.fault({
      match: "GET ~upload-url",
      kind: "malformed",
      status: 201,
      body: JSON.stringify({
        upload_url: "https://s.example/a?x=1",
        http_method: "PUT",
      }),
    });
    const step = await run();
    expect(step.green).toBe(false);
    expect(words(step)).toContain('the response has no "import_id"');
    expect(sent(step, "PUT", "")).toHaveLength(0);
  });
});
