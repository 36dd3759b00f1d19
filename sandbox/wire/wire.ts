import type { ServerResponse } from "node:http";
import type { Delivery } from "../faults/plan.ts";

/** Timers that can all be cancelled at once, so that a closed sandbox leaves nothing running. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** Never settles after the timers are cancelled. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#running.delete(timer);
        resolve();
      }, ms);
      this.#running.add(timer);
    });
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}

/** Sends a delivery on a connection. Settles when nothing more will be sent, even if the client left. */
export async function send(
  response: ServerResponse,
  delivery: Delivery,
  timers: Timers,
): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  switch (delivery.how) {
    case "hang":
      return;
    case "reset":
      socket.resetAndDestroy();
      return;
    case "raw":
      socket.end(delivery.bytes, () => socket.destroy());
      return;
    case "reply": {
      writeHead(response, delivery, delivery.chunked);
      response.end(delivery.reply.body);
      return;
    }
    case "part": {
      writeHead(response, delivery);
      response.flushHeaders();
      const body = Buffer.from(delivery.reply.body);
      const part = body.subarray(0, Math.min(delivery.bytes, body.length - 1));
      const done = () => {
        if (delivery.then === "destroy") socket.destroy();
      };
      if (part.length > 0) response.write(part, done);
      // Without a body, there is no write to wait for, but the headers still have to leave first.
      else socket.write("", done);
      return;
    }
    case "drip": {
      writeHead(response, delivery);
      response.flushHeaders();
      const body = Buffer.from(delivery.reply.body);
      for (let at = 0; at < body.length; at += delivery.chunkBytes) {
        await timers.sleep(delivery.ms);
        // The client may have left in the meantime.
        if (response.destroyed) return;
        response.write(body.subarray(at, at + delivery.chunkBytes));
      }
      response.end();
    }
  }
}

function writeHead(
  response: ServerResponse,
  { reply }: Extract<Delivery, { reply: unknown }>,
  chunked = false,
): void {
  const length = { "content-length": Buffer.byteLength(reply.body) };
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(!chunked && length),
  });
}
