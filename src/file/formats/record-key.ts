/** Decides whether two records are the same. How Prolific does that is unknown (API 4.2). Here, all of a record counts. */

/** Every known reader of JSON takes at least this depth. A record of data has two or three levels. */
export const DEEPEST = 1_000;

/** Matches a number that may lose digits when it is parsed. */
const LONG_NUMBER = /\d[\d.]{15}|[eE][+-]?\d{3}/;
/** Matches the parts of JSON that matter here: the start of a string, or a number. */
const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;
const EXACT_DIGITS = 15;

/**
 * A text that is the same for equal records only: the object with its keys in order, without whitespace.
 * @param json one line of JSON, as `readRecords` returns it.
 * @throws SyntaxError if it is not JSON.
 */
export function recordText(json: string): string {
  return canonicalText(json, JSON.parse(json));
}

/** The same for a parsed line, which must not be nested deeper than {@link DEEPEST}. */
export function canonicalText(json: string, value: unknown): string {
  // Ids of 19 digits are common, and two of them must not become equal.
  return canonical(
    LONG_NUMBER.test(json) ? JSON.parse(withLongNumbersAsText(json)) : value,
  );
}

/** True for JSON with brackets nested deeper than {@link DEEPEST}: most readers refuse it, and some crash. */
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

/** Replaces a number that would lose digits by an object that no record contains. */
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
