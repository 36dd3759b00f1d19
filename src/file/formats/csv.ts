/** Reading CSV piece by piece (RFC 4180), each record with the line where it starts. */
import { type CsvError, type CsvErrorCode, Parser } from "csv-parse";
import { LineCursor } from "./lines.ts";

/** Longer records would have to be held in memory whole; an open quote makes one of the rest of the file. */
export const LONGEST_RECORD_BYTES = 10 * 2 ** 20;

export interface CsvRow {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** True for a carriage return (CR) that stands neither within quotes nor before a line feed. */
  readonly looseCr: boolean;
}

/** What came out of a piece of a file. */
export interface Reading<T> {
  readonly rows: readonly T[];
  /** What ends the reading, after the rows: nothing behind it can be trusted. */
  readonly defect?: { readonly line: number; readonly text: string };
}

const BOM = [0xef, 0xbb, 0xbf];
const QUOTE = 34;
const CR = 13;
const LF = 10;

/** A parser whose records are handed over at once: the reading side of its stream costs more than it is worth here. */
class DirectParser extends Parser {
  private readonly onRow: (cells: readonly string[]) => void;

  constructor(onRow: (cells: readonly string[]) => void) {
    super({
      bom: true,
      max_record_size: LONGEST_RECORD_BYTES,
      // CR alone is not a line break. The header shows when a file has no other.
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    });
    this.onRow = onRow;
  }

  override push(record: readonly string[] | null): boolean {
    if (record === null) return super.push(null);
    this.onRow(record);
    return true;
  }
}

/** Feeds a parser and collects what comes out; rows include the header. */
export class CsvReader {
  private readonly cursor = new LineCursor();
  private readonly parser: DirectParser;
  private rows: CsvRow[] = [];
  /** Offset where the last row ended. */
  private end = 0;
  /** Most files have no carriage return (CR): then it is not looked for in every cell. */
  private hasCr = false;
  /** The first bytes of the file, as many as a BOM has. */
  private readonly head: number[] = [];

  constructor() {
    this.parser = new DirectParser((cells) => {
      const { bytes } = this.parser.info;
      const looseCr =
        this.hasCr &&
        cells.some((cell) => cell.includes("\r")) &&
        hasLooseCr(this.cursor.bytesBetween(this.end, bytes));
      this.rows.push({ line: this.nextLine(), cells, looseCr });
      this.end = bytes;
    });
    this.parser.on("error", () => undefined); // told by the calls below
  }

  /** The rows that end in this piece. */
  async push(piece: Uint8Array): Promise<Reading<CsvRow>> {
    this.passBom(piece);
    this.hasCr ||= piece.includes(CR);
    this.cursor.push(piece);
    return this.rowsAfter((done) => {
      this.parser.write(piece, done);
    });
  }

  /** The row without a line break at its end, if there is one. */
  async finish(): Promise<Reading<CsvRow>> {
    return this.rowsAfter((done) => {
      this.parser.end(done);
    });
  }

  private async rowsAfter(
    work: (done: (error?: Error | null) => void) => void,
  ): Promise<Reading<CsvRow>> {
    this.rows = [];
    const error = await new Promise<Error | undefined>((resolve) => {
      work((problem) => {
        resolve(problem ?? undefined);
      });
    });
    const { rows } = this;
    const text = error === undefined ? this.tooLong() : inWords(error);
    return text === undefined
      ? { rows }
      : { rows, defect: { line: this.nextLine(), text } };
  }

  /** The parser counts the bytes of cells alone: a record of nothing but commas would have no end. */
  private tooLong(): string | undefined {
    const { bytes } = this.parser.info;
    if (bytes - this.end <= LONGEST_RECORD_BYTES) return undefined;
    this.nextLine(); // passes blank lines
    return bytes - this.cursor.position > LONGEST_RECORD_BYTES
      ? TOO_LONG
      : undefined;
  }

  /** Also one that comes in two pieces. */
  private passBom(piece: Uint8Array): void {
    if (this.head.length === BOM.length) return;
    this.head.push(...piece.subarray(0, BOM.length - this.head.length));
    if (BOM.every((byte, at) => this.head[at] === byte)) this.end = BOM.length;
  }

  private nextLine(): number {
    return this.cursor.lineOfRecordFrom(this.end);
  }
}

/** In the bytes of one record, which the parser has found to be well quoted: an odd number of quotes before means within. */
function hasLooseCr(bytes: Uint8Array): boolean {
  let within = false;
  return bytes.some((byte, at) => {
    if (byte === QUOTE) within = !within;
    return byte === CR && !within && bytes[at + 1] !== LF;
  });
}

function inWords(error: Error): string {
  const { code } = error as Partial<CsvError>;
  return (
    (code && WORDS[code]) ?? `this record cannot be read: ${error.message}`
  );
}

const MISPLACED =
  'this record has a quote (") in the middle of a cell: quote the whole cell and double the quotes in it. What follows ' +
  "was not checked";

const TOO_LONG =
  'this record is longer than 10 MiB; perhaps a quote (") in it is not closed. What follows was not checked';

const WORDS: Readonly<Partial<Record<CsvErrorCode, string>>> = {
  CSV_QUOTE_NOT_CLOSED: 'this record has a quote (") that is never closed',
  CSV_INVALID_CLOSING_QUOTE: MISPLACED,
  INVALID_OPENING_QUOTE: MISPLACED,
  CSV_MAX_RECORD_SIZE: TOO_LONG,
};
