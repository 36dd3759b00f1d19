import type { IncomingMessage } from "node:http";
import type { FaultKind } from "../faults/faults.ts";

/** One exchange, in the order of arrival. Control requests are not among them. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of an upload: its text if it is short, and nothing yet while `onRequest` runs. */
  body: string;
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

/** The record of a request that has just arrived. */
export function recordOf(
  message: IncomingMessage,
  body: string,
  atMs: number,
): RecordedRequest {
  return {
    method: message.method ?? "GET",
    path: message.url ?? "/",
    headers: headersOf(message),
    body,
    atMs,
    fault: null,
    workStatus: null,
    status: null,
    responseHeaders: {},
    responseBody: "",
  };
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const entries = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
