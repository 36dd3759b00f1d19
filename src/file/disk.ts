/** The files of the workspace: the only module that reads them, so that tests and simulations can own them. */
import { createReadStream } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";

/** Small, so that what is made of a piece is forgotten before the next one comes: memory stays flat. */
const PIECE_BYTES = 2 ** 16;
/** Large: with pieces of 64 KiB an upload takes twice the time. */
const UPLOAD_PIECE_BYTES = 2 ** 20;

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

export interface Files {
  /**
   * The absolute path with every symbolic link resolved.
   * @throws the error of the system, with its `code`, when there is no such file.
   */
  realPath(path: string): Promise<string>;
  stat(path: string): Promise<FileStat>;
  /** The bytes of a file, piece by piece; a reader that stops early lets go of the file. */
  read(path: string): AsyncIterable<Uint8Array>;
  /**
   * The same in large pieces, for sending: two buffers take turns, so a piece is overwritten when the one after the next
   * is asked for.
   */
  readInTurns(path: string): AsyncIterable<Uint8Array>;
}

export const realFiles: Files = {
  realPath: (path) => realpath(path),
  async stat(path) {
    const found = await stat(path);
    const kind = found.isFile()
      ? "file"
      : found.isDirectory()
        ? "directory"
        : "other";
    return { kind, bytes: found.size, modifiedMs: found.mtimeMs };
  },
  read: (path) => createReadStream(path, { highWaterMark: PIECE_BYTES }),
  async *readInTurns(path) {
    const file = await open(path);
    try {
      let buffer = Buffer.allocUnsafe(UPLOAD_PIECE_BYTES);
      let other = Buffer.allocUnsafe(UPLOAD_PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        [buffer, other] = [other, buffer];
      }
    } finally {
      await file.close();
    }
  },
};
