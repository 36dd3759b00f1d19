/**
 * What can go wrong, as types. They are made where the knowledge is; `explain.ts` turns them into one message.
 */

/** The request an error belongs to, as messages name it. */
export interface Where {
  readonly method: string;
  readonly path: string;
}

/** The user's mistake: inputs that cannot be used. All of them at once (contract 2). */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Prolific answered, with a status that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly where: Where;
  readonly status: number;
  /** The server's own words, uncut and not yet redacted; empty when it had none. */
  readonly words: string;
  /** How long the server asked to wait, in milliseconds. */
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

/** No complete answer: refused, lost, stalled, too large. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly where: Where;
  readonly reason: string;
  /** False only when it is certain that no byte of the request left this machine. */
  readonly sent: boolean;
  /** True when another try would end the same way. */
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

/** A successful answer that is not what the API promises. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly where: Where;
  /** What was wrong: names the field, and the word where one was unknown. */
  readonly problem: string;
  /** True for a well-formed answer with a word nobody knows: reading again does not help (contract 4). */
  readonly final: boolean;
  constructor(where: Where, problem: string, { final = false } = {}) {
    super(`${where.method} ${where.path}: ${problem}`);
    this.where = where;
    this.problem = problem;
    this.final = final;
  }
}

/** What a {@link Stop} says. */
export interface StopParts {
  readonly title: string;
  readonly what: string;
  /** The server's own words where they are not part of `answer`; uncut and not yet redacted. */
  readonly words?: string | undefined;
  /** What to do next; left out where the answer itself tells best. */
  readonly next?: string | undefined;
  /** Commands to copy, a line each, after `next`. */
  readonly commands?: readonly string[];
  /** The answer, or its absence, that led to the stop. */
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

/** The action itself decided to stop: a state in which going on would be wrong. */
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
