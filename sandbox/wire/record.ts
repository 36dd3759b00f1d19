import type { IncomingMessage } from "node:http";
import type { FaultKind } from "../faults/faults.ts";

/** One exchange, in the order of arrival. Control requests are not recorded. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** For an upload, its text if it is short. Empty while `onRequest` runs. */
  body: string;
  /** Arrival, in epoch milliseconds of the sandbox's clock. */
  readonly atMs: number;
  /** The fault that affected it. The response is then not (only) Prolific's. */
  fault: FaultKind | null;
  /** The response of Prolific itself. `null` before it, or if the request never reached Prolific. */
  workStatus: number | null;
  /** What was sent. `null` before that, and always if it was not HTTP (resets, hangs, garbage). */
  status: number | null;
  responseHeaders: Readonly<Record<string, string>>;
  /** The complete response, even if a fault cut it off. */
  responseBody: string;
}

/** Records a request that has just arrived. */
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
