import { jsonReply } from "./error-bodies.ts";
import type { Reply } from "./error-bodies.ts";
import { isObject } from "./request-bodies.ts";
import type { DatasetSchema } from "./dataset-facts.ts";

/** A place in the layout, all counted from 0 (API 1, E4). */
interface Issue {
  readonly page: number;
  readonly row: number;
  readonly column: number;
  readonly item: number;
  readonly type: string;
  readonly field?: string;
  readonly message: string;
}

const parts = (value: unknown, name: string): readonly unknown[] => {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? (list as unknown[]) : [];
};

/** Items that only show something; every other item asks the participant for something. */
const shown = ["dataset_field", "rich_text", "image"];

/** How many instructions a layout holds. How Prolific counts them is not stated (API 11.14). */
export function instructionCount(items: readonly unknown[] | null): number {
  return (items ?? [])
    .flatMap((page) => parts(page, "rows"))
    .flatMap((row) => parts(row, "columns"))
    .flatMap((column) => parts(column, "items"))
    .filter((item) => isObject(item) && !shown.includes(String(item.type)))
    .length;
}

/** What is wrong with a layout: pages, rows, 1 or 2 columns, items, known dataset fields (API 3.1, 5). */
function layoutIssues(
  pages: readonly unknown[],
  schema: DatasetSchema | null,
): Issue[] {
  const issues: Issue[] = [];
  const at = { page: 0, row: 0, column: 0, item: 0 };
  const complain = (type: string, message: string, field?: string) =>
    issues.push({
      ...at,
      type,
      message,
      ...(field !== undefined && { field }),
    });

  pages.forEach((page, pageIndex) => {
    Object.assign(at, { page: pageIndex, row: 0, column: 0, item: 0 });
    const rows = parts(page, "rows");
    if (rows.length === 0) complain("page", "A page needs a row.");
    rows.forEach((row, rowIndex) => {
      Object.assign(at, { row: rowIndex, column: 0, item: 0 });
      const columns = parts(row, "columns");
      if (columns.length < 1 || columns.length > 2) {
        complain("row", "A row has one or two columns.");
      }
      columns.forEach((column, columnIndex) => {
        Object.assign(at, { column: columnIndex, item: 0 });
        const items = parts(column, "items");
        if (items.length === 0) complain("column", "A column needs an item.");
        items.forEach((item, itemIndex) => {
          at.item = itemIndex;
          const type = isObject(item) ? item.type : undefined;
          const field = isObject(item) ? item.field : undefined;
          if (typeof type !== "string") {
            complain("item", "An item needs a type.");
          } else if (
            type === "dataset_field" &&
            schema !== null &&
            typeof field === "string" &&
            !Object.hasOwn(schema.fields, field)
          ) {
            complain(type, "No such field in the dataset schema", field);
          }
        });
      });
    });
  });
  return issues;
}

/** The refusal of a layout, 422 with E4 (API 1), or `null` when there is nothing wrong with it. */
export function refuseLayout(
  pages: readonly unknown[] | null,
  schema: DatasetSchema | null,
): Reply | null {
  const issues = layoutIssues(pages ?? [], schema);
  if (issues.length === 0) return null;
  const type = "INVALID_BATCH_ITEMS";
  return jsonReply(422, { type, message: "Layout is invalid", issues });
}
