/**
 * What can go wrong, as types. Each error is created where its cause is known; `github/messages.ts` turns it into a message.
 */

/** The request that an error belongs to, as messages name it. */
export interface Where {
  readonly method: string;
  readonly path: string;
}

/** The user's mistake: inputs that cannot be used. Lists all of them at once (contract 2). */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Prolific responded with an error status. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly where: Where;
  readonly status: number;
  /** The server's own words, complete and not yet redacted. Empty if there are none. */
  readonly words: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(
    where: Where,
    status: number,
    words: string,
    retryAfterMs?: number,
  ) {
    super(`${where.method} ${where.path} answered HTTP ${status}`);
    this.where = where;
    this.status = status;
    this.words = words;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There is no complete response: refused, lost, stalled or too large. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly where: Where;
  readonly reason: string;
  /** False only if it is certain that no byte of the request left this machine. */
  readonly sent: boolean;
  /** True if a retry would end the same way. */
  readonly final: boolean;
  constructor(
    where: Where,
    reason: string,
    { sent = true, final = false } = {},
  ) {
    super(`${where.method} ${where.path}: ${reason}`);
    this.where = where;
    this.reason = reason;
    this.sent = sent;
    this.final = final;
  }
}

/** A successful response that does not match the API. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly where: Where;
  /** What is wrong: names the field, and an unknown word. */
  readonly problem: string;
  /** True for a well-formed response with an unknown word: reading again does not help (contract 4). */
  readonly final: boolean;
  constructor(where: Where, problem: string, { final = false } = {}) {
    super(`${where.method} ${where.path}: ${problem}`);
    this.where = where;
    this.problem = problem;
    this.final = final;
  }
}

/** The parts of the message of a {@link Stop}. */
export interface StopParts {
  readonly title: string;
  readonly what: string;
  /** The server's own words if they are not part of `answer`; complete and not yet redacted. */
  readonly words?: string | undefined;
  /** What to do next. Left out if the response itself says it best. */
  readonly next?: string | undefined;
  /** Commands to copy, one a line, shown after `next`. */
  readonly commands?: readonly string[];
  /** The response, or the lack of one, that led to the stop. */
  readonly answer?: RequestError;
}

/** Everything that can go wrong with one request. */
export type RequestError = ApiError | ConnectionError | ContractError;

/** True for what went wrong with one request. */
export function isRequestError(error: unknown): error is RequestError {
  return (
    error instanceof ApiError ||
    error instanceof ConnectionError ||
    error instanceof ContractError
  );
}

/** The action itself stops, because going on would be wrong. */
export class Stop extends Error {
  override readonly name = "Stop";
  readonly parts: StopParts;
  constructor(parts: StopParts) {
    super(parts.what);
    this.parts = parts;
  }
}

/** The budget of the step (`timeout`) is used up. */
export class DeadlineReached extends Error {
  override readonly name = "DeadlineReached";
  readonly timeoutMs: number;
  constructor(timeoutMs: number) {
    super("the deadline was reached");
    this.timeoutMs = timeoutMs;
  }
}

/** The runner asked the step to end (contract 7). */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  readonly signalName: string;
  constructor(signalName: string) {
    super(`cancelled by ${signalName}`);
    this.signalName = signalName;
  }
}
