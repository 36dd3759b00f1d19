/** What a step reports while it works: log lines, annotations, and remarks for the summary. */
import type { Clock } from "../timing/clock.ts";
import type { Report } from "./report.ts";
import type { Runner } from "./runner.ts";

export class Log {
  /** The time of the last line, on the clock of the run. */
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

  /** Writes a line to the log, which postpones the next heartbeat. */
  say(line: string): void {
    this.spokeAt = this.clock.now();
    this.runner.info(line);
  }

  /** Writes a line about an attempt. After the first attempt, lines only go to the debug log (contract 7). */
  sayOfTry(tries: number, line: string): void {
    if (tries === 1) this.say(line);
    else this.debug(line);
  }

  /** Writes a line to the debug log. */
  debug(line: string): void {
    this.runner.debug(line);
  }

  /** Something that the author should check: a warning annotation, and a sentence in the summary. */
  warn(title: string, message: string): void {
    this.runner.warning(title, message);
    this.report.remarks.push(`⚠️ ${message}`);
  }

  /** Something that the author should know, but need not act on: a notice, and a sentence in the summary. */
  note(title: string, message: string): void {
    this.runner.notice(title, message);
    this.report.remarks.push(message);
  }
}
