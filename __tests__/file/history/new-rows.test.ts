/** Finds new records in real repositories (contract 10). */
import { afterAll, describe, expect, test } from "@jest/globals";
import { realFiles } from "../../../src/file/disk.ts";
import { portions } from "../../../src/file/portions.ts";
import { preflight } from "../../../src/file/preflight.ts";
import { unchanged } from "../../../src/file/unchanged.ts";
import {
  TestRepository,
  newRows,
  prefixOf,
  removeFolders,
} from "./repository.ts";

afterAll(removeFolders);

const { signal } = new AbortController();

const csv = (...rows: string[]) => ["id,text", ...rows, ""].join("\n");

/** Commits the contents one after the other. All except the last belong to earlier batches. */
async function after(...contents: (string | Uint8Array)[]) {
  const repository = TestRepository.new();
  const hashes = contents.map((each) => repository.commit("a.csv", each));
  const earlier = hashes.slice(0, -1);
  return newRows({ workspace: repository.folder, name: "a.csv", earlier });
}

describe("records that no earlier content has", () => {
  test("are those that were added", async () => {
    const found = await after(
      csv("1,a", "2,b"),
      csv("1,a", "2,b", "3,c"),
      csv("1,a", "2,b", "3,c", "4,d", "5,e"),
    );
    expect(found).toMatchObject({ records: 2, distinct: 5 });
    expect(found.text).toBe(csv("4,d", "5,e"));
    expect(found.file).toMatchObject({
      ...{ name: "a.csv", stem: "a", relativePath: "a.csv", format: "csv" },
      bytes: csv("4,d", "5,e").length,
    });
    expect([1, 2, 3].map(found.lineOf)).toEqual([1, 5, 6]);
  });

  test("are those that were edited", async () => {
    const found = await after(csv("1,a", "2,b"), csv("1,a", "2,B"));
    expect(found.text).toBe(csv("2,B"));
  });

  test("are none after a revert", async () => {
    const first = csv("1,a", "2,b");
    const found = await after(first, csv("1,a", "2,B"), first);
    expect(found).toMatchObject({ records: 0, distinct: 2, file: undefined });
    expect(found.lineOf(7)).toBe(7);
  });

  test("are all of them if there is no earlier content, and git is not needed", async () => {
    const repository = TestRepository.new();
    const text = csv("1,a", "2,b", "1,a");
    repository.commit("a.csv", text);
    const git = {
      run() {
        throw new Error("git was started");
      },
    };
    const found = await newRows({
      ...{ workspace: repository.folder, name: "a.csv", earlier: [], git },
    });
    expect(found).toMatchObject({ records: 2, distinct: 2 });
    expect(found.text).toBe(csv("1,a", "2,b"));
  });
});

describe("a record is a different one", () => {
  test("not because of line ends, a BOM or blank lines", async () => {
    const found = await after(
      csv("1,a", "2,b"),
      "\uFEFF\r\nid,text\r\n1,a\r\n\r\n2,b\r\n\r\n\r\n3,c\r\n\r\n\r\n4,d\r\n1,a\r\n5,e",
    );
    expect(found.text).toBe("id,text\r\n3,c\r\n4,d\r\n5,e\r\n");
    expect([1, 2, 3, 4].map(found.lineOf)).toEqual([2, 8, 11, 13]);
  });

  test("not because of the order of its columns", async () => {
    const found = await after(csv("1,a", "2,b"), "text,id\na,1\nc,3\n");
    expect(found.text).toBe("text,id\nc,3\n");
  });

  test("because of an additional column", async () => {
    const text = "id,text,more\n1,a,\n2,b,\n";
    const found = await after(csv("1,a", "2,b"), text);
    expect(found).toMatchObject({ records: 2, text });
  });

  test("not because of optional quotes", async () => {
    const found = await after(csv('1,"a"', "2,b"), csv("1,a", '"2","b"'));
    expect(found.records).toBe(0);
  });
});

describe("the file of new records", () => {
  test("keeps their text, with line breaks in quotes", async () => {
    const row = '2,"first\r\n\n""second""\n"';
    const found = await after(csv("1,a"), csv("1,a", row, "3,c", row, "4,d"));
    expect(found.text).toBe(csv(row, "3,c", "4,d"));
    expect([1, 2, 3, 4, 5, 6, 7].map(found.lineOf)).toEqual([
      1, 3, 4, 5, 6, 7, 12,
    ]);
    expect(found).toMatchObject({ records: 3, distinct: 4 });
  });

  test("keeps a header of several lines, and adds a last line break", async () => {
    const header = '"i\nd",text';
    const found = await after(`${header}\n1,a\n`, `\n\n${header}\n1,a\n2,b`);
    expect(found.text).toBe(`${header}\n2,b\n`);
    expect([1, 2, 3].map(found.lineOf)).toEqual([3, 4, 6]);
  });

  test("has each repeated record once", async () => {
    const found = await after(csv("1,a"), csv("2,b", "1,a", "2,b", "2,b"));
    expect(found.text).toBe(csv("2,b"));
    expect(found).toMatchObject({ records: 1, distinct: 2 });
  });

  test("is made of JSONL by its lines", async () => {
    const repository = TestRepository.new();
    const first = repository.commit(
      "a.jsonl",
      '{"id":1,"of":{"x":1,"y":2}}\n{"id":12345678901234567890}\n',
    );
    repository.commit(
      "a.jsonl",
      '\uFEFF{"of":{"y":2,"x":1}, "id":1}\n \n{"id":12345678901234567891}\n\t\n\n{ "id": 3 }',
    );
    const found = await newRows({
      ...{ workspace: repository.folder, name: "a.jsonl", earlier: [first] },
    });
    expect(found.text).toBe('{"id":12345678901234567891}\n{ "id": 3 }\n');
    expect([1, 2].map(found.lineOf)).toEqual([3, 6]);
  });

  test("works like any other file for every reader", async () => {
    const found = await after(csv("1,a"), csv("1,a", "2,b", '3,"c\n"'));
    const { file, files } = found;
    if (!file) throw new Error("there is no file");
    const checked = await preflight(files, file, undefined, signal);
    expect(checked).toMatchObject({ records: 2, distinct: 2, defects: [] });
    expect(checked.sha256.slice(0, 12)).toBe(prefixOf(found.text ?? ""));
    const rest: string[] = [];
    for await (const { text } of portions(files, { file, checked }, signal)) {
      rest.push(text);
    }
    expect(rest).toEqual(['{"id":"2","text":"b"}\n{"id":"3","text":"c\\n"}\n']);
    let bytes = 0;
    for await (const piece of unchanged(files, file)) bytes += piece.length;
    expect(bytes).toBe(file.bytes);
    expect(await files.realPath(file.path)).toBe(file.path);
    await expect(realFiles.stat(file.path)).rejects.toThrow("null bytes");
    const whole = file.path.replace(/\0.*/, "");
    expect(await files.realPath(whole)).toBe(whole);
    expect((await files.stat(whole)).bytes).toBeGreaterThan(file.bytes);
    for (const pieces of [files.read(whole), files.readInTurns(whole)]) {
      for await (const piece of pieces) {
        expect(piece.length).toBeGreaterThan(file.bytes);
      }
    }
  });

  test("is not read if the committed file has changed", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.csv", csv("1,a"));
    repository.commit("a.csv", csv("1,a", "2,b"));
    const { folder } = repository;
    const { file, files } = await newRows({
      ...{ workspace: folder, name: "a.csv", earlier: [first] },
    });
    repository.write("a.csv", csv("1,a", "2,c"));
    const read = async () => {
      for await (const piece of unchanged(files, file ?? never())) {
        throw new Error(Buffer.from(piece).toString());
      }
    };
    await expect(read()).rejects.toMatchObject({
      parts: {
        title: "The dataset file has changed",
        what: "a.csv changed while this step was at work on it.",
      },
    });
  });

  test("is not made of a file that has changed since its preflight", async () => {
    const repository = TestRepository.new();
    repository.commit("a.jsonl", '{"a":1}\nno\n');
    const ask = { workspace: repository.folder, name: "a.jsonl", earlier: [] };
    await expect(newRows(ask)).rejects.toMatchObject({
      parts: { what: expect.stringContaining("line 2 is not JSON") },
    });
  });
});

function never(): never {
  throw new Error("there is no file");
}
