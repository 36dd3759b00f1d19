/** All records that cannot be used, as JSON lines for the steps after this one (contract 3). */
import { figure } from "../../figures.ts";
import { quote } from "../foreign-text.ts";
import type { Report } from "../report.ts";
import type { Runner } from "../runner.ts";

/** One of them, as a line of the file. */
export interface RejectedRecord {
  /** Number of the record in the file, from 1; undefined when only the line or the file is known. */
  readonly record: number | undefined;
  readonly line: number | undefined;
  readonly field: string | undefined;
  /** May hold foreign words, as may the field; not yet redacted. */
  readonly reason: string;
}

/** Who found it: this action before an upload, or Prolific. */
export type Source = "preflight" | "import" | "append";

const NAME = "rejected.jsonl";
const LONGEST_TEXT = 500;
/** Held in memory until it is written. */
const PIECE_LENGTH = 2 ** 16;
/** In characters, some two million records: what comes after it is counted, so that no file fills the disk of a runner. */
export const LONGEST_FILE = 2 ** 28;

export class RejectedFile {
  private readonly runner: Pick<Runner, "keep" | "redact" | "info">;
  private readonly report: Report;
  private readonly longest: number;
  private waiting = "";
  private length = 0;
  private lines = 0;
  private left = 0;
  private source: Source = "preflight";
  private fails = false;

  constructor(
    runner: Pick<Runner, "keep" | "redact" | "info">,
    report: Report,
    longest = LONGEST_FILE,
  ) {
    this.runner = runner;
    this.report = report;
    this.longest = longest;
  }

  /** Writes one; only a small part of all is ever held. */
  add(source: Source, found: RejectedRecord): void {
    this.source = source;
    if (this.length >= this.longest) {
      this.left++;
      return;
    }
    this.lines++;
    this.write(found);
  }

  /** Some that are not listed. */
  addUnlisted(source: Source, count: number): void {
    if (count <= 0) return;
    this.source = source;
    this.write(ofNone(`${figure(count)} more, which Prolific does not list`));
  }

  /** Says what is missing, and writes what still waits. */
  end(): void {
    if (this.left > 0) {
      this.write(
        ofNone(`${figure(this.left)} more, which this file leaves out`),
      );
      this.runner.info(
        `rejected_file lists the first ${figure(this.lines)}; ${figure(this.left)} more are left out`,
      );
    }
    this.flush();
  }

  private write({ record, line, field, reason }: RejectedRecord): void {
    const { redact } = this.runner;
    const text = JSON.stringify({
      record: record ?? null,
      line: line ?? null,
      field: field === undefined ? null : quote(field, redact, LONGEST_TEXT),
      reason: quote(reason, redact, LONGEST_TEXT),
      source: this.source,
    });
    this.waiting += `${text}\n`;
    this.length += text.length + 1;
    if (this.waiting.length >= PIECE_LENGTH) this.flush();
  }

  private flush(): void {
    const text = this.waiting;
    this.waiting = "";
    if (text === "" || this.fails) return;
    const path = this.runner.keep(NAME, text);
    this.fails = path === undefined; // what follows a gap would mislead
    this.report.set("rejected_file", path);
  }
}

function ofNone(reason: string): RejectedRecord {
  return { record: undefined, line: undefined, field: undefined, reason };
}
