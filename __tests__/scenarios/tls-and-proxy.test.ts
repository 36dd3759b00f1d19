/**
 * The committed `dist/index.js` in a child process, over TLS and through a real CONNECT proxy: what a runner in a company's
 * network does. `api.example` is a name that only the proxy knows, because names of this machine never go through one.
 */
import http from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { FAST_CLOCK } from "../fixtures/clocks.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../fixtures/tls.ts";
import { checkExchange } from "../sandbox/openapi.ts";
import { EMPTY_V4, csv, repositoryOn, writes } from "./repository.ts";
import { type Transcript, stepIn, workspaceWith } from "./transcript.ts";

const NAME = "https://api.example";
const TIMING = { setupMs: 100, importQueuedMs: 50, importMs: 50 };

let sandbox: Sandbox;
let trusted: string;
const proxies: http.Server[] = [];
const sockets = new Set<Duplex>();

beforeEach(async () => {
  const tls = { cert: CERTIFICATE, key: PRIVATE_KEY };
  sandbox = await startSandbox({ tls, timing: TIMING });
  trusted = join(workspaceWith({ "ca.pem": CERTIFICATE }), "ca.pem");
});

afterEach(async () => {
  const { requests } = sandbox;
  await sandbox.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    proxies.splice(0).map((each) => new Promise((end) => each.close(end))),
  );
  expect(requests.flatMap(checkExchange)).toEqual([]);
});

interface Connect {
  readonly to: string | undefined;
  readonly as: string | undefined;
}

/** A proxy that connects every tunnel to the sandbox, with any host name, if the credentials are right. */
async function proxy({ wants = "", silent = false } = {}) {
  const connects: Connect[] = [];
  const server = http.createServer((_, response) => {
    response.writeHead(501).end(); // only CONNECT is supported
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, socket: Duplex) => {
    const as = request.headers["proxy-authorization"];
    connects.push({ to: request.url, as });
    if (silent) return;
    if (wants !== "" && as !== wants) {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n',
      );
      return;
    }
    const other = net.connect(Number(new URL(sandbox.url).port), "127.0.0.1");
    sockets.add(other);
    other.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(other).pipe(socket);
    });
    other.on("error", () => socket.destroy());
    socket.on("close", () => other.destroy());
    other.on("close", () => {
      sockets.delete(other);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxies.push(server);
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { host, url: `http://${host}`, connects };
}

/** A committed file that is uploaded to the storage, imported and set up. */
function repository(env: Readonly<Record<string, string>>) {
  // As the file's own stage, but with this environment.
  const stage = {
    sandbox,
    scenario: () => Promise.reject(new Error("not used here")),
    step: (inputs: Readonly<Record<string, string>>, options = {}) => {
      const given = options as { env?: Record<string, string> };
      return stepIn(sandbox, inputs, { env: { ...given.env, ...env } });
    },
  };
  return repositoryOn(stage, EMPTY_V4, csv(4));
}

function expectAllDone(transcript: Transcript) {
  expect(transcript.exitCode).toBe(0);
  expect(transcript.outputs).toMatchObject({
    outcome: "set_up",
    total_task_count: "4",
  });
  expect(writes(transcript).slice(1)).toEqual(["PUT /storage", "POST /setup"]);
}

/** Red, with one error that names the cause. Nothing has arrived. */
function expectRefused({ exitCode, outputs, log, traffic }: Transcript) {
  expect(exitCode).toBe(1);
  expect(outputs.outcome).toBe("failed");
  expect(traffic).toEqual([]);
  const error = log.find((line) => line.startsWith("::error")) ?? "";
  expect(error).toContain("No connection to Prolific");
  return error;
}

/** The environment variables that are needed to reach the sandbox by its name. */
function byName(proxyUrl: string) {
  sandbox.prolific.storageUrl = NAME;
  return {
    PROLIFIC_URL: NAME,
    NODE_EXTRA_CA_CERTS: trusted,
    https_proxy: proxyUrl,
  };
}

describe("over TLS", () => {
  test("with the CA in NODE_EXTRA_CA_CERTS, a file becomes a READY batch", async () => {
    expect(sandbox.url).toMatch(/^https:/);
    expectAllDone(await repository({ NODE_EXTRA_CA_CERTS: trusted }).run());
  });

  test("an untrusted certificate is refused, and the message says what to do", async () => {
    const error = expectRefused(await repository(FAST_CLOCK).run());
    expect(error).toContain("self-signed certificate");
    expect(error).toContain("set NODE_EXTRA_CA_CERTS to that one's PEM file");
  });

  test("a trusted certificate for another host is refused, and the message names the host", async () => {
    const { url, connects } = await proxy();
    const error = expectRefused(
      await repository({
        ...byName(url),
        PROLIFIC_URL: "https://other.example",
        ...FAST_CLOCK,
      }).run(),
    );
    expect(error).toMatch(/other\.example.* is not in the cert's altnames/);
    expect(error).toContain("Check the host of api_url");
    expect(new Set(connects.map(({ to }) => to))).toEqual(
      new Set(["other.example:443"]),
    );
  });
});

describe("through a proxy", () => {
  test("everything is sent, including the upload", async () => {
    const { url, connects } = await proxy();
    expectAllDone(await repository(byName(url)).run());
    // Each request uses a tunnel, and there is no other way to the sandbox.
    expect(connects).toEqual(
      sandbox.requests.map(() => ({ to: "api.example:443" })),
    );
  });

  const USER = "me@corp";
  const PASSWORD = "s3cr:t p/ss+word";
  const WRITTEN = [USER, PASSWORD].map(encodeURIComponent).join(":");
  const PAIR = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");

  /** Never in a line except the masks, in any encoding, with debug logging. */
  function expectNoCredentials({ stdout, outputs, summary }: Transcript) {
    expect(stdout).toContain("::debug::GET ");
    expect(stdout).toContain(`::add-mask::${PASSWORD}`);
    const lines = stdout
      .split("\n")
      .filter((line) => !line.startsWith("::add-mask::"));
    const shown = [...lines, JSON.stringify(outputs), summary].join("\n");
    for (const secret of [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      PAIR,
      Buffer.from(WRITTEN).toString("base64"),
    ]) {
      expect(shown).not.toContain(secret);
    }
  }

  test("that requires credentials, it sends those in https_proxy and never shows them", async () => {
    const { host, connects } = await proxy({ wants: `Basic ${PAIR}` });
    const env = byName(`http://${WRITTEN}@${host}`);
    const transcript = await repository({ ...env, RUNNER_DEBUG: "1" }).run();
    expectAllDone(transcript);
    expect(connects.length).toBe(sandbox.requests.length);
    expectNoCredentials(transcript);
    // Only the proxy gets them.
    expect(JSON.stringify(sandbox.requests)).not.toContain(PAIR);
    expect(
      sandbox.requests.flatMap(({ headers }) => Object.keys(headers)),
    ).not.toContain("proxy-authorization");
  });

  test("that refuses them, it says so without showing them", async () => {
    const { host, connects } = await proxy({ wants: "Basic other" });
    const env = byName(`http://${WRITTEN}@${host}`);
    const debug = { RUNNER_DEBUG: "1", ...FAST_CLOCK };
    const transcript = await repository({ ...env, ...debug }).run();
    const error = expectRefused(transcript);
    expect(error).toContain("statusCode=407");
    expect(error).toContain("the proxy in https_proxy (address, credentials,");
    expectNoCredentials(transcript);
    expect(connects[0]?.as).toBe(`Basic ${PAIR}`);
  });

  test("that is down, it names the proxy as the cause", async () => {
    const { host, url } = await proxy();
    await new Promise((resolve) => proxies.pop()?.close(resolve));
    const error = expectRefused(
      await repository({ ...byName(url), ...FAST_CLOCK }).run(),
    );
    expect(error).toContain("ECONNREFUSED");
    expect(error).toContain(host.replace(/:\d+/, ":PORT"));
    expect(error).toContain("the proxy in https_proxy");
  });

  test("with an invalid address, it warns without showing the address", async () => {
    const { host, connects } = await proxy();
    const env = byName(`http://me:50%25off-50%-hunter2@${host}`);
    const debug = { RUNNER_DEBUG: "1", ...FAST_CLOCK };
    const transcript = await repository({ ...env, ...debug }).run();
    expectRefused(transcript);
    expect(connects).toEqual([]);
    const warning = transcript.log.find((line) => line.startsWith("::warning"));
    expect(warning).toContain(
      "title=The proxy cannot be used::https_proxy holds",
    );
    expect(transcript.summary).toContain(" holds no address");
    for (const text of [...transcript.log, transcript.summary]) {
      if (!text.startsWith("::add-mask::"))
        expect(text).not.toContain("hunter2");
    }
  });

  test("that never responds, it ends when its time is up", async () => {
    const { url, connects } = await proxy({ silent: true });
    const { exitCode, outputs, traffic, log } = await repository(
      byName(url),
    ).run({ timeout: "2s" });
    expect(exitCode).toBe(1);
    expect(outputs.outcome).toBe("timed_out");
    expect(traffic).toEqual([]);
    expect(connects).not.toEqual([]);
    expect(log.join("\n")).toContain(
      "the batch was not read (check api_url, the network and the proxy of the runner)",
    );
  });

  test.each(["no_proxy", "NO_PROXY"])(
    "nothing is sent if %s names the host",
    async (variable) => {
      const { url, connects } = await proxy();
      // The child process must resolve the name itself now.
      const resolver = `import dns from "node:dns";
        const { lookup } = dns;
        dns.lookup = (name, ...rest) => lookup(name === "api.example" ? "127.0.0.1" : name, ...rest);`;
      const { port } = new URL(sandbox.url);
      const env = byName(url);
      sandbox.prolific.storageUrl = `${NAME}:${port}`;
      const repo = repository({
        ...env,
        PROLIFIC_URL: `${NAME}:${port}`,
        NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(resolver)}"`,
        [variable]: "elsewhere.example, .example",
      });
      expectAllDone(await repo.run());
      expect(connects).toEqual([]);
    },
  );
});
