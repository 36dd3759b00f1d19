/**
 * `uploadOverHttp` on real sockets: a file arrives unchanged, or the error says why not (contract 5). Each test ends with a
 * check of both sides: this side must have closed every connection and the file, or a step could not end.
 *
 * @jest-environment ./__tests__/fixtures/one-realm.js
 */
import { createHash } from "node:crypto";
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
import { CERTIFICATE, PRIVATE_KEY } from "../fixtures/tls.ts";
import { until } from "../sandbox/until.ts";
import {
  type HttpReply,
  type UploadOptions,
  uploadOverHttp,
} from "../../src/prolific/http.ts";

const SECRET = "X-Signature=5f1d7e84c0ffee";
const MIB = 2 ** 20;
/** Long enough for a busy machine, short enough to wait for. */
const STALL_MS = 700;
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
/** A server that does not read does not notice that the client has left. */
const requests: http.IncomingMessage[] = [];
/** Every opened file. Its reader must close it, whatever the end of the upload. */
let bodies: Body[] = [];
/** Uncaught errors would end the process. */
const uncaught: unknown[] = [];
const catchAll = (error: unknown) => {
  uncaught.push(error);
};

beforeEach(() => {
  for (const name of PROXY_VARIABLES) Reflect.deleteProperty(process.env, name);
  process.on("uncaughtExceptionMonitor", catchAll);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const request of requests.splice(0)) request.resume();
  const busy = () =>
    open.size > 0 || bodies.some(({ begun, closed }) => begun && !closed);
  for (let waited = 0; busy() && waited < 2_000; waited += 5) {
    await systemClock.sleep(5);
  }
  process.off("uncaughtExceptionMonitor", catchAll);
  const leftOpen = open.size;
  for (const socket of open) socket.destroy();
  open.clear();
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.close(resolve))),
  );
  const leftUnclosed = bodies.filter(({ begun, closed }) => begun && !closed);
  servers = [];
  bodies = [];
  expect(leftOpen).toBe(0);
  expect(leftUnclosed).toEqual([]);
  expect(uncaught.splice(0)).toEqual([]);
});

afterAll(() => {
  for (const name of PROXY_VARIABLES) {
    const value = environment[name];
    if (value !== undefined) process.env[name] = value;
  }
});

async function listen(server: net.Server): Promise<string> {
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${String(port)}/raw/a.csv?${SECRET}`;
}

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  server.on("request", (request: http.IncomingMessage) => {
    requests.push(request);
  });
  return `http://${await listen(server)}`;
}

/** Makes this side trust the certificate of the tests, directly and through the tunnel of a proxy. */
function trustOurselves(): void {
  const agent = https.Agent.prototype as unknown as {
    createConnection: (options: object, ...rest: unknown[]) => unknown;
  };
  const create = agent.createConnection;
  jest.spyOn(agent, "createConnection").mockImplementation(function (
    this: unknown,
    options,
    ...rest
  ) {
    return create.call(this, { ...options, ca: CERTIFICATE }, ...rest);
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

/** A body that records whether its reader closed it. */
class Body {
  begun = false;
  closed = false;
  given = 0;
  private readonly pieces: () => Iterable<Uint8Array | Error>;

  constructor(pieces: () => Iterable<Uint8Array | Error>) {
    this.pieces = pieces;
    bodies.push(this);
  }

  async *read(): AsyncGenerator<Uint8Array> {
    this.begun = true;
    try {
      for (const piece of this.pieces()) {
        await Promise.resolve();
        if (!(piece instanceof Uint8Array)) throw piece;
        this.given += piece.length;
        yield piece;
      }
    } finally {
      this.closed = true;
    }
  }
}

const zeros = (count: number, size = MIB) =>
  new Body(function* () {
    for (let n = 0; n < count; n++) yield Buffer.alloc(size, n % 251);
  });

function upload(
  url: string,
  body: Body,
  bytes: number,
  options: Partial<UploadOptions> = {},
): Promise<HttpReply> {
  return uploadOverHttp(
    { method: "PUT", url, contentType: "text/csv", bytes, body: body.read() },
    { signal: new AbortController().signal, stallMs: 30_000, ...options },
  );
}

async function failure(work: Promise<HttpReply>): Promise<Error> {
  const error: unknown = await work.then(
    ({ status }) => new Error(`HTTP ${String(status)}`),
    (problem: unknown) => problem,
  );
  const shown = `${String(error)} ${String((error as Error).stack)}`;
  expect(shown).not.toContain(SECRET);
  expect(shown).not.toContain("/raw/");
  return error as Error;
}

describe("what arrives", () => {
  test.each([
    [1, 1],
    [1, 70_000],
    [9, MIB],
    [1_000, 13],
  ])("%i pieces of %i bytes, as they are", async (count, size) => {
    const hash = createHash("sha256");
    let seen: http.IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      request
        .on("data", (bytes: Buffer) => hash.update(bytes))
        .on("end", () => {
          response.writeHead(201, { "X-Id": "7" }).end("thanks");
        });
    });
    const body = zeros(count, size);
    const reply = await upload(url, body, count * size);
    expect(reply).toMatchObject({ status: 201, body: "thanks" });
    expect(reply.headers["x-id"]).toBe("7");
    const expected = createHash("sha256");
    for await (const piece of zeros(count, size).read()) expected.update(piece);
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
    expect(seen?.method).toBe("PUT");
    expect(seen?.url).toBe(`/raw/a.csv?${SECRET}`);
    expect(seen?.headers).toMatchObject({
      "content-length": String(count * size),
      "content-type": "text/csv",
    });
    expect(seen?.headers).not.toHaveProperty("authorization");
    expect(seen?.headers).not.toHaveProperty("transfer-encoding");
    expect(body.closed).toBe(true);
  });

  test("a redirect is an answer, not followed", async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked++;
      request.resume().on("end", () => {
        response.writeHead(307, { Location: "/elsewhere" }).end();
      });
    });
    expect((await upload(url, zeros(1, 10), 10)).status).toBe(307);
    expect(asked).toBe(1);
  });

  test("a refusal has its words, even before the body was read", async () => {
    const url = await serve((_, response) => {
      response.writeHead(403, { Connection: "close" }).end("<Error>No</Error>");
    });
    const body = zeros(1, 1_000);
    expect(await upload(url, body, 1_000)).toMatchObject({
      status: 403,
      body: "<Error>No</Error>",
    });
  });
});

describe("a refusal that comes before a large body was read", () => {
  test.each<[string, (socket: Socket) => void]>([
    ["stays open", () => undefined],
    ["is closed", (socket) => socket.destroy()],
  ])("comes with its words when the connection %s", async (_, then) => {
    const url = await serve((request, response) => {
      response.writeHead(403).end("<Error>No</Error>", () => {
        then(request.socket);
      });
    });
    const body = zeros(64);
    expect(await upload(url, body, 64 * MIB)).toMatchObject({
      status: 403,
      body: "<Error>No</Error>",
    });
    expect(body.given).toBeLessThan(64 * MIB);
  });
});

/**
 * A reader that takes more than twice the limit, with pauses of a twentieth of it. The system buffers a few MiB, which leave
 * in bursts. So a MiB is read between two pauses, and the end without pauses, or a busy machine would look like a stall.
 */
const SLOW_BYTES = 72 * MIB;
const SLOW_STALL_MS = 1_500;
const slowly: http.RequestListener = (request, response) => {
  let read = 0;
  let pauses = 0;
  request.on("data", (bytes: Buffer) => {
    read += bytes.length;
    if (read < (pauses + 1) * MIB || pauses === 56) return;
    pauses++;
    request.pause();
    setTimeout(() => request.resume(), SLOW_STALL_MS / 20);
  });
  request.on("end", () => response.end(`${read} in ${pauses} pauses`));
};
/** The file in one piece, because only the connection matters here. */
const toSlowReader = (url: string, stallMs = SLOW_STALL_MS) =>
  upload(url, zeros(1, SLOW_BYTES), SLOW_BYTES, { stallMs });
const slowlyRead = { status: 200, body: `${SLOW_BYTES} in 56 pauses` };

describe("over TLS", () => {
  beforeEach(trustOurselves);

  test("a file arrives, without credentials", async () => {
    let headers: http.IncomingHttpHeaders = {};
    const server = https.createServer(TLS, (request, response) => {
      ({ headers } = request);
      request.resume().on("end", () => response.end());
    });
    const address = await listen(server);
    const url = `https://${address.replace("127.0.0.1", "localhost")}`;
    expect((await upload(url, zeros(9), 9 * MIB)).status).toBe(200);
    expect(headers["content-length"]).toBe(String(9 * MIB));
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("transfer-encoding");
  });

  test("a slow reader is not a stall", async () => {
    const address = await listen(https.createServer(TLS, slowly));
    expect(await toSlowReader(`https://${address}`)).toMatchObject(slowlyRead);
  });

  test("a slow reader through the tunnel of a proxy is not a stall", async () => {
    const storage = await listen(https.createServer(TLS, slowly));
    const connects: string[] = [];
    const proxy = http.createServer();
    proxy.on("connect", (request, socket: Duplex) => {
      connects.push(request.url ?? "");
      const other = net.connect(
        Number(/:(\d+)/.exec(storage)?.[1]),
        "127.0.0.1",
      );
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(other).pipe(socket);
      other.on("error", () => socket.destroy());
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
      other.on("close", () => socket.destroy());
    });
    const [address = ""] = (await listen(proxy)).split("/");
    process.env.https_proxy = `http://${address}`;
    const url = `https://api.example/raw/a.csv?${SECRET}`;
    // Two connections buffer twice as much at the end, so the limit is twice as long. The upload still takes longer.
    const reply = await toSlowReader(url, 2 * SLOW_STALL_MS);
    expect(reply).toMatchObject(slowlyRead);
    expect(connects).toEqual(["api.example:443"]);
  });

  test("a proxy that never responds: given up, nothing was sent", async () => {
    const proxy = http.createServer();
    proxy.on("connect", (_, socket: Duplex) => {
      socket.resume().on("end", () => socket.end());
    });
    const [address = ""] = (await listen(proxy)).split("/");
    process.env.https_proxy = `http://${address}`;
    const url = `https://api.example/raw/a.csv?${SECRET}`;
    const error = await failure(
      upload(url, zeros(1, 10), 10, { stallMs: STALL_MS }),
    );
    expect(error).toMatchObject({ sent: false });
    expect(error.message).toContain("no progress");
  });

  test("a server with an untrusted certificate gets nothing", async () => {
    jest.restoreAllMocks();
    let asked = 0;
    const url = await listen(https.createServer(TLS, () => asked++));
    const error = await failure(upload(`https://${url}`, zeros(3), 3 * MIB));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ sent: false });
    expect(asked).toBe(0);
  });
});

describe("what goes wrong", () => {
  test("nothing listens: nothing was sent, and no timer keeps the process alive", async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const timers = () =>
      process.getActiveResourcesInfo().filter((one) => one === "Timeout");
    const before = timers();
    const body = zeros(3);
    const error = await failure(upload(url, body, 3 * MIB));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ sent: false });
    expect(timers()).toEqual(before);
  });

  test("the connection is reset in the middle", async () => {
    const url = await serve((request) => {
      request.once("data", () => {
        request.socket.resetAndDestroy();
      });
    });
    const body = zeros(64);
    const error = await failure(upload(url, body, 64 * MIB));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ sent: true, final: false });
    await until(() => body.closed);
    expect(body.given).toBeLessThan(64 * MIB); // not read to its end in vain
  });

  test("the server does not read: given up after a stall", async () => {
    const url = await serve(() => undefined);
    const body = zeros(64);
    const error = await failure(
      upload(url, body, 64 * MIB, { stallMs: STALL_MS }),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^PUT to 127\.0\.0\.1:\d+: no progress for/);
    expect(body.given).toBeLessThan(64 * MIB);
    await until(() => body.closed);
  });

  test("the server reads everything and does not respond: given up", async () => {
    let read = 0;
    const url = await serve((request) => {
      request.on("data", (bytes: Buffer) => (read += bytes.length));
    });
    const error = await failure(
      upload(url, zeros(1, 1_000), 1_000, { stallMs: STALL_MS }),
    );
    expect(error).toMatchObject({ sent: true });
    expect(error.message).toContain("no progress");
    expect(read).toBe(1_000);
  });

  test("a slow reader is not a stall, however long it takes", async () => {
    const url = await serve(slowly);
    expect(await toSlowReader(url)).toMatchObject(slowlyRead);
  });

  test("the server never starts TLS: given up, nothing was sent", async () => {
    const url = await listen(net.createServer((socket) => socket.resume()));
    const error = await failure(
      upload(`https://${url}`, zeros(1, 10), 10, { stallMs: STALL_MS }),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("no progress");
    expect(error).toMatchObject({ sent: false });
  });

  test("the signal ends it at once", async () => {
    const controller = new AbortController();
    const url = await serve(() => {
      controller.abort(new Error("cancelled"));
    });
    const body = zeros(64);
    const error = await failure(
      upload(url, body, 64 * MIB, { signal: controller.signal }),
    );
    expect(error.message).toContain("cancelled");
  });

  test("the signal was aborted before: nothing is sent", async () => {
    let asked = 0;
    const url = await serve(() => asked++);
    const signal = AbortSignal.abort(new Error("cancelled"));
    const error = await failure(upload(url, zeros(3), 3 * MIB, { signal }));
    expect(error).toMatchObject({ sent: false });
    expect(error.message).toContain("cancelled");
    expect(asked).toBe(0);
  });

  test("the status line came, its body never ends: the status counts", async () => {
    const url = await serve((request, response) => {
      request.resume().on("end", () => response.writeHead(200).write("x"));
    });
    const options = { stallMs: STALL_MS };
    const reply = await upload(url, zeros(1, 10), 10, options);
    expect(reply).toMatchObject({ status: 200, body: "x" });
    expect(reply.cut).toBeInstanceOf(ConnectionError);
  });

  test("the file cannot be opened: throws that error", async () => {
    const broken = new Error("EACCES");
    const body = new Body(() => [broken]);
    const url = await serve((request) => request.resume());
    await expect(upload(url, body, MIB)).rejects.toBe(broken);
  });

  test("a piece is not requested before the piece before the last has left", async () => {
    const url = await serve((request, response) => {
      request.resume().on("end", () => response.end());
    });
    // Two buffers take turns, as for real files: data that is overwritten too early arrives wrong.
    const hash = createHash("sha256");
    const buffers = [Buffer.alloc(MIB), Buffer.alloc(MIB)];
    const expected = createHash("sha256");
    const body = new Body(function* () {
      for (let n = 0; n < 20; n++) {
        const buffer = buffers[n % 2]?.fill(n) ?? Buffer.alloc(0);
        expected.update(buffer);
        yield buffer;
      }
    });
    servers[0]?.on("request", (request: http.IncomingMessage) => {
      request.on("data", (bytes: Buffer) => hash.update(bytes));
    });
    expect((await upload(url, body, 20 * MIB)).status).toBe(200);
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
  });

  test("the file cannot be read completely: throws that error, and closes the request", async () => {
    let torn = false;
    const url = await serve((request) => {
      request.resume().on("close", () => {
        torn = !request.complete;
      });
    });
    const broken = new Error("EIO: i/o error");
    const body = new Body(function* () {
      for (let n = 0; n < 3; n++) yield Buffer.alloc(MIB);
      yield broken;
    });
    await expect(upload(url, body, 5 * MIB)).rejects.toBe(broken);
    await until(() => torn);
    expect(body.closed).toBe(true);
  });
});
