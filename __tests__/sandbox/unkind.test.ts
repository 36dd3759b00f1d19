/** What Prolific does not promise, done on demand: records that come twice, files that come late, counts that lie. */
import { describe, expect, test } from "@jest/globals";
import type { DatasetScript } from "../../sandbox/facts/dataset-facts.ts";
import type { Prolific, ProlificOptions } from "../../sandbox/model.ts";
import type { DatasetOptions } from "../../sandbox/server.ts";
import { filesOf, lines, schema } from "./files.ts";
import { worldOf } from "./world.ts";

const record = (n: number) => ({ n, text: "x" });
const of = (...numbers: number[]) => lines(...numbers.map(record));
const csv = (...numbers: number[]) =>
  ["n,text", ...numbers.map((n) => `${String(n)},x`)].join("\n");

function unkindWorld(
  options: DatasetOptions = {},
  more: Partial<ProlificOptions> = {},
) {
  const timing = { setupMs: 1000, importQueuedMs: 10, importMs: 20 };
  const sync = { syncQueuedMs: 10, syncMs: 10 };
  const world = worldOf({ timing: { ...timing, ...sync }, ...more });
  const { prolific } = world;
  const id = prolific.addDataset({ imports: [], schema, ...options });
  const batchId = prolific.addBatch({ datasetId: id });
  return {
    ...{ ...world, ...filesOf(prolific, id), id, batchId },
    count: () => prolific.dataset(id).total_datapoint_count,
    /** As the batch shows it. */
    countInBatch: () => {
      const { datasets } = prolific.batch(batchId);
      return (datasets as { total_datapoint_count: number }[])[0]
        ?.total_datapoint_count;
    },
    setUp: () => {
      expect(world.ask("POST", `/batches/${batchId}/setup`, {}).status).toBe(
        202,
      );
      world.pass(1000);
    },
    sync: () => {
      expect(world.ask("POST", `/batches/${batchId}/sync`).status).toBe(202);
      world.pass(100);
    },
    paid: () => paid(prolific, batchId),
  };
}

/** The `n` of each task. */
const paid = (prolific: Prolific, batchId: string) =>
  prolific
    .tasks(batchId)
    .map(({ record: text }) =>
      text === null ? null : (JSON.parse(text) as { n: unknown }).n,
    );

describe("records that came in a file", () => {
  test("are not recognised in an append or a file by default", () => {
    const { upload, append, pass, stored } = unkindWorld();
    upload("a.jsonl", of(1, 2));
    pass(30);
    upload("b.jsonl", of(1, 2));
    pass(30);
    expect(append(of(1, 3)).body).toMatchObject({ accepted: 2, rejected: 0 });
    expect(append(of(1, 3)).body).toMatchObject({ accepted: 2, rejected: 0 });
    expect(stored()).toEqual([
      ...["import 1", "import 2", "import 1", "import 2"],
      ...["append 1", "append 3"],
    ]);
  });

  test.each([
    ["for all datasets", {}, { importsRecognised: true }],
    ["for one", { script: { importsRecognised: true } }, {}],
  ] as [string, DatasetOptions, Partial<ProlificOptions>][])(
    "are recognised on demand, %s",
    (_, options, more) => {
      const { upload, append, read, pass, stored } = unkindWorld(options, more);
      const first = upload("a.jsonl", of(1, 2));
      pass(30);
      expect(read(first)).toMatchObject({ duplicate_count: 0 });
      const second = upload("b.jsonl", of(2, 3));
      pass(30);
      expect(read(second)).toMatchObject({ duplicate_count: 1 });
      append(of(1, 4));
      expect(stored()).toEqual([
        "import 1",
        "import 2",
        "import 3",
        "append 4",
      ]);
    },
  );

  test.each([
    [{ importsRecognised: "by appends" }, 4],
    [{ importsRecognised: true, importDeduplicates: false }, 4],
    [{ importsRecognised: true, deduplicates: "appended" }, 3],
    [{ importDeduplicates: true }, 3],
    [{ deduplicates: "all" }, 4],
  ] as [DatasetScript, number][])(
    "are recognised as %p says: %d datapoints",
    (script, all) => {
      const { upload, append, pass, count } = unkindWorld({ script });
      for (const name of ["a.jsonl", "b.jsonl"]) {
        upload(name, of(1, 2));
        pass(30);
      }
      append(of(1));
      expect(count()).toBe(all);
    },
  );

  test("are recognised in a dataset that a request creates, if in all datasets", () => {
    for (const importsRecognised of [true, false]) {
      const { ask, prolific, pass } = worldOf({ importsRecognised });
      const body = { name: "D", workspace_id: "w", schema };
      const made = ask("POST", "/datasets", body).body as { id: string };
      const { upload, append } = filesOf(prolific, made.id);
      upload("a.jsonl", of(1));
      pass(1000);
      append(of(1));
      expect(prolific.records(made.id)).toHaveLength(importsRecognised ? 1 : 2);
    }
  });
});

describe("tasks", () => {
  test("are listed one by one, each with its datapoint and record", () => {
    const { upload, append, setUp, sync, pass, prolific, ask, batchId, id } =
      unkindWorld();
    upload("a.jsonl", of(7, 8));
    pass(30);
    expect(prolific.tasks(batchId)).toEqual([]);
    setUp();
    append(of(9));
    sync();
    const tasks = prolific.tasks(batchId);
    expect(tasks.map(({ id: task, ...rest }) => [typeof task, rest])).toEqual(
      [7, 8, 9].map((n, index) => [
        "string",
        { datasetId: id, index, record: `{"n":${String(n)},"text":"x"}` },
      ]),
    );
    expect(ask("GET", `/batches/${batchId}/tasks`).body).toEqual(
      tasks.map(({ id: task }) => task),
    );
  });

  test("of the same record are equal, however it was added", () => {
    const { upload, append, setUp, pass, prolific, batchId } = unkindWorld();
    upload("a.csv", "text,n\nx,1\n");
    pass(30);
    append('{"n":"1","text":"x"}');
    setUp();
    const texts = prolific.tasks(batchId).map(({ record: text }) => text);
    expect(texts).toEqual(['{"n":"1","text":"x"}', '{"n":"1","text":"x"}']);
  });

  test("for datapoints without content have null", () => {
    const { prolific, setUp, paid: all } = unkindWorld({ datapoints: 2 });
    expect(prolific.state.datasets.size).toBe(1);
    setUp();
    expect(all()).toEqual([null, null]);
  });

  test("are made again by a second setup without a guard, and several times on demand", () => {
    const twice = unkindWorld({}, { guard: false });
    twice.append(of(1, 2));
    twice.setUp();
    twice.setUp();
    expect(twice.paid()).toEqual([1, 2, 1, 2]);
    const { append, prolific, batchId, setUp, paid: all } = unkindWorld();
    prolific.changeBatch(batchId, { taskCopies: 2 });
    append(of(1, 2));
    setUp();
    expect(all()).toEqual([1, 2, 1, 2]);
    expect(prolific.batch(batchId).total_task_count).toBe(4);
  });

  test("of a batch that is READY from the start are those of its datapoints", () => {
    const { prolific } = worldOf();
    const imports = [{ records: [record(1), record(2)] }];
    const datasetId = prolific.addDataset({ imports, schema });
    const ready = { datasetId, status: "READY" } as const;
    expect(paid(prolific, prolific.addBatch(ready))).toEqual([1, 2]);
    expect(paid(prolific, prolific.addBatch({ ...ready, tasks: 1 }))).toEqual([
      1,
    ]);
  });
});

describe("bytes that arrive late", () => {
  test("count as a file from then on, and not before", () => {
    const { target, prolific, read, pass, stored } = unkindWorld();
    const { upload_url, import_id = "" } = target("a.jsonl");
    const { pathname, search } = new URL(upload_url);
    const body = of(1);
    prolific.storeLater(
      {
        path: pathname + search,
        headers: {
          "content-length": String(body.length),
          "content-type": "application/x-ndjson",
        },
        body,
      },
      11_000,
    );
    pass(10_999);
    expect(read(import_id)).toMatchObject({ status: "uninitialised" });
    pass(1);
    expect(read(import_id)).toMatchObject({ status: "queued" });
    // Nobody looks for a while: it ran at its own time all the same.
    pass(60_000);
    expect(read(import_id)).toMatchObject({
      status: "complete",
      updated_at: "2026-08-21T08:00:11.030Z",
    });
    expect(stored()).toEqual(["import 1"]);
  });

  test("come after those of a second upload, and both are there", () => {
    const { target, put, prolific, pass, stored } = unkindWorld();
    const [first, second] = [target("a.jsonl"), target("a.jsonl")];
    const { pathname, search } = new URL(first.upload_url);
    const body = of(1);
    const headers = {
      "content-length": String(body.length),
      "content-type": "application/x-ndjson",
    };
    const late = { path: pathname + search, headers, body };
    prolific.storeLater(late, 5000);
    pass(100);
    put(second, body);
    pass(4900 + 30);
    expect(stored()).toEqual(["import 1", "import 1"]);
    expect(prolific.dataset(second.dataset_id).imports).toMatchObject([
      { import_id: second.import_id, status: "complete" },
      { import_id: first.import_id, status: "complete" },
    ]);
    prolific.storeLater(late, 5000);
    prolific.reset();
    pass(9000);
    expect(prolific.state.datasets.size).toBe(0);
  });

  test("are refused like bytes that arrive at once", () => {
    const { target, prolific, pass, stored } = unkindWorld();
    const { upload_url } = target("a.jsonl");
    const { pathname, search } = new URL(upload_url);
    const headers = { "content-length": "1" };
    const path = pathname + search;
    prolific.storeLater({ path, headers, body: of(1) }, 5);
    pass(100);
    expect(stored()).toEqual([]);
  });
});

describe("counts", () => {
  test("that lag show an earlier number, in the dataset and in its batch", () => {
    const { append, pass, count, countInBatch, stored } = unkindWorld({
      script: { countLagMs: 7000 },
      datapoints: 3,
    });
    expect(count()).toBe(3);
    append(of(1, 2));
    pass(6999);
    expect([count(), countInBatch()]).toEqual([3, 3]);
    expect(stored()).toHaveLength(5);
    pass(1);
    expect([count(), countInBatch()]).toEqual([5, 5]);
  });

  test("that trickle grow step by step", () => {
    const { upload, pass, count, countInBatch } = unkindWorld({
      script: { countTrickleMs: 400 },
    });
    upload("a.jsonl", of(1, 2, 3, 4));
    pass(30);
    const seen = [count()];
    for (let step = 0; step < 4; step += 1) {
      pass(100);
      seen.push(count());
      expect(countInBatch()).toBe(count());
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test("that lag and trickle do both", () => {
    const { append, pass, count } = unkindWorld({
      script: { countLagMs: 100, countTrickleMs: 200 },
    });
    append(of(1, 2));
    pass(199);
    expect(count()).toBe(0);
    pass(1);
    expect(count()).toBe(1);
    pass(100);
    expect(count()).toBe(2);
  });

  test("do not affect a setup, which uses the real datapoints", () => {
    const {
      append,
      setUp,
      paid: all,
    } = unkindWorld({
      script: { countLagMs: 1e6 },
    });
    append(of(1, 2));
    setUp();
    expect(all()).toEqual([1, 2]);
  });
});

describe("names of files", () => {
  test.each([
    ["null", { filename: null }],
    ["absent", {}],
  ] as ["null" | "absent", object][])(
    "are listed as %s on demand",
    (filenames, named) => {
      const { prolific } = worldOf();
      const script = { filenames };
      const v4 = prolific.addDataset({ imports: [{}], script });
      const [job] = prolific.dataset(v4).imports as Record<string, unknown>[];
      const nameIn = (found: Record<string, unknown>) =>
        "filename" in found ? { filename: found.filename } : {};
      expect(nameIn(job ?? {})).toEqual(named);
      const v3 = prolific.addDataset({ version: 3, script });
      const batchId = prolific.addBatch({ datasetId: v3 });
      const { datasets } = prolific.batch(batchId);
      const [inBatch = {}] = datasets as Record<string, unknown>[];
      expect(nameIn(prolific.dataset(v3))).toEqual(named);
      expect(nameIn(inBatch)).toEqual(named);
    },
  );
});

describe("a second file for a V3 dataset", () => {
  const v3 = (more: DatasetOptions = {}) =>
    unkindWorld({ version: 3, datapoints: 0, schema: null, ...more });

  test("is refused or ignored, unless the script says otherwise", () => {
    const { target, put, pass, prolific, id } = v3();
    const [one, two] = [target("a.csv"), target("b.csv")];
    put(one, csv(1));
    put(two, csv(2, 3));
    pass(200);
    expect(() => target("c.csv")).toThrow("it has a file already");
    expect(prolific.dataset(id)).toMatchObject({
      filename: "a.csv",
      total_datapoint_count: 1,
    });
  });

  test.each([
    ["replaces", ["import 2", "import 3"]],
    ["adds", ["import 1", "import 2", "import 3"]],
  ] as ["replaces" | "adds", string[]][])(
    "%s the first one",
    (secondFile, all) => {
      const { upload, pass, prolific, id, stored } = v3({
        script: { secondFile },
      });
      upload("a.csv", csv(1));
      pass(200);
      expect(stored()).toEqual(["import 1"]);
      upload("b.csv", csv(2, 3));
      expect(prolific.dataset(id)).toMatchObject({ status: "PROCESSING" });
      pass(200);
      expect(prolific.dataset(id)).toMatchObject({
        status: "READY",
        filename: "b.csv",
        total_datapoint_count: all.length,
      });
      expect(stored()).toEqual(all);
    },
  );

  test.each([
    ["replaces", ["import 2"]],
    ["adds", ["import 1", "import 2"]],
  ] as ["replaces" | "adds", string[]][])(
    "%s one that is still processed",
    (secondFile, all) => {
      const { target, put, pass, prolific, id, stored } = v3({
        script: { secondFile },
      });
      const [one, two] = [target("a.csv"), target("b.csv")];
      put(one, csv(1));
      pass(100);
      put(two, csv(2));
      pass(299);
      expect(prolific.dataset(id)).toMatchObject({ status: "PROCESSING" });
      pass(1);
      expect(prolific.dataset(id)).toMatchObject({ status: "READY" });
      expect(stored()).toEqual(all);
    },
  );

  test("does not change the tasks that were made of the first", () => {
    const {
      upload,
      pass,
      setUp,
      paid: all,
    } = v3({
      script: { secondFile: "replaces" },
    });
    upload("a.csv", csv(1, 2));
    pass(200);
    setUp();
    upload("b.csv", csv(3));
    pass(200);
    expect(all()).toEqual(["1", "2"]);
  });
});

describe("an append that answers with other counts", () => {
  test.each([
    [{ accepted: 0, rejected: 0 }, 14],
    [{ accepted: 9, rejected: 0 }, 14],
    [{ accepted: 0, rejected: 0, takes: 0 }, 0],
    [{ accepted: 9, rejected: 0, takes: 9 }, 9],
    [{ accepted: 14, rejected: 0, takes: 9 }, 9],
  ])("%p accepts %d of 14 records", (appendCounts, takes) => {
    const { append, prolific, id, stored } = unkindWorld({
      script: { appendCounts },
    });
    const body = of(...Array.from({ length: 14 }, (_, n) => n));
    const { accepted, rejected } = appendCounts;
    expect(append(body)).toEqual({
      status: 200,
      body: { accepted, rejected, errors: [] },
    });
    expect(stored()).toHaveLength(takes);
    prolific.changeDataset(id, { appendCounts: null });
    expect(append(body).body).toMatchObject({ accepted: 14 });
    expect(stored()).toHaveLength(14);
  });
});

describe("a file that is visible late", () => {
  test("is not in the list of imports, although its datapoints are there", () => {
    const { upload, read, pass, prolific, id } = unkindWorld({
      script: { importVisibleAfterMs: 14_000 },
    });
    const importId = upload("a.jsonl", of(1));
    pass(13_999);
    expect(read(importId)).toBeNull();
    expect(prolific.dataset(id)).toMatchObject({
      imports: [],
      total_datapoint_count: 1,
    });
    pass(1);
    expect(prolific.dataset(id).imports).toMatchObject([
      { import_id: importId, status: "complete" },
    ]);
  });

  test("does not change what a V3 dataset shows", () => {
    const { upload, pass, prolific, id, batchId } = unkindWorld({
      ...{ version: 3, datapoints: 0, schema: null },
      script: { importVisibleAfterMs: 14_000 },
    });
    const before = prolific.dataset(id);
    upload("a.csv", csv(1));
    pass(13_999);
    expect(prolific.dataset(id)).toEqual(before);
    expect(prolific.batch(batchId).datasets).toMatchObject([
      { filename: null, status: "UNINITIALISED" },
    ]);
    pass(1);
    expect(prolific.dataset(id)).toMatchObject({
      status: "READY",
      filename: "a.csv",
      total_datapoint_count: 1,
    });
  });
});
