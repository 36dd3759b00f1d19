const CR = 13;
const LF = 10;

/**
 * Finds the line numbers of rising offsets in a stream of bytes: 1 + the number of line feeds before, as git and editors
 * count. A piece is dropped as soon as it is passed.
 */
export class LineCursor {
  private line = 1;
  private offset = 0;
  private readonly pieces: Uint8Array[] = [];
  /** The offset within the first piece. */
  private at = 0;

  /** The offset that was reached. */
  get position(): number {
    return this.offset;
  }

  push(piece: Uint8Array): void {
    if (piece.length > 0) this.pieces.push(piece);
  }

  /** Moves to an offset, then over empty lines. @returns the line there. */
  lineOfRecordFrom(offset: number): number {
    let piece = this.pieces[0];
    while (piece !== undefined) {
      const byte = piece[this.at];
      if (this.offset >= offset && !this.atLineBreak(byte)) break;
      if (byte === LF) this.line++;
      this.offset++;
      if (++this.at < piece.length) continue;
      this.pieces.shift();
      this.at = 0;
      piece = this.pieces[0];
    }
    return this.line;
  }

  /** The bytes between two offsets, if they have not been passed yet. */
  bytesBetween(from: number, to: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let begin = this.offset - this.at;
    for (const piece of this.pieces) {
      if (begin >= to) break;
      parts.push(piece.subarray(Math.max(0, from - begin), to - begin));
      begin += piece.length;
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  /** A CR alone is not a line break. */
  private atLineBreak(byte: number | undefined): boolean {
    if (byte !== CR) return byte === LF;
    const next = this.pieces[0]?.[this.at + 1] ?? this.pieces[1]?.[0];
    return next === LF || next === undefined;
  }
}
