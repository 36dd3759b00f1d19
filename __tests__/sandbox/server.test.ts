import {
  afterEach,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { ask, clientOf } from "./client.ts";
import { until } from "./until.ts";

let sandbox: Sandbox;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 7, 21, 8);
  sandbox = await startSandbox({ now: () => nowMs });
});

afterEach(() => sandbox.close());

describe("the record", () => {
  test("has the requests in order, with their responses", async () => {
    const api = clientOf(sandbox);
    const id = sandbox.addBatch({ datasetId: sandbox.addDataset() });
    await api("POST", `/batches/${id}/setup`, { tasks_per_group: 2 });
    nowMs += 10;
    const seen = await api("GET", `/batches/${id}/status`);
    expect(seen.body).toBe('{"status":"PROCESSING"}');
    const base = "/api/v1/data-collection";
    expect(sandbox.requests).toMatchObject([
      {
        method: "POST",
        path: `${base}/batches/${id}/setup`,
        headers: {
          authorization: `Token ${sandbox.token}`,
          "content-type": "application/json",
        },
        body: '{"tasks_per_group":2}',
        atMs: nowMs - 10,
        fault: null,
        workStatus: 202,
        status: 202,
        responseHeaders: {},
        responseBody: "",
      },
      {
        method: "GET",
        path: `${base}/batches/${id}/status`,
        body: "",
        atMs: nowMs,
        fault: null,
        workStatus: 200,
        status: 200,
        responseHeaders: { "content-type": "application/json" },
        responseBody: '{"status":"PROCESSING"}',
      },
    ]);
  });

  test("a 202 has Content-Length: 0", async () => {
    const api = clientOf(sandbox);
    const id = sandbox.addBatch({ datasetId: sandbox.addDataset() });
    const seen = await api("POST", `/batches/${id}/setup`, {});
    expect(seen).toMatchObject({ status: 202, body: "", whole: true });
    expect(seen.headers["content-length"]).toBe("0");
    expect(seen.headers["content-type"]).toBeUndefined();
  });
});

describe("onRequest", () => {
  test("lets another client act first", async () => {
    const api = clientOf(sandbox);
    const id = sandbox.addBatch({ datasetId: sandbox.addDataset() });
    sandbox.onRequest = ({ path }) => {
      if (path.endsWith("/setup")) {
        sandbox.prolific.act("POST", `/batches/${id}/setup`, {});
      }
    };
    const seen = await api("POST", `/batches/${id}/setup`, {});
    expect(seen.status).toBe(400);
    expect(JSON.parse(seen.body)).toEqual({
      message: `Batch with ID ${id} is in status PROCESSING and cannot be setup.`,
      detail: "Batch is not in UNINITIALISED status.",
    });
    expect(sandbox.prolific.acceptedSetups(id)).toBe(1);
    expect(sandbox.requests).toHaveLength(1);
  });

  test("is awaited, and can still add a fault", async () => {
    const api = clientOf(sandbox);
    sandbox.onRequest = async () => {
      await new Promise(setImmediate);
      sandbox.fault({ match: "GET /batches/*", kind: "status", status: 502 });
    };
    const id = sandbox.addBatch();
    expect((await api("GET", `/batches/${id}`)).status).toBe(502);
  });

  test("that throws causes no response, and is reported", async () => {
    const complain = jest.spyOn(console, "error").mockImplementation(() => {
      // The line is asserted below.
    });
    sandbox.onRequest = () => {
      throw new Error("a mistake in the test");
    };
    const seen = await ask(`${sandbox.url}/api/v1/users/me/`);
    expect(seen).toMatchObject({ status: null, error: "ECONNRESET" });
    expect(complain.mock.calls).toEqual([
      [
        "sandbox:",
        expect.objectContaining({ message: "a mistake in the test" }),
      ],
    ]);
    complain.mockRestore();
  });
});

describe("the connection", () => {
  test("only listens on the loopback address", () => {
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test("is kept open between requests", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let count = 0; count < 3; count += 1) {
      await new Promise<void>((resolve, reject) => {
        const sent = request(`${sandbox.url}/x`, { agent }, (message) => {
          ports.add(message.socket.localPort);
          message.resume().on("end", resolve);
        });
        sent.on("error", reject).end();
      });
    }
    agent.destroy();
    expect(sandbox.requests).toHaveLength(3);
    expect(ports.size).toBe(1);
  });

  test("close ends hanging, delayed and idle connections at once", async () => {
    const own = await startSandbox();
    own.fault({ match: "GET /hang", kind: "hang" });
    own.fault({ match: "GET /slow", kind: "delay", ms: 60_000 });
    const idle = connect(Number(new URL(own.url).port), "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    const gone = new Promise((resolve) => idle.once("close", resolve));
    const pending = [ask(`${own.url}/hang`), ask(`${own.url}/slow`)];
    await until(() => own.requests.length === 2);
    await own.close();
    for (const { error } of await Promise.all(pending)) {
      expect(error).toBe("ECONNRESET");
    }
    await gone;
    expect((await ask(own.url)).error).toBe("ECONNREFUSED");
  });

  test("a request that the client aborts is not recorded", async () => {
    const half = connect(Number(new URL(sandbox.url).port), "127.0.0.1");
    half.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
    await new Promise((resolve) => setTimeout(resolve, 20));
    half.destroy();
    await ask(`${sandbox.url}/after`);
    expect(sandbox.requests.map(({ path }) => path)).toEqual(["/after"]);
  });

  test("a port in use is an error", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const { port } = other.address() as AddressInfo;
    await expect(startSandbox({ port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    other.close();
  });
});

describe("the control endpoint", () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const seen = await ask(`${sandbox.url}/sandbox/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const parsed: unknown = seen.body === "" ? null : JSON.parse(seen.body);
    return { status: seen.status, body: parsed };
  };
  const made = async (path: string, body: object): Promise<string> => {
    const reply = await control("POST", path, body);
    expect(reply.status).toBe(201);
    return (reply.body as { id: string }).id;
  };

  test("creates, changes and shows datasets and batches", async () => {
    const datasetId = await made("datasets", { datapoints: 4 });
    const batchId = await made("batches", { datasetId, status: "READY" });
    expect(
      await control("POST", `datasets/${datasetId}/datapoints`, { count: 3 }),
    ).toMatchObject({ status: 200, body: { total_datapoint_count: 7 } });
    expect(
      await control("PATCH", `batches/${batchId}`, { forcedStatus: "ACTIVE" }),
    ).toMatchObject({ status: 200, body: { status: "ACTIVE" } });
    expect(await control("GET", "state")).toMatchObject({
      status: 200,
      body: {
        batches: [{ id: batchId, total_task_count: 4, accepted_setups: 0 }],
        datasets: [{ id: datasetId, total_datapoint_count: 7 }],
      },
    });
  });

  test("adds, lists and clears faults", async () => {
    const one = { match: "GET /users/me/", kind: "status", status: 500 };
    const two = { match: "GET /users/me/", kind: "html", times: null };
    expect((await control("POST", "faults", one)).status).toBe(201);
    await control("POST", "faults", [two]);
    const me = () => ask(`${sandbox.url}/api/v1/users/me/`);
    expect([await me(), await me()].map(({ status }) => status)).toEqual([
      500, 200,
    ]);
    expect((await control("GET", "faults")).body).toEqual([
      { fault: one, hits: 1 },
      { fault: two, hits: 1 },
    ]);
    expect((await control("DELETE", "faults")).status).toBe(204);
    expect((await me()).status).toBe(401);
  });

  test("shows and forgets requests, except its own", async () => {
    await ask(`${sandbox.url}/api/v1/users/me/`);
    expect(await control("GET", "requests")).toMatchObject({
      status: 200,
      body: [{ path: "/api/v1/users/me/", status: 401 }],
    });
    await control("DELETE", "requests");
    expect(sandbox.requests).toEqual([]);
  });

  test("forgets everything", async () => {
    sandbox.addBatch({ datasetId: sandbox.addDataset() });
    sandbox.fault({ match: "* ~.", kind: "hang" });
    expect((await control("POST", "reset")).status).toBe(204);
    expect((await control("GET", "state")).body).toEqual({
      batches: [],
      datasets: [],
    });
    expect((await control("GET", "faults")).body).toEqual([]);
  });

  test.each([
    ["POST", "batches", [], 400],
    ["POST", "batches", { status: "READY" }, 400],
    ["POST", "faults", { match: "setup", kind: "hang" }, 400],
    ["POST", "faults", { match: "* /setup", kind: "bogus" }, 400],
    ["PATCH", "batches/7", {}, 400],
    ["POST", "datasets/7/datapoints", { count: 1 }, 400],
    ["POST", "datasets/7/datapoints", {}, 400],
    ["GET", "nothing", undefined, 404],
    ["DELETE", "batches", undefined, 404],
  ])(
    "%s %s %j is refused with a reason",
    async (method, path, body, status) => {
      expect(await control(method, path, body)).toEqual({
        status,
        body: { error: expect.any(String) },
      });
    },
  );
});
