/** What is on its way and arrives at a time of its own, without a timer: whoever looks next takes what has come. */
export class Due<Item> {
  #coming: { readonly atMs: number; readonly item: Item }[] = [];

  add(atMs: number, item: Item): void {
    this.#coming.push({ atMs, item });
    this.#coming.sort((one, two) => one.atMs - two.atMs);
  }

  /** The next that has arrived by now, the earliest first; `null` when there is none. */
  take(nowMs: number): { readonly atMs: number; readonly item: Item } | null {
    const [first] = this.#coming;
    if (first === undefined || first.atMs > nowMs) return null;
    this.#coming.shift();
    return first;
  }

  forget(): void {
    this.#coming = [];
  }
}
