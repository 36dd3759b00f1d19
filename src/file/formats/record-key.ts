/** When two records are the same. How Prolific compares them is unknown (API 4.2): here they are compared as wholes. */

/** No reader of JSON that is known to fail takes more; a record of data has two or three. */
export const DEEPEST = 1_000;

/** A number that may lose digits when it is parsed. */
const LONG_NUMBER = /\d[\d.]{15}|[eE][+-]?\d{3}/;
/** What a text of JSON is made of, as far as it matters here: the start of a string, or a number. */
const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;
const EXACT_DIGITS = 15;

/**
 * The text that equal records share and others do not: the object with its keys in order, without blank space.
 * @param json one line of JSON, as `readRecords` gives it.
 * @throws SyntaxError when it is not JSON.
 */
export function recordText(json: string): string {
  return canonicalText(json, JSON.parse(json));
}

/** The same for a line that was parsed already; it must not be nested deeper than {@link DEEPEST}. */
export function canonicalText(json: string, value: unknown): string {
  // Ids of 19 digits are common, and two of them must not look the same.
  return canonical(
    LONG_NUMBER.test(json) ? JSON.parse(withLongNumbersAsText(json)) : value,
  );
}

/** True for JSON with more brackets in one another than {@link DEEPEST}: most readers refuse it, some crash. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === DEEPEST) return true;
  return Object.values(value).some((part) => isTooDeep(part, depth + 1));
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${members.join(",")}}`;
}

/** A number that would lose digits becomes an object that no record holds. */
function withLongNumbersAsText(json: string): string {
  const find = new RegExp(STRING_OR_NUMBER);
  let text = "";
  let from = 0;
  for (let found = find.exec(json); found; found = find.exec(json)) {
    const [token] = found;
    if (token === '"') {
      find.lastIndex = endOfString(json, found.index);
      continue;
    }
    if (isExact(token)) continue;
    text += `${json.slice(from, found.index)}{"\\u0000":"${token}"}`;
    from = find.lastIndex;
  }
  return text + json.slice(from);
}

/** Where a string of JSON ends, given where it starts. */
function endOfString(json: string, start: number): number {
  let end = start;
  do {
    end = json.indexOf('"', end + 1);
  } while (isEscaped(json, end));
  return end + 1;
}

function isEscaped(json: string, at: number): boolean {
  let before = at;
  while (json[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

function isExact(token: string): boolean {
  const [mantissa = ""] = token.split(/e/i);
  const digits = mantissa.replace(/\D/g, "").length;
  return digits <= EXACT_DIGITS && Number.isFinite(Number(token));
}
