import { isObject } from "../facts/json.ts";
import type { DatasetSchema } from "../facts/dataset-facts.ts";
import { jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";

/** A place in the layout, all counted from 0 (API 1, E4). */
export interface Issue {
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

/** Every item of a layout with its place. */
function itemsIn(
  pages: readonly unknown[],
): { at: Pick<Issue, "page" | "row" | "column" | "item">; value: unknown }[] {
  return pages.flatMap((onePage, page) =>
    parts(onePage, "rows").flatMap((oneRow, row) =>
      parts(oneRow, "columns").flatMap((oneColumn, column) =>
        parts(oneColumn, "items").map((value, item) => ({
          at: { page, row, column, item },
          value,
        })),
      ),
    ),
  );
}

/** Items that only show something. Every other item asks the participant for an answer. */
const shown = ["dataset_field", "rich_text", "image"];

/** How many instructions a layout has. How Prolific counts them is not known (API 11.14). */
export function instructionCount(pages: readonly unknown[] | null): number {
  return itemsIn(pages ?? []).filter(
    ({ value }) => isObject(value) && !shown.includes(String(value.type)),
  ).length;
}

/** The fields of a layout that the schema of its dataset lacks. */
export function unknownFields(
  pages: readonly unknown[] | null,
  schema: DatasetSchema | null,
): Issue[] {
  if (schema === null) return [];
  return itemsIn(pages ?? []).flatMap(({ at, value }) => {
    if (!isObject(value) || value.type !== "dataset_field") return [];
    const { type, field } = value;
    if (typeof field !== "string" || Object.hasOwn(schema.fields, field)) {
      return [];
    }
    const message = "No such field in the dataset schema";
    return [{ ...at, type, field, message }];
  });
}

/** The refusal of a layout, 422 with E4 (API 1). */
export function invalidLayout(issues: readonly Issue[]): Reply {
  const type = "INVALID_BATCH_ITEMS";
  return jsonReply(422, { type, message: "Layout is invalid", issues });
}
