import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { connect } from "node:net";
import { errorShapes } from "../../sandbox/http/error-bodies.ts";
import { faultKinds } from "../../sandbox/faults/faults.ts";
import type { FaultKind } from "../../sandbox/faults/faults.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Fault, Sandbox } from "../../sandbox/server.ts";
import { ask, clientOf } from "./client.ts";
import { until } from "./until.ts";

let sandbox: Sandbox;
let api: ReturnType<typeof clientOf>;
let batchId: string;
const fired = new Set<FaultKind | null>();

beforeEach(async () => {
  sandbox = await startSandbox({ timing: { setupMs: 60_000 } });
  api = clientOf(sandbox);
  batchId = sandbox.addBatch({ datasetId: sandbox.addDataset() });
});

afterEach(async () => {
  for (const { fault } of sandbox.requests) fired.add(fault);
  await sandbox.close();
});

const setup = (patienceMs?: number) =>
  api(
    "POST",
    `/batches/${batchId}/setup`,
    {},
    patienceMs === undefined ? {} : { patienceMs },
  );
const read = (patienceMs = 5000) =>
  api("GET", `/batches/${batchId}`, undefined, { patienceMs });
const onSetup = (fault: object) => {
  sandbox.fault({ match: "POST /setup", ...fault } as Fault);
};
const onRead = (fault: object) => {
  sandbox.fault({ match: "GET /batches/*", ...fault } as Fault);
};
const accepted = () => sandbox.prolific.acceptedSetups(batchId);
const realBody = () => JSON.stringify(sandbox.prolific.batch(batchId));

describe("responses that do not come from Prolific, before and after the work", () => {
  const faults: [string, object, number, string | RegExp][] = [
    [
      "status",
      { kind: "status", status: 503 },
      503,
      /"title":"Service Unavailable"/,
    ],
    [
      "status with text",
      { kind: "status", status: 418, body: "tea" },
      418,
      "tea",
    ],
    ["html", { kind: "html" }, 200, /^<!DOCTYPE html>/],
    ["emptyObject", { kind: "emptyObject" }, 200, "{}"],
    [
      "malformed",
      { kind: "malformed", body: '{"status":null}' },
      200,
      '{"status":null}',
    ],
    [
      "echoAuth",
      { kind: "echoAuth" },
      400,
      /Authorization: Token sandbox-token/,
    ],
    [
      "echoAddress",
      { kind: "echoAddress" },
      403,
      /signature of \/api\/v1\/.*\/setup does not match/,
    ],
    ["huge", { kind: "huge", bytes: 5000 }, 200, /^\{"padding":"x+"\}$/],
    ["redirect", { kind: "redirect", location: "/x" }, 307, ""],
  ];
  test.each(faults)("%s", async (_, fault, status, body) => {
    onSetup(fault);
    const before = await setup();
    expect(before).toMatchObject({ status, whole: true, error: null });
    expect(before.body).toMatch(body);
    if (body === "") expect(before.body).toBe("");
    expect(accepted()).toBe(0);

    onSetup({ ...fault, when: "after" });
    expect(await setup()).toMatchObject({ status, body: before.body });
    expect(accepted()).toBe(1);
    expect(sandbox.requests).toMatchObject([
      { status, workStatus: null, responseBody: before.body },
      { status, workStatus: 202, responseBody: before.body },
    ]);
  });

  test("a status has headers", async () => {
    const headers = { "retry-after": "7" };
    onRead({ kind: "status", status: 429, headers });
    const seen = await read();
    expect(seen.status).toBe(429);
    expect(seen.headers["retry-after"]).toBe("7");
  });

  test.each(errorShapes)("a status in %s", async (errorShape) => {
    onRead({ kind: "status", status: 500, errorShape, text: "out of luck" });
    const seen = await read();
    expect(seen).toMatchObject({ status: 500, whole: true });
    expect(seen.body.includes("out of luck")).toBe(errorShape !== "E7.empty");
  });

  test.each(errorShapes.filter((shape) => shape !== "E7.empty"))(
    "echoAuth in %s",
    async (errorShape) => {
      onRead({ kind: "echoAuth", status: 403, errorShape });
      const seen = await read();
      expect(seen.status).toBe(403);
      expect(seen.body).toContain(sandbox.token);
    },
  );

  test("huge is as large as requested, with and without a length", async () => {
    onRead({ kind: "huge", bytes: 300_000 });
    const sized = await read();
    expect(sized.body).toHaveLength(300_000);
    expect(sized.headers["content-length"]).toBe("300000");
    onRead({ kind: "huge", bytes: 300_000, chunked: true });
    const chunked = await read();
    expect(chunked.body).toHaveLength(300_000);
    expect(chunked.headers["content-length"]).toBeUndefined();
    expect(chunked.headers["transfer-encoding"]).toBe("chunked");
  });

  test("a redirect has a location", async () => {
    const location = "http://127.0.0.1:1/elsewhere";
    onRead({ kind: "redirect", status: 302, location });
    const seen = await read();
    expect(seen.status).toBe(302);
    expect(seen.headers.location).toBe(location);
  });

  test("malformed without a body is the real body, cut off", async () => {
    onRead({ kind: "malformed", when: "after" });
    const seen = await read();
    expect(seen).toMatchObject({ status: 200, whole: true });
    expect(seen.body).toBe(realBody().slice(0, -1));
  });
});

describe("connections that break", () => {
  test.each([
    ["before", 0],
    ["after", 1],
  ])("reset, %s the work", async (when, setups) => {
    onSetup({ kind: "reset", when });
    expect(await setup()).toMatchObject({ status: null, error: "ECONNRESET" });
    expect(accepted()).toBe(setups);
    expect(sandbox.requests).toMatchObject([{ fault: "reset", status: null }]);
  });

  test("reset is a reset, not a normal end: node:http reports both as ECONNRESET", async () => {
    sandbox.fault({ match: "GET /x", kind: "reset" });
    const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1");
    const events: string[] = [];
    socket.on("end", () => events.push("end"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      events.push(error.code ?? error.message),
    );
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume().write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    await closed;
    expect(events).toEqual(["ECONNRESET"]);
  });

  test.each([
    ["before", 0],
    ["after", 1],
  ])("hang, %s the work", async (when, setups) => {
    onSetup({ kind: "hang", when });
    expect(await setup(120)).toMatchObject({ status: null, error: "silence" });
    expect(accepted()).toBe(setups);
  });

  test("cutBody: the full length, half of the body, then nothing", async () => {
    onRead({ kind: "cutBody" });
    const seen = await read();
    const whole = realBody();
    expect(seen).toMatchObject({ status: 200, error: "ECONNRESET" });
    expect(seen.headers["content-length"]).toBe(String(whole.length));
    expect(seen.body).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  });

  test("cutBody of a setup, which has no body: the work is done, and spaces are cut off", async () => {
    onSetup({ kind: "cutBody" });
    const seen = await setup();
    expect(seen).toMatchObject({ status: 202, error: "ECONNRESET" });
    expect(seen.headers["content-length"]).toBe("16");
    expect(seen.body).toBe(" ".repeat(8));
    expect(accepted()).toBe(1);
  });

  test.each([0, 10])("cutBody after %d bytes", async (bytes) => {
    onRead({ kind: "cutBody", bytes });
    const seen = await read();
    expect(seen).toMatchObject({ status: 200, error: "ECONNRESET" });
    expect(seen.body).toBe(realBody().slice(0, bytes));
  });

  test.each([0, 10])("stallBody after %d bytes", async (bytes) => {
    onRead({ kind: "stallBody", bytes });
    const seen = await read(120);
    expect(seen).toMatchObject({ status: 200, whole: false, error: "silence" });
    expect(seen.body).toBe(realBody().slice(0, bytes));
  });

  test("stallBody stops half-way by default", async () => {
    onSetup({ kind: "stallBody" });
    expect(await setup(120)).toMatchObject({
      status: 202,
      body: " ".repeat(8),
      error: "silence",
    });
    expect(accepted()).toBe(1);
  });

  test("garbage", async () => {
    onSetup({ kind: "garbage" });
    expect((await setup()).error).toBe("HPE_INVALID_CONSTANT");
    expect(accepted()).toBe(0);
    onSetup({ kind: "garbage", when: "after", bytes: "HTTP/1.1 okay\r\n\r\n" });
    expect((await setup()).error).toMatch(/^HPE_/);
    expect(accepted()).toBe(1);
  });

  test("badContentLength", async () => {
    onRead({ kind: "badContentLength" });
    expect((await read()).error).toBe("HPE_INVALID_CONTENT_LENGTH");
    onSetup({ kind: "badContentLength", value: "-1" });
    expect((await setup()).error).toBe("HPE_INVALID_CONTENT_LENGTH");
    expect(accepted()).toBe(1);
  });
});

describe("slow responses", () => {
  test("slowBytes: complete in the end", async () => {
    onRead({ kind: "slowBytes", ms: 2, chunkBytes: 50 });
    const seen = await read();
    expect(seen).toMatchObject({ status: 200, whole: true, body: realBody() });
  });

  test("slowBytes ends when the client leaves", async () => {
    onRead({ kind: "slowBytes", ms: 60_000 });
    expect((await read(60)).error).toBe("silence");
  });

  test("delay: the work is done after the wait, or before it", async () => {
    onSetup({ kind: "delay", ms: 150 });
    const late = setup();
    await arrival(1);
    expect(accepted()).toBe(0);
    expect((await late).status).toBe(202);
    expect(accepted()).toBe(1);

    const other = sandbox.addBatch({ datasetId: sandbox.addDataset() });
    onSetup({ kind: "delay", ms: 150, when: "after" });
    const early = api("POST", `/batches/${other}/setup`, {});
    await arrival(2);
    expect(sandbox.prolific.acceptedSetups(other)).toBe(1);
    expect(sandbox.requests[1]?.status).toBeNull();
    expect((await early).status).toBe(202);
  });

  test("the work is done even if the client gives up", async () => {
    onSetup({ kind: "delay", ms: 400 });
    expect((await setup(60)).error).toBe("silence");
    expect(accepted()).toBe(0);
    await until(() => accepted() > 0);
    expect(sandbox.requests).toHaveLength(1);
  });
});

test("lag: stale reads for a while, normal writes", async () => {
  onRead({ kind: "lag", forMs: 40 });
  await setup();
  const startMs = performance.now();
  const statuses: unknown[] = [];
  do {
    const { body } = await read();
    statuses.push((JSON.parse(body) as { status: string }).status);
  } while (
    statuses.at(-1) === "UNINITIALISED" &&
    performance.now() - startMs < 5000
  );
  expect(statuses.length).toBeGreaterThan(1);
  expect(statuses.at(-1)).toBe("PROCESSING");
  expect((await setup()).status).toBe(400);
});

test("a fault only affects its own request, even on a shared connection", async () => {
  onRead({ kind: "status", status: 500 });
  const statuses = [await read(), await setup(), await read()];
  expect(statuses.map(({ status }) => status)).toEqual([500, 202, 200]);
  expect(sandbox.requests.map(({ fault }) => fault)).toEqual([
    "status",
    null,
    null,
  ]);
});

test("what the client sent is recorded, even without a token", async () => {
  await ask(`${sandbox.url}/api/v1/users/me/?a=1`);
  expect(sandbox.requests).toMatchObject([
    { method: "GET", path: "/api/v1/users/me/?a=1", body: "", status: 401 },
  ]);
  expect(sandbox.requests[0]?.headers).not.toHaveProperty("authorization");
});

test.each([
  ["stallUpload", "silence"],
  ["cutUpload", "ECONNRESET"],
])(
  "%s: only a part of the body is read, and nothing is done",
  async (kind, error) => {
    onSetup({ kind, bytes: 1 });
    expect(await setup(50)).toMatchObject({ status: null, error });
    expect(accepted()).toBe(0);
  },
);

test("lateUpload: a request other than an upload is refused, and never done", async () => {
  onSetup({ kind: "lateUpload", ms: 0 });
  expect((await setup()).status).toBe(503);
  expect(accepted()).toBe(0);
});

// Last in the file on purpose: it looks back on all tests above.
test("every kind of fault works over a socket", () => {
  expect([...fired].sort()).toEqual([...faultKinds, null].sort());
});

/** Waits until so many requests have arrived and the server has begun with them. */
async function arrival(count: number): Promise<void> {
  await until(() => sandbox.requests.length >= count);
  await new Promise(setImmediate);
}
