/**
 * What can go wrong on the way to Prolific and back, as plain JSON objects:
 *
 *     { match: "POST /setup", kind: "reset", when: "after" }             the work is done, the response is lost
 *     { match: "GET /batches/*", kind: "status", status: 503, times: 3 } three responses of 503, then normal
 *     { match: "GET /status", kind: "lag", forMs: 5000 }                 stale reads for 5 s
 *
 * `match` is a method (or `*`) and a path. The path matches the end of the request's path. `*` in it matches one segment
 * or a part of one. After `~`, it is a regular expression. Each request triggers at most one fault: the first one that
 * matches, is not used up, and is within its window. This file only decides. plan.ts describes what happens to the
 * exchange, and wire.ts does it to a socket.
 */
import type { ErrorShape } from "../http/error-bodies.ts";
import { onlyReads } from "../http/request.ts";

/** Which requests a fault affects. */
export interface FaultMatch {
  readonly match: string;
  /** How many requests it affects. Default 1, or no limit with `forMs`. `null` or Infinity: no limit. */
  readonly times?: number | null;
  /** How many matching requests pass before it. Default 0. */
  readonly after?: number;
  /** The fault ends this many milliseconds after the first request that it affected. */
  readonly forMs?: number;
}

/** Whether the fault comes before or after the work. Default `"before"`: the request is not carried out. */
export interface FaultMoment {
  readonly when?: "before" | "after";
}

export type FaultEffect =
  /** A response with another status. Default body: E1. `body` is any text. */
  | (FaultMoment & {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly errorShape?: ErrorShape;
      readonly text?: string;
      readonly body?: string;
    })
  /** A TCP reset instead of a response. */
  | (FaultMoment & { readonly kind: "reset" })
  /** No response, forever. */
  | (FaultMoment & { readonly kind: "hang" })
  /** 200 with an HTML page. */
  | (FaultMoment & { readonly kind: "html"; readonly status?: number })
  /** 200 with `{}`. */
  | (FaultMoment & { readonly kind: "emptyObject"; readonly status?: number })
  /** 200 with an invalid body. Without `body`, the real one is cut off, with a matching Content-Length. */
  | (FaultMoment & {
      readonly kind: "malformed";
      readonly body?: string;
      readonly status?: number;
      readonly contentType?: string;
    })
  /** An error that repeats the Authorization header. Default 400 in E1. */
  | (FaultMoment & {
      readonly kind: "echoAuth";
      readonly status?: number;
      readonly errorShape?: ErrorShape;
    })
  /** A storage's refusal that repeats the signed address, as S3 does when a signature does not match. Default 403. */
  | (FaultMoment & { readonly kind: "echoAddress"; readonly status?: number })
  /** A JSON body of this many bytes. Default status 200. `chunked` sends no Content-Length. */
  | (FaultMoment & {
      readonly kind: "huge";
      readonly bytes: number;
      readonly status?: number;
      readonly chunked?: boolean;
    })
  /** A redirect. Default 307. */
  | (FaultMoment & {
      readonly kind: "redirect";
      readonly location: string;
      readonly status?: 301 | 302 | 303 | 307 | 308;
    })
  /** Bytes that are not HTTP, then the end of the connection. */
  | (FaultMoment & { readonly kind: "garbage"; readonly bytes?: string })
  /** Waits, then responds normally. `when`: the work is done before the wait or (default) after it. */
  | (FaultMoment & { readonly kind: "delay"; readonly ms: number })
  /** The real response with its full Content-Length, but only half of the body (or `bytes` of it), then a closed connection. */
  | { readonly kind: "cutBody"; readonly bytes?: number }
  /** The same, but the connection stays open without more data. `bytes: 0` only sends the headers. */
  | { readonly kind: "stallBody"; readonly bytes?: number }
  /** The real reply, its body in pieces of `chunkBytes` (default 1), `ms` apart. */
  | {
      readonly kind: "slowBytes";
      readonly ms: number;
      readonly chunkBytes?: number;
    }
  /** The real response with a Content-Length that is not a number. */
  | { readonly kind: "badContentLength"; readonly value?: string }
  /** A GET returns the state of `lagMs` ago, or without it the state before the last accepted write. */
  | { readonly kind: "lag"; readonly lagMs?: number }
  /** An upload is read for about `bytes` bytes, and then no more. There is no response, and nothing is stored. */
  | { readonly kind: "stallUpload"; readonly bytes: number }
  /** The same, but with a TCP reset after them. */
  | { readonly kind: "cutUpload"; readonly bytes: number }
  /** An upload is refused with 503 (or `status`; `null`: a TCP reset), but its bytes arrive `ms` later. */
  | {
      readonly kind: "lateUpload";
      readonly ms: number;
      readonly status?: number | null;
    };

export type Fault = FaultMatch & FaultEffect;
export type FaultKind = FaultEffect["kind"];

/** All kinds. The type makes sure that none is missing. */
const kinds: Readonly<Record<FaultKind, true>> = {
  status: true,
  reset: true,
  hang: true,
  html: true,
  emptyObject: true,
  malformed: true,
  echoAuth: true,
  echoAddress: true,
  huge: true,
  redirect: true,
  garbage: true,
  delay: true,
  cutBody: true,
  stallBody: true,
  slowBytes: true,
  badContentLength: true,
  lag: true,
  stallUpload: true,
  cutUpload: true,
  lateUpload: true,
};

export const faultKinds = Object.keys(kinds) as readonly FaultKind[];

interface Armed {
  readonly fault: Fault;
  readonly fits: (request: { method: string; path: string }) => boolean;
  skipped: number;
  hits: number;
  firstHitMs: number | null;
}

/** The faults that wait for their requests. */
export class Faults {
  #armed: Armed[] = [];

  /** @throws TypeError for an invalid fault. */
  add(fault: Fault): void {
    if (!Object.hasOwn(kinds, fault.kind)) {
      throw new TypeError(
        `Unknown kind of fault: ${JSON.stringify(fault.kind)}`,
      );
    }
    const fits = matcher(fault);
    this.#armed.push({ fault, fits, skipped: 0, hits: 0, firstHitMs: null });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Every added fault, with the number of requests that it affected. */
  list(): { fault: Fault; hits: number }[] {
    return this.#armed.map(({ fault, hits }) => ({ fault, hits }));
  }

  /** The fault that affects this request, which is counted. `null` for none. */
  take(
    request: { readonly method: string; readonly path: string },
    nowMs: number,
  ): Fault | null {
    for (const armed of this.#armed) {
      if (!armed.fits(request) || spent(armed, nowMs)) continue;
      if (armed.skipped < (armed.fault.after ?? 0)) {
        armed.skipped += 1;
        continue;
      }
      armed.hits += 1;
      armed.firstHitMs ??= nowMs;
      return armed.fault;
    }
    return null;
  }
}

function spent({ fault, hits, firstHitMs }: Armed, nowMs: number): boolean {
  const times =
    fault.times === undefined
      ? fault.forMs === undefined
        ? 1
        : Infinity
      : (fault.times ?? Infinity);
  if (hits >= times) return true;
  return (
    fault.forMs !== undefined &&
    firstHitMs !== null &&
    nowMs >= firstHitMs + fault.forMs
  );
}

function matcher({ match, kind }: Fault): Armed["fits"] {
  const parsed = /^([A-Z]+|\*) (~.+|\/\S*)$/.exec(match);
  const method = parsed?.[1];
  const pattern = parsed?.[2];
  if (method === undefined || pattern === undefined) {
    throw new TypeError(
      `A fault matches like "POST /setup" or "GET ~regex", not like "${match}"`,
    );
  }
  const path = pattern.startsWith("~")
    ? new RegExp(pattern.slice(1))
    : new RegExp(`${pattern.split("*").map(escaped).join("[^/]*")}$`);
  return (request) =>
    (method === "*" || method === request.method) &&
    // Only reads can lag. A write always uses the real state.
    (kind !== "lag" || onlyReads(request)) &&
    path.test(request.path.replace(/\?.*$/s, ""));
}

const escaped = (literal: string): string =>
  literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
