/** Finds records that repeat an earlier one of the file: each is a datapoint that is paid for (contract 11). */
import { RecordSet, larger } from "./record-set.ts";

/** Above this, all records count as distinct, because each takes up to 20 bytes of memory. */
export const MOST_RECORDS = 1_000_000;
const MOST_KEPT = 10;

/** A record and where it starts, both from 1. */
export interface PlacedRecord {
  readonly record: number;
  readonly line: number;
}

export interface Repeat extends PlacedRecord {
  /** The first record that is the same. */
  readonly of: PlacedRecord;
}

/** Counts distinct records, up to {@link MOST_RECORDS}. */
export class Repeats {
  /** The first few repeats, in the order of the file. */
  readonly kept: Repeat[] = [];
  private records: RecordSet | undefined = new RecordSet();
  private lines = new Uint32Array(2 ** 10);
  private readonly most: number;

  constructor(most = MOST_RECORDS) {
    this.most = most;
  }

  /** Undefined if there are too many records to know. */
  get distinct(): number | undefined {
    return this.records?.distinct;
  }

  /** How many records repeat an earlier one. Undefined when `distinct` is. */
  get count(): number | undefined {
    const { records } = this;
    return records && records.count - records.distinct;
  }

  /** False if there are too many: then records need not be added. */
  get goesOn(): boolean {
    return this.records !== undefined;
  }

  /**
   * Adds a record. To be called for each record in the order of the file.
   * @param text the same for equal records only.
   */
  add(line: number, text: string): void {
    const { records } = this;
    if (!records) return;
    const at = records.count;
    if (at === this.most) {
      this.records = undefined;
      this.lines = new Uint32Array(0);
      return;
    }
    if (at === this.lines.length) this.lines = larger(this.lines, at * 4);
    this.lines[at] = line;
    const first = records.add(text);
    if (first === undefined || this.kept.length === MOST_KEPT) return;
    const of = { record: first + 1, line: this.lines[first] ?? 0 };
    this.kept.push({ record: at + 1, line, of });
  }
}
