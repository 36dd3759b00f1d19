/** Numbers as people read them. */

/** A count as people read it: `12,000`. Outputs are plain digits. */
export function figure(n: number): string {
  return n.toLocaleString("en");
}

/** `1 task`, `2 tasks`. */
export function counted(n: number, noun: string, plural?: string): string {
  return `${figure(n)} ${n === 1 ? noun : (plural ?? `${noun}s`)}`;
}
