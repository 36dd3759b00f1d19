import { Stop } from "../errors.ts";
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { piecesOf } from "./trouble.ts";

/**
 * The bytes of a file, as long as nobody writes to it after it was checked: the last piece only goes out when its size and
 * its time are still the same. (Hashing it once more would take as long as the upload itself.)
 * @throws Stop when the file has changed.
 */
export async function* unchanged(
  files: Files,
  file: Pick<DatasetFile, "path" | "relativePath" | "bytes" | "modifiedMs">,
): AsyncGenerator<Uint8Array> {
  let left = file.bytes;
  for await (const piece of piecesOf(files, file, "readInTurns")) {
    left -= piece.length;
    if (left < 0) break;
    if (left === 0) {
      const now = await files.stat(file.path).catch(() => undefined);
      if (now?.bytes !== file.bytes || now.modifiedMs !== file.modifiedMs)
        break;
    }
    yield piece;
    if (left === 0) return;
  }
  throw new Stop({
    title: "The dataset file has changed",
    what: `${file.relativePath} changed while this step was at work on it.`,
    next: "Make sure that nothing else writes to the file during this step, then run this job again.",
  });
}
