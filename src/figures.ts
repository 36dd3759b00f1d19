/** Numbers as people read them. */

/** A count as people read it: `12,000`. Outputs are plain digits. */
export function figure(n: number): string {
  return n.toLocaleString("en");
}

/** Bytes as people read them: `430 MB`, `1.0 GB`. */
export function size(bytes: number): string {
  let n = bytes;
  let unit = -1;
  for (; Math.round(n) >= 1_000; n /= 1_000) unit++;
  return unit < 0
    ? counted(bytes, "byte")
    : `${n.toFixed(n < 9.95 ? 1 : 0)} ${["kB", "MB", "GB", "TB"][unit] ?? "PB"}`;
}

/** `1 task`, `2 tasks`. */
export function counted(n: number, noun: string, plural?: string): string {
  return `${figure(n)} ${n === 1 ? noun : (plural ?? `${noun}s`)}`;
}
