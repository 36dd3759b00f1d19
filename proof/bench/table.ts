/** Tables as Markdown, and where they go. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { repository } from "../../sandbox/step.ts";

const START = "<!-- bench -->";
const END = "<!-- /bench -->";

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What could not be measured, and why; a sentence each. */
  readonly remarks?: readonly string[];
}

/** A measured number with its unit; what was not measured is a dash. */
export function amount(value: number | undefined, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return "—";
  const digits = value < 9.95 && unit !== "ms" ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** How many times as much as the other, with the bound that it should keep. */
export function ratio(value: number, other: number, bound?: number): string {
  const text = (value / other).toFixed(2);
  if (Number.isNaN(value / other)) return "—";
  return bound === undefined ? text : `${text} (≤ ${String(bound)})`;
}

/** As Prettier would have it. */
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
