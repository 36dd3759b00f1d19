/** Finds the defects of a file before any request: one reading, flat memory, each defect with its line (contract 5.1). */
import type { Files } from "./disk.ts";
import { type Check, CsvCheck, JsonlCheck } from "./checks.ts";
import { type Defect, Defects } from "./defects.ts";
import type { DatasetFile } from "./find.ts";
import { piecesOf } from "./trouble.ts";
import type { Repeat } from "./formats/repeats.ts";
import type { SchemaRules } from "./header.ts";
import { Utf8Check } from "./formats/utf8.ts";
import { Sealer, type Seals } from "./unchanged.ts";

export interface Preflight extends Seals {
  /** Undefined for a ZIP. */
  readonly records: number | undefined;
  /** How many of them are different. Undefined for a ZIP and above a million records. */
  readonly distinct: number | undefined;
  /** The first records that repeat an earlier one. */
  readonly repeats: readonly Repeat[];
  /** How many records repeat an earlier one. Undefined when `distinct` is. */
  readonly repeatCount: number | undefined;
  /** The header of a CSV. */
  readonly columns: readonly string[] | undefined;
  /** The defects in the order of their lines; if there are very many, only the first ones. */
  readonly defects: readonly Defect[];
  readonly defectCount: number;
}

const LF = 10;

/**
 * Reads the whole file once.
 * @param rules undefined if the dataset has none, or if they are not known.
 * @param tell is called with every defect as it is found, also with those that are not kept.
 * @throws the reason of the signal, or an error of the system.
 */
export async function preflight(
  files: Files,
  file: DatasetFile,
  rules: SchemaRules | undefined,
  signal: AbortSignal,
  tell?: (defect: Defect) => void,
): Promise<Preflight> {
  const sealer = new Sealer();
  const defects = new Defects(tell);
  const check = checkOf(file, rules, defects, signal);
  const utf8 = new Utf8Check();
  let offset = 0;
  let goesOn = true;
  for await (const piece of piecesOf(files, file)) {
    signal.throwIfAborted();
    sealer.push(piece);
    if (goesOn && check) {
      const bad = utf8.push(piece);
      const nul = piece.subarray(0, bad && Math.max(0, bad)).indexOf(0);
      const end = nul === -1 ? bad : nul;
      const part =
        end === undefined ? piece : piece.subarray(0, Math.max(0, end));
      goesOn = await check.push(part);
      if (goesOn && end !== undefined) {
        defects.add(
          await lineAt(files, file, signal, offset + end),
          nul === -1 ? NOT_UTF8 : NUL_BYTE,
        );
        goesOn = false;
      }
    }
    offset += piece.length;
  }
  if (goesOn && !utf8.end()) {
    defects.add(await lineAt(files, file, signal, offset), NOT_UTF8);
  } else if (goesOn) {
    await check?.finish();
  }
  return {
    sha256: sealer.end(),
    seals: sealer.seals,
    records: check?.records,
    distinct: check?.repeats.distinct,
    repeats: check?.repeats.kept ?? [],
    repeatCount: check?.repeats.count,
    columns: check?.columns,
    defects: defects.kept,
    defectCount: defects.count,
  };
}

const NOT_UTF8 =
  "this line is not UTF-8; save the file with this encoding. What follows was not checked";

const NUL_BYTE =
  "this line has a NUL byte, so it is not plain text; save the file as plain text in UTF-8. Nothing after it was checked";

function checkOf(
  { format }: DatasetFile,
  rules: SchemaRules | undefined,
  defects: Defects,
  signal: AbortSignal,
): Check | undefined {
  switch (format) {
    case "csv":
      return new CsvCheck(rules, defects, signal);
    case "jsonl":
      return new JsonlCheck(rules, defects);
    case "zip": // only the server reads what is in it
      return undefined;
  }
}

/** The line of an offset. Reads the file again, which only a defect makes necessary. */
async function lineAt(
  files: Files,
  file: DatasetFile,
  signal: AbortSignal,
  offset: number,
): Promise<number> {
  let line = 1;
  let left = offset;
  for await (const piece of piecesOf(files, file)) {
    signal.throwIfAborted();
    const part = piece.subarray(0, left);
    for (let at = part.indexOf(LF); at !== -1; at = part.indexOf(LF, at + 1)) {
      line++;
    }
    left -= part.length;
    if (left <= 0) break;
  }
  return line;
}
