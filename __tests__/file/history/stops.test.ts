/** The messages if an earlier content is not found. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  type Git,
  GitError,
  type GitErrorKind,
} from "../../../src/file/history/git.ts";
import {
  TestRepository,
  newFolder,
  newRows,
  prefixOf,
  removeFolders,
} from "./repository.ts";

afterAll(removeFolders);

const csv = (...rows: string[]) => ["id,text", ...rows, ""].join("\n");
const ROWS = Array.from({ length: 30 }, (_, at) => `${String(at)},row`);
const GROWN = csv(...ROWS, "new,row");

const askFor = (
  { folder }: TestRepository,
  earlier: readonly string[],
  name = "a.csv",
) => newRows({ workspace: folder, name, earlier });

const saying = (what: string, next: string) => ({
  name: "Stop",
  parts: {
    title: "The new rows cannot be determined",
    what: expect.stringContaining(what),
    next: expect.stringContaining(next),
  },
});

describe("a content that is not found is never guessed", () => {
  test("in a shallow clone", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.csv", csv(...ROWS));
    const last = repository.commit("a.csv", GROWN);
    const clone = newFolder();
    const url = `file://${repository.folder}`;
    execFileSync("git", ["clone", "-q", "--depth", "1", url, clone]);
    const ask = { workspace: clone, name: "a.csv" };
    await expect(newRows({ ...ask, earlier: [first] })).rejects.toMatchObject(
      saying(`the content ${first} of an earlier batch`, "fetch-depth: 0"),
    );
    expect((await newRows({ ...ask, earlier: [last] })).records).toBe(0);
  });

  test("in a complete clone", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.csv", csv(...ROWS));
    const others = ["1", "2", "3", "4"].map((digit) => digit.repeat(12));
    await expect(askFor(repository, [first, ...others])).rejects.toMatchObject(
      saying(
        "the contents 111111111111, 222222222222, 333333333333 and 1 more of earlier batches cannot be found in the history of a.csv",
        "or use new_batch: all_rows",
      ),
    );
  });

  test("in Git LFS", async () => {
    const repository = TestRepository.new();
    const content = csv(...ROWS);
    const wanted = prefixOf(content);
    const oid = wanted + "0".repeat(52);
    repository.commit(
      "a.csv",
      `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${String(content.length)}\n`,
    );
    repository.commit("a.csv", GROWN);
    await expect(askFor(repository, [wanted])).rejects.toMatchObject(
      saying(`the content ${wanted} of an earlier batch of a.csv`, "Git LFS"),
    );
  });

  test("outside a repository, even when the workspace is in one", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("in/a.csv", csv(...ROWS));
    const workspace = join(repository.folder, "in");
    await expect(
      newRows({ workspace, name: "a.csv", earlier: [first] }),
    ).rejects.toMatchObject(
      saying("is not in a Git repository", "actions/checkout"),
    );
  });

  test("for a ZIP, now or earlier", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.zip", "PK\u0003\u0004");
    await expect(askFor(repository, [], "a.zip")).rejects.toMatchObject(
      saying("the records of a ZIP such as a.zip are not compared", ".csv"),
    );
    repository.git("mv", "a.zip", "a.csv");
    repository.git("commit", "-qm", "move");
    repository.commit("a.csv", csv("1,a"));
    await expect(askFor(repository, [first])).rejects.toMatchObject(
      saying("the records of a ZIP", ".csv"),
    );
  });

  test.each([
    ["a.jsonl", "no JSON\n", '{"a":1}\n'],
    ["a.csv", 'a\n"1\n', "a\n1\n"],
  ])("that has no records: %s", async (name, before, now) => {
    const repository = TestRepository.new();
    const first = repository.commit(name, before);
    repository.commit(name, now);
    await expect(askFor(repository, [first], name)).rejects.toMatchObject(
      saying("cannot be read as records", "all_rows"),
    );
  });
});

describe("when git fails", () => {
  const repository = TestRepository.new();
  repository.commit("a.csv", csv(...ROWS));
  const first = prefixOf("x");
  const ask = { workspace: repository.folder, name: "a.csv", earlier: [first] };

  test.each([
    ["missing", "git cannot be started on this runner", "Install git"],
    ["slow", "git took too long", "Run this job again"],
    ["long", "git printed too much", "all_rows"],
    ["failed", "git could not read the history", "fetch-depth: 0"],
  ] as [GitErrorKind, string, string][])(
    "%s: the message says so",
    async (kind, what, next) => {
      const git: Git = {
        run: () => ({
          [Symbol.asyncIterator]: () => ({
            next: () => Promise.reject(new GitError(kind, "its words")),
          }),
        }),
      };
      const error = { ...saying(what, next) };
      await expect(newRows({ ...ask, git })).rejects.toMatchObject(error);
      await expect(newRows({ ...ask, git })).rejects.toMatchObject({
        parts: { words: "its words" },
      });
    },
  );

  test("a cancel stays a cancel", async () => {
    const reason = new Error("cancelled");
    const signal = AbortSignal.abort(reason);
    await expect(newRows({ ...ask, signal })).rejects.toBe(reason);
  });
});
