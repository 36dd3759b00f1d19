import { isUtf8 } from "node:buffer";

const LF = 10;

/** Checks a stream of bytes for UTF-8, piece by piece, also where a character is cut by two pieces. */
export class Utf8Check {
  /** The first bytes of a character whose rest has not come yet. */
  private begun: Buffer = Buffer.alloc(0);

  /**
   * @returns undefined when all is well; else where the first line that is no UTF-8 begins, counted from the start of this
   * piece, or a place in that line, below zero when it is in a piece before.
   */
  push(piece: Uint8Array): number | undefined {
    const { begun } = this;
    const missing = begun.length === 0 ? 0 : lengthOf(begun[0]) - begun.length;
    const rest = Math.min(missing, piece.length);
    const first = Buffer.concat([begun, piece.subarray(0, rest)]);
    if (!first.subarray(1).every(goesOn)) return -begun.length;
    if (rest < missing) {
      this.begun = first;
      return undefined;
    }
    if (!isUtf8(first)) return -begun.length;
    const end = piece.length - cutCharacter(piece, rest);
    this.begun = Buffer.from(piece.subarray(end));
    const whole = piece.subarray(rest, end);
    return isUtf8(whole) ? undefined : rest + badLine(whole);
  }

  /** True when the last character is whole. */
  end(): boolean {
    return this.begun.length === 0;
  }
}

/** True for a byte that only stands within a character. */
function goesOn(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}

/** Bytes of a character that starts with this byte; 1 for what starts none. */
function lengthOf(lead = 0): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}

/** How many bytes at the end of a piece belong to a character that goes on after it. */
function cutCharacter(piece: Uint8Array, from: number): number {
  for (let back = 1; back <= 3 && piece.length - back >= from; back++) {
    const byte = piece[piece.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** Where the first line that is not UTF-8 begins. No character contains the byte of a line feed. */
function badLine(bytes: Uint8Array): number {
  for (let start = 0; ;) {
    const end = bytes.indexOf(LF, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(line) || end === -1) return start;
    start = end + 1;
  }
}
