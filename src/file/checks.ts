/** The rules for the records of a file: those of its format, and those of the dataset's schema (contract 5.1). */
import { counted } from "../figures.ts";
import { CsvReader, type CsvRow, type Reading } from "./formats/csv.ts";
import type { Defects } from "./defects.ts";
import { type JsonLine, JsonlReader } from "./formats/jsonl.ts";
import { canonicalText } from "./formats/record-key.ts";
import { Repeats } from "./formats/repeats.ts";
import { isMedia, mediaDefect } from "./media.ts";

/** The schema of a V4 dataset (API 2.4). */
export interface SchemaRules {
  /** True when a record that lacks a field is rejected. */
  readonly strict: boolean;
  /** Key to type. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Takes a file piece by piece and collects its defects. */
export interface Check {
  readonly records: number;
  readonly columns: readonly string[] | undefined;
  readonly repeats: Repeats;
  /** @returns false when there is no sense in going on. */
  push(piece: Uint8Array): Promise<boolean>;
  finish(): Promise<void>;
}

const LONGEST_SHOWN = 80;
const NO_RECORDS = "the file has no records";

export class CsvCheck implements Check {
  records = 0;
  columns: readonly string[] | undefined;
  readonly repeats = new Repeats();
  private readonly reader = new CsvReader();
  private readonly rules: SchemaRules | undefined;
  private readonly defects: Defects;
  /** Columns whose cells are looked at. */
  private media: { at: number; name: string; type: string }[] = [];

  constructor(rules: SchemaRules | undefined, defects: Defects) {
    this.rules = rules;
    this.defects = defects;
  }

  async push(piece: Uint8Array): Promise<boolean> {
    return this.take(await this.reader.push(piece));
  }

  async finish(): Promise<void> {
    if (!this.take(await this.reader.finish())) return;
    if (this.records === 0) this.defects.add(undefined, NO_RECORDS);
  }

  private take({ rows, defect }: Reading<CsvRow>): boolean {
    for (const row of rows) {
      if (this.columns === undefined) {
        if (!this.takeHeader(row)) return false;
      } else this.takeRecord(row, this.columns);
    }
    if (defect) this.defects.add(defect.line, defect.text);
    return !defect;
  }

  /** @returns false for a header that makes every record look wrong. */
  private takeHeader({ line, cells, looseCr }: CsvRow): boolean {
    this.columns = cells;
    if (looseCr || cells.some((name) => name.includes("\r"))) {
      this.defects.add(
        line,
        "the header holds a carriage return (CR): save the file with LF or CRLF as line breaks",
      );
      return false;
    }
    cells.forEach((name, at) => {
      if (name.trim() === "") {
        this.defects.add(line, `column ${String(at + 1)} has no name`);
      } else if (cells.indexOf(name) !== at) {
        this.defects.add(
          line,
          `the column name ${shown(name)} is there more than once`,
        );
      }
    });
    const missing = missingFields(this.rules, (key) => cells.includes(key));
    if (missing !== "") {
      this.defects.add(
        line,
        `the header lacks ${missing}, which the dataset's schema asks for`,
      );
    }
    this.media = cells.flatMap((name, at) => {
      const type = this.rules?.fields.get(name);
      return type !== undefined && isMedia(type) ? { at, name, type } : [];
    });
    return true;
  }

  private takeRecord(
    { line, cells, looseCr }: CsvRow,
    columns: readonly string[],
  ): void {
    this.records++;
    // Under one header this is the same as comparing objects; a cell cannot hold NUL.
    this.repeats.add(line, () => cells.join("\0"));
    if (looseCr) {
      this.defects.add(
        line,
        `record ${String(this.records)} holds a carriage return (CR) outside quotes: save the file with LF or CRLF as line breaks`,
      );
      return;
    }
    if (cells.length !== columns.length) {
      this.defects.add(
        line,
        `record ${String(this.records)} has ${counted(cells.length, "column")}, the header has ${String(columns.length)}`,
      );
      return;
    }
    for (const { at, name, type } of this.media) {
      const defect = mediaDefect(type, cells[at] ?? "");
      if (defect === undefined) continue;
      this.defects.add(
        line,
        `record ${String(this.records)}, field ${shown(name)}: ${shown(cells[at] ?? "")} ${defect}`,
      );
    }
  }
}

export class JsonlCheck implements Check {
  records = 0;
  readonly columns = undefined;
  readonly repeats = new Repeats();
  private readonly reader = new JsonlReader();
  private readonly rules: SchemaRules | undefined;
  private readonly defects: Defects;
  private readonly media: readonly (readonly [string, string])[];

  constructor(rules: SchemaRules | undefined, defects: Defects) {
    this.rules = rules;
    this.defects = defects;
    this.media = [...(rules?.fields ?? [])].filter(([, type]) => isMedia(type));
  }

  push(piece: Uint8Array): Promise<boolean> {
    const { rows, defect } = this.reader.push(piece);
    rows.forEach((line) => {
      this.take(line);
    });
    if (defect) this.defects.add(defect.line, defect.text);
    return Promise.resolve(!defect);
  }

  finish(): Promise<void> {
    this.reader.finish().rows.forEach((line) => {
      this.take(line);
    });
    if (this.records === 0) this.defects.add(undefined, NO_RECORDS);
    return Promise.resolve();
  }

  private take({ line, text }: JsonLine): void {
    this.records++;
    const record = `record ${String(this.records)}`;
    const value = parsed(text);
    this.repeats.add(line, () =>
      typeof value === "string" ? text : canonicalText(text, value),
    );
    if (typeof value === "string") {
      this.defects.add(line, `${record} ${value}`);
      return;
    }
    const missing = missingFields(this.rules, (key) =>
      Object.hasOwn(value, key),
    );
    if (missing !== "") {
      this.defects.add(
        line,
        `${record} lacks ${missing}, which the dataset's schema asks for`,
      );
    }
    for (const [name, type] of this.media) {
      if (!Object.hasOwn(value, name)) continue;
      const defect = mediaDefect(type, value[name]);
      if (defect === undefined) continue;
      this.defects.add(line, `${record}, field ${shown(name)}: ${defect}`);
    }
  }
}

/** A JSON object, or what is wrong with the line. */
function parsed(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is no JSON";
  }
  if (Array.isArray(value)) return "is a list, not a JSON object";
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)
    : "is no JSON object";
}

/** The fields of a strict schema that are not there. */
function missingFields(
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

/** Words of the file, short and in one line. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const characters = Array.from(line);
  return characters.length > LONGEST_SHOWN
    ? `"${characters.slice(0, LONGEST_SHOWN).join("")}…"`
    : `"${line}"`;
}
