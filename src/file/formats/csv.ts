/** Reads CSV piece by piece (RFC 4180), and each record with the line where it starts. */
import { type CsvError, type CsvErrorCode, Parser } from "csv-parse";
import { LineCursor } from "./lines.ts";

/** A record is held in memory, and an unclosed quote turns the rest of the file into one record. */
export const LONGEST_RECORD_BYTES = 10 * 2 ** 20;

export interface CsvRow {
  /** The line where it starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** True if it has a carriage return (CR) that is not within quotes and not before a line feed. */
  readonly looseCr: boolean;
}

/** The result of reading a piece of a file. */
export interface Reading<T> {
  readonly rows: readonly T[];
  /** What ends the reading after these rows. Nothing after it can be trusted. */
  readonly defect?: { readonly line: number; readonly text: string };
}

const BOM = [0xef, 0xbb, 0xbf];
const QUOTE = 34;
const CR = 13;
const LF = 10;

/** A parser that passes its records on at once: the readable side of its stream is too slow here. */
class DirectParser extends Parser {
  private readonly onRow: (cells: readonly string[]) => void;

  constructor(onRow: (cells: readonly string[]) => void) {
    super({
      bom: true,
      max_record_size: LONGEST_RECORD_BYTES,
      // A CR alone is not a line break. The header shows if a file has only these.
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

/** Feeds a parser and collects its rows, including the header. */
export class CsvReader {
  private readonly cursor = new LineCursor();
  private readonly parser: DirectParser;
  private rows: CsvRow[] = [];
  /** The offset where the last row ended. */
  private end = 0;
  /** Most files have no carriage return (CR). Only if one is found, every cell is searched for it. */
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
    this.parser.on("error", () => undefined); // the calls below report it
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

  /** The parser only counts the bytes of cells: a record of commas alone could be of any length. */
  private tooLong(): string | undefined {
    const { bytes } = this.parser.info;
    if (bytes - this.end <= LONGEST_RECORD_BYTES) return undefined;
    this.nextLine(); // passes blank lines
    return bytes - this.cursor.position > LONGEST_RECORD_BYTES
      ? TOO_LONG
      : undefined;
  }

  /** Recognises a BOM, also one that comes in two pieces. */
  private passBom(piece: Uint8Array): void {
    if (this.head.length === BOM.length) return;
    this.head.push(...piece.subarray(0, BOM.length - this.head.length));
    if (BOM.every((byte, at) => this.head[at] === byte)) this.end = BOM.length;
  }

  private nextLine(): number {
    return this.cursor.lineOfRecordFrom(this.end);
  }
}

/** For the bytes of one record with correct quotes: after an odd number of quotes, a byte is within quotes. */
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
