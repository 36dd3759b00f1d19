/**
 * One HTTP request, and the only importer of `@actions/http-client`: it gives us the connection (proxy, TLS), while its
 * own retries, redirects and body readers stay unused, because they never settle when a body is cut.
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { HttpClient } from "@actions/http-client";
import type { HttpClientResponse } from "@actions/http-client";
import { systemClock, timeLimit } from "../timing/clock.ts";
import { formatDuration } from "../timing/duration.ts";
import { ConnectionError, ContractError, type Where } from "../errors.ts";
import { FileBody } from "./file-body.ts";
import { describe, readBody, rejectWhenAborted } from "./wire.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH";
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
 * @throws ConnectionError when there is no status line; `sent` tells whether the request may have arrived. ContractError
 * for HTTP 101.
 */
export type Send = (
  request: HttpRequest,
  options: SendOptions,
) => Promise<HttpReply>;

/** `Send` over real sockets, with a new connection for each request. */
export const sendOverHttp: Send = async (request, options) => {
  const where: Where = {
    method: request.method,
    path: new URL(request.url).pathname,
  };
  // The client replaces a User-Agent among the headers with its own.
  const { "User-Agent": userAgent, ...headers } = request.headers;
  const client = new OneRequestClient(userAgent, options.signal);
  const { body = "" } = request;
  const sent = { ...request, headers, body, where };
  const reply = await exchange(client, sent, options);
  if (reply.status !== SWITCHING_PROTOCOLS) return reply;
  throw new ContractError(
    where,
    "HTTP 101 (Switching Protocols), which nobody asked for",
  );
};

/** A file on its way to a presigned address (API 4.1). */
export interface UploadRequest {
  readonly method: "PUT" | "POST";
  /** Never shown: only its host is. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: number;
  /** A piece may be overwritten when the one after the next is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  /** Deadline and cancel. The whole upload has no limit of its own. */
  readonly signal: AbortSignal;
  /** Nothing moves for so long, in milliseconds: given up. Time to connect as well. */
  readonly stallMs: number;
}

/**
 * Sends a file as a stream, without any credentials but those in the address.
 * @throws ConnectionError when there is no status line; whatever reading the file throws.
 */
export type Upload = (
  request: UploadRequest,
  options: UploadOptions,
) => Promise<HttpReply>;

/** The client did not ask for this, and what follows is not HTTP. */
const SWITCHING_PROTOCOLS = 101;

/** Error pages of a storage service are short. */
const UPLOAD_REPLY_MAX_BYTES = 64 * 1024;

/** `Upload` over a real socket. */
export const uploadOverHttp: Upload = async (
  { method, url, contentType, bytes, body },
  { signal, stallMs },
) => {
  const where: Where = { method, path: `to ${new URL(url).host}` };
  const tooLong = new Error(`no progress for ${formatDuration(stallMs)}`);
  const connecting = timeLimit(systemClock, stallMs, tooLong);
  const both = AbortSignal.any([signal, connecting.signal]);
  const client = new OneRequestClient(undefined, both, stallMs);
  client.onConnected = () => {
    connecting.release();
  };
  const file = new FileBody(body);
  const headers = {
    "Content-Type": contentType,
    "Content-Length": String(bytes),
  };
  try {
    return await exchange(
      client,
      { method, url, headers, body: file.asStream(), where },
      { signal: both, maxBodyBytes: UPLOAD_REPLY_MAX_BYTES },
    );
  } catch (error) {
    if (file.failure) throw file.failure;
    // The client's own words for it would hold the address.
    if (client.stalled) throw new ConnectionError(where, tooLong.message);
    throw error;
  } finally {
    connecting.release();
  }
};

interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | NodeJS.ReadableStream;
  readonly where: Where;
}

async function exchange(
  client: OneRequestClient,
  { method, url, headers: sent, body: data, where }: Outgoing,
  { signal, maxBodyBytes, statusOnly }: SendOptions,
): Promise<HttpReply> {
  const aborted = rejectWhenAborted(signal);
  try {
    const response = await Promise.race([
      client.request(method, url, data, sent),
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
    const isAccepted = status >= 200 && status <= 299;
    if (status === SWITCHING_PROTOCOLS || (statusOnly === true && isAccepted)) {
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
}

type RequestInfo = Parameters<HttpClient["requestRawWithCallback"]>[0];

/** A client for one request that knows whether its connection was ever established. */
class OneRequestClient extends HttpClient {
  /** True once the connection stood (TLS included): from then on the request may have arrived. */
  connected = false;
  onConnected = (): void => undefined;
  /** True once nothing has moved on the connection for `socketTimeout` milliseconds. */
  stalled = false;
  private sentRequest: ClientRequest | undefined;

  constructor(
    userAgent: string | undefined,
    signal: AbortSignal,
    socketTimeout?: number,
  ) {
    super(userAgent, [new AbortWith(signal)], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: false,
      ...(socketTimeout === undefined ? {} : { socketTimeout }),
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
      sent.on("timeout", () => {
        this.stalled = true;
        sent.destroy();
      });
      // Without this, Node drops such an answer, and the request would wait for its time limit.
      sent.on("upgrade", (message, socket) => {
        socket.destroy();
        onResponse(message);
      });
      sent.on("socket", (socket) => {
        this.observe(socket);
      });
      return sent;
    };
    // Inherited, not spread: a copy would read all that the module can lazily load, WebSocket and HTTP/2 included (25 ms).
    const httpModule = Object.create(info.httpModule, {
      request: { value: observed },
    }) as typeof info.httpModule;
    super.requestRawWithCallback({ ...info, httpModule }, data, onResult);
  }

  /** Node writes nothing of a request before the socket is connected and, with TLS, the peer is verified. */
  private observe(socket: Socket): void {
    const connected = () => {
      this.connected = true;
      this.onConnected();
    };
    if (socket instanceof TLSSocket) socket.once("secureConnect", connected);
    else if (socket.connecting) socket.once("connect", connected);
    else connected(); // through a proxy's tunnel that already stands
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
    // A separate request opens the tunnel through a proxy, and does not know the signal.
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
