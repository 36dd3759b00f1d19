/** Checks the whole committed file before anything is sent (contract 5.1). */
import { Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import { remoteName } from "../../file/content-name.ts";
import type { DatasetFile } from "../../file/find.ts";
import { readRecords } from "../../file/formats/records.ts";
import { BYTES_A_REQUEST } from "../../file/portions.ts";
import { MOST_RECORDS } from "../../file/formats/repeats.ts";
import { type Preflight, preflight } from "../../file/preflight.ts";
import type { Log } from "../../github/log.ts";
import { reportRows } from "../../github/rows.ts";
import type { Dataset } from "../../prolific/schema.ts";
import type { CheckedFile, Known } from "../../view.ts";
import type { Needs } from "../tools.ts";

/**
 * Checks a file and, if there is a dataset, checks it against the dataset's schema.
 * @throws Stop if it has defects. All of them are reported.
 */
export async function checkFile(
  tools: Needs<"files" | "patience" | "log" | "report" | "rejected">,
  file: DatasetFile,
  dataset: Dataset | undefined,
): Promise<Partial<Known>> {
  const { files, patience, log, rejected } = tools;
  const { signal } = patience;
  const schema = dataset?.version === 4 ? dataset.schema : undefined;
  const checked = await preflight(files, file, schema, signal, (defect) => {
    rejected.add("preflight", defect);
  });
  if (checked.defectCount > 0) {
    reportRows(tools, {
      file: file.relativePath,
      title: "Defect in the dataset file",
      noun: "defect",
      level: "error",
      rows: checked.defects,
      total: checked.defectCount,
    });
    throw new Stop({
      title: "The dataset file has defects",
      what: `${file.relativePath} has ${counted(checked.defectCount, "defect")}. It was not uploaded.`,
      next: "Fix the file and commit it. The annotations, the log and the job summary show the lines.",
    });
  }
  const name = remoteName(file, checked.sha256);
  const content =
    checked.records === undefined
      ? `${figure(file.bytes)} bytes`
      : counted(checked.records, "record");
  log.say(
    `${file.lineOf ? "The new rows of " : ""}${file.relativePath}: ${content}, no defects; its name at Prolific: ${name}`,
  );
  if (checked.records === undefined) {
    log.say(
      `${file.relativePath}: the records in a ZIP are not counted, so only its name and the tasks against the datapoints are checked`,
    );
  }
  tellOfRepeats(log, file, checked);
  return { checked: { file, checked, remoteName: name } };
}

/** One notice for all of them (contract 11). */
function tellOfRepeats(
  log: Log,
  { relativePath }: DatasetFile,
  { records = 0, distinct, repeats, repeatCount }: Preflight,
): void {
  const tooMany = distinct === undefined && records > 0;
  if (tooMany) {
    log.say(
      `${relativePath}: more than ${figure(MOST_RECORDS)} records are too many to compare with each other: each counts as a different one`,
    );
  }
  if (repeats.length === 0) return;
  const one = repeatCount === 1;
  const examples = repeats.map(
    ({ record, line, of }) =>
      `record ${figure(record)} (line ${figure(line)}) repeats record ${figure(of.record)} (line ${figure(of.line)})`,
  );
  const more = (repeatCount ?? 0) - repeats.length;
  log.note(
    "Records that repeat an earlier one",
    `${relativePath}: ${tooMany ? "some records repeat" : `${figure(repeatCount ?? 0)} of ${counted(records, "record")} ${one ? "repeats" : "repeat"}`} an earlier one: ` +
      `${examples.join("; ")}${more > 0 ? `; and ${figure(more)} more` : ""}. ` +
      `${one ? "It is" : "Each is"} a datapoint that is paid for, unless Prolific recognizes it.`,
  );
}

/**
 * Reads the file once more, so that nothing is sent of a file that cannot be sent completely.
 * @throws Stop for a record that is too long for an append.
 */
export async function checkRecordLengths(
  { files, patience }: Needs<"files" | "patience">,
  { file, checked }: CheckedFile,
): Promise<Partial<Known>> {
  const records = readRecords(files, file, patience.signal, checked);
  for await (const { json, index, line } of records) {
    if (Buffer.byteLength(json) < BYTES_A_REQUEST) continue;
    throw new Stop({
      title: "A record is too long to be appended",
      what: `Record ${String(index + 1)} (line ${String(file.lineOf?.(line) ?? line)}) of ${file.relativePath} is longer than 1 MiB. Nothing was sent.`,
      next: "Shorten the record, or upload it in a separate file to an empty dataset.",
    });
  }
  return { fits: true };
}
