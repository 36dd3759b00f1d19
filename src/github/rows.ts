/** Reports records that cannot be used: as annotations on their lines, in the log and in the summary (contract 5, 8). */
import { quote } from "./foreign-text.ts";
import type { Log } from "./log.ts";
import type { Report } from "./report.ts";

/** GitHub shows ten annotations of a step. The last one is for the verdict. */
const MOST_ANNOTATIONS = 9;
const LONGEST_TEXT = 500;

export interface RowProblem {
  /** The line in the file, from 1. Undefined if only the file is known. */
  readonly line: number | undefined;
  /** Not yet redacted. It may contain text from outside. */
  readonly text: string;
}

export interface RowProblems {
  /** The path relative to the workspace, as annotations need it. */
  readonly file: string;
  readonly title: string;
  /** What to call one of them in a heading. */
  readonly noun: string;
  readonly level: "error" | "warning";
  /** The records that are known. */
  readonly rows: readonly RowProblem[];
  /** How many there are, which may be more than are known. */
  readonly total: number;
}

/** Reports records: nine as annotations, which the log shows, too; the others in the log; all in the summary. */
export function reportRows(
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

/** For example `record 35 (line 360), field "prompt": too long`. The log does not show the line of an annotation. */
function onLine(text: string, line: number | undefined): string {
  if (line === undefined) return text;
  const place = ` (line ${String(line)})`;
  const record = /^(?:new )?record \d+/.exec(text)?.[0];
  return record === undefined
    ? text + place
    : record + place + text.slice(record.length);
}
