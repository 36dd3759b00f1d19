/** Lines of a file: finds the blank ones, and reads chosen ones byte for byte. */
import { larger } from "../formats/record-set.ts";
import { Bits } from "./bits.ts";

const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const LF = 10;
const CR = 13;

/** Lines of a file in rising order, as ranges that do not overlap. Line numbers start at 1. */
export class LineRanges {
  count = 0;
  private firsts = new Uint32Array(2 ** 8);
  private afters = new Uint32Array(2 ** 8);
  /** The line where each range starts in a file of these ranges alone. */
  private places = new Uint32Array(2 ** 8);
  private next = 1;

  /** @param after the line after the last one. */
  add(first: number, after: number): void {
    const at = this.count++;
    if (at === this.firsts.length) {
      this.firsts = larger(this.firsts, at * 4);
      this.afters = larger(this.afters, at * 4);
      this.places = larger(this.places, at * 4);
    }
    this.firsts[at] = first;
    this.afters[at] = after;
    this.places[at] = this.next;
    this.next += after - first;
  }

  firstOf(range: number): number {
    return this.firsts[range] ?? 0;
  }

  afterOf(range: number): number {
    return this.afters[range] ?? 0;
  }

  /** Maps a line in a file of these ranges alone to its line in the whole file. */
  lineOf(place: number): number {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.places[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return this.firstOf(low) + place - (this.places[low] ?? 0);
  }
}

/** Collects facts about the lines of a file while it is read. */
export class LineShape {
  /** True if its first line ends with CRLF. */
  crlf = false;
  private readonly blank = new Bits();
  private readonly skipBom = withoutBom();
  private line = 1;
  /** The number of bytes of the unfinished line, including a CR at its end. */
  private begun = 0;
  private last = 0;

  push(raw: Uint8Array): void {
    const piece = this.skipBom(raw);
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LF, start);
      const length = (end === -1 ? piece.length : end) - start;
      if (length > 0) this.last = piece[start + length - 1] ?? 0;
      this.begun += length;
      if (end === -1) return;
      const hasCr = this.begun > 0 && this.last === CR;
      if (this.begun === (hasCr ? 1 : 0)) this.blank.set(this.line);
      if (this.line === 1) this.crlf = hasCr;
      this.line++;
      this.begun = 0;
      start = end + 1;
    }
  }

  /** The line after the last one. */
  get end(): number {
    return this.line + (this.begun > 0 ? 1 : 0);
  }

  /** The first line that is not blank, starting at a line. */
  pastBlank(line: number): number {
    let first = line;
    while (this.blank.has(first)) first++;
    return first;
  }

  /** The end of a range without the blank lines at its end. */
  withoutBlank(first: number, after: number): number {
    let end = after;
    while (end > first && this.blank.has(end - 1)) end--;
    return end;
  }
}

/** The bytes of the ranges, without a BOM, and with a line break at the end of each. */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  ranges: LineRanges,
  lineBreak: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const skipBom = withoutBom();
  let line = 1;
  let range = 0;
  let last = LF;
  for await (const raw of pieces) {
    const piece = skipBom(raw);
    let at = 0;
    while (at < piece.length) {
      // All wanted bytes are out. The rest is read to check its seal.
      if (range === ranges.count) break;
      const first = ranges.firstOf(range);
      const after = ranges.afterOf(range);
      const start = at;
      const within = line >= first;
      const until = within ? after : first;
      while (line < until && at < piece.length) {
        const end = piece.indexOf(LF, at);
        at = end === -1 ? piece.length : end + 1;
        if (end !== -1) line++;
      }
      if (!within) continue;
      last = piece[at - 1] ?? last;
      yield piece.subarray(start, at);
      if (line === after) range++;
    }
  }
  if (range < ranges.count && last !== LF) yield lineBreak;
}

/** Joins small parts into pieces of the same size. */
export async function* gathered(
  parts: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let buffer = Buffer.allocUnsafe(bytes);
  let length = 0;
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      const some = part.subarray(at, at + bytes - length);
      buffer.set(some, length);
      length += some.length;
      at += some.length;
      if (length < bytes) continue;
      yield buffer;
      buffer = Buffer.allocUnsafe(bytes);
      length = 0;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}

/** @returns a function that takes a text piece by piece and removes a BOM at its start. */
function withoutBom(): (piece: Uint8Array) => Uint8Array {
  let matched = 0; // more than the length of a BOM: the start is passed
  return (piece) => {
    let at = 0;
    const held = matched;
    while (matched < BOM.length && at < piece.length) {
      if (piece[at] !== BOM[matched]) {
        const start = BOM.subarray(0, held);
        matched = BOM.length;
        return held === 0 ? piece : Buffer.concat([start, piece]);
      }
      matched++;
      at++;
    }
    return piece.subarray(at);
  };
}
