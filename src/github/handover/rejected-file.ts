/** Writes all records that cannot be used as JSON lines for later steps (contract 3). */
import { figure } from "../../figures.ts";
import { quote } from "../foreign-text.ts";
import type { Report } from "../report.ts";
import type { Runner } from "../runner.ts";

/** A record that cannot be used, which is one line of the file. */
export interface RejectedRecord {
  /** The number of the record in the file, from 1. Undefined if only the line or the file is known. */
  readonly record: number | undefined;
  readonly line: number | undefined;
  readonly field: string | undefined;
  /** Not yet redacted. It may contain text from outside, and so may the field. */
  readonly reason: string;
}

/** What found it: this action before an upload, or Prolific. */
export type Source = "preflight" | "import" | "append";

const NAME = "rejected.jsonl";
const LONGEST_TEXT = 500;
/** How many characters are held in memory before they are written. */
const PIECE_LENGTH = 2 ** 16;
/** In characters, about two million records. Records after this are only counted, so that they do not fill the disk. */
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

  /** Adds a record. Only a small part of the file is ever held in memory. */
  add(source: Source, found: RejectedRecord): void {
    this.source = source;
    if (this.length >= this.longest) {
      this.left++;
      return;
    }
    this.lines++;
    this.write(found);
  }

  /** Counts records that are not listed. */
  addUnlisted(source: Source, count: number): void {
    if (count <= 0) return;
    this.source = source;
    this.write(ofNone(`${figure(count)} more, which Prolific does not list`));
  }

  /** Writes what is still held, and a last line about what is missing. */
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
    this.fails = path === undefined; // a file with a gap would be misleading
    this.report.set("rejected_file", path);
  }
}

function ofNone(reason: string): RejectedRecord {
  return { record: undefined, line: undefined, field: undefined, reason };
}
