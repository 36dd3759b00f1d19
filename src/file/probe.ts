/** A few records of a file, spread over it: the first request of an append (contract 11). */
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { readRecords } from "./formats/records.ts";

/** Records as an append sends them, and how many. */
export interface Probe {
  readonly count: number;
  readonly text: string;
}

/**
 * Picks distinct records at even distances, both ends included.
 * @param records of the whole file.
 * @param most records to pick.
 */
export async function probeOf(
  files: Files,
  file: DatasetFile,
  records: number,
  most: number,
  signal: AbortSignal,
): Promise<Probe> {
  const picked = new Set<string>();
  for await (const { json, index } of readRecords(files, file, signal)) {
    const due = (picked.size * (records - 1)) / Math.max(1, most - 1);
    // A record that repeats one of them leaves its place to the next.
    if (picked.size < most && index >= Math.floor(due)) picked.add(json);
  }
  return {
    count: picked.size,
    text: [...picked].map((json) => `${json}\n`).join(""),
  };
}
