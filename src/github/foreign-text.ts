/** Text from outside (server, inputs, file names) made fit for logs, annotations and messages (contract 8). */

/** How much of the server's own words a message shows. */
const LONGEST_QUOTE = 500;

/** Replaces every secret in a text. */
export type Redact = (text: string) => string;

/** Makes a function that replaces `secrets`, also as they look inside a URL or JSON, by `***`. */
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
 * One line of text in which nothing can start a workflow command: line breaks and control characters become spaces, a
 * leading `::` and every `##[` are taken apart.
 */
export function harmless(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, "") // would show the text in another order than it is written
    .replaceAll("##[", "## [")
    .replace(/^(\s*):(?=:)/, "$1: ");
}

/** Foreign words as a message quotes them: redacted first, then harmless, then cut. */
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
