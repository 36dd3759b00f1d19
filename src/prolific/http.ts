/**
 * One HTTP request, and the only importer of `@actions/http-client`: it gives us the connection (proxy, TLS), while its
 * own retries, redirects and body readers stay unused, because they never settle when a body is cut.
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { HttpClient } from "@actions/http-client";
import type { HttpClientResponse } from "@actions/http-client";
import { reasonOf } from "../clock.ts";
import { ConnectionError, type Where } from "../errors.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** `User-Agent` included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why the body is not whole; the status line came all the same. */
  readonly cut?: ConnectionError;
}

export interface SendOptions {
  /** Ends the request, its body included. */
  readonly signal: AbortSignal;
  /** A longer body is cut there. */
  readonly maxBodyBytes: number;
  /** True to take the status line of a 2xx as the whole answer and drop its body unread. */
  readonly statusOnly?: boolean;
}

/**
 * Sends one request and settles on the status line and body, whatever happens on the wire.
 * @throws ConnectionError when there is no status line; `sent` tells whether the request may have arrived.
 */
export type Send = (
  request: HttpRequest,
  options: SendOptions,
) => Promise<HttpReply>;

/** `Send` over real sockets, each request on a connection of its own. */
export const sendOverHttp: Send = async (
  request,
  { signal, maxBodyBytes, statusOnly },
) => {
  const where: Where = {
    method: request.method,
    path: new URL(request.url).pathname,
  };
  // The client writes a User-Agent of its own over one among the headers.
  const { "User-Agent": userAgent, ...sent } = request.headers;
  const client = new OneRequestClient(userAgent, signal);
  const aborted = rejectWhenAborted(signal);
  try {
    const response = await Promise.race([
      client.request(request.method, request.url, request.body ?? "", sent),
      aborted.promise,
    ]).catch((error: unknown) => {
      throw new ConnectionError(where, describe(error), {
        sent: client.connected,
      });
    });
    const { message } = response;
    const status = message.statusCode ?? 0;
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        String(value),
      ]),
    );
    if (statusOnly === true && status >= 200 && status <= 299) {
      return { status, headers, body: "" };
    }
    const { body, problem } = await readBody(
      message,
      maxBodyBytes,
      aborted.promise,
    );
    return problem === undefined
      ? { status, headers, body }
      : {
          status,
          headers,
          body,
          cut: new ConnectionError(where, problem.reason, problem),
        };
  } finally {
    aborted.release();
    client.close();
  }
};

type RequestInfo = Parameters<HttpClient["requestRawWithCallback"]>[0];

/** A client for one request that knows whether its connection was ever established. */
class OneRequestClient extends HttpClient {
  /** True once the connection stood (TLS included): from then on the request may have arrived. */
  connected = false;
  private sentRequest: ClientRequest | undefined;

  constructor(userAgent: string | undefined, signal: AbortSignal) {
    super(userAgent, [new AbortWith(signal)], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: false,
    });
  }

  /** Lets go of the socket; without this an unread body would keep the process alive. */
  close(): void {
    this.sentRequest?.destroy();
    this.dispose();
  }

  override requestRawWithCallback(
    info: RequestInfo,
    data: string | NodeJS.ReadableStream,
    onResult: (error?: Error, response?: HttpClientResponse) => void,
  ): void {
    const { request } = info.httpModule;
    const observed = (
      options: RequestOptions,
      onResponse: (message: IncomingMessage) => void,
    ) => {
      // The URL of an IPv6 literal has brackets, a host to connect to has none.
      const host = options.host?.replace(/^\[(.*)\]$/, "$1") ?? null;
      const sent = request({ ...options, host }, onResponse);
      this.sentRequest = sent;
      sent.on("socket", (socket) => {
        this.observe(socket);
      });
      return sent;
    };
    const httpModule = {
      ...info.httpModule,
      request: observed,
    } as typeof info.httpModule;
    super.requestRawWithCallback({ ...info, httpModule }, data, onResult);
  }

  /** Node writes nothing of a request before the socket is connected and, with TLS, the peer is verified. */
  private observe(socket: Socket): void {
    if (socket instanceof TLSSocket) {
      socket.once("secureConnect", () => {
        this.connected = true;
      });
    } else if (socket.connecting) {
      socket.once("connect", () => {
        this.connected = true;
      });
    } else {
      this.connected = true; // through a proxy's tunnel that already stands
    }
  }
}

/** The way to give `@actions/http-client` a signal: a handler that sees the options of the request. */
class AbortWith {
  private readonly signal: AbortSignal;
  constructor(signal: AbortSignal) {
    this.signal = signal;
  }
  prepareRequest(options: RequestOptions): void {
    const { signal } = this;
    options.signal = signal;
    // The tunnel through a proxy is opened by a request of its own, which knows nothing of the signal.
    const tunnel = options.agent as Partial<Tunnel> | undefined;
    const connect = tunnel?.request;
    if (!tunnel || !connect) return;
    tunnel.request = (connectOptions) => connect({ ...connectOptions, signal });
  }
  canHandleAuthentication(): boolean {
    return false;
  }
  handleAuthentication(): Promise<never> {
    return Promise.reject(new Error("no authentication to handle"));
  }
}

/** The agent of a proxy, as far as it matters here. */
interface Tunnel {
  request: (options: RequestOptions) => ClientRequest;
}

interface BodyProblem {
  readonly reason: string;
  readonly final?: boolean;
}

async function readBody(
  message: NodeJS.ReadableStream,
  maxBytes: number,
  aborted: Promise<never>,
): Promise<{ body: string; problem?: BodyProblem }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const reading = (async (): Promise<BodyProblem | undefined> => {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        return {
          reason: `the answer is larger than ${maxBytes / 2 ** 20} MiB`,
          final: true,
        };
      }
      chunks.push(chunk);
    }
    return undefined;
  })();
  const problem = await Promise.race([reading, aborted]).catch(
    (error: unknown): BodyProblem => ({
      reason: `the answer was cut: ${describe(error)}`,
    }),
  );
  const body = Buffer.concat(chunks).toString("utf8");
  return problem === undefined ? { body } : { body, problem };
}

function rejectWhenAborted(signal: AbortSignal): {
  promise: Promise<never>;
  release: () => void;
} {
  let abort = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    abort = () => {
      reject(reasonOf(signal));
    };
  });
  promise.catch(() => undefined); // the race may be over already
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    promise,
    release: () => {
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Words for a failure on the wire: its message, or what can be known when it has none (two addresses refused). */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" && error.cause instanceof Error)
    return describe(error.cause);
  if (error instanceof AggregateError && error.message === "") {
    return [...new Set(error.errors.map(describe))].join("; ");
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code)
    ? error.message
    : `${error.message} (${code})`;
}
