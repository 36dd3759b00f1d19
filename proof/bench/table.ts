/** Formats tables as Markdown, and writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { repository } from "../../sandbox/step.ts";

const START = "<!-- bench -->";
const END = "<!-- /bench -->";

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What could not be measured and why, one sentence for each. */
  readonly remarks?: readonly string[];
}

/** A measured number with its unit, or a dash if it was not measured. */
export function amount(value: number | undefined, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return "—";
  const digits = value < 9.95 && unit !== "ms" ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** The ratio to the other one, with its limit. */
export function ratio(value: number, other: number, bound?: number): string {
  const text = (value / other).toFixed(2);
  if (Number.isNaN(value / other)) return "—";
  return bound === undefined ? text : `${text} (≤ ${String(bound)})`;
}

/** Formatted as by Prettier. */
export async function asMarkdown(
  made: string,
  tables: readonly Table[],
): Promise<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const blocks = tables.flatMap(({ columns, rows, remarks = [] }) => [
    [columns, columns.map(() => "---"), ...rows].map(line).join("\n"),
    ...remarks,
  ]);
  return format([made, ...blocks].join("\n\n"), { parser: "markdown" });
}

/** Puts the tables between the markers of bench/README.md. */
export function intoReadme(markdown: string): void {
  const path = join(repository, "proof", "bench", "README.md");
  const readme = readFileSync(path, "utf8");
  const [before, rest] = readme.split(START);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`bench/README.md has no markers ${START} … ${END}`);
  }
  writeFileSync(path, `${before}${START}\n\n${markdown}\n${END}${after}`);
}
