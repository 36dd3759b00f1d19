/** Which texts were there before, in bounded memory: a hash of each in typed arrays, nothing on the heap. */
import { digestOf } from "./record-key.ts";

const FIRST_CAPACITY = 2 ** 10;
const GROWTH = 4;

/**
 * Texts, numbered from 0 in the order they are added, repeats included. 64 bits of a SHA-256 stand for each, so two
 * different ones among a million are taken for the same once in some 30 million files. 20 bytes a text, at most twice.
 */
export class RecordSet {
  /** How many were added. */
  count = 0;
  /** How many of them are different. */
  distinct = 0;
  private capacity = FIRST_CAPACITY;
  private high = new Uint32Array(FIRST_CAPACITY);
  private low = new Uint32Array(FIRST_CAPACITY);
  /** Number + 1 of a text, found by its hash; 0 where there is none. Open addressing, at most half full. */
  private slots = new Uint32Array(FIRST_CAPACITY * 2);

  /** @returns the number of the first one that is the same, or undefined. */
  add(text: string): number | undefined {
    if (this.count === this.capacity) this.grow();
    const [high, low] = hashOf(text);
    const slot = this.slotOf(high, low);
    const found = this.slots[slot] ?? 0;
    const number = this.count++;
    this.high[number] = high;
    this.low[number] = low;
    if (found !== 0) return found - 1;
    this.slots[slot] = number + 1;
    this.distinct++;
    return undefined;
  }

  /** Whether a text was added. */
  has(text: string): boolean {
    return this.slots[this.slotOf(...hashOf(text))] !== 0;
  }

  /** Where a hash is, or would be. */
  private slotOf(high: number, low: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = low & mask;
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number === -1) return slot;
      if (this.low[number] === low && this.high[number] === high) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const numbers = this.slots.filter((slot) => slot !== 0);
    this.capacity *= GROWTH;
    this.high = larger(this.high, this.capacity);
    this.low = larger(this.low, this.capacity);
    this.slots = new Uint32Array(this.capacity * 2);
    for (const number of numbers) {
      const high = this.high[number - 1] ?? 0;
      const low = this.low[number - 1] ?? 0;
      this.slots[this.slotOf(high, low)] = number;
    }
  }
}

/** The same numbers with room for more. */
export function larger(
  numbers: Uint32Array,
  length: number,
): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(length);
  more.set(numbers);
  return more;
}

function hashOf(text: string): readonly [high: number, low: number] {
  const digest = digestOf(text);
  return [numberAt(digest, 0), numberAt(digest, 4)];
}

function numberAt(digest: string, at: number): number {
  return (
    ((digest.charCodeAt(at) << 24) |
      (digest.charCodeAt(at + 1) << 16) |
      (digest.charCodeAt(at + 2) << 8) |
      digest.charCodeAt(at + 3)) >>>
    0
  );
}
