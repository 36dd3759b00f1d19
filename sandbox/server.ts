/**
 * Prolific's data-collection API on this machine: a real HTTP server on 127.0.0.1 in front of model.ts.
 *
 *     const sandbox = await startSandbox({ timing: { setupMs: 30 } });
 *     const datasetId = sandbox.addDataset({ datapoints: 7 });
 *     const batchId = sandbox.addBatch({ datasetId });
 *     sandbox.fault({ match: "POST /setup", kind: "reset", when: "after" });
 *     // … run the client against sandbox.url with sandbox.token …
 *     expect(sandbox.prolific.acceptedSetups(batchId)).toBe(1);
 *     expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([…]);
 *     await sandbox.close();
 *
 * To change the world at an exact moment, e.g. another client that is a moment faster:
 *
 *     sandbox.onRequest = ({ method, path }) => {
 *       if (method === "POST" && path.endsWith("/setup")) sandbox.prolific.act("POST", `/batches/${batchId}/setup`, {});
 *     };
 *
 * Under `/sandbox/` it can be controlled from outside; control.ts says how.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { control } from "./control.ts";
import { Faults } from "./faults.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { Prolific } from "./model.ts";
import type { ProlificOptions } from "./model.ts";
import { planFor } from "./plan.ts";
import type { BatchOptions } from "./seed-batch.ts";
import type { DatasetOptions } from "./seed-dataset.ts";
import { send, Timers } from "./wire.ts";

export type { BatchOptions } from "./seed-batch.ts";
export type { DatasetOptions, ImportOptions } from "./seed-dataset.ts";
export type { Fault, FaultKind } from "./faults.ts";

export interface SandboxOptions extends Partial<ProlificOptions> {
  /** Default: any free one. */
  readonly port?: number;
}

/** One exchange, in the order of arrival. Control requests are not among them. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Arrival, in epoch milliseconds of the sandbox's clock. */
  readonly atMs: number;
  /** The fault that it ran into. The reply is then not (only) Prolific's. */
  fault: FaultKind | null;
  /** What Prolific itself answered; `null` as long as it has not, or was never asked. */
  workStatus: number | null;
  /** What was sent; `null` as long as nothing was, and for ever when it was no HTTP (resets, hangs, garbage). */
  status: number | null;
  responseHeaders: Readonly<Record<string, string>>;
  /** What was meant to be sent, also when a fault cut it short. */
  responseBody: string;
}

export interface Sandbox {
  /** Without a trailing slash: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly token: string;
  readonly prolific: Prolific;
  readonly faults: Faults;
  /** Every request so far; emptied by `reset`. */
  readonly requests: RecordedRequest[];
  /** Is called, and waited for, before a request is looked at: before its fault is chosen and the work is done. */
  onRequest: ((request: RecordedRequest) => void | Promise<void>) | null;
  /** Arms faults, in the order in which they are tried. */
  fault(...faults: Fault[]): void;
  addDataset(options?: DatasetOptions): string;
  addBatch(options?: BatchOptions): string;
  /** Forgets batches, datasets, faults and requests. */
  reset(): void;
  /** Cuts every connection and leaves nothing running. */
  close(): Promise<void>;
}

/** Starts a sandbox on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const { port = 0, now = Date.now, ...rest } = options;
  const prolific = new Prolific({ ...rest, now });
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const timers = new Timers();
  const sockets = new Set<Socket>();

  const exchange = async (
    recorded: RecordedRequest,
    response: ServerResponse,
  ): Promise<void> => {
    await sandbox.onRequest?.(recorded);
    const fault = faults.take(recorded, now());
    const plan = planFor(fault, recorded);
    recorded.fault = plan.fault;
    if (plan.waitBeforeMs > 0) await timers.sleep(plan.waitBeforeMs);
    const real = plan.work
      ? prolific.handle(recorded, plan.past ?? undefined)
      : null;
    recorded.workStatus = real?.status ?? null;
    if (plan.waitAfterMs > 0) await timers.sleep(plan.waitAfterMs);
    const delivery = plan.deliver(real);
    if ("reply" in delivery) {
      const { status, headers, body } = delivery.reply;
      Object.assign(recorded, {
        status,
        responseHeaders: headers,
        responseBody: body,
      });
    }
    await send(response, delivery, timers);
  };

  const server = createServer((message, response) => {
    void (async () => {
      const body = await bodyOf(message);
      if (body === null) return;
      const { method = "GET", url = "/" } = message;
      if (url.startsWith("/sandbox/")) {
        const reply = control(sandbox, { method, path: url, body });
        const delivery = { how: "reply", reply, chunked: false } as const;
        return send(response, delivery, timers);
      }
      const recorded: RecordedRequest = {
        method,
        path: url,
        headers: headersOf(message),
        body,
        atMs: now(),
        fault: null,
        workStatus: null,
        status: null,
        responseHeaders: {},
        responseBody: "",
      };
      requests.push(recorded);
      return exchange(recorded, response);
    })().catch((error: unknown) => {
      // A hook that throws must not look like an answer of Prolific's, and must not pass unseen.
      console.error("sandbox:", error);
      response.socket?.destroy();
    });
  });
  // A connection that is idle between two polls is never closed by the server: no race with the next request.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });

  const sandbox: Sandbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: prolific.token,
    prolific,
    faults,
    requests,
    onRequest: null,
    fault: (...more) => {
      more.forEach((fault) => {
        faults.add(fault);
      });
    },
    addDataset: (dataset) => prolific.addDataset(dataset),
    addBatch: (batch) => prolific.addBatch(batch),
    reset: () => {
      prolific.reset();
      faults.clear();
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        timers.clear();
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
  return sandbox;
}

/** The body as text, or `null` when the client went away before its end. */
async function bodyOf(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const entries = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
