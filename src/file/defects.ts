export interface Defect {
  /** From 1; undefined when it is one of the whole file. */
  readonly line: number | undefined;
  /** May hold words of the file. */
  readonly text: string;
}

/** More are counted, not kept, so that memory stays flat. */
export const MOST_DEFECTS = 1_000;

/** Collects what is wrong with a file. */
export class Defects {
  readonly kept: Defect[] = [];
  count = 0;

  add(line: number | undefined, text: string): void {
    this.count++;
    if (this.kept.length < MOST_DEFECTS) this.kept.push({ line, text });
  }
}
