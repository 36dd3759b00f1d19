/**
 * Prolific's data-collection API on this machine: a real HTTP(S) server on 127.0.0.1 in front of model.ts.
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
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { control } from "./wire/control.ts";
import { Faults } from "./faults/faults.ts";
import { Prolific } from "./model.ts";
import { planFor } from "./faults/plan.ts";
import type { Plan } from "./faults/plan.ts";
import { receive, textOf } from "./wire/receive.ts";
import type { Work } from "./wire/receive.ts";
import { recordOf } from "./wire/record.ts";
import type { RecordedRequest } from "./wire/record.ts";
import { isStorage } from "./api/storage.ts";
import type { Sandbox, SandboxOptions } from "./wire/sandbox.ts";
import { send, Timers } from "./wire/wire.ts";

export type { BatchOptions } from "./seeds/seed-batch.ts";
export type { DatasetOptions } from "./seeds/seed-dataset.ts";
export type { ImportOptions } from "./seeds/seed-import.ts";
export type { Fault, FaultKind } from "./faults/faults.ts";
export type { RecordedRequest } from "./wire/record.ts";
export type { Sandbox, SandboxOptions } from "./wire/sandbox.ts";

/** Starts a sandbox on 127.0.0.1. Rejects if the port is in use, or if the certificate and its key are not valid. */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const { port = 0, now = Date.now, tls, ...rest } = options;
  const prolific = new Prolific({ ...rest, now });
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const timers = new Timers();
  const sockets = new Set<Socket>();

  const exchange = async (
    recorded: RecordedRequest,
    response: ServerResponse,
    work: (plan: Plan) => Work | Promise<Work>,
  ): Promise<void> => {
    await sandbox.onRequest?.(recorded);
    const fault = faults.take(recorded, now());
    const plan = planFor(fault, recorded);
    recorded.fault = plan.fault;
    if (plan.waitBeforeMs > 0) await timers.sleep(plan.waitBeforeMs);
    const real = await work(plan);
    if (real === "client left") return;
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

  const onMessage = (message: IncomingMessage, response: ServerResponse) => {
    void (async () => {
      const { method = "GET", url = "/" } = message;
      const body = isStorage(url) ? "" : await textOf(message);
      if (body === null) return;
      if (url.startsWith("/sandbox/")) {
        const reply = control(sandbox, { method, path: url, body });
        const delivery = { how: "reply", reply, chunked: false } as const;
        return send(response, delivery, timers);
      }
      const recorded = recordOf(message, body, now());
      requests.push(recorded);
      return exchange(recorded, response, (plan) => {
        if (isStorage(url)) return receive(prolific, recorded, message, plan);
        return plan.work
          ? prolific.handle(recorded, plan.past ?? undefined)
          : null;
      });
    })().catch((error: unknown) => {
      // An error of a hook must not look like a response of Prolific, and must be noticed.
      console.error("sandbox:", error);
      response.socket?.destroy();
    });
  };
  const server = tls
    ? createTlsServer({ cert: tls.cert, key: tls.key }, onMessage)
    : createServer(onMessage);
  // A connection that is idle between two polls is never closed by the server: no race with the next request.
  server.keepAliveTimeout = 0;
  // The same for a connection on which an upload stalls.
  server.requestTimeout = 0;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });

  const bound = (server.address() as AddressInfo).port;
  const url = tls ? `https://localhost:${bound}` : `http://127.0.0.1:${bound}`;
  if (options.storageUrl === undefined) prolific.storageUrl = url;
  const sandbox: Sandbox = {
    url,
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
