/** A bit for each number from 0, in memory that grows when needed. */
export class Bits {
  private words = new Uint8Array(2 ** 10);

  set(at: number): void {
    const word = at >>> 3;
    if (word >= this.words.length) {
      const more = new Uint8Array(Math.max(word + 1, this.words.length * 4));
      more.set(this.words);
      this.words = more;
    }
    this.words[word] = (this.words[word] ?? 0) | (1 << (at & 7));
  }

  has(at: number): boolean {
    return (((this.words[at >>> 3] ?? 0) >> (at & 7)) & 1) === 1;
  }
}
