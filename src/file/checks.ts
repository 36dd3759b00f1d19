/** Checks the records of a file by the rules of its format and of the dataset's schema (contract 5.1). */
import { counted, figure } from "../figures.ts";
import { CsvReader, type CsvRow, type Reading } from "./formats/csv.ts";
import { type Defects, shown } from "./defects.ts";
import { type JsonLine, JsonlReader } from "./formats/jsonl.ts";
import { DEEPEST, canonicalText, isTooDeep } from "./formats/record-key.ts";
import { Repeats } from "./formats/repeats.ts";
import {
  type MediaColumn,
  type SchemaRules,
  checkHeader,
  mediaColumns,
  missingFields,
} from "./header.ts";
import { isMedia, mediaDefect } from "./media.ts";

/** Takes a file piece by piece and collects its defects. */
export interface Check {
  readonly records: number;
  readonly columns: readonly string[] | undefined;
  readonly repeats: Repeats;
  /** @returns false if the rest need not be read. */
  push(piece: Uint8Array): Promise<boolean>;
  finish(): Promise<void>;
}

const NO_RECORDS = "the file has no records";

export class CsvCheck implements Check {
  records = 0;
  columns: readonly string[] | undefined;
  readonly repeats = new Repeats();
  private readonly reader = new CsvReader();
  private readonly rules: SchemaRules | undefined;
  private readonly defects: Defects;
  /** The columns whose cells are checked. */
  private media: readonly MediaColumn[] = [];
  private readonly signal: AbortSignal;

  constructor(
    rules: SchemaRules | undefined,
    defects: Defects,
    signal: AbortSignal,
  ) {
    this.rules = rules;
    this.defects = defects;
    this.signal = signal;
  }

  async push(piece: Uint8Array): Promise<boolean> {
    return this.take(await this.reader.push(piece));
  }

  async finish(): Promise<void> {
    if (!(await this.take(await this.reader.finish()))) return;
    if (this.records === 0) this.defects.add(undefined, NO_RECORDS);
  }

  private async take({ rows, defect }: Reading<CsvRow>): Promise<boolean> {
    for (const row of rows) {
      if (this.columns === undefined) {
        const { rules, defects, signal } = this;
        this.columns = row.cells;
        if (!(await checkHeader(row, rules, defects, signal))) return false;
        this.media = mediaColumns(row.cells, rules);
      } else this.takeRecord(row, this.columns);
    }
    if (defect) this.defects.add(defect.line, defect.text);
    return !defect;
  }

  private takeRecord(
    { line, cells, looseCr }: CsvRow,
    columns: readonly string[],
  ): void {
    this.records++;
    // With the same header, this is the same as comparing objects. A cell cannot contain NUL.
    if (this.repeats.goesOn) this.repeats.add(line, cells.join("\0"));
    if (looseCr) {
      this.defects.add(
        line,
        "has a carriage return (CR) outside quotes: save the file with LF or CRLF as line breaks",
        this.records,
      );
      return;
    }
    if (cells.length !== columns.length) {
      this.defects.add(
        line,
        `has ${counted(cells.length, "column")}, the header has ${String(columns.length)}`,
        this.records,
      );
      return;
    }
    for (const { at, name, type } of this.media) {
      const defect = mediaDefect(type, cells[at] ?? "");
      if (defect === undefined) continue;
      this.defects.add(
        line,
        `${shown(cells[at] ?? "")} ${defect}`,
        this.records,
        name,
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
    const value = parsed(text);
    if (this.repeats.goesOn) {
      const isObject = typeof value !== "string";
      this.repeats.add(line, isObject ? canonicalText(text, value) : text);
    }
    if (typeof value === "string") {
      this.defects.add(line, value, this.records);
      return;
    }
    const missing = missingFields(this.rules, (key) =>
      Object.hasOwn(value, key),
    );
    if (missing !== "") {
      this.defects.add(
        line,
        `lacks ${missing}, which the dataset's schema asks for`,
        this.records,
      );
    }
    for (const [name, type] of this.media) {
      if (!Object.hasOwn(value, name)) continue;
      const defect = mediaDefect(type, value[name]);
      if (defect === undefined) continue;
      this.defects.add(line, defect, this.records, name);
    }
  }
}

/** Returns a JSON object, or what is wrong with the line. */
function parsed(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (Array.isArray(value)) return "is a list, not a JSON object";
  // Every level takes at least two characters.
  if (text.length > 2 * DEEPEST && isTooDeep(value)) {
    return `is nested more than ${figure(DEEPEST)} levels deep; make it flatter`;
  }
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)
    : "is not a JSON object";
}
