export interface Defect {
  /** From 1; undefined when it is one of the whole file. */
  readonly line: number | undefined;
  /** Number of the record, from 1; undefined when it is not one of a record. */
  readonly record: number | undefined;
  /** The column or key, as the file has it. */
  readonly field: string | undefined;
  /** What is wrong. May hold words of the file, as may `text`. */
  readonly reason: string;
  /** Record, field and reason, as a person reads them. */
  readonly text: string;
}

/** More are counted and told, not kept, so that memory stays flat. */
export const MOST_DEFECTS = 1_000;

const LONGEST_SHOWN = 80;

/** Collects what is wrong with a file. */
export class Defects {
  readonly kept: Defect[] = [];
  count = 0;
  private readonly tell: (defect: Defect) => void;

  /** @param tell is given every defect as it is found. */
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

/** Words of the file, short and in one line. */
export function shown(text: string): string {
  // A cell may have millions of characters: far more than are shown are cut before they are looked at.
  const line = text.slice(0, 100 * LONGEST_SHOWN).replace(/\s+/g, " ");
  const characters = Array.from(line);
  return characters.length > LONGEST_SHOWN
    ? `"${characters.slice(0, LONGEST_SHOWN).join("")}…"`
    : `"${line}"`;
}
