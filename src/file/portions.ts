/** A file in requests of a size that an append takes (contract 5, API 4.2). */
import { Stop } from "../errors.ts";
import type { Run } from "../run.ts";
import type { CommittedFile } from "../dataset/committed.ts";
import { readRecords } from "./formats/records.ts";

const RECORDS_A_REQUEST = 1_000;
const BYTES_A_REQUEST = 2 ** 20;
/** The records of one request, as it sends them. */
export interface Portion {
  /** Index of its first record in the file. */
  readonly offset: number;
  readonly count: number;
  readonly text: string;
}

/**
 * Reads the file once more, so that nothing is sent of one that cannot be sent whole.
 * @throws Stop for a record that no request could hold.
 */
export async function refuseLongRecords(
  run: Run,
  { file }: CommittedFile,
): Promise<void> {
  const { signal } = run.budget;
  for await (const { json, index, line } of readRecords(
    run.files,
    file,
    signal,
  )) {
    if (Buffer.byteLength(json) < BYTES_A_REQUEST) continue;
    throw new Stop({
      title: "A record is too long to be appended",
      what: `Record ${String(index + 1)} (line ${String(line)}) of ${file.relativePath} is longer than 1 MiB. Nothing was sent.`,
      next: "Shorten the record, or bring it in with a file of its own in an empty dataset.",
    });
  }
}

/** The file in requests of at most 1000 records and 1 MiB. */
export async function* portions(
  run: Run,
  { file }: CommittedFile,
): AsyncGenerator<Portion> {
  let lines: string[] = [];
  let bytes = 0;
  let offset = 0;
  const portion = (): Portion => ({
    offset,
    count: lines.length,
    text: lines.join(""),
  });
  const { signal } = run.budget;
  for await (const { json, index } of readRecords(run.files, file, signal)) {
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
