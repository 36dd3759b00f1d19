/** A file in requests of a size that an append takes (contract 5, API 4.2). */
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { readRecords } from "./formats/records.ts";
import type { Seals } from "./unchanged.ts";

const RECORDS_A_REQUEST = 1_000;
/** A longer record cannot be appended. */
export const BYTES_A_REQUEST = 2 ** 20;

/** The records of one request, as it sends them. */
export interface Portion {
  /** Index of its first record in the file. */
  readonly offset: number;
  readonly count: number;
  readonly text: string;
}

/**
 * The file in requests of at most 1000 records and 1 MiB; only records that the preflight checked.
 * @throws Stop when the file has changed, before a changed record is given.
 */
export async function* portions(
  files: Files,
  { file, checked }: { readonly file: DatasetFile; readonly checked: Seals },
  signal: AbortSignal,
): AsyncGenerator<Portion> {
  let lines: string[] = [];
  let bytes = 0;
  let offset = 0;
  const portion = (): Portion => ({
    offset,
    count: lines.length,
    text: lines.join(""),
  });
  const records = readRecords(files, file, signal, checked);
  for await (const { json, index } of records) {
    const line = `${json}\n`;
    const size = Buffer.byteLength(line);
    if (
      lines.length === RECORDS_A_REQUEST ||
      (lines.length > 0 && bytes + size > BYTES_A_REQUEST)
    ) {
      yield portion();
      lines = [];
      bytes = 0;
      offset = index;
    }
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) yield portion();
}
