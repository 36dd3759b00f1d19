/** The records of a file, one after the other, with the lines where they start (contract 9). */
import type { Files } from "../disk.ts";
import { CsvReader, type CsvRow, type Reading } from "./csv.ts";
import type { DatasetFile } from "../find.ts";
import { recordText } from "./record-key.ts";
import { piecesOf } from "../trouble.ts";
import { type Seals, hasChanged, sealed } from "../unchanged.ts";
import { type JsonLine, JsonlReader } from "./jsonl.ts";

export interface FileRecord {
  /** From 0; the header and blank lines are no records. */
  readonly index: number;
  /** Where it starts: 1 + the line feeds before it, as git and editors count. */
  readonly line: number;
  /** One line of JSON: a CSV row as an object of texts, keyed by the header; a line of JSONL as it is. */
  readonly json: string;
}

/**
 * Streams the records of a file that has passed its preflight; memory stays flat.
 * @param seals what the preflight found the file to be: then no record is given that it did not check.
 * @throws Stop when the file is no longer what it was; the reason of the signal.
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

/** What says which records are the same. */
export interface RecordText {
  /** Where it starts, as in {@link FileRecord}. */
  readonly line: number;
  /**
   * What equal records share, and others do not: `recordText` of its JSON.
   * @throws SyntaxError or RangeError for a line of JSONL that is not JSON.
   */
  readonly text: () => string;
}

/**
 * The same records, those of one piece of the file at a time, to be compared.
 * @throws as `readRecords`.
 */
export function readRecordTexts(
  files: Files,
  file: DatasetFile,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordText[]> {
  return rowsOf(files, file, signal);
}

/** The lines where the wanted records start, in one reading that ends with the last of them. */
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

/** The records of one piece of the file after the other. */
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
  // Between tokens a CR is blank space to JSON, but a line break to some readers of lines. Within a text it cannot stand.
  const json = () => text.replaceAll("\r", " ");
  return { line, json, text: () => recordText(json()) };
}

/** A column: where it is, and its name as a key of JSON. */
interface Column {
  readonly at: number;
  readonly key: string;
}

interface Header {
  readonly columns: readonly Column[];
  /** In the order of `recordText`. */
  readonly sorted: readonly Column[];
}

function headerOf(names: readonly string[]): Header {
  const columns = names.map((name, at) => ({ at, name, key: keyOf(name) }));
  const sorted = columns.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { columns, sorted };
}

function keyOf(name: string): string {
  return `${JSON.stringify(name)}:`; // also for a name such as __proto__
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
