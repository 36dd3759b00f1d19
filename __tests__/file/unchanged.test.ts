/** Only records that the preflight checked are used, however the file is read (contract 11). */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Files } from "../../src/file/disk.ts";
import { portions } from "../../src/file/portions.ts";
import { preflight } from "../../src/file/preflight.ts";
import { Sealer, type Seals, sealed } from "../../src/file/unchanged.ts";
import { OneFile, fileNamed } from "./files.ts";

const { signal } = new AbortController();
const MIB = 2 ** 20;
const FILE = fileNamed("a.csv");

const checkedOf = (bytes: string | Uint8Array) =>
  preflight(new OneFile(bytes, [MIB / 4]), FILE, undefined, signal);

/** Only the seals, for content that need not be CSV. */
function sealsOf(bytes: Uint8Array, size = MIB): Seals {
  const sealer = new Sealer();
  for (let at = 0; at < bytes.length; at += size) {
    sealer.push(bytes.subarray(at, at + size));
  }
  return { seals: sealer.seals, sha256: sealer.end() };
}

/** What is read from a file that changed after its check, and why the reading ends. */
async function taken(files: Files, before: Seals) {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of sealed(files, FILE, before)) {
      pieces.push(Buffer.from(piece));
    }
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces), error: undefined };
}

const CHANGED = {
  name: "Stop",
  parts: {
    title: "The dataset file has changed",
    what: "a.csv changed while this step was at work on it.",
    next: expect.stringContaining("nothing else writes to the file"),
  },
};

/** Rows of 16 bytes, so that every MiB contains complete rows. */
const rows = (count: number) =>
  `a\n${Array.from({ length: count }, (_, at) => `${String(at).padEnd(15, ".")}\n`).join("")}`;

describe("bytes on the second reading", () => {
  test("are those that were checked, in pieces of any size", async () => {
    const text = Buffer.from(rows(150_000));
    const seals = sealsOf(text);
    const sizes = fc.array(fc.integer({ min: 1_000, max: 3 * MIB }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (some) => {
        const { bytes, error } = await taken(new OneFile(text, some), seals);
        expect(error).toBeUndefined();
        expect(bytes.equals(text)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("of a whole number of MiB have an end", async () => {
    const text = Buffer.alloc(2 * MIB, "a\n");
    const { bytes, error } = await taken(
      new OneFile(text, [MIB]),
      sealsOf(text),
    );
    expect([bytes.length, error]).toEqual([2 * MIB, undefined]);
  });

  test("are not returned from the first changed MiB on", async () => {
    const text = Buffer.from(rows(200_000));
    const seals = sealsOf(text);
    const places = [0, 5, MIB - 1, MIB, MIB + 1, 2 * MIB, text.length - 1];
    for (const at of places) {
      for (const size of [10_000, MIB, 4 * MIB]) {
        const other = Buffer.from(text);
        other[at] = (other[at] ?? 0) ^ 1;
        const { bytes, error } = await taken(new OneFile(other, [size]), seals);
        expect(error).toMatchObject(CHANGED);
        expect(bytes.length).toBeLessThanOrEqual(Math.floor(at / MIB) * MIB);
        expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
      }
    }
  });

  test.each([
    ["longer", 70_000, 70_001],
    ["longer by many MiB", 70_000, 300_000],
    ["shorter", 70_000, 69_999],
    ["shorter by many MiB", 300_000, 70_000],
    ["empty", 70_000, 0],
  ])("end in a stop if the file is %s", async (_, before, after) => {
    const now = new OneFile(after === 0 ? "" : rows(after), [50_000]);
    const text = Buffer.from(rows(before));
    const { bytes, error } = await taken(now, sealsOf(text));
    expect(error).toMatchObject(CHANGED);
    const shorter = Math.min(now.bytes.length, text.length);
    expect(bytes.length).toBeLessThanOrEqual(Math.floor(shorter / MIB) * MIB);
    expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
  });
});

test("the seals of a file do not depend on its pieces", async () => {
  const text = Buffer.from(rows(200_000));
  const { seals, sha256 } = await checkedOf(text);
  expect(seals).toHaveLength(3);
  expect(new Set(seals).size).toBe(3);
  for (const size of [999, MIB, 10 * MIB]) {
    expect(sealsOf(text, size)).toEqual({ seals, sha256 });
  }
});

test("no portion has a record that was not checked", async () => {
  const before = rows(100_000);
  const changed = before.replace("99000.", "99000!"); // in the second MiB
  const checked = await checkedOf(before);
  const given: string[] = [];
  const files = new OneFile(changed, [MIB / 16]);
  const all = (async () => {
    for await (const portion of portions(
      files,
      { file: FILE, checked },
      signal,
    )) {
      given.push(portion.text);
    }
  })();
  await expect(all).rejects.toMatchObject(CHANGED);
  const records = given.join("").trim().split("\n");
  expect(records.length).toBeGreaterThan(60_000);
  expect(records.length).toBeLessThanOrEqual(MIB / 16);
  expect(given.join("")).not.toContain("!");
});
