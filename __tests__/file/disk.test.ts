/** Real files of the system. */
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { realFiles } from "../../src/file/disk.ts";

const CONTENT = Buffer.alloc(2.5 * 2 ** 20, "0123456789abc");
let folder = "";

beforeAll(() => {
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), "files-")));
  writeFileSync(join(folder, "a.csv"), CONTENT);
  writeFileSync(join(folder, "empty.csv"), "");
  mkdirSync(join(folder, "b.csv"));
  symlinkSync("a.csv", join(folder, "link.csv"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("are described", async () => {
  const stat = await realFiles.stat(join(folder, "a.csv"));
  expect(stat).toMatchObject({ kind: "file", bytes: CONTENT.length });
  expect(Math.abs(stat.modifiedMs - Date.now())).toBeLessThan(600_000);
  expect((await realFiles.stat(folder)).kind).toBe("directory");
  expect((await realFiles.stat(devNull)).kind).toBe("other");
  await expect(realFiles.stat(join(folder, "no.csv"))).rejects.toThrow(
    "ENOENT",
  );
});

test("are found through links", async () => {
  const path = await realFiles.realPath(join(folder, "link.csv"));
  expect(path).toBe(join(folder, "a.csv"));
});

describe.each(["read", "readInTurns"] as const)("%s", (how) => {
  test("returns all bytes in several pieces", async () => {
    const pieces: Buffer[] = [];
    for await (const piece of realFiles[how](join(folder, "a.csv"))) {
      pieces.push(Buffer.from(piece)); // a copy: its buffer may be used again
    }
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
  });

  test("returns nothing for an empty file", async () => {
    for await (const piece of realFiles[how](join(folder, "empty.csv"))) {
      throw new Error(String(piece));
    }
  });

  test("throws the error of the system", async () => {
    const reading = async (name: string) => {
      for await (const piece of realFiles[how](join(folder, name))) {
        expect(piece.length).toBeGreaterThan(0);
      }
    };
    await expect(reading("no.csv")).rejects.toThrow("ENOENT");
    await expect(reading("b.csv")).rejects.toThrow("EISDIR");
  });
});

test("two pieces that take turns are valid at the same time", async () => {
  const seen: Uint8Array[] = [];
  for await (const piece of realFiles.readInTurns(join(folder, "a.csv"))) {
    seen.push(piece);
    const at = (seen.length - 1) * 2 ** 20;
    const [before, now] = [seen.at(-2), seen.at(-1)];
    expect(now && CONTENT.subarray(at, at + now.length).equals(now)).toBe(true);
    if (!before) continue;
    const earlier = CONTENT.subarray(at - before.length, at);
    expect(earlier.equals(before)).toBe(true);
  }
  expect(seen).toHaveLength(3);
});
