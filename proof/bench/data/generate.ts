/**
 * A CSV of about this many bytes, as researchers commit them: with quoted cells, line breaks and characters beyond ASCII.
 * @param lineBreaks false for an upload: the sandbox does not keep a large file, and counts its records by its lines.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const ROWS_A_PIECE = 10_000;

export function generateCsv(
  path: string,
  bytes: number,
  { lineBreaks = true } = {},
): void {
  const between = lineBreaks ? "\n" : " ";
  const file = openSync(path, "w");
  writeSync(file, "id,product,review\n");
  for (let first = 1, written = 0; written < bytes; first += ROWS_A_PIECE) {
    let piece = "";
    for (let row = first; row < first + ROWS_A_PIECE; row++) {
      const review =
        row % 10 === 0
          ? `"Line one of ${String(row)},${between}line two. ""Größe"" stimmt."`
          : `A review of about a hundred characters and number ${String(row)} that says little and takes its time.`;
      piece += `R-${String(row)},Kettle,${review}\n`;
    }
    written += writeSync(file, piece);
  }
  closeSync(file);
}
