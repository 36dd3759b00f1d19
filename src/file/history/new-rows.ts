/** Finds the records of the committed file that no earlier batch has, and makes a file of them (contract 10). */
import { Stop } from "../../errors.ts";
import type { Files } from "../disk.ts";
import type { DatasetFile } from "../find.ts";
import { RecordSet, larger } from "../formats/record-set.ts";
import { type RecordText, readRecordTexts } from "../formats/records.ts";
import { Sealer, type Seals, hasChanged } from "../unchanged.ts";
import { Bits } from "./bits.ts";
import { type Content, findContents } from "./contents.ts";
import { GitError } from "./git.ts";
import { LineRanges, LineShape } from "./lines.ts";
import type { Search } from "./repository.ts";
import { gitStop, unreadableContent, zipHasNoRows } from "./stops.ts";
import { partOf } from "./virtual-file.ts";

export interface NewRows {
  /** The number of records that no earlier content has. Each distinct record counts once. */
  readonly records: number;
  /** The number of distinct records of the committed file. */
  readonly distinct: number;
  /** The file made of the new records, read through `files`. Undefined if there are none. */
  readonly file: DatasetFile | undefined;
  /** The files that were passed, and `file`. */
  readonly files: Files;
  /** Maps a line of `file` to its line in the committed file, both from 1. */
  readonly lineOf: (line: number) => number;
}

/** The committed file as it was read: hashes and lines, no records. */
interface Committed {
  readonly set: RecordSet;
  /** The line where each record starts. */
  readonly starts: Uint32Array;
  /** The records, by index, that are not new: repeats, and those of earlier contents. */
  readonly old: Bits;
  readonly shape: LineShape;
  readonly seals: Seals;
}

/**
 * Compares whole records. Memory: up to 50 bytes for each record of the committed file, none for earlier contents.
 * @param from `file` has passed its preflight. `earlier` has the first 12 hex digits of the SHA-256 of each content that
 * earlier batches have, and may be empty.
 * @throws Stop if an earlier content cannot be found or the file has changed; the reason of the signal.
 */
export async function findNewRows(
  from: Search & { readonly earlier: readonly string[] },
): Promise<NewRows> {
  const { files, file, signal } = from;
  if (file.format === "zip") throw zipHasNoRows(file);
  const contents = await findContents(from, from.earlier);
  const committed = await readCommitted(from);
  for (const content of contents) await passOver(from, committed, content);
  const { set, shape, seals } = committed;
  const { ranges, records } = choose(file, committed);
  const { distinct } = set;
  if (records === 0) {
    return {
      records,
      distinct,
      file: undefined,
      files,
      lineOf: (line) => line,
    };
  }
  const part = await partOf(files, file, {
    ...{ ranges, seals, signal },
    crlf: shape.crlf,
  });
  return { records, distinct, ...part, lineOf: (line) => ranges.lineOf(line) };
}

async function readCommitted({
  files,
  file,
  signal,
}: Search): Promise<Committed> {
  const set = new RecordSet();
  const old = new Bits();
  const shape = new LineShape();
  const sealer = new Sealer();
  const tapped = reading(files, async function* (path) {
    for await (const piece of files.read(path)) {
      sealer.push(piece);
      shape.push(piece);
      yield piece;
    }
  });
  let starts = new Uint32Array(2 ** 10);
  for await (const records of readRecordTexts(tapped, file, signal)) {
    for (const record of records) {
      const { line } = record;
      const index = set.count;
      if (index === starts.length) starts = larger(starts, index * 4);
      starts[index] = line;
      const text = textOf(record);
      if (text === undefined) {
        throw hasChanged(file, `: line ${String(line)} is not JSON`);
      }
      if (set.add(text) !== undefined) old.set(index);
    }
  }
  const seals = { sha256: sealer.end(), seals: sealer.seals };
  return { set, starts, old, shape, seals };
}

/** Marks the records that an earlier content has. */
async function passOver(
  { files, file, signal }: Search,
  { set, old }: Committed,
  content: Content,
): Promise<void> {
  const { prefix, format } = content;
  if (format === "zip") throw zipHasNoRows(file);
  const earlier = reading(files, () => content.read());
  try {
    const pieces = readRecordTexts(earlier, { ...file, format }, signal);
    let count = 0;
    for await (const records of pieces) {
      count += records.length;
      for (const record of records) {
        const text = textOf(record);
        if (text === undefined) throw unreadableContent(file, prefix);
        const index = set.find(text);
        if (index !== undefined) old.set(index);
      }
    }
    // A file without records was never uploaded.
    if (count === 0) throw unreadableContent(file, prefix);
  } catch (error) {
    if (error instanceof GitError) throw gitStop(file, error);
    throw error instanceof Stop ? unreadableContent(file, prefix) : error;
  }
}

/** The lines of the header and of the new records. */
function choose(
  { format }: DatasetFile,
  { set, starts, old, shape }: Committed,
): { ranges: LineRanges; records: number } {
  const ranges = new LineRanges();
  const add = (first: number, after: number) => {
    ranges.add(first, shape.withoutBlank(first, after));
  };
  if (format === "csv") add(shape.pastBlank(1), starts[0] ?? shape.end);
  let records = 0;
  for (let index = 0; index < set.count; index++) {
    if (old.has(index)) continue;
    records++;
    const first = starts[index] ?? 0;
    const isLast = index + 1 === set.count;
    // A line of JSONL may be blank and yet hold characters.
    const after = format === "jsonl" ? first + 1 : starts[index + 1];
    add(first, isLast && format === "csv" ? shape.end : (after ?? first + 1));
  }
  return { ranges, records };
}

/** Files, one of which is read in another way. */
function reading(files: Files, read: Files["read"]): Files {
  return {
    realPath: (path) => files.realPath(path),
    stat: (path) => files.stat(path),
    read,
    readInTurns: read,
  };
}

/** A text that is the same for equal records only. Undefined if it is not JSON. */
function textOf({ text }: RecordText): string | undefined {
  try {
    return text();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
