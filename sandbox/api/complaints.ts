/** Turns what the library finds wrong with a request into the response of the service. */
import type { ErrorObject } from "ajv";
import { debugPage, envelope } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { invalidLayout } from "../model/layout.ts";
import type { Issue } from "../model/layout.ts";

/** A complaint about a place in `batch_items`, which the service words in its own way (API 1, E4). */
const inLayout =
  /^\/requestBody\/batch_items\/(\d+)(?:\/rows\/(\d+)(?:\/columns\/(\d+)(?:\/items\/(\d+))?)?)?(.*)$/;

/**
 * The refusal of a request that does not match the document, or `null` if no complaint matters. Unknown fields are refused:
 * it is not known whether the service is this strict, but accepting them would hide mistakes of a client.
 */
export function refusalOf(errors: readonly ErrorObject[]): Reply | null {
  const id = errors.find(({ instancePath }) =>
    instancePath.startsWith("/path/"),
  );
  if (id !== undefined) return debugPage(String(id.data));
  const issues: Issue[] = [];
  const fields: Record<string, string[]> = {};
  for (const error of errors) {
    const issue = issueOf(error);
    if (issue !== null) issues.push(issue);
    const [name, text] = fieldOf(error);
    if (name === "") return envelope(400, text);
    // One complaint for each field. The others mostly follow from it.
    if (issue === null) fields[name] ??= [text];
  }
  if (Object.keys(fields).length > 0) return envelope(400, fields);
  return issues.length > 0 ? invalidLayout(issues) : null;
}

/** The field and the text of a complaint. Without a name, it is about the whole body. */
function fieldOf(error: ErrorObject): [string, string] {
  const { instancePath, keyword, message = "" } = error;
  const [, , name, ...inner] = instancePath.split("/");
  const params = error.params as {
    missingProperty?: string;
    additionalProperty?: string;
    format?: string;
  };
  if (name !== undefined) {
    if (params.format === "uuid") return [name, "Must be a valid UUID."];
    const [place, sentence] = [inner.join("."), `${message}.`];
    if (place !== "") return [name, `${place} ${sentence}`];
    return [name, sentence.charAt(0).toUpperCase() + sentence.slice(1)];
  }
  if (keyword === "required") {
    return [params.missingProperty ?? "", "This field is required."];
  }
  if (keyword === "additionalProperties") {
    return [params.additionalProperty ?? "", "Unknown field."];
  }
  if (keyword === "minProperties") {
    return ["non_field_errors", "There is nothing to change."];
  }
  return ["", "Invalid data. Expected an object."];
}

function issueOf({ instancePath, message = "" }: ErrorObject): Issue | null {
  const [, page, row, column, item] = inLayout.exec(instancePath) ?? [];
  if (page === undefined) return null;
  const depth = [row, column, item].filter((part) => part !== undefined);
  return {
    page: Number(page),
    row: Number(row ?? 0),
    column: Number(column ?? 0),
    item: Number(item ?? 0),
    type: ["page", "row", "column", "item"][depth.length] ?? "item",
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
  };
}
