/** Reads the bodies of requests from a connection. */
import type { IncomingMessage } from "node:http";
import type { Reply } from "../http/error-bodies.ts";
import type { Prolific } from "../model.ts";
import type { Plan } from "../faults/plan.ts";
import type { RecordedRequest } from "./record.ts";
import { isCount } from "../data/uploaded-file.ts";
import type { Bytes } from "../data/uploaded-file.ts";

/** Larger files are counted, not kept. */
const keptBytes = 32 * 1024 * 1024;

/** An uploaded file is recorded up to this size. */
const recordedBytes = 1024 * 1024;

/** What Prolific did: its response, nothing, or a response that nothing waits for. */
export type Work = Reply | null | "client left";

/** Receives a file at the pace of the client, and stores it if it is complete. */
export async function receive(
  prolific: Prolific,
  recorded: RecordedRequest,
  message: IncomingMessage,
  plan: Plan,
): Promise<Work> {
  if (plan.upload !== null) {
    await readPart(message, plan.upload);
    return null;
  }
  const body = await bytesOf(message);
  if (body === null) return "client left";
  if (!isCount(body) && body.length <= recordedBytes) {
    recorded.body = Buffer.from(body).toString("utf8");
  }
  const file = { ...recorded, body, startedMs: recorded.atMs };
  if (plan.lateMs !== null) prolific.storeLater(file, plan.lateMs);
  return plan.work ? prolific.store(file) : null;
}

/** The body as text, or `null` if the client left before its end. */
export async function textOf(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The bytes of an upload, or `null` if the client left before their end. */
async function bytesOf(
  message: IncomingMessage,
): Promise<Exclude<Bytes, string> | null> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let newlines = 0;
  try {
    for await (const part of message) {
      const chunk = part as Buffer;
      bytes += chunk.length;
      newlines += newlinesIn(chunk);
      if (bytes <= keptBytes) chunks.push(chunk);
      else chunks = [];
    }
  } catch {
    return null;
  }
  return bytes <= keptBytes ? Buffer.concat(chunks) : { bytes, newlines };
}

function newlinesIn(chunk: Buffer): number {
  let count = 0;
  let at = chunk.indexOf(10);
  for (; at !== -1; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}

/**
 * Reads only a part of an upload: what the client sends then stays in the buffers of the connection.
 * Settles when that part has arrived, or never will.
 */
function readPart(
  message: IncomingMessage,
  { bytes }: NonNullable<Plan["upload"]>,
): Promise<void> {
  return new Promise((resolve) => {
    let read = 0;
    const enough = () => {
      if (read < bytes) return;
      message.off("data", onData).pause();
      resolve();
    };
    const onData = (chunk: Buffer) => {
      read += chunk.length;
      enough();
    };
    for (const end of ["end", "close", "error"]) message.once(end, resolve);
    message.on("data", onData);
    enough();
  });
}
