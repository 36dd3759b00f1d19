/** Records that Prolific has rejected: put on their lines, and whether to go on without them (contract 5.3). */
import { Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import { linesOf } from "../../file/formats/records.ts";
import { type RowProblem, tellOfRows } from "../../github/rows.ts";
import type { RecordError } from "../../prolific/schema.ts";
import type { CheckedFile } from "../../view.ts";
import type { Needs } from "../tools.ts";

type Judge = Needs<"inputs" | "files" | "patience" | "log" | "report">;

/** What came of the records of a file. Indices of `errors` count from 0 within the file. */
export interface Rejected {
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly RecordError[];
}

/**
 * Puts rejected records on their lines.
 * @throws Stop unless `allow_partial` takes what was accepted.
 */
export async function judgeRejected(
  tools: Judge,
  checked: CheckedFile,
  { accepted, rejected, errors }: Rejected,
): Promise<void> {
  const { file } = checked;
  const { allowPartial } = tools.inputs;
  const goesOn = allowPartial && accepted > 0;
  tellOfRows(tools, {
    file: file.relativePath,
    title: "Prolific rejected a record",
    noun: "rejected record",
    level: goesOn ? "warning" : "error",
    rows: await onTheirLines(tools, checked, errors),
    total: Math.max(rejected, errors.length),
  });
  const listed =
    errors.length < rejected
      ? `, and lists ${figure(errors.length)} of them`
      : "";
  const what =
    `Prolific accepted ${counted(accepted, "record")} of ${file.relativePath} and rejected ` +
    `${figure(rejected)}${listed}.`;
  if (goesOn) {
    tools.log.warn(
      "Some records were rejected",
      `${what} allow_partial is true.`,
    );
    return;
  }
  throw new Stop({
    title: "Prolific rejected records",
    what: `${what} Nothing was set up or synced with them.`,
    next:
      accepted > 0
        ? "Correct these records and commit the file: those accepted stay, and identical ones are not added again. Or set " +
          "allow_partial to true to go on with the accepted ones."
        : "Correct the records and commit the file again.",
  });
}

async function onTheirLines(
  { files, patience }: Judge,
  { file }: CheckedFile,
  errors: readonly RecordError[],
): Promise<RowProblem[]> {
  const indices = new Set(
    errors.flatMap(({ recordIndex }) => recordIndex ?? []),
  );
  const lines =
    file.format === "zip" || indices.size === 0
      ? new Map<number, number>()
      : await linesOf(files, file, indices, patience.lastSignal);
  return errors.map(({ recordIndex, field, reason }) => {
    const own = recordIndex === undefined ? undefined : lines.get(recordIndex);
    const line = own && (file.lineOf?.(own) ?? own);
    const place =
      recordIndex === undefined
        ? "a record"
        : `${file.lineOf ? "new " : ""}record ${String(recordIndex + 1)}`;
    const inField =
      field === undefined || field === "_raw" ? "" : `, field "${field}"`;
    return { line, text: `${place}${inField}: ${reason ?? "no reason given"}` };
  });
}
