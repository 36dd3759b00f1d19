/** Makes sure that only bytes that the preflight checked are used (contract 11). */
import { createHash } from "node:crypto";
import { Stop } from "../errors.ts";
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { piecesOf } from "./trouble.ts";

/** This many bytes are held while they are compared. */
const SEALED_BYTES = 2 ** 20;

/** Identifies the content of a file when it was checked. */
export interface Seals {
  /** The SHA-256 of all bytes, in hex. */
  readonly sha256: string;
  /** The SHA-256 from the start of the file to the end of each whole MiB, one character for each byte. */
  readonly seals: readonly string[];
}

/** Computes the seals of a file while it is read. */
export class Sealer {
  readonly seals: string[] = [];
  private readonly hash = createHash("sha256");
  /** The number of bytes until the next seal. */
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
 * Reads a file again. Returns each byte only after comparing it with what was checked.
 * @throws Stop if the file has changed, before it returns a changed byte.
 */
export async function* sealed(
  files: Files,
  file: Pick<DatasetFile, "path" | "relativePath">,
  { sha256, seals }: Seals,
): AsyncGenerator<Uint8Array> {
  const sealer = new Sealer();
  const held: Uint8Array[] = [];
  let known = 0;
  let left = 0; // how many of the compared bytes are still held
  for await (const piece of piecesOf(files, file)) {
    sealer.push(piece);
    held.push(piece);
    for (; known < sealer.seals.length; known++) {
      if (sealer.seals[known] !== seals[known]) throw hasChanged(file);
      left += SEALED_BYTES;
    }
    // A piece that goes beyond the last seal waits for the next one.
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
 * Reads a file while nobody writes to it: returns the last piece only if its size and modification time are still the
 * same. (Hashing it again would take as long as the upload itself.)
 * @throws Stop if the file has changed.
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

/** Something writes to the file while this step uses it. */
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
