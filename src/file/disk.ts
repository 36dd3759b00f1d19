/** The files of the workspace. The only module that reads them, so that tests and simulations can replace them. */
import { createReadStream } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";

/** Small, so that V8 can free what is made of a piece before the next one: memory stays flat. */
const PIECE_BYTES = 2 ** 16;
/** Large: an upload in pieces of 64 KiB takes twice the time. */
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
   * @throws the error of the system, with its `code`, if the file does not exist.
   */
  realPath(path: string): Promise<string>;
  stat(path: string): Promise<FileStat>;
  /** The bytes of a file, piece by piece. If a reader stops early, the file is closed. */
  read(path: string): AsyncIterable<Uint8Array>;
  /**
   * The same in large pieces, for sending. Two buffers take turns, so a piece is overwritten when the piece after the next
   * is requested.
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
