/** Annotates records that Prolific rejected on their lines, and decides whether to go on without them (contract 5.3). */
import { Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import type { DatasetFile } from "../../file/find.ts";
import { linesOf } from "../../file/formats/records.ts";
import type {
  RejectedRecord,
  Source,
} from "../../github/handover/rejected-file.ts";
import { reportRows } from "../../github/rows.ts";
import type { RecordError } from "../../prolific/schema.ts";
import type { CheckedFile } from "../../view.ts";
import type { Needs } from "../tools.ts";

type Judge = Needs<"inputs" | "log" | "report" | "rejected">;

/** What Prolific did with the records of a file. */
export interface Rejected {
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly RejectedRecord[];
}

/**
 * Reports rejected records.
 * @throws Stop unless `allow_partial` lets the run go on with the accepted ones.
 */
export function judgeRejected(
  tools: Judge,
  checked: CheckedFile,
  source: Source,
  { accepted, rejected, errors }: Rejected,
): void {
  const { file } = checked;
  const { allowPartial } = tools.inputs;
  const goesOn = allowPartial && accepted > 0;
  tools.rejected.addUnlisted(source, rejected - errors.length);
  reportRows(tools, {
    file: file.relativePath,
    title: "Prolific rejected a record",
    noun: "rejected record",
    level: goesOn ? "warning" : "error",
    rows: errors.map((error) => asRow(error, file)),
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

/** Such as `record 35, field "prompt": too long`. */
function asRow(
  { record, line, field, reason }: RejectedRecord,
  { lineOf }: DatasetFile,
) {
  // The records of a part have other numbers than in the committed file.
  const which = lineOf ? "new record" : "record";
  const place =
    record === undefined ? "a record" : `${which} ${String(record)}`;
  const inField = field === undefined ? "" : `, field "${field}"`;
  return { line, text: `${place}${inField}: ${reason}` };
}

/** A record that Prolific rejected, by its index from 0 within the file, and its line there. */
export function rejectedRecord(
  { lineOf }: DatasetFile,
  { recordIndex, field, reason = "no reason given" }: RecordError,
  line: number | undefined,
): RejectedRecord {
  return {
    record: recordIndex === undefined ? undefined : recordIndex + 1,
    line: line === undefined ? undefined : (lineOf?.(line) ?? line),
    field: field === "_raw" ? undefined : field, // the record as a whole could not be read
    reason,
  };
}

/** Annotates rejected records, and writes them to `rejected_file`. Their indices count from 0 in the file. */
export async function onTheirLines(
  { files, patience, rejected }: Needs<"files" | "patience" | "rejected">,
  { file }: CheckedFile,
  source: Source,
  errors: readonly RecordError[],
): Promise<RejectedRecord[]> {
  const indices = new Set(
    errors.flatMap(({ recordIndex }) => recordIndex ?? []),
  );
  const lines =
    file.format === "zip" || indices.size === 0
      ? new Map<number, number>()
      : await linesOf(files, file, indices, patience.lastSignal);
  return errors.map((error) => {
    const line = lines.get(error.recordIndex ?? -1);
    const record = rejectedRecord(file, error, line);
    rejected.add(source, record);
    return record;
  });
}
