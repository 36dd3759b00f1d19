/**
 * The server's own words in an error response: the shapes E1 to E7 of API 1, in that order.
 * @returns one text, complete. Empty if the body has no words.
 */
export function errorWords(body: string): string {
  const json = parseJson(body);
  if (!isRecord(json)) return plainText(typeof json === "string" ? json : body);
  const envelope = isRecord(json.error) ? json.error : {};
  const detail = texts(envelope.detail);
  const words = [
    ...(detail.length > 0 ? detail : texts(envelope.title)),
    ...texts(envelope.additional_information),
    ...texts(json.message),
    ...texts(json.detail),
    ...(Array.isArray(json.issues) ? json.issues.flatMap(issue) : []),
    ...(typeof json.error === "string" ? [json.error] : []),
  ];
  if (words.length === 0) return body.trim();
  let all = "";
  for (const text of new Set(words.map((word) => word.trim()))) {
    const glue = /[.!?:;]/.test(all.at(-1) ?? "") ? " " : "; ";
    all += all === "" ? text : glue + text;
    if (all.length > SEARCHED_CHARACTERS) break; // messages are cut much earlier
  }
  return all;
}

/** Deeper than any documented shape; a hostile body must not exhaust the stack. */
const DEEPEST = 4;

/** `detail` is a text, a list of texts, or lists of texts by field (E1). */
function texts(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item) => texts(item, depth + 1));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([field, problems]) =>
    texts(problems, depth + 1).map((problem) => `${field}: ${problem}`),
  );
}

/** A defect of the layout, with its position as the API counts: from 0 (E4). */
function issue(value: unknown): string[] {
  if (!isRecord(value)) return [];
  const place = ["page", "row", "column", "item"]
    .filter((name) => typeof value[name] === "number")
    .map((name) => `${name} ${String(value[name])}`)
    .join(", ");
  return texts(value.message).map((message) =>
    place ? `${message} (${place})` : message,
  );
}

/** How many characters of a page are searched for words. Messages are cut much earlier. */
const SEARCHED_CHARACTERS = 16_384;

/** HTML without markup, so that a gateway's error page reads as a sentence (E7). */
function plainText(body: string): string {
  if (!/^\s*</.test(body)) return body.trim();
  return body
    .slice(0, SEARCHED_CHARACTERS)
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
