/** Makes text from outside (server, inputs, file names) safe for logs, annotations and messages (contract 8). */

/** How many characters of the server's own words a message shows. */
const LONGEST_QUOTE = 500;

/** A function that replaces every secret in a text. */
export type Redact = (text: string) => string;

/** Creates a function that replaces `secrets` by `***`, also where they are encoded in a URL or JSON. */
export function redactor(secrets: Iterable<string>): Redact {
  const forms = [...secrets]
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ])
    .filter((form) => form !== "")
    .sort((a, b) => b.length - a.length);
  return (text) =>
    forms.reduce((redacted, form) => redacted.replaceAll(form, "***"), text);
}

/**
 * Returns one line of text that cannot start a workflow command: line breaks and control characters become spaces, and a
 * leading `::` and every `##[` are broken up.
 */
export function harmless(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, "") // these would display the text in another order
    .replaceAll("##[", "## [")
    .replace(/^(\s*):(?=:)/, "$1: ");
}

/** Text from outside as a message quotes it: redacted first, then made harmless, then shortened. */
export function quote(
  text: string,
  redact: Redact,
  longest = LONGEST_QUOTE,
): string {
  const line = harmless(redact(text)).replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length > longest
    ? `${characters.slice(0, longest).join("")}…`
    : line;
}
