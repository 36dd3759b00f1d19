/** Only bytes that the preflight checked are used (contract 11): how a file is known to be what it was. */
import { createHash } from "node:crypto";
import { Stop } from "../errors.ts";
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { piecesOf } from "./trouble.ts";

/** So much is held while it is compared. */
const SEALED_BYTES = 2 ** 20;

/** What a file was when it was checked. */
export interface Seals {
  /** Of all bytes, in hex. */
  readonly sha256: string;
  /** SHA-256 from the start of the file to the end of each whole MiB of it, a byte a character. */
  readonly seals: readonly string[];
}

/** Makes the seals of a file while it is read. */
export class Sealer {
  readonly seals: string[] = [];
  private readonly hash = createHash("sha256");
  /** Until the next seal. */
  private left = SEALED_BYTES;

  push(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length >= this.left) {
      this.hash.update(rest.subarray(0, this.left));
      rest = rest.subarray(this.left);
      this.seals.push(this.hash.copy().digest("binary"));
      this.left = SEALED_BYTES;
    }
    this.hash.update(rest);
    this.left -= rest.length;
  }

  /** @returns the SHA-256 of all bytes, in hex. */
  end(): string {
    return this.hash.digest("hex");
  }
}

/**
 * The bytes of a file once more, each only after it was found to be what was checked.
 * @throws Stop when the file has changed, before a changed byte is handed out.
 */
export async function* sealed(
  files: Files,
  file: Pick<DatasetFile, "path" | "relativePath">,
  { sha256, seals }: Seals,
): AsyncGenerator<Uint8Array> {
  const sealer = new Sealer();
  const held: Uint8Array[] = [];
  let known = 0;
  let left = 0; // of the bytes that are known, those that are still held
  for await (const piece of piecesOf(files, file)) {
    sealer.push(piece);
    held.push(piece);
    for (; known < sealer.seals.length; known++) {
      if (sealer.seals[known] !== seals[known]) throw hasChanged(file);
      left += SEALED_BYTES;
    }
    // A piece that goes on behind the last seal waits for the next one.
    for (let first = held[0]; first && first.length <= left; first = held[0]) {
      held.shift();
      left -= first.length;
      yield first;
    }
  }
  if (sealer.end() !== sha256) throw hasChanged(file);
  yield* held;
}

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
  throw hasChanged(file);
}

/** Somebody writes to the file while this step is at work on it. */
export function hasChanged(
  { relativePath }: Pick<DatasetFile, "relativePath">,
  how = "",
): Stop {
  return new Stop({
    title: "The dataset file has changed",
    what: `${relativePath} changed while this step was at work on it${how}.`,
    next: "Make sure that nothing else writes to the file during this step, then run this job again.",
  });
}
