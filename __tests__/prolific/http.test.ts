/**
 * Requests over real sockets of this machine. Each test ends with a check of both sides: this side must have closed every
 * connection, or a step could not end.
 *
 * @jest-environment ./__tests__/fixtures/one-realm.js
 */
import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { systemClock } from "../../src/timing/clock.ts";
import { ConnectionError } from "../../src/errors.ts";
import {
  type HttpReply,
  type HttpRequest,
  type SendOptions,
  sendOverHttp,
} from "../../src/prolific/http.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../fixtures/tls.ts";

const MIB = 2 ** 20;
const TLS = { cert: CERTIFICATE, key: PRIVATE_KEY };
const PROXY_VARIABLES = [
  "https_proxy",
  "HTTPS_PROXY",
  "http_proxy",
  "HTTP_PROXY",
  "no_proxy",
  "NO_PROXY",
];
const environment = { ...process.env };

let servers: net.Server[] = [];
/** Connections that servers still have. */
const open = new Set<Socket>();

beforeEach(() => {
  for (const name of PROXY_VARIABLES) Reflect.deleteProperty(process.env, name);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (let waited = 0; open.size > 0 && waited < 2_000; waited += 5) {
    await systemClock.sleep(5);
  }
  const leftOpen = open.size;
  for (const socket of open) socket.destroy();
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  servers = [];
  expect(leftOpen).toBe(0);
});

afterAll(() => {
  for (const name of PROXY_VARIABLES) {
    const value = environment[name];
    if (value !== undefined) process.env[name] = value;
  }
});

/** Starts a server on a free port of this machine. */
async function listen(server: net.Server, host = "127.0.0.1") {
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** An HTTP server. @returns its address. */
async function serve(listener: http.RequestListener): Promise<string> {
  const port = await listen(http.createServer(listener));
  return `http://127.0.0.1:${port}`;
}

/** A server that responds to a complete request with any bytes, and counts its connections. */
async function serveRaw(
  act: (socket: Socket, received: string) => void,
): Promise<{ url: string; port: number; connections: () => number }> {
  let connections = 0;
  const port = await listen(
    net.createServer((socket) => {
      connections++;
      let received = "";
      socket.on("data", (bytes) => {
        received += bytes.toString("latin1");
        if (received.includes("\r\n\r\n")) act(socket, received);
      });
    }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: () => connections,
  };
}

/** One GET, or another request. */
function send(
  url: string,
  options: Partial<SendOptions> = {},
  request: Partial<HttpRequest> = {},
): Promise<HttpReply> {
  return sendOverHttp(
    { method: "GET", url, headers: { "User-Agent": "test/1" }, ...request },
    {
      signal: new AbortController().signal,
      maxBodyBytes: MIB,
      ...options,
    },
  );
}

function post(url: string, options: Partial<SendOptions> = {}) {
  return send(url, options, { method: "POST", body: "{}" });
}

/**
 * A signal that aborts like a deadline, some turns of the event loop after `comes` was called, so that everything on its
 * way has arrived, even on a busy machine.
 */
function deadline() {
  const controller = new AbortController();
  const comes = () => {
    void moments().then(() => {
      controller.abort(new Error("time is up"));
    });
  };
  return { signal: controller.signal, comes };
}

async function moments(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await systemClock.sleep(3);
}

/** The error of a request without a response. */
async function failure(reply: Promise<HttpReply>): Promise<ConnectionError> {
  const error = await reply.then(
    (value) => {
      throw new Error(`answered ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectionError);
  return error as ConnectionError;
}

/** Makes this side trust the certificate of the tests. */
function trustOurselves(): void {
  // Directly, and through the tunnel of a proxy.
  const agent = https.Agent.prototype as unknown as {
    createConnection: (options: object, ...rest: unknown[]) => unknown;
  };
  const connect = agent.createConnection;
  jest.spyOn(agent, "createConnection").mockImplementation(function (
    this: unknown,
    options,
    ...rest
  ) {
    return connect.call(this, { ...options, ca: CERTIFICATE }, ...rest);
  });
  const tlsConnect = tls.connect as (...args: unknown[]) => tls.TLSSocket;
  jest
    .spyOn(tls, "connect")
    .mockImplementation((...args: unknown[]) =>
      tlsConnect(
        ...args.map((arg) =>
          typeof arg === "object" ? { ...arg, ca: CERTIFICATE } : arg,
        ),
      ),
    );
}

describe("a response", () => {
  test("has status, headers and body", async () => {
    const url = await serve((_, response) => {
      response.writeHead(203, {
        "Retry-After": "7",
        "Set-Cookie": ["a=1", "b=2"],
      });
      response.end("the body");
    });
    const reply = await send(url);
    expect(reply).toMatchObject({
      status: 203,
      body: "the body",
      headers: { "retry-after": "7", "set-cookie": "a=1,b=2" },
    });
    expect(reply).not.toHaveProperty("cut");
  });

  test("is joined from pieces, even within a character", async () => {
    const bytes = Buffer.from('{"name":"Zoë 🐈 豆"}');
    const url = await serve((_, response) => {
      void (async () => {
        for (const byte of bytes) {
          response.write(Buffer.from([byte]));
          await new Promise(setImmediate);
        }
        response.end();
      })();
    });
    expect((await send(url)).body).toBe(bytes.toString());
  });

  test.each([204, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504])(
    "of HTTP %d is like any other",
    async (status) => {
      let requests = 0;
      const url = await serve((_, response) => {
        requests++;
        response
          .writeHead(status)
          .end(status === 204 || status === 304 ? "" : "why");
      });
      expect(await send(url)).toMatchObject({
        status,
        body: status === 204 || status === 304 ? "" : "why",
      });
      expect(requests).toBe(1);
    },
  );

  test("may follow an informational one", async () => {
    const { url } = await serveRaw((socket) => {
      socket.end(
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
      );
    });
    expect(await send(url)).toMatchObject({ status: 200, body: "{}" });
  });

  test("may end with its connection", async () => {
    const { url } = await serveRaw((socket) => {
      socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    const reply = await send(url);
    expect(reply).toMatchObject({ status: 200, body: "all of it" });
    expect(reply.cut).toBeUndefined();
  });

  test.each([301, 302, 303, 307, 308])(
    "of HTTP %d is not followed",
    async (status) => {
      const elsewhere = await serveRaw((socket) => {
        socket.end("HTTP/1.1 200 OK\r\n\r\n");
      });
      const url = await serve((_, response) => {
        response.writeHead(status, { Location: elsewhere.url }).end();
      });
      for (const reply of [await send(url), await post(url)]) {
        expect(reply.status).toBe(status);
        expect(reply.headers.location).toBe(elsewhere.url);
      }
      expect(elsewhere.connections()).toBe(0);
    },
  );
});

describe("a request", () => {
  test("arrives unchanged", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      let body = "";
      request.on("data", (bytes) => (body += String(bytes)));
      request.on("end", () => {
        seen.push({ method: request.method, url: request.url, body });
        expect(request.headers).toMatchObject({
          authorization: "Token x",
          "content-type": "application/json",
        });
        // The client may add a mark of the runner's to it.
        expect(request.headers["user-agent"]).toMatch(/^me\/1( |$)/);
        if (body !== "")
          expect(request.headers["content-length"]).toBe(
            String(Buffer.byteLength(body)),
          );
        response.end();
      });
    });
    const headers = {
      "User-Agent": "me/1",
      Authorization: "Token x",
      "Content-Type": "application/json",
    };
    const body = JSON.stringify({ name: "Zoë 🐈" });
    await send(`${url}/a/b?c=d`, {}, { headers });
    const reply = await send(`${url}/a`, {}, { method: "POST", headers, body });
    expect(reply.status).toBe(200);
    expect(seen).toEqual([
      { method: "GET", url: "/a/b?c=d", body: "" },
      { method: "POST", url: "/a", body },
    ]);
  });

  test("uses a new connection", async () => {
    const { url, connections } = await serveRaw((socket) => {
      // Never closed by this side: a client that keeps connections would use it again.
      socket.write(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}",
      );
    });
    for (let i = 1; i <= 3; i++) {
      expect((await send(url)).body).toBe("{}");
      expect(connections()).toBe(i);
    }
  });

  test("may run at the same time as others", async () => {
    const url = await serve((request, response) => {
      response.end(request.url);
    });
    const paths = Array.from({ length: 20 }, (_, i) => `/${i}`);
    const replies = await Promise.all(paths.map((path) => send(url + path)));
    expect(replies.map(({ body }) => body)).toEqual(paths);
  });

  test("goes to an IPv6 address", async () => {
    const server = http.createServer((request, response) => {
      response.end(request.headers.host);
    });
    const port = await listen(server, "::1").catch(() => undefined);
    if (port === undefined) {
      // A machine without IPv6 cannot connect either, and says that nothing was sent.
      expect(await failure(send("http://[::1]:9/"))).toMatchObject({
        sent: false,
      });
      return;
    }
    const reply = await send(`http://[::1]:${port}/x`);
    expect(reply).toMatchObject({ status: 200, body: `[::1]:${port}` });
  });

  test("is not sent if its time is up before", async () => {
    const { url, connections } = await serveRaw((socket) => socket.end());
    const signal = AbortSignal.abort(new Error("time is up"));
    expect(await failure(post(url, { signal }))).toMatchObject({
      reason: "time is up",
      sent: false,
    });
    await systemClock.sleep(20);
    expect(connections()).toBe(0);
  });

  test("stops listening to its signal when it ends", async () => {
    const url = await serve((_, response) => {
      response.end("{}");
    });
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, "addEventListener");
    const removed = jest.spyOn(signal, "removeEventListener");
    await send(url, { signal });
    await systemClock.sleep(20);
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });
});

describe("a body", () => {
  test.each([
    ["its length", "Content-Length: 100\r\n\r\n"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n64\r\n"],
  ])(
    "that is cut off by %s keeps the status and what arrived",
    async (_, head) => {
      const { url } = await serveRaw((socket) => {
        socket.end(`HTTP/1.1 200 OK\r\n${head}half of it`);
      });
      const { status, body, cut } = await send(url);
      expect({ status, body }).toEqual({ status: 200, body: "half of it" });
      expect(cut).toBeInstanceOf(ConnectionError);
      expect(cut).toMatchObject({
        sent: true,
        final: false,
        where: { method: "GET", path: "/" },
        reason: expect.stringMatching(/^the response was cut off: ./),
      });
    },
  );

  test("that is reset keeps its status", async () => {
    const { url } = await serveRaw((socket) => {
      socket.write(
        "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf",
        () => {
          void systemClock.sleep(10).then(() => socket.resetAndDestroy());
        },
      );
    });
    const { status, cut } = await send(url);
    expect(status).toBe(500);
    expect(cut?.reason).toMatch(/^the response was cut off: ./);
  });

  test.each([200, 400, 404, 429, 503])(
    "that stalls ends with the signal, and keeps HTTP %d",
    async (status) => {
      const { signal, comes } = deadline();
      const url = await serve((_, response) => {
        response.writeHead(status, { "Content-Length": 100 });
        response.write("half of it", comes);
      });
      const { cut, ...reply } = await send(url, { signal });
      expect(reply).toMatchObject({ status, body: "half of it" });
      expect(cut).toMatchObject({
        reason: "the response was cut off: time is up",
        final: false,
      });
    },
  );

  test("that drips ends with the signal", async () => {
    const { signal, comes } = deadline();
    const url = await serve((_, response) => {
      comes();
      const drip = async () => {
        while (!response.destroyed) {
          response.write("x");
          await systemClock.sleep(2);
        }
      };
      void drip();
    });
    const { body, cut } = await send(url, { signal });
    expect(body).toMatch(/^x+$/);
    expect(cut?.reason).toBe("the response was cut off: time is up");
  });

  test("may be as large as the limit, and not a byte larger", async () => {
    for (const [bytes, fits] of [
      [MIB - 1, true],
      [MIB, true],
      [MIB + 1, false],
      [3 * MIB, false],
    ] as const) {
      const url = await serve((_, response) => {
        response.end("x".repeat(bytes));
      });
      const { status, body, cut } = await send(url);
      expect(status).toBe(200);
      expect(body.length).toBe(fits ? bytes : Math.min(body.length, MIB));
      expect(cut?.final).toBe(fits ? undefined : true);
      if (!fits) expect(cut?.reason).toBe("the response is larger than 1 MiB");
    }
  });

  test("without an end is not read to the end", async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(100_000)));
      };
      response.on("drain", more);
      more();
    });
    expect((await send(url)).cut?.final).toBe(true);
  });
});

test.each([
  ["a read", undefined],
  ["a setup", { statusOnly: true }],
])(
  "HTTP 101 to %s fails at once as a response that cannot be used",
  async (_, how) => {
    const { url } = await serveRaw((socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nno HTTP",
      );
    });
    const sent = how ? post(url, how) : send(url);
    await expect(sent).rejects.toMatchObject({
      name: "ContractError",
      problem:
        "HTTP 101 (Switching Protocols), which the action did not request",
      final: false,
    });
  },
);

describe("a response for which the status is enough", () => {
  test.each([200, 202, 204, 299])(
    "of HTTP %d does not wait for a body that stalls",
    async (status) => {
      const url = await serve((_, response) => {
        response.writeHead(status);
        response.flushHeaders();
      });
      const reply = await post(url, { statusOnly: true });
      expect(reply).toMatchObject({ status, body: "" });
      expect(reply).not.toHaveProperty("cut");
    },
  );

  test("ignores a body that is cut off or endless", async () => {
    const { url } = await serveRaw((socket) => {
      socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\nx");
      socket.resetAndDestroy();
    });
    const cut = await post(url, { statusOnly: true }).catch(
      (error: unknown) => error,
    );
    // The reset may overtake the status line. Then there is no response, but no other problem.
    if (cut instanceof ConnectionError) expect(cut.sent).toBe(true);
    else expect(cut).toMatchObject({ status: 202 });
    const endless = await serve((_, response) => {
      response.writeHead(202);
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(100_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await post(endless, { statusOnly: true })).toMatchObject({
      status: 202,
      body: "",
    });
  });

  test.each([400, 409, 500])("of HTTP %d keeps its body", async (status) => {
    const url = await serve((_, response) => {
      response.writeHead(status).end("because");
    });
    expect(await post(url, { statusOnly: true })).toMatchObject({
      status,
      body: "because",
    });
  });

  test("does not include HTTP 307", async () => {
    const url = await serve((_, response) => {
      response.writeHead(307).end("elsewhere");
    });
    expect(await post(url, { statusOnly: true })).toMatchObject({
      status: 307,
      body: "elsewhere",
    });
  });
});

describe("no response, although the request may have arrived", () => {
  test("headers that never come", async () => {
    let requests = 0;
    const { signal, comes } = deadline();
    const url = await serve(() => {
      requests++;
      comes();
    });
    const error = await failure(post(`${url}/setup?x`, { signal }));
    expect(error).toMatchObject({
      reason: "time is up",
      sent: true,
      final: false,
      where: { method: "POST", path: "/setup" },
    });
    expect(requests).toBe(1);
  });

  test("headers that never end", async () => {
    const { signal, comes } = deadline();
    const { url } = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX: y", comes);
    });
    const error = await failure(post(url, { signal }));
    expect(error).toMatchObject({ reason: "time is up", sent: true });
  });

  test("a connection that is reset once the request has arrived", async () => {
    const { url } = await serveRaw((socket) => {
      socket.resetAndDestroy();
    });
    const error = await failure(post(url));
    expect(error.sent).toBe(true);
    expect(error.reason).toMatch(/ECONNRESET|EPIPE|hang up/);
  });

  test("a connection that is closed once the request has arrived", async () => {
    const { url } = await serveRaw((socket) => {
      socket.end();
    });
    const error = await failure(post(url));
    expect(error.sent).toBe(true);
    expect(error.reason).toBe("socket hang up (ECONNRESET)");
  });

  test("a connection that is reset before anything was read", async () => {
    const port = await listen(
      net.createServer((socket) => {
        socket.resetAndDestroy();
      }),
    );
    const error = await failure(post(`http://127.0.0.1:${port}`));
    // If the reset comes before the connection, nothing was written. If not, it is unknown.
    expect(error.sent).toBe(!error.reason.startsWith("connect "));
    expect(error.reason).toMatch(/ECONNRESET|EPIPE|hang up/);
    expect(error.final).toBe(false);
  });

  test.each(["no HTTP\r\n\r\n", "HTTP/1.1 999999 What\r\n\r\n", "\0\0\0\0"])(
    "a response that is not HTTP: %j",
    async (bytes) => {
      const { url } = await serveRaw((socket) => {
        socket.end(bytes);
      });
      const error = await failure(post(url));
      expect(error).toMatchObject({ sent: true, final: false });
      expect(error.reason).toMatch(/Parse Error/);
    },
  );
});

describe("no connection, so nothing was sent", () => {
  test("to a port where nothing listens", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(post(`http://127.0.0.1:${port}/x`));
    expect(error).toMatchObject({ sent: false, final: false });
    expect(error.reason).toContain("ECONNREFUSED");
    expect(error.message).toBe(`POST /x: ${error.reason}`);
  });

  test("to a name with several addresses where nothing listens", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const names = dns as unknown as {
      lookup: (name: string, options: object, found: Found) => void;
    };
    type Found = (error: null, addresses: dns.LookupAddress[]) => void;
    const lookup = jest
      .spyOn(names, "lookup")
      .mockImplementation((_, __, found) => {
        found(null, [
          { address: "127.0.0.1", family: 4 },
          { address: "::1", family: 6 },
        ]);
      });
    const error = await failure(post(`http://localhost:${port}/x`));
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(error.sent).toBe(false);
    // Node's error has no message of its own; each address has one.
    expect(error.reason).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(error.reason).toMatch(/; connect E\w+ ::1:\d+/);
  });

  test("to a name that does not exist", async () => {
    const error = await failure(post("https://nobody.invalid/x"));
    expect(error.sent).toBe(false);
    expect(error.reason).toMatch(/nobody\.invalid/);
  });

  test("to a server with an untrusted certificate", async () => {
    let requests = 0;
    const server = https.createServer(TLS, () => requests++);
    const port = await listen(server);
    const error = await failure(post(`https://localhost:${port}/x`));
    expect(error).toMatchObject({ sent: false, final: false });
    expect(error.reason).toMatch(/certificate/);
    expect(requests).toBe(0);
  });

  test("to a server with a certificate for another name", async () => {
    trustOurselves();
    let requests = 0;
    const port = await listen(https.createServer(TLS, () => requests++));
    const error = await failure(post(`https://127.0.0.2:${port}/x`));
    // 127.0.0.2 is this machine if all of 127/8 is. Otherwise there is no server.
    expect(error.sent).toBe(false);
    expect(error.reason).toMatch(/altnames|ECONNREFUSED|EADDRNOTAVAIL/);
    expect(requests).toBe(0);
  });

  test("to a server that speaks HTTP where TLS is expected", async () => {
    let requests = 0;
    const port = await listen(http.createServer(() => requests++));
    const error = await failure(post(`https://127.0.0.1:${port}/x`));
    expect(error.sent).toBe(false);
    expect(error.reason).toMatch(/SSL|TLS|wrong version|ECONNRESET/i);
    expect(requests).toBe(0);
  });

  test.each<[string, (socket: Socket) => void]>([
    ["closes", (socket) => socket.destroy()],
    ["resets", (socket) => socket.resetAndDestroy()],
    ["babbles", (socket) => socket.end("no TLS at all")],
  ])("to a server that %s during the handshake", async (_, act) => {
    const { port } = await serveHandshake(act);
    const error = await failure(post(`https://127.0.0.1:${port}/x`));
    expect(error).toMatchObject({ sent: false, final: false });
    expect(error.reason).not.toBe("");
  });

  test("to a server that is silent during the handshake", async () => {
    const { signal, comes } = deadline();
    const { port } = await serveHandshake(comes);
    const error = await failure(
      post(`https://127.0.0.1:${port}/x`, { signal }),
    );
    expect(error).toMatchObject({ sent: false, reason: "time is up" });
  });

  /** A server that acts on the first bytes of a handshake. */
  async function serveHandshake(act: (socket: Socket) => void) {
    const port = await listen(
      net.createServer((socket) => {
        socket.once("data", () => {
          act(socket);
        });
      }),
    );
    return { port };
  }
});

describe("over trusted TLS", () => {
  beforeEach(trustOurselves);

  test("a response arrives completely", async () => {
    const server = https.createServer(TLS, (request, response) => {
      response.end(request.url);
    });
    const port = await listen(server);
    const reply = await send(`https://localhost:${port}/x`);
    expect(reply).toMatchObject({ status: 200, body: "/x" });
  });

  test("the request may have arrived if the connection is lost", async () => {
    let received = "";
    const server = tls.createServer(TLS, (socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => {
        received += bytes.toString();
        socket.destroy();
      });
    });
    const port = await listen(server);
    const error = await failure(post(`https://localhost:${port}/x`));
    expect(error.sent).toBe(true);
    expect(received).toMatch(/^POST \/x HTTP/);
  });

  test("a body that stalls ends with the signal", async () => {
    const { signal, comes } = deadline();
    const server = https.createServer(TLS, (_, response) => {
      response.write("half", comes);
    });
    const port = await listen(server);
    const reply = await send(`https://localhost:${port}/`, { signal });
    expect(reply).toMatchObject({ status: 200, body: "half" });
    expect(reply.cut?.reason).toBe("the response was cut off: time is up");
  });
});

describe("through a proxy", () => {
  /** A proxy with a scripted response to CONNECT. */
  async function proxy(onConnect: (socket: Duplex) => void) {
    const connects: string[] = [];
    const server = http.createServer();
    server.on("connect", (request, socket) => {
      connects.push(
        `${request.url ?? ""} ${request.headers["proxy-authorization"] ?? "-"}`,
      );
      // Notice when the other end goes.
      socket.on("end", () => socket.end());
      socket.resume();
      onConnect(socket);
    });
    const port = await listen(server);
    process.env.https_proxy = `http://me:p%40ss@127.0.0.1:${port}`;
    return connects;
  }

  /** Joins a tunnel to a port of this machine. */
  const joinTo = (port: number) => (socket: Duplex) => {
    const other = net.connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(other).pipe(socket);
    });
    other.on("error", () => socket.destroy());
    socket.on("error", () => other.destroy());
    socket.on("close", () => other.destroy());
    other.on("close", () => socket.destroy());
  };

  test("a response arrives completely", async () => {
    trustOurselves();
    const server = https.createServer(TLS, (request, response) => {
      response.end(
        `${request.headers.authorization ?? ""} at ${request.url ?? ""}`,
      );
    });
    const connects = await proxy(joinTo(await listen(server)));
    const reply = await send(
      "https://api.example/x",
      {},
      { headers: { "User-Agent": "me/1", Authorization: "Token x" } },
    );
    expect(reply).toMatchObject({ status: 200, body: "Token x at /x" });
    const credentials = Buffer.from("me:p@ss").toString("base64");
    expect(connects).toEqual([`api.example:443 Basic ${credentials}`]);
  });

  test("with an unreadable address: nothing was sent", async () => {
    process.env.https_proxy = "10.0.0.1:99999";
    const error = await failure(post("https://api.example/x"));
    expect(error).toMatchObject({ sent: false, final: false });
    expect(error.reason).toMatch(/^Invalid URL/);
  });

  test("a status that is enough leaves nothing open, although the body stalls", async () => {
    trustOurselves();
    const server = https.createServer(TLS, (_, response) => {
      response.writeHead(202).write("x");
    });
    await proxy(joinTo(await listen(server)));
    const reply = await post("https://api.example/x", { statusOnly: true });
    expect(reply).toMatchObject({ status: 202, body: "" });
  });

  test.each([403, 407, 502])(
    "that refuses with HTTP %d: nothing was sent",
    async (status) => {
      const connects = await proxy((socket) => {
        socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      });
      const error = await failure(post("https://api.example/x"));
      expect(error).toMatchObject({ sent: false, final: false });
      expect(error.reason).toContain(String(status));
      expect(error.reason).not.toMatch(/p@ss|p%40ss/);
      expect(connects).toHaveLength(1);
    },
  );

  test("that hangs up: nothing was sent", async () => {
    await proxy((socket) => {
      socket.destroy();
    });
    const error = await failure(post("https://api.example/x"));
    expect(error.sent).toBe(false);
  });

  test("that does not exist: nothing was sent", async () => {
    process.env.https_proxy = "http://127.0.0.1:9";
    const error = await failure(post("https://api.example/x"));
    expect(error.sent).toBe(false);
    expect(error.reason).toMatch(/tunneling/);
  });

  test("that never responds: nothing was sent, and nothing stays open", async () => {
    const { signal, comes } = deadline();
    const connects = await proxy(comes);
    const error = await failure(post("https://api.example/x", { signal }));
    expect(error).toMatchObject({ sent: false, reason: "time is up" });
    expect(connects).toHaveLength(1);
  });

  test("that responds too late: nothing was sent", async () => {
    let received = "";
    const { signal, comes } = deadline();
    await proxy((socket) => {
      socket.on("data", (bytes: Buffer) => {
        received += bytes.toString("latin1");
      });
      signal.addEventListener("abort", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
      });
      comes();
    });
    const error = await failure(post("https://api.example/x", { signal }));
    expect(error.sent).toBe(false);
    await moments();
    expect(received).not.toContain("POST");
  });

  test("to a server with an untrusted certificate: nothing was sent", async () => {
    let requests = 0;
    const server = https.createServer(TLS, () => requests++);
    await proxy(joinTo(await listen(server)));
    const error = await failure(post("https://api.example/x"));
    expect(error.sent).toBe(false);
    expect(error.reason).toMatch(/certificate/);
    expect(requests).toBe(0);
  });

  test("to a server that is lost: the request may have arrived", async () => {
    trustOurselves();
    let requests = 0;
    const server = https.createServer(TLS, (request) => {
      requests++;
      request.socket.destroy();
    });
    await proxy(joinTo(await listen(server)));
    const error = await failure(post("https://api.example/x"));
    expect(error.sent).toBe(true);
    expect(requests).toBe(1);
  });

  test("without TLS, a response arrives completely, and the request of a lost response may have arrived", async () => {
    // The action never does this, because it requires TLS to other machines. Whether it was sent must still be right.
    let requests = 0;
    const server = http.createServer((request, response) => {
      requests++;
      if (request.method === "POST") request.socket.destroy();
      else response.end("whole");
    });
    await proxy(joinTo(await listen(server)));
    process.env.http_proxy = process.env.https_proxy;
    expect((await send("http://api.example/x")).body).toBe("whole");
    expect((await failure(post("http://api.example/x"))).sent).toBe(true);
    expect(requests).toBe(2);
  });

  test("requests to this machine do not use the proxy", async () => {
    const connects = await proxy((socket) => socket.destroy());
    process.env.http_proxy = process.env.https_proxy;
    const url = await serve((_, response) => {
      response.end("direct");
    });
    expect((await send(url)).body).toBe("direct");
    expect(connects).toEqual([]);
  });
});
