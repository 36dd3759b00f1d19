import { isUtf8 } from "node:buffer";

const LF = 10;

/** Checks that a stream of bytes is UTF-8, piece by piece, also if a character is split between two pieces. */
export class Utf8Check {
  /** The first bytes of a character whose rest is in the next piece. */
  private begun: Buffer = Buffer.alloc(0);

  /**
   * @returns undefined for valid UTF-8. Otherwise the offset from the start of this piece where the first invalid line
   * begins, or of a byte in that line; negative if it is in an earlier piece.
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

  /** True if the last character is complete. */
  end(): boolean {
    return this.begun.length === 0;
  }
}

/** True for a byte that only occurs within a character. */
function goesOn(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}

/** The length of the character that starts with this byte, or 1 if it does not start a character. */
function lengthOf(lead = 0): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}

/** How many bytes at the end of a piece belong to a character that continues in the next piece. */
function cutCharacter(piece: Uint8Array, from: number): number {
  for (let back = 1; back <= 3 && piece.length - back >= from; back++) {
    const byte = piece[piece.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** The offset where the first line that is not UTF-8 begins. No character contains the byte of a line feed. */
function badLine(bytes: Uint8Array): number {
  for (let start = 0; ;) {
    const end = bytes.indexOf(LF, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(line) || end === -1) return start;
    start = end + 1;
  }
}
