/** The files of the workspace: the only module that reads them, so that tests and simulations can own them. */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";

/** One read call of 64 KiB costs twice the time of an upload (docs/design.md). */
const CHUNK_BYTES = 2 ** 20;

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
  read: (path) => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
};
