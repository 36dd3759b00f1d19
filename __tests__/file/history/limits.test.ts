/** Files of any shape, read in pieces of any size, and large ones in little memory. */
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Git, realGit } from "../../../src/file/history/git.ts";
import { findNewRows } from "../../../src/file/history/new-rows.ts";
import { readRecords } from "../../../src/file/formats/records.ts";
import { recordText } from "../../../src/file/formats/record-key.ts";
import { type Files, realFiles } from "../../../src/file/disk.ts";
import { type DatasetFile, findDatasetFile } from "../../../src/file/find.ts";
import { OneFile, fileNamed } from "../files.ts";
import { TestRepository, prefixOf, removeFolders } from "./repository.ts";

afterAll(removeFolders);

const { signal } = new AbortController();

/** A history of one content, returned in pieces of this size. */
function historyOf(content: Uint8Array, size: number): Git {
  return {
    async *run(_, args) {
      await Promise.resolve();
      const zero = "0".repeat(40);
      const bytes = args.includes("cat-file")
        ? content
        : Buffer.from(`c \0:0 100644 ${zero} ${"1".repeat(40)} M\0a.csv\0`);
      for (let at = 0; at < bytes.length; at += size) {
        yield bytes.subarray(at, at + size);
      }
    },
  };
}

/** Every record with its line, by the readers that an upload is checked with. */
async function recordsOf(files: Files, file: DatasetFile) {
  const records: { text: string; line: number }[] = [];
  for await (const { json, line } of readRecords(files, file, signal)) {
    records.push({ text: recordText(json), line });
  }
  return records;
}

const cell = fc
  .array(fc.constantFrom("a", "b", "ä", '""', "\n", "\r\n", ","), {
    maxLength: 3,
  })
  .map((parts) => (parts.length === 0 ? "" : `"${parts.join("")}"`));
const lineBreak = fc.constantFrom("\n", "\r\n", "\n\n", "\r\n\r\n\n");
const row = fc
  .tuple(cell, cell, lineBreak)
  .map(([a, b, end]) => `${a},${b}${end}`);
const table = fc
  .tuple(
    fc.constantFrom("", "\uFEFF", "\uFEFF\n", "\n\r\n"),
    fc.constantFrom("x,y\n", '"x\n",y\r\n', "x,y\r\n\r\n"),
    fc.array(row, { minLength: 1, maxLength: 8 }),
    fc.constantFrom("", "a,b", "ä,\r\n"),
  )
  .map(([start, header, rows, end]) => ({
    header,
    text: start + header + rows.join("") + end,
  }));

test("the file of new records holds exactly those, with their lines", async () => {
  const size = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(table, table, size, async (before, now, bytes) => {
      const file = { ...fileNamed("a.csv"), path: "/workspace/a.csv" };
      const files = new OneFile(now.text, [bytes]);
      const earlierFiles = new OneFile(before.text, [bytes]);
      const earlier = await recordsOf(earlierFiles, file);
      const all = await recordsOf(files, file);
      const found = await findNewRows({
        ...{ files, file, signal, workspace: "/workspace" },
        git: historyOf(Buffer.from(before.text), bytes),
        earlier: [prefixOf(before.text)],
      });
      const old = new Set(earlier.map(({ text }) => text));
      const wanted = all.filter(({ text }) => {
        const isNew = !old.has(text);
        old.add(text);
        return isNew;
      });
      expect(found.records).toBe(wanted.length);
      expect(found.distinct).toBe(new Set(all.map(({ text }) => text)).size);
      if (!found.file) return;
      const got = await recordsOf(found.files, found.file);
      expect(
        got.map(({ text, line }) => ({ text, line: found.lineOf(line) })),
      ).toEqual(wanted);
      expect((await found.files.stat(found.file.path)).bytes).toBe(
        found.file.bytes,
      );
    }),
    { numRuns: 300 },
  );
});

/**
 * Frees what is no longer used: when V8 does that by itself depends on the machine. The second, short collection waits
 * until the buffers that the first one found are freed, which V8 does on another thread.
 */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how?: { type: "minor" }) => void;
  return () => {
    collect();
    collect({ type: "minor" });
  };
}

/** Memory is measured once for this many pieces of a file. */
const MEASURED_ONE_IN = 192;

test("200,000 records take little memory", async () => {
  const repository = TestRepository.new();
  const filler = "text ".repeat(40);
  const lines = (from: number, to: number) =>
    Array.from(
      { length: to - from },
      (_, at) => `{"id":${String(from + at)},"text":"${filler}"}\n`,
    ).join("");
  const { folder: workspace } = repository;
  const first = repository.commit("a.jsonl", lines(0, 20_000));
  repository.commit("a.jsonl", lines(10_000, 210_000));
  const file = await findDatasetFile(realFiles, workspace, "a.jsonl");
  const collect = collector();
  const most = { bytes: 0, pieces: 0, measured: 0 };
  const watched: Files = {
    ...realFiles,
    async *read(path) {
      for await (const piece of realFiles.read(path)) {
        if (most.pieces++ % MEASURED_ONE_IN === 0) {
          collect();
          most.measured++;
          const { arrayBuffers } = process.memoryUsage();
          most.bytes = Math.max(most.bytes, arrayBuffers);
        }
        yield piece;
      }
    },
  };
  collect();
  const before = process.memoryUsage().arrayBuffers;
  const found = await findNewRows({
    ...{ files: watched, git: realGit, workspace, file, signal },
    earlier: [first],
  });
  expect(found).toMatchObject({ records: 190_000, distinct: 200_000 });
  expect(found.lineOf(190_000)).toBe(200_000);
  const hash = createHash("sha256");
  const { path } = found.file ?? file;
  for await (const piece of found.files.readInTurns(path)) hash.update(piece);
  expect(hash.digest("hex").slice(0, 12)).toBe(
    prefixOf(lines(20_000, 210_000)),
  );
  expect(file.bytes).toBeGreaterThan(44e6);
  expect(most.measured).toBeGreaterThan(10);
  expect(most.bytes - before).toBeLessThan(20e6);
});
