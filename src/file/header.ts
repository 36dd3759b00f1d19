/** Checks the header of a CSV of any width, also against a schema (contract 5.1). */
import { yieldToEventLoop } from "../timing/clock.ts";
import { type Defects, shown } from "./defects.ts";
import type { CsvRow } from "./formats/csv.ts";
import { isMedia } from "./media.ts";

/** The schema of a V4 dataset (API 2.4). */
export interface SchemaRules {
  /** True if Prolific rejects a record without one of the fields. */
  readonly strict: boolean;
  /** The type of each key. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A column whose cells are checked. */
export interface MediaColumn {
  readonly at: number;
  readonly name: string;
  readonly type: string;
}

/** A header may have millions of columns. After this many, a cancel and the deadline are handled. */
const COLUMNS_AT_ONCE = 10_000;

/**
 * Collects the defects of a header.
 * @returns false if the defect would make every record look wrong.
 * @throws the reason of the signal.
 */
export async function checkHeader(
  { line, cells, looseCr }: CsvRow,
  rules: SchemaRules | undefined,
  defects: Defects,
  signal: AbortSignal,
): Promise<boolean> {
  if (looseCr || cells.some((name) => name.includes("\r"))) {
    defects.add(
      line,
      "the header has a carriage return (CR): save the file with LF or CRLF as line breaks",
    );
    return false;
  }
  const names = new Set<string>();
  for (const [at, name] of cells.entries()) {
    if (at > 0 && at % COLUMNS_AT_ONCE === 0) {
      await yieldToEventLoop();
      signal.throwIfAborted();
    }
    if (name.trim() === "") {
      defects.add(line, `column ${String(at + 1)} has no name`);
    } else if (names.has(name)) {
      defects.add(
        line,
        `the column name ${shown(name)} is there more than once`,
      );
    }
    names.add(name);
  }
  const missing = missingFields(rules, (key) => names.has(key));
  if (missing !== "") {
    defects.add(
      line,
      `the header lacks ${missing}, which the dataset's schema asks for`,
    );
  }
  return true;
}

/** The columns for which a schema has rules. */
export function mediaColumns(
  cells: readonly string[],
  rules: SchemaRules | undefined,
): MediaColumn[] {
  if (!rules) return [];
  return cells.flatMap((name, at) => {
    const type = rules.fields.get(name);
    return type !== undefined && isMedia(type) ? { at, name, type } : [];
  });
}

/** Words for the missing fields of a strict schema. */
export function missingFields(
  rules: SchemaRules | undefined,
  isThere: (key: string) => boolean,
): string {
  if (rules?.strict !== true) return "";
  const missing = [...rules.fields.keys()].filter((key) => !isThere(key));
  const names = missing.map(shown).join(", ");
  return missing.length === 0
    ? ""
    : `the field${missing.length === 1 ? "" : "s"} ${names}`;
}
