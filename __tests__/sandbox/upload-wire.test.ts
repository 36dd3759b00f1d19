import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { request } from "node:http";
import { checkExchange } from "./openapi.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Fault, Sandbox } from "../../sandbox/server.ts";
import { ask, clientOf } from "./client.ts";
import { schema } from "./files.ts";
import type { Target } from "./files.ts";
import { until } from "./until.ts";

const csv = "n,text\n1,One\n2,Two\n";
const MiB = 1024 * 1024;

let sandbox: Sandbox;
let nowMs: number;
let datasetId: string;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 7, 21, 8);
  sandbox = await startSandbox({ now: () => nowMs });
  datasetId = sandbox.addDataset({ imports: [], schema });
});

afterEach(() => sandbox.close());

async function target(filename = "a.csv"): Promise<Target> {
  const path = `/datasets/${datasetId}/upload-url/${filename}`;
  const { body } = await clientOf(sandbox)("GET", path);
  return JSON.parse(body) as Target;
}

const put = (
  { upload_url, content_type = "" }: Target,
  body = csv,
  headers: Record<string, string> = {},
  patienceMs = 5000,
) =>
  ask(upload_url, {
    method: "PUT",
    headers: { "content-type": content_type, ...headers },
    body,
    patienceMs,
  });

const imports = () => {
  nowMs += 1000;
  return sandbox.prolific.dataset(datasetId).imports as Record<
    string,
    unknown
  >[];
};

/** Sends a body piece by piece and says how it went, and how many bytes left this side. */
function stream(
  { upload_url, content_type = "" }: Target,
  pieces: Buffer[],
  headers: Record<string, string | number> = {},
) {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const sent = request(upload_url, {
    method: "PUT",
    agent: false,
    headers: {
      "content-type": content_type,
      "content-length": bytes,
      ...headers,
    },
  });
  let written = 0;
  const pump = async () => {
    for (const piece of pieces) {
      if (sent.destroyed) return;
      const more = sent.write(piece);
      written += piece.length;
      if (more) continue;
      await new Promise<void>((resolve) => {
        const goOn = () => {
          sent.off("drain", goOn).off("close", goOn);
          resolve();
        };
        sent.on("drain", goOn).on("close", goOn);
      });
    }
    sent.end();
  };
  const end = new Promise<number | string>((resolve) => {
    sent.on("response", (message) => {
      message.resume();
      resolve(message.statusCode ?? 0);
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
  void pump();
  return { end, written: () => written, leave: () => sent.destroy() };
}

test("a file goes to the dataset through the upload address, as the document describes", async () => {
  const made = await target();
  expect(made.upload_url).toContain(`${sandbox.url}/storage/raw/${datasetId}/`);
  const seen = await put(made);
  expect(seen).toMatchObject({ status: 200, body: "", whole: true });
  expect(seen.headers["content-length"]).toBe("0");
  nowMs += 1000;
  const api = clientOf(sandbox);
  const job = await api(
    "GET",
    `/datasets/${datasetId}/imports/${made.import_id ?? ""}`,
  );
  expect(JSON.parse(job.body)).toMatchObject({
    status: "complete",
    accepted_count: 2,
  });
  expect(sandbox.requests[1]).toMatchObject({
    method: "PUT",
    path: made.upload_url.slice(sandbox.url.length),
    body: csv,
    fault: null,
    workStatus: 200,
    status: 200,
  });
  expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
});

test("refusals arrive at the client", async () => {
  const made = await target();
  const authorization = `Token ${sandbox.token}`;
  expect((await put(made, csv, { authorization })).status).toBe(400);
  const wrong = { "content-type": "text/plain" };
  const refused = await put(made, csv, wrong);
  expect(refused.status).toBe(403);
  expect(refused.headers["content-type"]).toBe("application/xml");
  const chunked = request(made.upload_url, {
    method: "PUT",
    agent: false,
    headers: { "content-type": "text/csv", "transfer-encoding": "chunked" },
  });
  const status = new Promise((resolve) => {
    chunked.on("response", (message) => {
      message.resume();
      resolve(message.statusCode);
    });
  });
  chunked.end(csv);
  expect(await status).toBe(411);
  const [address = ""] = made.upload_url.split("?");
  expect((await ask(address)).status).toBe(405);
  nowMs += 3_600_000;
  expect((await put(made)).body).toContain("Request has expired");
  expect(imports()).toMatchObject([{ status: "uninitialised" }]);
});

describe("a large file", () => {
  // 8 KiB a line.
  const line = Buffer.from(`${"x".repeat(8191)}\n`);
  const piece = Buffer.concat(Array.from({ length: 128 }, () => line));

  test("is counted, but not recorded", async () => {
    const { end } = stream(await target(), Array(40).fill(piece) as Buffer[]);
    expect(await end).toBe(200);
    expect(imports()).toMatchObject([
      { status: "complete", accepted_count: 40 * 128 - 1 },
    ]);
    expect(sandbox.requests[1]?.body).toBe("");
  });

  test("of up to 32 MiB is kept, but not recorded", async () => {
    const head = Buffer.from("n,text\n");
    const row = Buffer.from(`1,"${"x".repeat(2 * MiB)}"\n`);
    expect(await stream(await target(), [head, row]).end).toBe(200);
    expect(imports()).toMatchObject([{ accepted_count: 1 }]);
    const [{ record } = { record: {} }] = sandbox.prolific.records(datasetId);
    expect(record).toMatchObject({ n: "1" });
    expect(sandbox.requests[1]?.body).toBe("");
  });

  test("stalls if the server stops reading", async () => {
    const made = await target();
    sandbox.fault({ match: "PUT ~/storage/", kind: "stallUpload", bytes: MiB });
    const sent = stream(made, Array(64).fill(piece) as Buffer[]);
    let before = -1;
    while (before !== sent.written()) {
      before = sent.written();
      // In turns of the event loop, so that a busy machine does not look like a halt.
      for (let turns = 0; turns < 30; turns++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    expect(before).toBeGreaterThanOrEqual(MiB);
    expect(before).toBeLessThan(48 * MiB);
    sent.leave();
    expect(sandbox.requests[1]).toMatchObject({
      fault: "stallUpload",
      status: null,
      workStatus: null,
    });
    expect(imports()).toMatchObject([{ status: "uninitialised" }]);
  });

  test("is cut by a reset", async () => {
    const made = await target();
    sandbox.fault({ match: "PUT ~/storage/", kind: "cutUpload", bytes: MiB });
    const sent = stream(made, Array(64).fill(piece) as Buffer[]);
    expect(await sent.end).toMatch(/^(ECONNRESET|EPIPE)$/);
    expect(sent.written()).toBeLessThan(48 * MiB);
    expect(imports()).toMatchObject([{ status: "uninitialised" }]);
  });

  test("is refused, and arrives later all the same", async () => {
    const made = await target();
    const late = { kind: "lateUpload", ms: 40 } as const;
    sandbox.fault({ match: "PUT ~/storage/", ...late });
    const body = [Buffer.from("n,text\n1,One\n")];
    expect(await stream(made, body).end).toBe(503);
    expect(sandbox.requests[1]).toMatchObject({
      fault: "lateUpload",
      status: 503,
      workStatus: null,
    });
    await until(() =>
      (imports() as { status: string }[]).every(
        ({ status }) => status === "complete",
      ),
    );
    expect(sandbox.prolific.records(datasetId)).toMatchObject([
      { record: { n: "1" } },
    ]);
  });

  test("whose client leaves is not stored", async () => {
    const made = await target();
    const sent = stream(made, [piece], { "content-length": 9 * MiB });
    await until(() => sandbox.requests.length === 2);
    sent.leave();
    expect(await sent.end).toBe("ECONNRESET");
    const [{ end }] = [stream(await target("b.csv"), [Buffer.from(csv)])];
    expect(await end).toBe(200);
    expect(sandbox.requests[1]).toMatchObject({
      status: null,
      workStatus: null,
    });
    expect(imports()).toMatchObject([
      { filename: "b.csv", status: "complete" },
      { filename: "a.csv", status: "uninitialised" },
    ]);
  });
});

describe("faults of an upload, before and after the bytes count", () => {
  test.each([
    [
      { kind: "status", status: 503 },
      { status: 503, error: null },
    ],
    [{ kind: "reset" }, { status: null, error: "ECONNRESET" }],
    [{ kind: "hang" }, { status: null, error: "silence" }],
    [
      { kind: "redirect", location: "http://127.0.0.1:1/" },
      { status: 307, error: null },
    ],
  ])("%j", async (fault, expected) => {
    const made = await target();
    const match = "PUT /storage/raw/*/*/*";
    const arm = (when: string) => {
      sandbox.fault({ match, ...fault, when } as Fault);
    };
    arm("before");
    expect(await put(made, csv, {}, 300)).toMatchObject(expected);
    expect(imports()).toMatchObject([{ status: "uninitialised" }]);
    arm("after");
    expect(await put(made, csv, {}, 300)).toMatchObject(expected);
    expect(imports()).toMatchObject([{ status: "complete" }]);
    expect((await put(made)).status).toBe(200);
    expect(sandbox.prolific.records(datasetId)).toHaveLength(2);
    const puts = sandbox.requests.slice(1);
    expect(puts.map(({ workStatus }) => workStatus)).toEqual([null, 200, 200]);
    expect(puts.map(({ body }) => body)).toEqual([csv, csv, csv]);
  });

  test("a stall before the first byte", async () => {
    const made = await target();
    sandbox.fault(
      { match: "PUT ~/storage/", kind: "stallUpload", bytes: 0 },
      { match: "PUT ~/storage/", kind: "cutUpload", bytes: 0 },
    );
    expect(await put(made, csv, {}, 100)).toMatchObject({ error: "silence" });
    expect(await put(made)).toMatchObject({ status: null });
    expect((await put(made)).status).toBe(200);
  });

  test("a stall after more bytes than the file has", async () => {
    const made = await target();
    sandbox.fault(
      { match: "PUT ~/storage/", kind: "stallUpload", bytes: MiB },
      { match: "PUT ~/storage/", kind: "cutUpload", bytes: MiB },
    );
    expect(await put(made, csv, {}, 100)).toMatchObject({ error: "silence" });
    expect(await put(made)).toMatchObject({ error: "ECONNRESET" });
    expect(imports()).toMatchObject([{ status: "uninitialised" }]);
  });
});

test("onRequest is called for an upload before its bytes arrive", async () => {
  const bodies: string[] = [];
  sandbox.onRequest = ({ method, body }) => {
    if (method === "PUT") bodies.push(body);
  };
  await put(await target());
  expect(bodies).toEqual([""]);
});

test("the storage can have another address", async () => {
  const storageUrl = "https://elsewhere.example";
  const other = await startSandbox({ storageUrl });
  await other.close();
  expect(other.prolific.storageUrl).toBe(storageUrl);
});

test("the control endpoint changes datasets, adds schemas and shows records", async () => {
  const control = async (method: string, path: string, body?: object) => {
    const url = `${sandbox.url}/sandbox/datasets/${datasetId}${path}`;
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const seen = await ask(url, { method, ...text });
    return { status: seen.status, body: JSON.parse(seen.body) as unknown };
  };
  datasetId = sandbox.addDataset({ imports: [], schema: null });
  const script = { importQueuedMs: 0, importMs: 0 };
  expect(await control("PATCH", "", script)).toMatchObject({ status: 200 });
  await put(await target());
  expect(sandbox.prolific.dataset(datasetId).imports).toMatchObject([
    { status: "pending_schema" },
  ]);
  expect(await control("PUT", "/schema", {})).toMatchObject({ status: 400 });
  expect(await control("PUT", "/schema", schema)).toMatchObject({
    status: 200,
    body: { schema, total_datapoint_count: 2 },
  });
  expect((await control("GET", "/records")).body).toEqual([
    { via: "import", record: { n: "1", text: "One" } },
    { via: "import", record: { n: "2", text: "Two" } },
  ]);
  const batchId = sandbox.addBatch({ datasetId, status: "READY" });
  const tasks = await ask(`${sandbox.url}/sandbox/batches/${batchId}/tasks`);
  expect(JSON.parse(tasks.body)).toEqual(sandbox.prolific.tasks(batchId));
  expect(sandbox.prolific.tasks(batchId)).toMatchObject([
    { datasetId, index: 0, record: '{"n":"1","text":"One"}' },
    { datasetId, index: 1, record: '{"n":"2","text":"Two"}' },
  ]);
  datasetId = "none";
  expect(await control("PATCH", "", {})).toMatchObject({ status: 400 });
});
