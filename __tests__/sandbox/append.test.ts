import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DatasetOptions } from "../../sandbox/seeds/seed-dataset.ts";
import { filesOf, lines, schema } from "./files.ts";
import { worldOf } from "./world.ts";

const record = (n: number) => ({ n, text: "x" });

function appendWorld(options: DatasetOptions = {}) {
  const world = worldOf({
    timing: { importQueuedMs: 10, importMs: 20, syncQueuedMs: 5, syncMs: 10 },
  });
  const id = world.prolific.addDataset({ imports: [], schema, ...options });
  return { ...world, ...filesOf(world.prolific, id), id };
}

test("counts lines that are not blank from 1", () => {
  const { append, stored } = appendWorld();
  const body = `${lines(record(1))}\n  \n${lines({ n: 2 })}{oops\r\n7\n${lines(record(3))}`;
  expect(append(body)).toEqual({
    status: 200,
    body: {
      accepted: 2,
      rejected: 3,
      errors: [
        { record_index: 2, field: "text", reason: "missing" },
        { record_index: 3, field: "_raw", reason: "not valid JSON" },
        { record_index: 4, field: "_raw", reason: "not an object" },
      ],
    },
  });
  expect(stored()).toEqual(["append 1", "append 3"]);
});

test("answers 200 even if every record is rejected, and writes nothing", () => {
  const { append, prolific } = appendWorld();
  const before = prolific.state;
  expect(append(lines({}, {}))).toMatchObject({
    status: 200,
    body: { accepted: 0, rejected: 2 },
  });
  expect(prolific.state).toBe(before);
});

describe("refused", () => {
  const many = (count: number) =>
    lines(...Array.from({ length: count }, (_, n) => record(n)));
  test.each([
    ["another content type", {}, lines(record(1)), "application/json", 400],
    ["V3", { version: 3, schema: null }, lines(record(1)), undefined, 400],
    ["no schema", { schema: null }, lines(record(1)), undefined, 400],
    ["nothing", {}, "", undefined, 400],
    ["blank lines", {}, "\n \n", undefined, 400],
    ["1001 records", {}, many(1001), undefined, 400],
    ["forbidden", { forbidden: true }, lines(record(1)), undefined, 403],
  ] as [string, DatasetOptions, string, string | undefined, number][])(
    "%s",
    (_, options, body, type, status) => {
      const { append, prolific } = appendWorld(options);
      const before = prolific.state;
      expect(append(body, type).status).toBe(status);
      expect(prolific.state).toBe(before);
    },
  );

  test("1000 records and blank lines are accepted", () => {
    const { append } = appendWorld();
    expect(append(`\n${many(1000)}\n\n`)).toMatchObject({
      status: 200,
      body: { accepted: 1000 },
    });
  });

  test("with 409 while an import is running", () => {
    const { append, target, put, pass } = appendWorld();
    const made = target("a.jsonl");
    expect(append(lines(record(1))).status).toBe(200);
    put(made, lines(record(2)));
    expect(append(lines(record(3)))).toMatchObject({
      status: 409,
      body: { error: { status: 409, title: "Conflict" } },
    });
    pass(29);
    expect(append(lines(record(3))).status).toBe(409);
    pass(1);
    expect(append(lines(record(3))).status).toBe(200);
  });

  test("with 409 until a certain time", () => {
    const { append, prolific, id, pass } = appendWorld();
    prolific.changeDataset(id, { appendBusyUntilMs: prolific.now() + 9 });
    pass(8);
    expect(append(lines(record(1))).status).toBe(409);
    pass(1);
    expect(append(lines(record(1))).status).toBe(200);
  });
});

describe("identical records are accepted and stored once", () => {
  test.each([
    ["all", ["import 1", "append 2"]],
    ["appended", ["import 1", "append 1", "append 2"]],
  ] as ["all" | "appended", string[]][])(
    "compared with %s",
    (deduplicates, kept) => {
      const { append, upload, pass, stored } = appendWorld({
        script: { deduplicates },
      });
      upload("a.jsonl", lines(record(1)));
      pass(30);
      const body = lines(record(1), record(2), { text: "x", n: 2 });
      for (let again = 0; again < 3; again += 1) {
        expect(append(body).body).toMatchObject({ accepted: 3, rejected: 0 });
        pass(1);
      }
      expect(stored()).toEqual(kept);
    },
  );

  test("for any records in any portions, sent any number of times", () => {
    const piece = fc.array(fc.integer({ min: 0, max: 20 }), {
      minLength: 1,
      maxLength: 8,
    });
    const step = fc.record({
      numbers: piece,
      by: fc.constantFrom("append", "upload"),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom("all", "appended"),
        (steps, deduplicates) => {
          const world = appendWorld({ script: { deduplicates } });
          const expected: string[] = [];
          const seen = new Set<string>();
          for (const { numbers, by } of steps) {
            const body = lines(...numbers.map(record));
            if (by === "append") {
              const reply = world.append(body);
              expect(reply.body).toMatchObject({ accepted: numbers.length });
            } else world.upload("a.jsonl", body);
            world.pass(30);
            for (const n of numbers) {
              const known =
                seen.has(`append ${n}`) ||
                (deduplicates === "all" && seen.has(`upload ${n}`));
              if (by === "upload") expected.push(`import ${n}`);
              else if (!known) expected.push(`append ${n}`);
              seen.add(`${by} ${n}`);
            }
          }
          expect(world.stored()).toEqual(expected);
          const { total_datapoint_count } = world.prolific.dataset(world.id);
          expect(total_datapoint_count).toBe(expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("and the records of many appends are all there", () => {
    const { append, prolific, id } = appendWorld();
    for (let at = 0; at < 3000; at += 1) append(lines(record(at)));
    for (let at = 0; at < 50; at += 1) {
      const numbers = Array.from({ length: 1000 }, (_, n) => at * 1000 + n);
      append(lines(...numbers.map(record)));
    }
    expect(prolific.dataset(id).total_datapoint_count).toBe(50_000);
  });
});

test("group keys come from the records", () => {
  const grouped = {
    ...schema,
    fields: { ...schema.fields, thread: { type: "task_group_id" } },
  };
  const { append, upload, pass, prolific, id, ask } = appendWorld({
    schema: grouped,
  });
  upload("a.csv", "n,text,thread\n1,x,A\n2,x,B\n");
  pass(30);
  const batch = prolific.addBatch({ datasetId: id, setupMs: 10 });
  ask("POST", `/batches/${batch}/setup`, {});
  pass(10);
  expect(prolific.batch(batch)).toMatchObject({ total_task_groups: 2 });
  append(lines({ ...record(3), thread: "B" }, { ...record(4), thread: "C" }));
  ask("POST", `/batches/${batch}/sync`);
  pass(100);
  expect(prolific.batch(batch)).toMatchObject({
    total_task_count: 4,
    total_task_groups: 3,
  });
});

describe("auto-sync", () => {
  const attached = (world: ReturnType<typeof appendWorld>) => {
    const { prolific, id } = world;
    prolific.addDatapoints(id, 2);
    const ready = { datasetId: id, status: "READY" } as const;
    return {
      auto: prolific.addBatch({ ...ready, autoSyncEnabled: true }),
      other: prolific.addBatch({ ...ready, autoSyncEnabled: true }),
      manual: prolific.addBatch(ready),
      fresh: prolific.addBatch({ datasetId: id, autoSyncEnabled: true }),
      foreign: prolific.addBatch({
        ...ready,
        datasetId: prolific.addDataset(),
        autoSyncEnabled: true,
      }),
    };
  };

  test("an append that wrote something syncs every READY batch with auto-sync", () => {
    const world = appendWorld();
    const { prolific, append, pass } = world;
    const batches = attached(world);
    append(lines(record(1)));
    const syncs = () =>
      Object.values(batches).map((batch) => prolific.automaticSyncs(batch));
    expect(syncs()).toEqual([1, 1, 0, 0, 0]);
    append(lines(record(1)));
    append(lines({}));
    expect(syncs()).toEqual([1, 1, 0, 0, 0]);
    pass(15);
    const tasks = Object.values(batches).map(
      (batch) => prolific.batch(batch).total_task_count,
    );
    expect(tasks).toEqual([3, 3, 2, 0, 7]);
  });

  test("does not count as a requested sync, and an explicit one queues after it", () => {
    const world = appendWorld();
    const { prolific, append, ask, pass } = world;
    const { auto } = attached(world);
    append(lines(record(1)));
    const { body } = ask("POST", `/batches/${auto}/sync`);
    const { sync_id } = body as { sync_id: string };
    expect(prolific.acceptedSyncs(auto)).toBe(1);
    expect(prolific.automaticSyncs(auto)).toBe(1);
    const read = () => ask("GET", `/batches/${auto}/syncs/${sync_id}`).body;
    pass(14);
    expect(read()).toMatchObject({ status: "queued" });
    pass(11);
    expect(read()).toMatchObject({ status: "complete", tasks_created: 0 });
  });

  test("an uploaded file does not start a sync", () => {
    const world = appendWorld();
    const { auto } = attached(world);
    world.upload("a.jsonl", lines(record(1)));
    world.pass(100);
    expect(world.prolific.automaticSyncs(auto)).toBe(0);
  });
});
