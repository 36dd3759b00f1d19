import { envelope } from "./error-bodies.ts";
import type { Reply } from "./error-bodies.ts";

/** A request that Prolific refuses, with its answer. Thrown by the routes, caught by the model. */
export class Refused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** Says what is wrong with a value, or `null`. */
export type Check = (value: unknown) => string | null;

export const uuidPattern =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const uuid: Check = (value) =>
  typeof value === "string" && uuidPattern.test(value)
    ? null
    : "Must be a valid UUID.";

export const text: Check = (value) =>
  typeof value === "string" && value !== ""
    ? null
    : "Must be a string that is not empty.";

export const bool: Check = (value) =>
  typeof value === "boolean" ? null : "Must be a valid boolean.";

export const positiveInteger: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 1
    ? null
    : "Must be an integer greater than or equal to 1.";

export const taskDetails: Check = (value) =>
  isObject(value) &&
  ["task_name", "task_introduction", "task_steps"].every(
    (name) => typeof value[name] === "string",
  )
    ? null
    : "Must have task_name, task_introduction and task_steps.";

export const anything: Check = () => null;

const fieldTypes = [
  "text",
  "image_url",
  "audio_url",
  "video_url",
  "metadata",
  "task_group_id",
];

/** A schema of a V4 dataset, with its limits (API 2.4). */
export const datasetSchema: Check = (value) => {
  if (!isObject(value) || typeof value.strict !== "boolean") {
    return "Must have strict and fields.";
  }
  const { fields } = value;
  if (!isObject(fields)) return "Must have strict and fields.";
  const entries = Object.entries(fields);
  if (entries.length > 200) return "Has more than 200 fields.";
  if (entries.some(([key]) => key.length < 1 || key.length > 128)) {
    return "Has a field name that is not 1 to 128 characters long.";
  }
  const types = entries.map(([, field]) =>
    isObject(field) ? field.type : undefined,
  );
  if (!types.every((type) => fieldTypes.includes(String(type)))) {
    return "Has a field of an unknown type.";
  }
  const groupFields = types.filter((type) => type === "task_group_id");
  return groupFields.length > 1 ? "Has several task_group_id fields." : null;
};

/**
 * Reads a JSON object with known fields only. That the service itself is so strict is not known; a sandbox
 * that lets an unknown field pass would hide a client's mistake.
 *
 * @throws Refused with a 400 (415 for another content type) that names every bad field.
 */
export function readFields(
  request: { contentType: string; body: string },
  checks: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): Record<string, unknown> {
  if (!/^application\/json\b/i.test(request.contentType)) {
    const detail = `Unsupported media type "${request.contentType}" in request.`;
    throw new Refused(envelope(415, detail));
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw new Refused(envelope(400, "JSON parse error."));
  }
  if (!isObject(body)) {
    throw new Refused(envelope(400, "Invalid data. Expected an object."));
  }
  const problems: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const problem = check === undefined ? "Unknown field." : check(value);
    if (problem !== null) problems[name] = [problem];
  }
  for (const name of required) {
    if (!Object.hasOwn(body, name))
      problems[name] = ["This field is required."];
  }
  if (Object.keys(problems).length > 0) {
    throw new Refused(envelope(400, problems));
  }
  return body;
}
