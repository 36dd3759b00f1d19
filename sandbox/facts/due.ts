/** Things that arrive at a certain time, without a timer: the next reader takes what has arrived. */
export class Due<Item> {
  #coming: { readonly atMs: number; readonly item: Item }[] = [];

  add(atMs: number, item: Item): void {
    this.#coming.push({ atMs, item });
    this.#coming.sort((one, two) => one.atMs - two.atMs);
  }

  /** The next one that has arrived, the earliest first. `null` if there is none. */
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
