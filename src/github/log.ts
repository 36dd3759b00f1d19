/** What a step tells while it works: lines of the log, annotations, remarks of the summary. */
import type { Clock } from "../timing/clock.ts";
import type { Report } from "./report.ts";
import type { Runner } from "./runner.ts";

export class Log {
  /** When the last line was written, on the clock of the run. */
  spokeAt: number;
  readonly runner: Runner;
  private readonly report: Report;
  private readonly clock: Clock;

  constructor(runner: Runner, report: Report, clock: Clock) {
    this.runner = runner;
    this.report = report;
    this.clock = clock;
    this.spokeAt = clock.now();
  }

  /** A line in the log; puts off the next heartbeat. */
  say(line: string): void {
    this.spokeAt = this.clock.now();
    this.runner.info(line);
  }

  /** A line about a try: the first one is news, the ones after it are for debugging (contract 7). */
  sayOfTry(tries: number, line: string): void {
    if (tries === 1) this.say(line);
    else this.debug(line);
  }

  /** A line for those who have switched on debug logging. */
  debug(line: string): void {
    this.runner.debug(line);
  }

  /** Something the author should look at: an annotation, and a sentence in the summary. */
  warn(title: string, message: string): void {
    this.runner.warning(title, message);
    this.report.remarks.push(`⚠️ ${message}`);
  }

  /** Something the author should know, but need not act on. */
  note(title: string, message: string): void {
    this.runner.notice(title, message);
    this.report.remarks.push(message);
  }
}
