/** A file made of lines of another file whenever it is read. It is not written to the disk or held in memory. */
import type { Files } from "../disk.ts";
import type { DatasetFile } from "../find.ts";
import { type Seals, sealed } from "../unchanged.ts";
import { type LineRanges, gathered, linesOf } from "./lines.ts";

/** The same sizes as for real files. */
const PIECE_BYTES = 2 ** 16;
const UPLOAD_PIECE_BYTES = 2 ** 20;
/** No real path contains NUL. */
const SUFFIX = "\0new-rows";

/** Which lines of which file. */
export interface Part {
  readonly ranges: LineRanges;
  /** The seals of the other file when the lines were chosen. */
  readonly seals: Seals;
  /** Whether its lines end with CRLF. */
  readonly crlf: boolean;
  readonly signal: AbortSignal;
}

/**
 * Returns the part as a file. It keeps the path of the whole file, so that messages name that.
 * @throws Stop if the whole file has changed, also later when the part is read: before it returns a changed byte.
 */
export async function partOf(
  files: Files,
  whole: DatasetFile,
  { ranges, seals, crlf, signal }: Part,
): Promise<{ readonly file: DatasetFile; readonly files: Files }> {
  const path = `${whole.path}${SUFFIX}`;
  const lineBreak = Buffer.from(crlf ? "\r\n" : "\n");
  const watched = async function* () {
    for await (const piece of sealed(files, whole, seals)) {
      signal.throwIfAborted(); // many pieces may pass before one has a chosen line
      yield piece;
    }
  };
  const read = (pieceBytes: number) =>
    gathered(linesOf(watched(), ranges, lineBreak), pieceBytes);
  let bytes = 0;
  for await (const piece of read(UPLOAD_PIECE_BYTES)) bytes += piece.length;
  const { modifiedMs } = whole;
  const withPart: Files = {
    realPath: (asked) =>
      asked === path ? Promise.resolve(path) : files.realPath(asked),
    stat: (asked) =>
      asked === path
        ? Promise.resolve({ kind: "file", bytes, modifiedMs })
        : files.stat(asked),
    read: (asked) => (asked === path ? read(PIECE_BYTES) : files.read(asked)),
    readInTurns: (asked) =>
      asked === path ? read(UPLOAD_PIECE_BYTES) : files.readInTurns(asked),
  };
  return { file: { ...whole, path, bytes }, files: withPart };
}
