/** A file in a repository, and how its commits change it. */
import fc from "fast-check";

/** Rows of the first commit. Some files are small enough to be appended without a probe. */
export const FIRST = [1, 4, 9, 12, 15];

/** What a commit does to the file. */
export const edit = fc.oneof(
  fc.record({
    does: fc.constantFrom("append" as const, "put on top" as const),
    rows: fc.constantFrom(1, 3, 8, 12),
  }),
  fc.record({
    does: fc.constantFrom("edit" as const, "delete" as const),
    rows: fc.constantFrom(1, 3),
  }),
  fc.record({
    does: fc.constantFrom(
      "revert" as const,
      "rename" as const,
      "repeat" as const,
      "nothing" as const,
      "rewrite" as const,
    ),
    rows: fc.constant(1),
  }),
);

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** The file after its commits. */
export class Repository {
  name = "reviews.csv";
  rows: readonly string[];
  private readonly contents: (readonly string[])[] = [];
  private fresh = 0;

  constructor(first: number) {
    this.rows = this.newRows(first);
    this.contents.push(this.rows);
  }

  commit({ does, rows: count }: Edit): void {
    const { rows } = this;
    switch (does) {
      case "append":
        this.rows = [...rows, ...this.newRows(count)];
        break;
      case "put on top":
        this.rows = [...this.newRows(count), ...rows];
        break;
      case "edit":
        this.rows = [...this.newRows(count), ...rows.slice(count)];
        break;
      case "delete":
        this.rows = rows.slice(0, Math.max(1, rows.length - count));
        break;
      case "revert":
        this.rows = this.contents.at(-2) ?? rows;
        break;
      case "rename":
        this.name = this.name === "reviews.csv" ? "labels.csv" : "reviews.csv";
        break;
      case "repeat":
        this.rows = [...rows, ...rows.slice(0, count)];
        break;
      case "rewrite":
        this.rows = this.newRows(rows.length);
        break;
      case "nothing":
    }
    this.contents.push(this.rows);
  }

  get text(): string {
    return ["id", ...this.rows].join("\n");
  }

  private newRows(count: number): string[] {
    return Array.from({ length: count }, () => `r${String(this.fresh++)}`);
  }
}
