const GRAMMAR = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/**
 * Reads a duration such as `90s`, `30m` or `1h30m` (contract 2).
 * @returns milliseconds, or undefined if the text does not have that form.
 */
export function parseDuration(text: string): number | undefined {
  const match = text === "" ? null : GRAMMAR.exec(text);
  if (!match) return undefined;
  return UNITS.reduce(
    (sum, [, unitMs], i) => sum + Number(match[i + 1] ?? 0) * unitMs,
    0,
  );
}

/** Formats milliseconds in the same way, rounded to whole seconds: `1h30m`, `0s`. */
export function formatDuration(ms: number): string {
  let left = Math.round(ms / 1000) * 1000;
  let text = "";
  for (const [name, unitMs] of UNITS) {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    if (count > 0) text += `${count}${name}`;
  }
  return text === "" ? "0s" : text;
}
