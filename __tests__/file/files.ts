import type { Files } from "../../src/file/disk.ts";
import type { DatasetFile } from "../../src/file/find.ts";

/** One file in memory, read in pieces of these sizes in turn. Counts what is read. */
export class OneFile implements Files {
  bytesRead = 0;
  readonly bytes: Uint8Array;
  private readonly sizes: readonly number[];

  constructor(content: string | Uint8Array, sizes: readonly number[] = []) {
    this.bytes =
      typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
    this.sizes = sizes;
  }

  realPath(path: string): Promise<string> {
    return Promise.resolve(path);
  }

  stat(): ReturnType<Files["stat"]> {
    const { length: bytes } = this.bytes;
    return Promise.resolve({ kind: "file", bytes, modifiedMs: 0 });
  }

  readInTurns(): AsyncGenerator<Uint8Array> {
    return this.read();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (let at = 0, turn = 0; at < this.bytes.length; turn++) {
      const size = this.sizes[turn % this.sizes.length] ?? this.bytes.length;
      const piece = this.bytes.subarray(at, at + Math.max(1, size));
      at += piece.length;
      this.bytesRead += piece.length;
      await Promise.resolve();
      yield piece;
    }
  }
}

/** A file of the workspace by its name. */
export function fileNamed(name: string, bytes = 1): DatasetFile {
  const [, stem = "", format = ""] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  return {
    path: `/workspace/${name}`,
    relativePath: name,
    name,
    stem,
    format: format as DatasetFile["format"],
    bytes,
    modifiedMs: 0,
  };
}
