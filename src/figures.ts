/** Numbers as people read them. */

/** A count as people read it: `12,000`. Outputs are plain digits. */
export function figure(n: number): string {
  return n.toLocaleString("en");
}

/** `1 task`, `2 tasks`. */
export function counted(n: number, noun: string): string {
  return `${figure(n)} ${noun}${n === 1 ? "" : "s"}`;
}
