/** Picks a few records spread over a file for the first request of an append (contract 11). */
import type { Files } from "./disk.ts";
import type { DatasetFile } from "./find.ts";
import { recordText } from "./formats/record-key.ts";
import { readRecords } from "./formats/records.ts";
import type { Preflight } from "./preflight.ts";

/** The records as an append sends them, their number, and their indices in the file. */
export interface Probe {
  readonly count: number;
  readonly text: string;
  readonly indices: readonly number[];
}

/**
 * Picks distinct records at even distances, including the first and the last one.
 * @param most the number of records to pick at most.
 */
export async function probeOf(
  files: Files,
  {
    file,
    checked,
  }: { readonly file: DatasetFile; readonly checked: Preflight },
  most: number,
  signal: AbortSignal,
): Promise<Probe> {
  const { records = 0 } = checked;
  const picked = new Map<string, { json: string; index: number }>();
  const all = readRecords(files, file, signal, checked);
  for await (const { json, index } of all) {
    const due = (picked.size * (records - 1)) / Math.max(1, most - 1);
    // If a record repeats a picked one, the next record is picked instead.
    if (picked.size < most && index >= Math.floor(due)) {
      const text = recordText(json);
      if (!picked.has(text)) picked.set(text, { json, index });
    }
  }
  return {
    count: picked.size,
    text: [...picked.values()].map(({ json }) => `${json}\n`).join(""),
    indices: [...picked.values()].map(({ index }) => index),
  };
}
