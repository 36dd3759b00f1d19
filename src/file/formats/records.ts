/** Reads the records of a file one after the other, with the lines where they start (contract 9). */
import type { Files } from "../disk.ts";
import { CsvReader, type CsvRow, type Reading } from "./csv.ts";
import type { DatasetFile } from "../find.ts";
import { recordText } from "./record-key.ts";
import { piecesOf } from "../trouble.ts";
import { type Seals, hasChanged, sealed } from "../unchanged.ts";
import { type JsonLine, JsonlReader } from "./jsonl.ts";

export interface FileRecord {
  /** The index, from 0. The header and blank lines are not records. */
  readonly index: number;
  /** The line where it starts: 1 + the number of line feeds before it, as git and editors count. */
  readonly line: number;
  /** One line of JSON: a CSV row as an object with the header's names as keys, or a line of JSONL as it is. */
  readonly json: string;
}

/**
 * Streams the records of a file that has passed its preflight; memory stays flat.
 * @param seals the seals of the preflight. With them, only records that it checked are returned.
 * @throws Stop if the file has changed; the reason of the signal.
 */
export async function* readRecords(
  files: Files,
  file: DatasetFile,
  signal: AbortSignal,
  seals?: Seals,
): AsyncGenerator<FileRecord> {
  let index = 0;
  for await (const rows of rowsOf(files, file, signal, seals)) {
    for (const { line, json } of rows) {
      yield { index, line, json: json() };
      index++;
    }
  }
}

/** What decides which records are the same. */
export interface RecordText {
  /** The line where it starts, as in {@link FileRecord}. */
  readonly line: number;
  /**
   * A text that is the same for equal records only: `recordText` of its JSON.
   * @throws SyntaxError or RangeError if a line of JSONL is not JSON.
   */
  readonly text: () => string;
}

/**
 * The same records for comparison, those of one piece of the file at a time.
 * @throws as `readRecords`.
 */
export function readRecordTexts(
  files: Files,
  file: DatasetFile,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordText[]> {
  return rowsOf(files, file, signal);
}

/** Finds the lines where the wanted records start. The reading ends with the last of them. */
export async function linesOf(
  files: Files,
  file: DatasetFile,
  indices: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const lines = new Map<number, number>();
  let last = -1;
  for (const index of indices) last = Math.max(last, index);
  let index = 0;
  for await (const rows of rowsOf(files, file, signal)) {
    for (const { line } of rows) {
      if (indices.has(index)) lines.set(index, line);
      index++;
    }
    if (index > last) break;
  }
  return lines;
}

interface Row extends RecordText {
  readonly json: () => string;
}

/** The records of each piece of the file. */
async function* rowsOf(
  files: Files,
  file: DatasetFile,
  signal: AbortSignal,
  seals?: Seals,
): AsyncGenerator<readonly Row[]> {
  const pieces = seals ? sealed(files, file, seals) : piecesOf(files, file);
  if (file.format === "jsonl") {
    const reader = new JsonlReader();
    for await (const piece of pieces) {
      signal.throwIfAborted();
      yield sound(file, reader.push(piece)).map(fromLine);
    }
    yield sound(file, reader.finish()).map(fromLine);
    return;
  }
  const reader = new CsvReader();
  let header: Header | undefined;
  const records = (found: Reading<CsvRow>): Row[] => {
    const rows = sound(file, found);
    const [first, ...others] = rows;
    if (header !== undefined) return rows.map(fromRow(header));
    if (first === undefined) return [];
    header = headerOf(first.cells);
    return others.map(fromRow(header));
  };
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield records(await reader.push(piece));
  }
  yield records(await reader.finish());
}

function fromLine({ line, text }: JsonLine): Row {
  // Between tokens, a CR is whitespace in JSON, but a line break for some readers. Within a string it is not allowed.
  const json = () => text.replaceAll("\r", " ");
  return { line, json, text: () => recordText(json()) };
}

/** A column: its position, and its name as a key of JSON. */
interface Column {
  readonly at: number;
  readonly key: string;
}

interface Header {
  readonly columns: readonly Column[];
  /** The columns in the order of `recordText`. */
  readonly sorted: readonly Column[];
}

function headerOf(names: readonly string[]): Header {
  const columns = names.map((name, at) => ({ at, name, key: keyOf(name) }));
  const sorted = columns.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { columns, sorted };
}

function keyOf(name: string): string {
  return `${JSON.stringify(name)}:`; // also correct for a name such as __proto__
}

function fromRow({ columns, sorted }: Header): (row: CsvRow) => Row {
  return ({ line, cells }) => {
    const object = (order: readonly Column[]) =>
      `{${order.map(({ at, key }) => key + JSON.stringify(cells[at] ?? "")).join(",")}}`;
    return { line, json: () => object(columns), text: () => object(sorted) };
  };
}

function sound<T>(
  file: DatasetFile,
  { rows, defect }: Reading<T>,
): readonly T[] {
  if (!defect) return rows;
  throw hasChanged(file, `: line ${String(defect.line)}: ${defect.text}`);
}
