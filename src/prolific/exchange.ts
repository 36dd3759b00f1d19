/** One request to the API and its response: authentication, time limit, status line, JSON (API 1). */
import { type Clock, reasonOf, timeLimit } from "../timing/clock.ts";
import { formatDuration } from "../timing/duration.ts";
import {
  ApiError,
  ConnectionError,
  ContractError,
  type Where,
} from "../errors.ts";
import { VERSION } from "../version.ts";
import { errorWords } from "./error-body.ts";
import type { HttpReply, Send } from "./http.ts";
import { parseRetryAfter } from "./retry.ts";
import type { Parse } from "./schema.ts";

/** The time limit of one API request, including the body of the response (contract 7). */
export const REQUEST_LIMIT_MS = 30_000;

const MIB = 2 ** 20;
const JSON_TYPE = "application/json";
export const USER_AGENT = `prolific-setup-batch/${VERSION}`;

export interface ExchangeOptions {
  readonly send: Send;
  readonly clock: Clock;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly token: string;
  /** Logs method, path, status, duration and attempt of each request (contract 8). */
  readonly debug: (line: string) => void;
}

export interface CallOptions {
  /** Aborts at the deadline and on a cancel. */
  readonly signal: AbortSignal;
  /** The number of this attempt, from 1, for the log. */
  readonly attempt?: number;
  /** Less than {@link REQUEST_LIMIT_MS} if the response is not worth the wait. */
  readonly limitMs?: number;
  readonly maxBodyBytes?: number;
}

interface Body {
  readonly type: string;
  readonly text: string;
}

interface Call extends CallOptions {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: Body | undefined;
  /** True if the status line of a success is all that matters. */
  readonly statusOnly?: boolean;
}

/** Sends requests to the API. Every failure is an error of `errors.ts`, or the reason of the signal. */
export class Exchange {
  private readonly options: ExchangeOptions;
  private readonly basePath: string;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.basePath = `${options.apiUrl}/api/v1/data-collection`;
  }

  /**
   * Reads JSON with a GET.
   * @throws ApiError, ConnectionError, ContractError
   */
  get<T>(
    path: string,
    parse: Parse<T>,
    options: CallOptions,
    successes: readonly number[] = [200],
  ): Promise<T> {
    return this.json({ method: "GET", path, ...options }, parse, successes);
  }

  /**
   * Sends a POST and reads the JSON of its response.
   * @throws ApiError, ConnectionError, ContractError
   */
  post<T>(
    path: string,
    parse: Parse<T>,
    successes: readonly number[],
    options: CallOptions,
    body?: Body,
  ): Promise<T> {
    const call: Call = { method: "POST", path, body, ...options };
    return this.json(call, parse, successes);
  }

  /**
   * Sends JSON and reads the JSON of the response.
   * @throws ApiError, ConnectionError, ContractError
   */
  sendJson<T>(
    method: "POST" | "PATCH",
    path: string,
    json: unknown,
    parse: Parse<T>,
    successes: readonly number[],
    options: CallOptions,
  ): Promise<T> {
    const body = { type: JSON_TYPE, text: JSON.stringify(json) };
    return this.json({ method, path, body, ...options }, parse, successes);
  }

  /**
   * Sends a POST for which only the status line of a success matters; the body is not read.
   * @returns the status, one of `successes`.
   * @throws ApiError, ConnectionError
   */
  async postForStatus(
    path: string,
    json: unknown,
    successes: readonly number[],
    options: CallOptions,
  ): Promise<number> {
    const call: Call = {
      method: "POST",
      path,
      body: { type: JSON_TYPE, text: JSON.stringify(json) },
      statusOnly: true,
      ...options,
    };
    const { reply, where } = await this.send(call);
    if (!successes.includes(reply.status)) throw this.refusal(reply, where);
    return reply.status;
  }

  private async json<T>(
    call: Call,
    parse: Parse<T>,
    successes: readonly number[],
  ): Promise<T> {
    const { reply, where } = await this.send(call);
    if (!successes.includes(reply.status)) throw this.refusal(reply, where);
    if (reply.cut) {
      throw call.signal.aborted ? reasonOf(call.signal) : reply.cut;
    }
    let json: unknown;
    try {
      json = JSON.parse(reply.body.replace(/^\uFEFF/, ""));
    } catch {
      throw new ContractError(where, "the response is not JSON");
    }
    return parse(json, where);
  }

  private async send(call: Call): Promise<{ reply: HttpReply; where: Where }> {
    const { send, clock, token, debug } = this.options;
    const { method, signal, attempt = 1, limitMs = REQUEST_LIMIT_MS } = call;
    const url = this.basePath + call.path;
    const where: Where = { method, path: new URL(url).pathname };
    signal.throwIfAborted();
    const startedAt = clock.now();
    const took = () =>
      `${String(Math.round(clock.now() - startedAt))} ms, try ${String(attempt)}`;
    const tooLong = new Error(
      `no complete response within ${formatDuration(limitMs)}`,
    );
    const limit = timeLimit(clock, limitMs, tooLong, signal);
    try {
      const reply = await send(
        {
          method,
          url,
          headers: {
            Accept: "application/json",
            Authorization: `Token ${token}`,
            "Content-Type": call.body?.type ?? JSON_TYPE,
            "User-Agent": USER_AGENT,
          },
          ...(call.body === undefined ? {} : { body: call.body.text }),
        },
        {
          signal: limit.signal,
          maxBodyBytes: call.maxBodyBytes ?? 5 * MIB,
          statusOnly: call.statusOnly === true,
        },
      );
      debug(
        `${method} ${where.path} -> HTTP ${String(reply.status)} (${took()})`,
      );
      if (reply.cut) debug(reply.cut.message);
      return { reply, where };
    } catch (error) {
      if (signal.aborted) {
        debug(
          `${method} ${where.path} -> given up: ${reasonOf(signal).message} (${took()})`,
        );
        throw reasonOf(signal);
      }
      const why =
        error instanceof ConnectionError ? error.reason : String(error);
      debug(`${method} ${where.path} -> no response: ${why} (${took()})`);
      throw error;
    } finally {
      limit.release();
    }
  }

  private refusal(reply: HttpReply, where: Where): ApiError {
    const { "retry-after": retryAfter, date } = reply.headers;
    return new ApiError(
      where,
      reply.status,
      errorWords(reply.body),
      parseRetryAfter(retryAfter, date, this.options.clock.timeOfDay()),
    );
  }
}
