/**
 * One HTTP request. The only importer of `@actions/http-client`, which provides the connection (proxy, TLS). Its retries,
 * redirects and body readers are not used, because they never settle when a body is cut off.
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
  /** Including `User-Agent`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why the body is incomplete, although the status line arrived. */
  readonly cut?: ConnectionError;
}

export interface SendOptions {
  /** Ends the request, even while the body is being read. */
  readonly signal: AbortSignal;
  /** A longer body is cut off here. */
  readonly maxBodyBytes: number;
  /** True to take the status line of a 2xx as the whole response and not read the body. */
  readonly statusOnly?: boolean;
}

/**
 * Sends one request, and always settles.
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
    "HTTP 101 (Switching Protocols), which the action did not request",
  );
};

/** A file on its way to a presigned address (API 4.1). */
export interface UploadRequest {
  readonly method: "PUT" | "POST";
  /** Only its host is ever shown. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: number;
  /** A piece may be overwritten once the piece after the next is requested. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  /** Aborts at the deadline and on a cancel. The upload has no other time limit. */
  readonly signal: AbortSignal;
  /** The upload is given up if no byte moves for this long, in milliseconds. Also the limit for connecting. */
  readonly stallMs: number;
}

/**
 * Sends a file as a stream, with no credentials except those in the address.
 * @throws ConnectionError when there is no status line; any error of reading the file.
 */
export type Upload = (
  request: UploadRequest,
  options: UploadOptions,
) => Promise<HttpReply>;

/** The client did not request an upgrade, and what follows is not HTTP. */
const SWITCHING_PROTOCOLS = 101;

/** The error pages of a storage service are short. */
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
    // The client's own message would contain the address.
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

/** A client for one request, which records whether its connection was ever established. */
class OneRequestClient extends HttpClient {
  /** True once the connection was established, including TLS: from then on, the request may have arrived. */
  connected = false;
  onConnected = (): void => undefined;
  /** True once no byte has moved on the connection for `socketTimeout` milliseconds. */
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

  /** Closes the socket. Otherwise an unread body would keep the process alive. */
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
      // An IPv6 address has brackets in a URL, but not as a host to connect to.
      const host = options.host?.replace(/^\[(.*)\]$/, "$1") ?? null;
      const sent = request({ ...options, host }, onResponse);
      this.sentRequest = sent;
      sent.on("timeout", () => {
        this.stalled = true;
        sent.destroy();
      });
      // Without this, Node drops such a response, and the request would wait for its time limit.
      sent.on("upgrade", (message, socket) => {
        socket.destroy();
        onResponse(message);
      });
      sent.on("socket", (socket) => {
        this.observe(socket);
      });
      return sent;
    };
    // Inherited, not spread: a copy would load everything that the module loads lazily, such as WebSocket and HTTP/2 (25 ms).
    const httpModule = Object.create(info.httpModule, {
      request: { value: observed },
    }) as typeof info.httpModule;
    super.requestRawWithCallback({ ...info, httpModule }, data, onResult);
  }

  /** Node writes nothing before the socket is connected and, with TLS, the peer is verified. */
  private observe(socket: Socket): void {
    const connected = () => {
      this.connected = true;
      this.onConnected();
    };
    if (socket instanceof TLSSocket) socket.once("secureConnect", connected);
    else if (socket.connecting) socket.once("connect", connected);
    else connected(); // through a tunnel of a proxy that is already open
  }
}

/** Passes a signal to `@actions/http-client`, which takes one only through a handler that sees the request options. */
class AbortWith {
  private readonly signal: AbortSignal;
  constructor(signal: AbortSignal) {
    this.signal = signal;
  }
  prepareRequest(options: RequestOptions): void {
    const { signal } = this;
    options.signal = signal;
    // A separate request opens the tunnel through a proxy, and does not get the signal.
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

/** The parts of a proxy agent that are used here. */
interface Tunnel {
  request: (options: RequestOptions) => ClientRequest;
}
