/** Reads JSONL piece by piece, and each line with its number. */
import { LONGEST_RECORD_BYTES, type Reading } from "./csv.ts";

const LF = 10;

export interface JsonLine {
  /** The number of the line, from 1. */
  readonly line: number;
  /** The line, trimmed. Never blank. */
  readonly text: string;
}

export class JsonlReader {
  private line = 1;
  /** The start of a line that has not ended yet. */
  private begun: Uint8Array[] = [];
  private begunBytes = 0;

  /** The lines that end in this piece. */
  push(piece: Uint8Array): Reading<JsonLine> {
    const rows: JsonLine[] = [];
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LF, start);
      const part = piece.subarray(start, end === -1 ? piece.length : end);
      this.begunBytes += part.length;
      if (this.begunBytes > LONGEST_RECORD_BYTES) {
        const text =
          "this line is longer than 10 MiB. What follows was not checked";
        return { rows, defect: { line: this.line, text } };
      }
      this.begun.push(part);
      if (end === -1) return { rows };
      rows.push(...this.take());
      start = end + 1;
    }
  }

  /** The last line, if no line break ends it. */
  finish(): Reading<JsonLine> {
    return { rows: this.take() };
  }

  /** The line that has ended, unless it is blank. */
  private take(): JsonLine[] {
    const whole = Buffer.concat(this.begun).toString("utf8");
    const text = whole.trim(); // removes a BOM, too
    const line = this.line++;
    this.begun = [];
    this.begunBytes = 0;
    return text === "" ? [] : [{ line, text }];
  }
}
