import { describe, expect, test } from "@jest/globals";
import { filesOf } from "./files.ts";
import { worldOf } from "./world.ts";

const v3 = { version: 3, datapoints: 0 } as const;
const v4 = { imports: [] } as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test("V4 returns an address and an import that waits for its file", () => {
  const { prolific } = worldOf();
  const id = prolific.addDataset(v4);
  const { target, read } = filesOf(prolific, id);
  const made = target("my reviews (1).jsonl");
  expect(made).toEqual({
    dataset_id: id,
    upload_url: expect.stringMatching(
      /^https:\/\/storage\.sandbox\.invalid\/storage\/raw\/\S+\/my%20reviews%20\(1\)\.jsonl\?X-Signature=[0-9a-f]{32}&X-Expires=\d+$/,
    ),
    http_method: "PUT",
    content_type: "application/x-ndjson",
    expires_at: "2026-08-21T09:00:00.000Z",
    file_key: expect.stringMatching(
      new RegExp(`^raw/${id}/[^/]+/my reviews \\(1\\)\\.jsonl$`),
    ),
    import_id: expect.stringMatching(uuid),
  });
  // An address that a parser would change could not be used untouched.
  expect(new URL(made.upload_url).href).toBe(made.upload_url);
  expect(read(made.import_id ?? "")).toEqual({
    dataset_id: id,
    import_id: made.import_id,
    type: "file_upload",
    filename: "my reviews (1).jsonl",
    created_at: "2026-08-21T08:00:00.000Z",
    updated_at: "2026-08-21T08:00:00.000Z",
    status: "uninitialised",
  });
});

test("each call creates another import", () => {
  const { prolific } = worldOf();
  const id = prolific.addDataset(v4);
  const { target } = filesOf(prolific, id);
  const ids = ["a.csv", "b.jsonl", "a.csv"].map(
    (name) => target(name).import_id,
  );
  expect(new Set(ids).size).toBe(3);
  expect(prolific.dataset(id).imports).toMatchObject(
    ids.reverse().map((import_id) => ({ import_id })),
  );
});

test("V3 returns an address without an import", () => {
  const { prolific } = worldOf();
  const id = prolific.addDataset(v3);
  const { target } = filesOf(prolific, id);
  expect(target("a.csv")).not.toHaveProperty("import_id");
  expect(target("a.ZIP").content_type).toBe("application/zip");
  expect(prolific.dataset(id)).toMatchObject({
    status: "UNINITIALISED",
    filename: null,
    imports: null,
  });
});

describe("the content type depends on the name", () => {
  test.each([
    [3, "a.csv", "text/csv"],
    [3, "a.zip", "application/zip"],
    [4, "a.CSV", "text/csv"],
    [4, "a.b.jsonl", "application/x-ndjson"],
  ] as [3 | 4, string, string][])("V%d %s: %s", (version, name, type) => {
    const { prolific } = worldOf();
    const id = prolific.addDataset(version === 3 ? v3 : v4);
    expect(filesOf(prolific, id).target(name).content_type).toBe(type);
  });

  test("or is omitted", () => {
    const { prolific } = worldOf();
    const script = { omitContentType: true };
    const id = prolific.addDataset({ ...v4, script });
    const { target, put } = filesOf(prolific, id);
    const made = target("a.csv");
    expect(made).not.toHaveProperty("content_type");
    expect(put(made, "n\n1\n", { "content-type": "any/thing" }).status).toBe(
      200,
    );
  });
});

describe("refused with 400", () => {
  test.each([
    [3, "a.jsonl"],
    [4, "a.zip"],
    [3, "a.txt"],
    [4, "csv"],
    [4, "a.csv.gz"],
    [4, "a%2Fb.csv"],
    [4, "a%0Ab.csv"],
    [4, "a%ZZ.csv"],
    [4, "a%FF.csv"],
  ] as [3 | 4, string][])("V%d %s", (version, name) => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset(version === 3 ? v3 : v4);
    const reply = ask("GET", `/datasets/${id}/upload-url/${name}`);
    expect(reply).toMatchObject({ status: 400, body: { error: {} } });
    expect(prolific.state.datasets.get(id)?.uploads).toEqual([]);
  });

  test.each(["PROCESSING", "READY"] as const)("V3 that is %s", (status) => {
    const { prolific, ask } = worldOf();
    const id = prolific.addDataset({ version: 3, status });
    const reply = ask("GET", `/datasets/${id}/upload-url/a.csv`);
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain(`is in status ${status}`);
  });
});

test("unknown, forbidden and malformed datasets are refused as elsewhere", () => {
  const { prolific, ask } = worldOf();
  const id = prolific.addDataset({ forbidden: true });
  const at = (dataset: string) =>
    ask("GET", `/datasets/${dataset}/upload-url/a.csv`).status;
  expect(at(id)).toBe(403);
  expect(at("6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90")).toBe(404);
  expect(at("7")).toBe(400);
});

test("the storage can have any address", () => {
  const { prolific } = worldOf({ storageUrl: "http://127.0.0.1:1" });
  const id = prolific.addDataset(v4);
  const { target } = filesOf(prolific, id);
  const host = () => new URL(target("a.csv").upload_url).origin;
  expect(host()).toBe("http://127.0.0.1:1");
  prolific.storageUrl = "https://b.example";
  expect(host()).toBe("https://b.example");
  prolific.changeDataset(id, { storageUrl: "http://plain.example" });
  expect(host()).toBe("http://plain.example");
});

test("an import can take a while to be visible", () => {
  const { prolific, pass } = worldOf({ timing: { importVisibleAfterMs: 40 } });
  const id = prolific.addDataset(v4);
  const { target, read } = filesOf(prolific, id);
  const importId = target("a.csv").import_id ?? "";
  pass(39);
  expect(read(importId)).toBeNull();
  expect(prolific.dataset(id).imports).toEqual([]);
  pass(1);
  expect(read(importId)).toMatchObject({ status: "uninitialised" });
  expect(prolific.dataset(id).imports).toHaveLength(1);
});

test("it is a write: never answered from an earlier state, and invisible to a lagging reader", () => {
  const { prolific, pass } = worldOf();
  const id = prolific.addDataset(v4);
  const path = `/api/v1/data-collection/datasets/${id}`;
  const headers = { authorization: `Token ${prolific.token}` };
  const get = (tail: string) => {
    const request = { method: "GET", path: path + tail, headers, body: "" };
    const reply = prolific.handle(request, "before the last write");
    return JSON.parse(reply.body) as { imports: unknown[] };
  };
  for (const seen of [0, 1, 2]) {
    get("/upload-url/a.csv");
    pass(1);
    expect(get("").imports).toHaveLength(seen);
    expect(prolific.dataset(id).imports).toHaveLength(seen + 1);
  }
});
