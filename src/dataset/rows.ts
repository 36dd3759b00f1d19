/** Records that cannot be used, on their lines: annotations, the log and the summary (contract 5 and 8). */
import { quote } from "../foreign-text.ts";
import { counted } from "../outcome.ts";
import type { Run } from "../run.ts";

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
  readonly level: "error" | "warning";
  /** Those that are known. */
  readonly rows: readonly RowProblem[];
  /** How many there are; may be more than are known. */
  readonly total: number;
}

/** Tells about records: nine as annotations, all in the log and in the summary. */
export function tellOfRows(run: Run, problems: RowProblems): void {
  const { file, title, level, rows, total } = problems;
  const told = rows.map(({ line, text }) => ({
    line,
    text: quote(text, run.runner.redact, LONGEST_TEXT),
  }));
  for (const { line, text } of told.slice(0, MOST_ANNOTATIONS)) {
    run.runner.annotate(level, { file, line }, title, text);
  }
  for (const { line, text } of told) {
    run.say(`${file}${line === undefined ? "" : `:${String(line)}`}: ${text}`);
  }
  if (total > rows.length) {
    run.say(
      `${counted(total, "record")} in all; ${String(rows.length)} of them known by line`,
    );
  }
  run.report.rows.push({ ...problems, rows: told });
}
