/** Finds invalid UTF-8 in bytes that arrive in any pieces. */
import { isUtf8 } from "node:buffer";
import { describe, expect, test } from "@jest/globals";
import { Utf8Check } from "../../src/file/formats/utf8.ts";

/** The smallest and the largest character of each length. */
const CHARACTERS = ["\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\uffff"]
  .concat("\u{10000}", "\u{10ffff}")
  .map((text) => Buffer.from(text));
/** None of these is valid UTF-8. */
const WRONG = [
  [0x80],
  [0xbf],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xc2],
  [0xc2, 0x41],
  [0xc2, 0xc2],
  [0xe0, 0x80, 0x80],
  [0xe1, 0x80],
  [0xe1, 0x80, 0x41],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf1, 0x80, 0x80],
  [0xf1, 0x80, 0x80, 0xc0],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xff],
].map((bytes) => Buffer.from(bytes));

/** The invalid line, from 0. Undefined if all bytes are valid. */
function badLine(bytes: Buffer, cuts: readonly number[]): number | undefined {
  const check = new Utf8Check();
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    const bad = check.push(bytes.subarray(start, end));
    if (bad !== undefined) return lineOf(bytes, start + bad);
    start = end;
  }
  return check.end() ? undefined : lineOf(bytes, bytes.length);
}

const lineOf = (bytes: Buffer, offset: number) =>
  bytes.subarray(0, offset).filter((byte) => byte === 10).length;

/** In one piece, in two of any size, and byte by byte. */
function everyCut(bytes: Buffer): number[][] {
  const all = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1);
  return [[], all, ...all.map((cut) => [cut])];
}

describe.each(
  CHARACTERS.map((bytes) => [bytes.toString("hex"), bytes] as const),
)("beside %s", (_, character) => {
  test("every valid character is accepted, wherever it is cut", () => {
    for (const other of CHARACTERS) {
      const text = Buffer.concat([character, other, character]);
      for (const cuts of everyCut(text)) {
        expect([cuts, badLine(text, cuts)]).toEqual([cuts, undefined]);
      }
    }
  });

  test("invalid bytes are found on their line, wherever they are cut", () => {
    const LINE = Buffer.from("a line\n");
    for (const wrong of WRONG) {
      const line = Buffer.concat([character, wrong, character]);
      expect(isUtf8(line)).toBe(false);
      for (const after of [LINE, Buffer.alloc(0)]) {
        const bytes = Buffer.concat([LINE, LINE, line, after]);
        for (const cuts of everyCut(bytes)) {
          expect([wrong, cuts, badLine(bytes, cuts)]).toEqual([wrong, cuts, 2]);
        }
      }
    }
  });
});
