import { describe, expect, test } from "@jest/globals";
import type {
  DatasetSchema,
  DatasetScript,
} from "../../sandbox/facts/dataset-facts.ts";
import { filesOf, lines, schema } from "./files.ts";
import { worldOf } from "./world.ts";

const good = lines({ n: 1, text: "One" }, { n: 2, text: "Two" });

function importWorld(
  script: DatasetScript = {},
  given: DatasetSchema | null = schema,
) {
  const world = worldOf({ timing: { importQueuedMs: 10, importMs: 20 } });
  const { prolific } = world;
  const id = prolific.addDataset({ imports: [], schema: given, script });
  const files = filesOf(prolific, id);
  const count = () => prolific.dataset(id).total_datapoint_count;
  return { ...world, ...files, id, count };
}

test("is uninitialised, queued and processing before its datapoints are there", () => {
  const { target, put, read, pass, count, stored } = importWorld();
  const made = target("a.jsonl");
  const importId = made.import_id ?? "";
  pass(500);
  expect(read(importId)).toMatchObject({ status: "uninitialised" });
  put(made, good);
  expect(read(importId)).toMatchObject({
    status: "queued",
    created_at: "2026-08-21T08:00:00.000Z",
    updated_at: "2026-08-21T08:00:00.500Z",
  });
  pass(10);
  expect(read(importId)).toMatchObject({ status: "processing" });
  pass(19);
  expect(count()).toBe(0);
  pass(1);
  expect(read(importId)).toMatchObject({
    status: "complete",
    accepted_count: 2,
    updated_at: "2026-08-21T08:00:00.530Z",
  });
  expect(read(importId)).not.toHaveProperty("duplicate_count");
  expect(count()).toBe(2);
  expect(stored()).toEqual(["import 1", "import 2"]);
});

test("imports of one dataset run one at a time, in the order in which the files arrived", () => {
  const { target, put, read, pass, stored } = importWorld();
  const [one, two] = [target("a.csv"), target("b.csv")];
  put(two, "n,text\n2,x\n");
  pass(5);
  put(one, "n,text\n1,x\n");
  const statuses = () =>
    [one, two].map(({ import_id }) => read(import_id ?? "")?.status);
  pass(24);
  expect(statuses()).toEqual(["queued", "processing"]);
  pass(1);
  expect(statuses()).toEqual(["processing", "complete"]);
  pass(20);
  expect(statuses()).toEqual(["complete", "complete"]);
  expect(stored()).toEqual(["import 2", "import 1"]);
});

test("imports of two datasets do not wait for each other", () => {
  const { prolific, upload, pass, read } = importWorld();
  const other = prolific.addDataset({ imports: [], schema });
  const second = filesOf(prolific, other);
  const ids = [upload("a.jsonl", good), second.upload("a.jsonl", good)];
  pass(30);
  expect(read(ids[0] ?? "")?.status).toBe("complete");
  expect(second.read(ids[1] ?? "")?.status).toBe("complete");
});

describe("ends depending on its content", () => {
  const media = {
    strict: false,
    fields: {
      n: { type: "metadata" },
      sound: { type: "audio_url" },
      film: { type: "video_url" },
    },
  };
  const audio = "does not end in .aac, .m4a, .mp3, .wav";
  test.each([
    [
      "some rejected",
      {},
      schema,
      lines({ n: 1, text: "x" }, { n: 2 }, [3], { n: 4, text: "x", more: 1 }),
      {
        status: "partial",
        accepted_count: 2,
        rejected_count: 2,
        errors: [
          { record_index: 1, field: "text", reason: "missing" },
          { record_index: 2, field: "_raw", reason: "not an object" },
        ],
      },
      ["import 1", "import 4"],
    ],
    [
      "all rejected",
      {},
      schema,
      lines({ n: 1 }),
      { status: "partial", accepted_count: 0, rejected_count: 1 },
      [],
    ],
    [
      "fields may be missing unless the schema is strict",
      {},
      { ...schema, strict: false },
      lines({ n: 1 }, {}),
      { status: "complete", accepted_count: 2 },
      ["import 1", "import undefined"],
    ],
    [
      "media",
      {},
      media,
      lines(
        { n: 0, sound: "https://a.example/b.MP3?x=.txt" },
        { n: 1, sound: "https://a.example/b.txt?x=.mp3" },
        { n: 2, film: "clip.mp4" },
        { n: 3, film: "https://a.example/b.mov", sound: "" },
        { n: 4, sound: 5 },
      ),
      {
        status: "partial",
        accepted_count: 2,
        errors: [
          { record_index: 1, field: "sound", reason: audio },
          { record_index: 2, field: "film", reason: "not an absolute URL" },
          { record_index: 4, field: "sound", reason: "not an absolute URL" },
        ],
      },
      ["import 0", "import 3"],
    ],
    [
      "as the script says",
      { rejects: [{ field: "n", pattern: "^[13]$", reason: "odd" }] },
      schema,
      lines(...[1, 2, 3].map((n) => ({ n, text: "x" }))),
      {
        status: "partial",
        errors: [
          { record_index: 0, field: "n", reason: "odd" },
          { record_index: 2, field: "n", reason: "odd" },
        ],
      },
      ["import 2"],
    ],
    [
      "few errors listed, without an index",
      { errorsListed: 1, errorsWithoutIndex: true },
      schema,
      lines({}, {}, {}),
      {
        status: "partial",
        rejected_count: 3,
        errors: [{ record_index: null, field: "n", reason: "missing" }],
      },
      [],
    ],
    [
      "unreadable",
      {},
      schema,
      "",
      { status: "failed", reason: "The file is empty." },
      [],
    ],
    [
      "failed, as the script says",
      { importEndsIn: "failed", importReason: "No." },
      schema,
      good,
      { status: "failed", reason: "No." },
      [],
    ],
  ] as [
    string,
    DatasetScript,
    DatasetSchema,
    string,
    Record<string, unknown>,
    string[],
  ][])("%s", (_, script, given, body, expected, kept) => {
    const { upload, pass, read, stored } = importWorld(script, given);
    const importId = upload("a.jsonl", body);
    pass(30);
    expect(read(importId)).toMatchObject(expected);
    expect(stored()).toEqual(kept);
  });

  test("a short CSV row lacks its last fields", () => {
    const { upload, pass, read } = importWorld();
    const importId = upload("a.csv", "text,n\nx,1\n\ny\nz,3\n");
    pass(30);
    expect(read(importId)).toMatchObject({
      accepted_count: 2,
      errors: [{ record_index: 1, field: "n", reason: "missing" }],
    });
  });
});

test.each(["queued", "processing"] as const)(
  "stays %s for ever, and those after it queued",
  (importEndsIn) => {
    const { upload, pass, read, count, append, prolific, id } = importWorld({
      importEndsIn,
    });
    const importId = upload("a.jsonl", good);
    prolific.changeDataset(id, { importEndsIn: null });
    const next = upload("b.jsonl", good);
    pass(1e9);
    expect(read(importId)?.status).toBe(importEndsIn);
    expect(read(next)?.status).toBe("queued");
    expect(count()).toBe(0);
    expect(append(good).status).toBe(409);
  },
);

test("the script of a dataset sets its times", () => {
  const { upload, pass, read } = importWorld({
    importQueuedMs: 0,
    importMs: 5,
  });
  const importId = upload("a.jsonl", good);
  expect(read(importId)?.status).toBe("processing");
  pass(5);
  expect(read(importId)?.status).toBe("complete");
});

describe("without a schema", () => {
  test("is parked until there is one, and does not block others", () => {
    const world = importWorld({ importsRecognised: "by appends" }, null);
    const { upload, pass, read, prolific, id, stored, append } = world;
    const ids = [
      upload("a.jsonl", good),
      upload("b.jsonl", lines({ n: 3, text: "x" }, { n: 4 })),
    ];
    const statuses = () => ids.map((each) => read(each)?.status);
    pass(1000);
    expect(statuses()).toEqual(["pending_schema", "pending_schema"]);
    expect(append(good).status).toBe(400);
    prolific.setSchema(id, schema);
    expect(statuses()).toEqual(["queued", "queued"]);
    pass(30);
    expect(statuses()).toEqual(["complete", "processing"]);
    pass(20);
    expect(statuses()).toEqual(["complete", "partial"]);
    expect(stored()).toEqual(["import 1", "import 2", "import 3"]);
    expect(append(lines({ n: 1, text: "One" })).body).toMatchObject({
      accepted: 1,
    });
    expect(stored()).toHaveLength(3);
  });

  test("an import that was running continues with the new schema", () => {
    const { upload, pass, read, prolific, id } = importWorld({}, null);
    const importId = upload("a.jsonl", good);
    pass(15);
    prolific.setSchema(id, schema);
    expect(read(importId)?.status).toBe("processing");
    pass(15);
    expect(read(importId)?.status).toBe("complete");
  });

  test("a schema is a write that a lagging reader may miss", () => {
    const { prolific, id } = importWorld({}, null);
    prolific.setSchema(id, schema);
    const reply = prolific.handle(
      {
        method: "GET",
        path: `/api/v1/data-collection/datasets/${id}`,
        headers: { authorization: `Token ${prolific.token}` },
        body: "",
      },
      "before the last write",
    );
    expect(JSON.parse(reply.body)).toMatchObject({ schema: null });
    expect(prolific.dataset(id)).toMatchObject({ schema });
  });
});

describe("the same records again", () => {
  test("are stored again", () => {
    const { upload, pass, read, count } = importWorld();
    const ids = ["a.jsonl", "b.jsonl"].map((name) => upload(name, good));
    pass(100);
    expect(ids.map((id) => read(id)?.accepted_count)).toEqual([2, 2]);
    expect(count()).toBe(4);
  });

  test("are skipped and counted if the script says so", () => {
    const { upload, append, pass, read, stored } = importWorld({
      importDeduplicates: true,
    });
    append(lines({ text: "One", n: 1 }));
    upload("a.jsonl", lines({ n: 2, text: "Two" }));
    const more = lines({ n: 3, text: "x" }, { n: 3, text: "x" });
    const importId = upload("b.jsonl", good + more);
    pass(100);
    expect(read(importId)).toMatchObject({
      status: "complete",
      accepted_count: 4,
      duplicate_count: 3,
    });
    expect(stored()).toEqual(["append 1", "import 2", "import 3"]);
  });
});

describe("seeded", () => {
  test("imports can report what they added", () => {
    const { prolific } = importWorld();
    const records = [1, 2].map((n) => ({ n, text: "x" }));
    const id = prolific.addDataset({
      schema,
      imports: [{ filename: "old.csv" }, { filename: "a.csv", records }],
      script: { importsRecognised: "by appends" },
    });
    const { stored, append } = filesOf(prolific, id);
    expect(prolific.dataset(id).imports).toMatchObject([
      { filename: "a.csv", status: "complete", accepted_count: 2 },
      { filename: "old.csv", status: "complete", accepted_count: 7 },
    ]);
    expect(stored()).toEqual([
      ...Array.from({ length: 7 }, () => "seed undefined"),
      "seed 1",
      "seed 2",
    ]);
    expect(append(lines(...records)).body).toMatchObject({ accepted: 2 });
    expect(stored()).toHaveLength(9);
  });

  test("a parked one is released with its records", () => {
    const { prolific, pass } = importWorld();
    const records = [{ n: 1, text: "x" }];
    const id = prolific.addDataset({
      schema: null,
      imports: [{ status: "pending_schema", records }],
    });
    expect(prolific.dataset(id).total_datapoint_count).toBe(0);
    prolific.setSchema(id, schema);
    pass(1000);
    expect(prolific.dataset(id)).toMatchObject({
      total_datapoint_count: 1,
      imports: [{ status: "complete" }],
    });
  });

  test("datapoints without content exist, in order", () => {
    const { prolific, append, pass, id, stored, upload } = importWorld();
    prolific.addDatapoints(id, 1);
    pass(1);
    append(lines({ n: 5, text: "x" }));
    pass(1);
    upload("a.jsonl", good);
    pass(30);
    append(lines({ n: 6, text: "x" }));
    expect(stored()).toEqual([
      "seed undefined",
      "append 5",
      "import 1",
      "import 2",
      "append 6",
    ]);
  });
});

test("a batch is set up from an uploaded file", () => {
  const { prolific, ask, upload, pass, id } = importWorld();
  const batch = prolific.addBatch({ datasetId: id });
  const setUp = () => ask("POST", `/batches/${batch}/setup`, {}).status;
  expect(setUp()).toBe(400);
  upload("a.jsonl", good);
  expect(setUp()).toBe(400);
  pass(30);
  expect(setUp()).toBe(202);
  pass(1000);
  expect(prolific.batch(batch).total_task_count).toBe(2);
});
