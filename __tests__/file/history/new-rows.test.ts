/** Which records are new, against real repositories (contract 10). */
import { afterAll, describe, expect, test } from "@jest/globals";
import { TestRepository, newRows, removeFolders } from "./repository.ts";

afterAll(removeFolders);

const csv = (...rows: string[]) => ["id,text", ...rows, ""].join("\n");

/** Commits the contents one after the other; all but the last are those of earlier batches. */
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

  test("are all of them where there was no earlier content, without git", async () => {
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
