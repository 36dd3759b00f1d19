import { describe, expect, test } from "@jest/globals";
import type { Reply } from "../../sandbox/http/error-bodies.ts";
import { filesOf, schema } from "./files.ts";
import { worldOf } from "./world.ts";

const csv = "n,text\n1,One\n2,Two\n";

function uploadWorld(script: object = {}) {
  const world = worldOf({ timing: { importQueuedMs: 10, importMs: 20 } });
  const id = world.prolific.addDataset({ imports: [], schema, script });
  const files = filesOf(world.prolific, id);
  const status = () =>
    (world.prolific.dataset(id).imports as { status: string }[])[0]?.status;
  return { ...world, ...files, id, status };
}

test("an accepted file is answered with an empty 200", () => {
  const { target, put, status } = uploadWorld();
  expect(put(target("a.csv"), csv)).toEqual({
    status: 200,
    headers: {},
    body: "",
  });
  expect(status()).toBe("queued");
});

describe("refused as S3 does, with nothing stored", () => {
  type World = ReturnType<typeof uploadWorld>;
  const at = (from: string, to: string) => (world: World) => {
    const made = world.target("a.csv");
    const upload_url = made.upload_url.replace(from, to);
    return world.put({ ...made, upload_url }, csv);
  };
  const without =
    (headers: Record<string, string | undefined>) =>
    ({ target, put }: World) =>
      put(target("a.csv"), csv, headers);
  test.each([
    ["no signature", at("X-Signature=", "X="), 403, "AccessDenied"],
    [
      "a wrong signature",
      at("X-Signature=", "X-Signature=0"),
      403,
      "SignatureDoesNotMatch",
    ],
    [
      "another expiry",
      at("X-Expires=", "X-Expires=9"),
      403,
      "SignatureDoesNotMatch",
    ],
    ["another name", at("a.csv", "b.csv"), 403, "SignatureDoesNotMatch"],
    [
      "an expired address",
      (world: World) => {
        const made = world.target("a.csv");
        world.pass(3_600_000);
        return world.put(made, csv);
      },
      403,
      "Request has expired",
    ],
    ["a token", without({ Authorization: "Token t" }), 400, "InvalidArgument"],
    [
      "another content type",
      without({ "content-type": "text/csv; charset=utf-8" }),
      403,
      "SignatureDoesNotMatch",
    ],
    [
      "no content type",
      without({ "content-type": undefined }),
      403,
      "SignatureDoesNotMatch",
    ],
    [
      "no length",
      without({ "content-length": undefined }),
      411,
      "MissingContentLength",
    ],
    [
      "chunks",
      without({ "transfer-encoding": "chunked" }),
      411,
      "MissingContentLength",
    ],
    [
      "another length",
      without({ "content-length": "3" }),
      400,
      "IncompleteBody",
    ],
    [
      "another method",
      ({ target, prolific }: World) => {
        const { pathname, search } = new URL(target("a.csv").upload_url);
        const path = pathname + search;
        return prolific.store({ method: "POST", path, headers: {}, body: "" });
      },
      405,
      "MethodNotAllowed",
    ],
  ] as [string, (world: World) => Reply, number, string][])(
    "%s",
    (_, act, status, text) => {
      const world = uploadWorld();
      const reply = act(world);
      expect(reply.status).toBe(status);
      expect(reply.headers["content-type"]).toBe("application/xml");
      expect(reply.body).toMatch(/^<\?xml .*\n<Error>.*<\/Error>$/);
      expect(reply.body).toContain(text);
      expect(world.status()).toBe("uninitialised");
    },
  );

  test("an address that was never issued", () => {
    const { prolific } = uploadWorld();
    const path = "/storage/raw/a/b/c.csv?X-Signature=1&X-Expires=2";
    const reply = prolific.store({ path, headers: {}, body: "" });
    expect(reply.status).toBe(403);
  });
});

test("an address is valid for its lifetime, judged at the start of the upload", () => {
  const { target, prolific, pass, put } = uploadWorld({ uploadUrlMs: 50 });
  const startedMs = prolific.now() + 49;
  const made = target("a.csv");
  pass(51);
  expect(put(made, csv).status).toBe(403);
  const { pathname, search } = new URL(made.upload_url);
  const headers = { "content-length": "19", "content-type": "text/csv" };
  const request = { path: pathname + search, headers, body: csv, startedMs };
  expect(prolific.store(request).status).toBe(200);
});

test("the second file at an address changes nothing", () => {
  const { target, put, pass, stored } = uploadWorld();
  const made = target("a.csv");
  put(made, csv);
  const other = "n,text\n3,Three\n";
  expect(put(made, other).status).toBe(200);
  pass(1000);
  expect(put(made, other).status).toBe(200);
  expect(stored()).toEqual(["import 1", "import 2"]);
});

describe("V3", () => {
  const v3World = (script: object = {}) => {
    const world = worldOf({ timing: { datasetMs: 30, setupMs: 10 } });
    const { prolific } = world;
    const id = prolific.addDataset({ version: 3, datapoints: 0, script });
    return { ...world, ...filesOf(prolific, id), id };
  };

  test("is PROCESSING, then READY with the records of its file", () => {
    const { prolific, id, upload, pass, stored, target } = v3World();
    upload("mine.csv", csv);
    expect(prolific.dataset(id)).toMatchObject({
      status: "PROCESSING",
      filename: "mine.csv",
      total_datapoint_count: 0,
    });
    expect(() => target("b.csv")).toThrow("is in status PROCESSING");
    pass(29);
    expect(prolific.dataset(id).status).toBe("PROCESSING");
    expect(stored()).toEqual([]);
    pass(1);
    expect(prolific.dataset(id)).toMatchObject({
      status: "READY",
      total_datapoint_count: 2,
      has_predetermined_grouping_id: false,
    });
    expect(stored()).toEqual(["import 1", "import 2"]);
    expect(() => target("b.csv")).toThrow("is in status READY");
  });

  test("is grouped by META_TASK_GROUP_ID", () => {
    const { prolific, id, upload, pass, ask } = v3World();
    upload("a.csv", "n,META_TASK_GROUP_ID\n1,x\n2,y\n3,x\n4,\n");
    pass(30);
    const dataset = prolific.dataset(id);
    expect(dataset.has_predetermined_grouping_id).toBe(true);
    const batch = prolific.addBatch({ datasetId: id });
    ask("POST", `/batches/${batch}/setup`, { tasks_per_group: 9 });
    pass(10);
    expect(prolific.batch(batch)).toMatchObject({
      total_task_count: 4,
      total_task_groups: 3,
    });
  });

  test.each([
    [{}, 7],
    [{ zipRecords: 40 }, 40],
  ])("counts a zip with script %j as %d", (script, count) => {
    const { prolific, id, upload, pass, stored } = v3World(script);
    upload("a.zip", Buffer.from([80, 75, 0, 255]));
    pass(30);
    expect(prolific.dataset(id).total_datapoint_count).toBe(count);
    expect(stored()).toHaveLength(count);
  });

  test.each([
    ["is told to", { datasetEndsIn: "ERROR" }, csv],
    ["cannot read the file", {}, ""],
  ])("ends in ERROR when it %s, and takes another file", (_, script, body) => {
    const { prolific, id, upload, pass } = v3World(script);
    upload("a.csv", body);
    pass(30);
    expect(prolific.dataset(id)).toMatchObject({
      status: "ERROR",
      filename: "a.csv",
      total_datapoint_count: 0,
    });
    prolific.changeDataset(id, { datasetEndsIn: "READY" });
    upload("b.csv", csv);
    pass(30);
    expect(prolific.dataset(id)).toMatchObject({
      status: "READY",
      filename: "b.csv",
      total_datapoint_count: 2,
    });
  });

  test("keeps the first file of two addresses", () => {
    const { prolific, id, target, put, pass } = v3World();
    const [one, two] = [target("a.csv"), target("b.csv")];
    put(two, csv);
    expect(put(one, "n\n1\n").status).toBe(200);
    pass(30);
    expect(prolific.dataset(id)).toMatchObject({
      filename: "b.csv",
      total_datapoint_count: 2,
    });
  });
});

test("a large file is only counted", () => {
  const { prolific, id, upload, pass } = uploadWorld();
  const first = upload("a.csv", { bytes: 5e7, newlines: 1001 });
  const second = upload("a.jsonl", { bytes: 5e7, newlines: 1001 });
  pass(1000);
  const { imports, total_datapoint_count } = prolific.dataset(id);
  expect(imports).toMatchObject([
    { import_id: second, status: "complete", accepted_count: 1001 },
    { import_id: first, status: "complete", accepted_count: 1000 },
  ]);
  expect(total_datapoint_count).toBe(2001);
  expect(prolific.records(id)[2000]).toEqual({ via: "import", record: {} });
});
