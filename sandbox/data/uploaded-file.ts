/** Reads the records of an uploaded file. Problems are returned, not thrown. */
import Papa from "papaparse";
import type { DataRecord, Row, UploadedFile } from "../facts/data-record.ts";

/** A file that is too large to be kept. Only its size is known. */
export interface Count {
  readonly bytes: number;
  readonly newlines: number;
}

export type Bytes = Uint8Array | string | Count;

export const isCount = (body: Bytes): body is Count =>
  typeof body !== "string" && "newlines" in body;

const unreadable = (reason: string): UploadedFile => ({
  kind: "unreadable",
  reason,
});

/** The extension of a file name, in lower case, without the dot. */
export const extensionOf = (filename: string): string =>
  /\.([^.]+)$/.exec(filename.toLowerCase())?.[1] ?? "";

/** Reads a file by its extension. `zipRecords`: how many records a ZIP counts as. */
export function readFile(
  filename: string,
  body: Bytes,
  { zipRecords = 7 }: { zipRecords?: number | undefined } = {},
): UploadedFile {
  const extension = extensionOf(filename);
  if (extension === "zip") return { kind: "counted", records: zipRecords };
  if (isCount(body)) {
    const header = extension === "csv" ? 1 : 0;
    return { kind: "counted", records: Math.max(0, body.newlines - header) };
  }
  const text = textOf(body);
  if (text === null) return unreadable("The file is not UTF-8 text.");
  if (text.trim() === "") return unreadable("The file is empty.");
  if (extension !== "csv") return { kind: "rows", rows: rowsOfLines(text) };
  return rowsOfCsv(text);
}

/** The text without a BOM, or `null` if it is not UTF-8. */
function textOf(body: Uint8Array | string): string | null {
  if (typeof body === "string") return body.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** One record for each line that is not blank (API 4.2). */
export function rowsOfLines(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): Row => {
      try {
        const value: unknown = JSON.parse(line);
        if (
          typeof value === "object" &&
          value !== null &&
          !Array.isArray(value)
        )
          return { record: value as DataRecord };
        return { record: null, reason: "not an object" };
      } catch {
        return { record: null, reason: "not valid JSON" };
      }
    });
}

/** How Prolific reads irregular CSV is not known. Here, a short row lacks its last fields. */
function rowsOfCsv(text: string): UploadedFile {
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter: ",",
    skipEmptyLines: true,
  });
  const [error] = errors;
  if (error !== undefined) {
    return unreadable(
      `The file is not valid CSV: ${error.message} (row ${error.row ?? 0}).`,
    );
  }
  const [header = [], ...lines] = data;
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    return unreadable(`The column "${twice}" is there twice.`);
  }
  const rows = lines.map((cells): Row => {
    if (cells.length > header.length) {
      return { record: null, reason: "more values than columns" };
    }
    const entries = cells.map((cell, index) => [header[index] ?? "", cell]);
    return { record: Object.fromEntries(entries) as DataRecord };
  });
  return rows.length === 0
    ? unreadable("The file has no records.")
    : { kind: "rows", rows };
}
