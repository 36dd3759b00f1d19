/** Splits a file into requests of a size that an append takes (contract 5, API 4.2). */
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { readRecords } from "./formats/records.ts";
import type { Seals } from "./unchanged.ts";

const RECORDS_A_REQUEST = 1_000;
/** A longer record cannot be appended. */
export const BYTES_A_REQUEST = 2 ** 20;

/** The records of one request, as it sends them. */
export interface Portion {
  /** The index of its first record in the file. */
  readonly offset: number;
  readonly count: number;
  /** The line where each record starts in the file. */
  readonly lines: readonly number[];
  readonly text: string;
}

/**
 * Splits the file into requests of at most 1000 records and 1 MiB. Returns only records that the preflight checked.
 * @throws Stop if the file has changed, before it returns a changed record.
 */
export async function* portions(
  files: Files,
  { file, checked }: { readonly file: DatasetFile; readonly checked: Seals },
  signal: AbortSignal,
): AsyncGenerator<Portion> {
  let texts: string[] = [];
  let lines: number[] = [];
  let bytes = 0;
  let offset = 0;
  const portion = (): Portion => ({
    offset,
    count: lines.length,
    lines,
    text: texts.join(""),
  });
  const records = readRecords(files, file, signal, checked);
  for await (const { json, index, line } of records) {
    const text = `${json}\n`;
    const size = Buffer.byteLength(text);
    if (
      lines.length === RECORDS_A_REQUEST ||
      (lines.length > 0 && bytes + size > BYTES_A_REQUEST)
    ) {
      yield portion();
      texts = [];
      lines = [];
      bytes = 0;
      offset = index;
    }
    texts.push(text);
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) yield portion();
}
