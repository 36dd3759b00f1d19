/** Line breaks as git writes them on Windows. */

const LF = 10;
const CR = 13;

/** @returns a function that takes a text piece by piece and returns it with CRLF for each LF without a CR before it. */
export function withCrlf(): (piece: Uint8Array) => Uint8Array {
  let last: number | undefined;
  return (piece) => {
    // All of a piece at once: line by line would take longer than the hash.
    const out = Buffer.allocUnsafe(2 * piece.length);
    let length = 0;
    let start = 0;
    const copyTo = (end: number) => {
      out.set(piece.subarray(start, end), length);
      length += end - start;
      start = end;
    };
    for (
      let at = piece.indexOf(LF);
      at !== -1;
      at = piece.indexOf(LF, at + 1)
    ) {
      if ((at === 0 ? last : piece[at - 1]) === CR) continue;
      copyTo(at);
      out[length++] = CR;
    }
    copyTo(piece.length);
    last = piece.at(-1) ?? last;
    return out.subarray(0, length);
  };
}
