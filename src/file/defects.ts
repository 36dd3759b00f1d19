export interface Defect {
  /** The line, from 1. Undefined for a defect of the whole file. */
  readonly line: number | undefined;
  /** The number of the record, from 1. Undefined if the defect does not belong to a record. */
  readonly record: number | undefined;
  /** The column or key, as it is written in the file. */
  readonly field: string | undefined;
  /** What is wrong. It may contain words of the file, and so may `text`. */
  readonly reason: string;
  /** Record, field and reason, for people. */
  readonly text: string;
}

/** More defects are counted and reported, but not kept, so that memory stays flat. */
export const MOST_DEFECTS = 1_000;

const LONGEST_SHOWN = 80;

/** Collects the defects of a file. */
export class Defects {
  readonly kept: Defect[] = [];
  count = 0;
  private readonly tell: (defect: Defect) => void;

  /** @param tell is called with every defect as it is found. */
  constructor(tell: (defect: Defect) => void = () => undefined) {
    this.tell = tell;
  }

  add(
    line: number | undefined,
    reason: string,
    record?: number,
    field?: string,
  ): void {
    const place =
      record === undefined
        ? ""
        : `record ${String(record)}${field === undefined ? " " : `, field ${shown(field)}: `}`;
    const defect = { line, record, field, reason, text: place + reason };
    this.count++;
    this.tell(defect);
    if (this.kept.length < MOST_DEFECTS) this.kept.push(defect);
  }
}

/** Quotes words of the file, short and on one line. */
export function shown(text: string): string {
  // A cell may have millions of characters: it is cut, well above what is shown, before anything else.
  const line = text.slice(0, 100 * LONGEST_SHOWN).replace(/\s+/g, " ");
  const characters = Array.from(line);
  return characters.length > LONGEST_SHOWN
    ? `"${characters.slice(0, LONGEST_SHOWN).join("")}…"`
    : `"${line}"`;
}
