/**
 * From a fault to what becomes of the exchange, without a socket: whether Prolific does the work, how long
 * things take, and what is delivered. A simulation can carry a plan out in virtual time; wire.ts does it to
 * a real connection.
 */
import { errorReply, htmlReply, jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import type { Fault, FaultKind } from "./faults.ts";
import type { Past } from "../facts/history.ts";
import type { ApiRequest } from "../http/request.ts";

/** What the client receives. */
export type Delivery =
  /** A complete response. `chunked`: without Content-Length. */
  | { readonly how: "reply"; readonly reply: Reply; readonly chunked: boolean }
  /** Headers for the full body, `bytes` of the body, then the end or silence. */
  | {
      readonly how: "part";
      readonly reply: Reply;
      readonly bytes: number;
      readonly then: "destroy" | "silence";
    }
  | {
      readonly how: "drip";
      readonly reply: Reply;
      readonly ms: number;
      readonly chunkBytes: number;
    }
  /** Raw bytes, then the end of the connection. */
  | { readonly how: "raw"; readonly bytes: string }
  | { readonly how: "reset" }
  | { readonly how: "hang" };

export interface Plan {
  readonly fault: FaultKind | null;
  /** Before Prolific does the work. */
  readonly waitBeforeMs: number;
  /** `false`: Prolific never sees the request. */
  readonly work: boolean;
  /** Read from an earlier state (lag). */
  readonly past: Past | null;
  /** Only this many bytes of an upload are read before the delivery. Decided before the body is read. */
  readonly upload: {
    readonly bytes: number;
    readonly then: "silence" | "reset";
  } | null;
  /** Prolific handles an upload this much later, independent of the response. `null` if it does not. */
  readonly lateMs: number | null;
  /** Between the work and the delivery. */
  readonly waitAfterMs: number;
  /** Turns the real response (`null` without work) into what is delivered. */
  readonly deliver: (real: Reply | null) => Delivery;
}

const whole = (reply: Reply, chunked = false): Delivery => ({
  how: "reply",
  reply,
  chunked,
});

const nothing: Reply = { status: 200, headers: {}, body: "" };

/** A body that can be cut off: an empty one, like that of a setup, becomes spaces. */
const cuttable = (reply: Reply): Reply => ({
  ...reply,
  body: reply.body.padEnd(16, " "),
});

const half = (body: string): number => Math.floor(Buffer.byteLength(body) / 2);

/** What happens to a request with this fault, or without one. */
export function planFor(fault: Fault | null, request: ApiRequest): Plan {
  const plain: Plan = {
    fault: fault?.kind ?? null,
    waitBeforeMs: 0,
    work: true,
    past: null,
    upload: null,
    lateMs: null,
    waitAfterMs: 0,
    deliver: (real) => whole(real ?? nothing),
  };
  if (fault === null) return plain;
  switch (fault.kind) {
    case "delay":
      return fault.when === "after"
        ? { ...plain, waitAfterMs: fault.ms }
        : { ...plain, waitBeforeMs: fault.ms };
    case "lag": {
      const past: Past =
        fault.lagMs === undefined
          ? "before the last write"
          : { lagMs: fault.lagMs };
      return { ...plain, past };
    }
    case "cutBody":
    case "stallBody": {
      const then = fault.kind === "cutBody" ? "destroy" : "silence";
      const deliver = (real: Reply | null): Delivery => {
        const reply = cuttable(real ?? nothing);
        const bytes = fault.bytes ?? half(reply.body);
        return { how: "part", reply, bytes, then };
      };
      return { ...plain, deliver };
    }
    case "slowBytes": {
      const { ms, chunkBytes = 1 } = fault;
      const deliver = (real: Reply | null): Delivery => ({
        how: "drip",
        reply: real ?? nothing,
        ms,
        chunkBytes,
      });
      return { ...plain, deliver };
    }
    case "badContentLength": {
      const deliver = (real: Reply | null): Delivery => {
        const { status, body } = real ?? nothing;
        const head = `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nContent-Length: ${fault.value ?? "many"}\r\n\r\n`;
        return { how: "raw", bytes: head + body };
      };
      return { ...plain, deliver };
    }
    case "stallUpload":
    case "cutUpload": {
      const { bytes } = fault;
      const stalls = fault.kind === "stallUpload";
      return {
        ...plain,
        work: false,
        upload: { bytes, then: stalls ? "silence" : "reset" },
        deliver: () => ({ how: stalls ? "hang" : "reset" }),
      };
    }
    case "lateUpload": {
      const { ms, status = 503 } = fault;
      const delivery: Delivery =
        status === null
          ? { how: "reset" }
          : whole(errorReply("E7", status, "The storage is busy."));
      return { ...plain, work: false, lateMs: ms, deliver: () => delivery };
    }
    case "malformed": {
      const { body, status = 200, contentType = "application/json" } = fault;
      const headers = { "content-type": contentType };
      const deliver = (real: Reply | null): Delivery => {
        const cut = (real?.body ?? '{"status":"READY"}').slice(0, -1);
        return whole({ status, headers, body: body ?? cut });
      };
      return { ...plain, work: fault.when === "after", deliver };
    }
    case "reset":
    case "hang":
    case "status":
    case "html":
    case "emptyObject":
    case "echoAuth":
    case "echoAddress":
    case "huge":
    case "redirect":
    case "garbage": {
      const delivery = instead(fault, request);
      const work = fault.when === "after";
      return { ...plain, work, deliver: () => delivery };
    }
  }
}

type Instead = Exclude<
  Fault,
  {
    kind:
      | "delay"
      | "lag"
      | "cutBody"
      | "stallBody"
      | "slowBytes"
      | "badContentLength"
      | "stallUpload"
      | "cutUpload"
      | "lateUpload"
      | "malformed";
  }
>;

/** A delivery that does not depend on the real response. */
function instead(fault: Instead, request: ApiRequest): Delivery {
  switch (fault.kind) {
    case "reset":
    case "hang":
      return { how: fault.kind };
    case "garbage":
      return { how: "raw", bytes: fault.bytes ?? "SSH-2.0-OpenSSH_9.2\r\n" };
    case "status": {
      const { status, body, errorShape = "E1" } = fault;
      const text = fault.text ?? "A fault that the sandbox was asked for.";
      const reply = errorReply(errorShape, status, text);
      const headers = { ...reply.headers, ...fault.headers };
      return whole({ status, headers, body: body ?? reply.body });
    }
    case "html": {
      const text = "We will be back soon.";
      return whole(htmlReply(fault.status ?? 200, "Maintenance", text));
    }
    case "emptyObject":
      return whole(jsonReply(fault.status ?? 200, {}));
    case "echoAuth": {
      const { status = 400, errorShape = "E1" } = fault;
      const sent = request.headers.authorization ?? "";
      const text = `Unacceptable request with Authorization: ${sent}`;
      return whole(errorReply(errorShape, status, text));
    }
    case "echoAddress": {
      const text = `The signature of ${request.path.replaceAll("&", "&amp;")} does not match.`;
      const xml = `<Error><Code>SignatureDoesNotMatch</Code><Message>${text}</Message></Error>`;
      const headers = { "content-type": "application/xml" };
      return whole({ status: fault.status ?? 403, headers, body: xml });
    }
    case "huge": {
      const frame = '{"padding":""}';
      const padding = "x".repeat(Math.max(0, fault.bytes - frame.length));
      const reply = jsonReply(fault.status ?? 200, { padding });
      return whole(reply, fault.chunked);
    }
    case "redirect": {
      const { status = 307, location } = fault;
      return whole({ status, headers: { location }, body: "" });
    }
  }
}
