/** Waits, and reads until that succeeds or the time is up. Every pause and every read of a step goes through here. */
import type { Log } from "../github/log.ts";
import type { Report } from "../github/report.ts";
import type { CallOptions } from "../prolific/exchange.ts";
import {
  DECIDING_TRIES,
  type ReadPolicy,
  pauseBeforeRetry,
  readPatiently,
} from "../prolific/retry.ts";
import type { Clock } from "../timing/clock.ts";
import type { Deadline } from "../timing/deadline.ts";
import { formatDuration } from "../timing/duration.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";

/** Once a minute, the log shows that the step is still working (contract 7). */
const HEARTBEAT_MS = 60_000;

/** How long to retry a read: five attempts, until the deadline, or until 5 s after it. */
export type How = "deciding" | "waiting" | "last";

type Read<T> = (options: CallOptions) => Promise<T>;
type IsLag = ReadPolicy["isLag"];

export interface PatienceOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly deadline: Deadline;
  /** The longest pause between two checks. */
  readonly pollIntervalMs: number;
  readonly log: Log;
  readonly report: Report;
}

export class Patience {
  /** The last failed attempt to read, until a read succeeds again. */
  lastError: Error | undefined;
  /** The error of the last write that was not accepted. */
  writeError: Error | undefined;
  private howFar: (() => string | undefined) | undefined;
  private readonly options: PatienceOptions;

  constructor(options: PatienceOptions) {
    this.options = options;
  }

  /** On the clock of the run. */
  now(): number {
    return this.options.clock.now();
  }

  /** Aborts at the deadline and on a cancel. */
  get signal(): AbortSignal {
    return this.options.deadline.signal;
  }

  /** The same 5 s later, for a last check. */
  get lastSignal(): AbortSignal {
    return this.options.deadline.lastSignal;
  }

  /** Sleeps, with the heartbeat. The deadline (or another signal) and a cancel end it. */
  async pause(ms: number, signal = this.signal): Promise<void> {
    const { clock, log } = this.options;
    const until = clock.now() + ms;
    for (;;) {
      const left = until - clock.now();
      const toHeartbeat = log.spokeAt + HEARTBEAT_MS - clock.now();
      await clock.sleep(Math.max(0, Math.min(left, toHeartbeat)), signal);
      if (clock.now() >= log.spokeAt + HEARTBEAT_MS) this.heartbeat();
      if (clock.now() >= until) return;
    }
  }

  /**
   * Does work that may take long, with the heartbeat.
   * @param howFar returns the progress, such as "430 MB of 1.0 GB uploaded".
   */
  async during<T>(
    howFar: () => string | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const over = new AbortController();
    this.howFar = howFar;
    const beating = this.pause(Infinity, over.signal).catch(() => undefined);
    try {
      return await work();
    } finally {
      this.howFar = undefined;
      over.abort();
      await beating;
    }
  }

  /** Sleeps until the next check. The pause grows with the time waited so far (contract 7). */
  untilNextCheck(sinceMs: number, signal?: AbortSignal): Promise<void> {
    const waitedMs = this.now() - sinceMs;
    const ms = pauseBeforeCheck(waitedMs, this.options.pollIntervalMs);
    return this.pause(ms, signal);
  }

  /** Sleeps before a retry of a write. The next heartbeat shows its error. */
  backOff(tries: number, error: Error, leastMs = 0): Promise<void> {
    this.writeError = error;
    const pauseMs = pauseBeforeRetry(tries, error, this.options.random());
    return this.pause(Math.max(leastMs, pauseMs));
  }

  /** Reads until that succeeds. @throws the last error, if it is final or no attempts are left; the deadline, a cancel. */
  async read<T>(how: How, read: Read<T>, isLag?: IsLag): Promise<T> {
    const { log, random } = this.options;
    const signal = how === "last" ? this.lastSignal : this.signal;
    const value = await readPatiently((attempt) => read({ signal, attempt }), {
      ...(how === "deciding" && { tries: DECIDING_TRIES }),
      ...(isLag && { isLag }),
      sleep: (ms) => this.pause(ms, signal),
      random,
      onRetry: (error, pauseMs) => {
        this.lastError = error;
        log.debug(
          `${error.message}; next try in ${String(Math.round(pauseMs))} ms`,
        );
      },
    });
    this.lastError = undefined;
    return value;
  }

  /** A read without a retry, of at most `limitMs` milliseconds. */
  readOnce<T>(read: Read<T>, limitMs: number): Promise<T> {
    return read({ signal: this.lastSignal, limitMs });
  }

  private heartbeat(): void {
    const { log, report } = this.options;
    const status = report.get("status") ?? "not read yet";
    const last = this.lastError ?? this.writeError;
    const howFar = this.howFar?.();
    const work = howFar === undefined ? "" : `: ${howFar}`;
    const error = last ? ` Last error: ${last.message}.` : "";
    log.say(
      `Still waiting after ${formatDuration(report.elapsedMs)}${work}; batch status ${status}.${error}`,
    );
  }
}
