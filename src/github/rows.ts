/** Records that cannot be used, on their lines: annotations, the log and the summary (contract 5 and 8). */
import { quote } from "./foreign-text.ts";
import type { Log } from "./log.ts";
import type { Report } from "./report.ts";

/** GitHub shows ten annotations of a step; the last one belongs to the verdict. */
const MOST_ANNOTATIONS = 9;
const LONGEST_TEXT = 500;

export interface RowProblem {
  /** In the file, from 1; undefined when only the file is known. */
  readonly line: number | undefined;
  /** May hold foreign words; not yet redacted. */
  readonly text: string;
}

export interface RowProblems {
  /** Relative to the workspace, as annotations need it. */
  readonly file: string;
  readonly title: string;
  /** What one of them is, for a heading. */
  readonly noun: string;
  readonly level: "error" | "warning";
  /** Those that are known. */
  readonly rows: readonly RowProblem[];
  /** How many there are; may be more than are known. */
  readonly total: number;
}

/** Tells about records: nine as annotations, which the log shows, too; the others in the log; all in the summary. */
export function tellOfRows(
  { log, report }: { readonly log: Log; readonly report: Report },
  problems: RowProblems,
): void {
  const { runner } = log;
  const { file, title, level, rows } = problems;
  const told = rows.map(({ line, text }) => ({
    line,
    text: quote(text, runner.redact, LONGEST_TEXT),
  }));
  for (const [at, { line, text }] of told.entries()) {
    if (at < MOST_ANNOTATIONS) {
      runner.annotate(level, { file, line }, title, onLine(text, line));
    } else {
      log.say(`${file}: ${onLine(text, line)}`);
    }
  }
  report.rows.push({ ...problems, rows: told });
}

/** Such as `record 35 (line 360), field "prompt": too long`: the log does not show where an annotation is. */
function onLine(text: string, line: number | undefined): string {
  if (line === undefined) return text;
  const place = ` (line ${String(line)})`;
  const record = /^(?:new )?record \d+/.exec(text)?.[0];
  return record === undefined
    ? text + place
    : record + place + text.slice(record.length);
}
