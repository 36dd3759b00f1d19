/** Where earlier contents are found. */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
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

/** A folder with a git that regards every repository as another user's, like git's own tests. */
function gitOfAnotherUser(): string {
  const find = ["-c", "command -v git"];
  const real = execFileSync("sh", find, { encoding: "utf8" }).trim();
  const folder = newFolder();
  const program = join(folder, "git");
  const as = "GIT_TEST_ASSUME_DIFFERENT_OWNER=1";
  writeFileSync(program, `#!/bin/sh\n${as} exec '${real}' "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}

describe("an earlier content is found", () => {
  test("under an earlier name and in another folder", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("old/b.csv", csv(...ROWS));
    const second = repository.commit("old/b.csv", csv(...ROWS, "more,row"));
    repository.git("mv", "old/b.csv", "a.csv");
    repository.git("commit", "-qm", "move");
    repository.git("mv", "a.csv", "c.csv");
    repository.commit("c.csv", csv(...ROWS, "more,row", "new,row"));
    for (const earlier of [[first], [second], [second, first]]) {
      const { text } = await askFor(repository, earlier, "c.csv");
      expect(text).toContain("new,row");
      expect(text?.includes("more,row")).toBe(!earlier.includes(second));
    }
  });

  test("under a name of another format", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.csv", csv("1,a"));
    repository.git("mv", "a.csv", "a.jsonl");
    repository.git("commit", "-qm", "move");
    const text = '{"text":"b","id":"2"}\n';
    const all = `{"text":"a","id":"1"}\n${text}`;
    const second = repository.commit("a.jsonl", all);
    const found = await askFor(repository, [first], "a.jsonl");
    expect(found.text).toBe(text);
    repository.git("mv", "a.jsonl", "a.csv");
    repository.git("commit", "-qm", "move");
    repository.commit("a.csv", csv("1,a", "2,b", "3,c"));
    expect((await askFor(repository, [second])).text).toBe(csv("3,c"));
  });

  test("only on a merged branch, also if the merge dropped it", async () => {
    const repository = TestRepository.new();
    repository.commit("a.csv", csv(...ROWS));
    repository.git("checkout", "-qb", "side");
    const side = repository.commit("a.csv", csv(...ROWS, "side,row"));
    repository.commit("a.csv", csv(...ROWS));
    repository.git("checkout", "-q", "main");
    repository.commit("b.txt", "b");
    repository.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "m", "side");
    repository.git("branch", "-qD", "side");
    repository.commit("a.csv", csv(...ROWS, "side,row", "new,row"));
    expect((await askFor(repository, [side])).text).toBe(csv("new,row"));
  });

  test("under the new name, if a branch with the old name was merged later", async () => {
    const repository = TestRepository.new();
    repository.commit("old.csv", csv(...ROWS));
    repository.git("branch", "side");
    repository.git("mv", "old.csv", "a.csv");
    repository.git("commit", "-qm", "move");
    const wanted = repository.commit("a.csv", csv(...ROWS, "more,row"));
    repository.commit("a.csv", csv(...ROWS, "more,row", "other,row"));
    repository.git("checkout", "-q", "side");
    repository.commit("b.txt", "b");
    repository.git("checkout", "-q", "main");
    repository.git("merge", "-q", "--no-ff", "-m", "m", "side");
    repository.commit("a.csv", csv(...ROWS, "more,row", "new,row"));
    expect((await askFor(repository, [wanted])).text).toBe(csv("new,row"));
  });

  test("on a branch that was squashed", async () => {
    const repository = TestRepository.new();
    repository.commit("a.csv", csv(...ROWS));
    repository.git("checkout", "-qb", "side");
    const side = repository.commit("a.csv", csv(...ROWS, "side,row"));
    repository.git("checkout", "-q", "main");
    repository.commit("a.csv", csv(...ROWS, "side,row", "new,row"));
    expect((await askFor(repository, [side])).text).toBe(csv("new,row"));
  });

  test("that was renamed in the merge commit", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("old.csv", csv(...ROWS));
    repository.git("checkout", "-qb", "side");
    repository.commit("b.txt", "b");
    repository.git("checkout", "-q", "main");
    repository.commit("c.txt", "c");
    repository.git("merge", "-q", "--no-commit", "--no-ff", "side");
    repository.git("mv", "old.csv", "a.csv");
    repository.git("commit", "-qm", "merge and move");
    repository.commit("a.csv", GROWN);
    expect((await askFor(repository, [first])).text).toBe(csv("new,row"));
  });

  test("that a checkout on Windows changed to CRLF", async () => {
    const repository = TestRepository.new();
    const mixed = `id,text\n1,"a\n"\r\n2,b\n`;
    repository.commit("a.csv", mixed);
    const uploaded = mixed.replaceAll(/\r?\n/g, "\r\n");
    repository.commit("a.csv", uploaded + "3,c\r\n");
    const { text } = await askFor(repository, [prefixOf(uploaded)]);
    expect(text).toBe("id,text\r\n3,c\r\n");
  });

  test.each([
    "data/of 2026/ä 日本.csv",
    "-leading.csv",
    "-- a/--all.csv",
    ":(glob)*.csv",
    ":!a.csv",
    "a\tb [1]*?.csv",
    "data\\a.csv",
  ])("of a file with the name %s", async (name) => {
    const repository = TestRepository.new();
    const first = repository.commit(name, csv(...ROWS));
    repository.commit("other.csv", csv("x,y"));
    repository.commit(name, GROWN);
    const found = await askFor(repository, [first], name);
    expect(found.text).toBe(csv("new,row"));
  });

  test("in a work tree whose .git is a file, in a folder of the workspace", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("data/a.csv", csv(...ROWS));
    repository.commit("data/a.csv", GROWN);
    const workspace = newFolder();
    repository.git("worktree", "add", "-q", join(workspace, "in/tree"));
    const name = "in/tree/data/a.csv";
    const found = await newRows({ workspace, name, earlier: [first] });
    expect(found.text).toBe(csv("new,row"));
    expect(found.file?.relativePath).toBe(name);
  });

  test("in a repository of another user", async () => {
    const repository = TestRepository.new();
    const first = repository.commit("a.csv", csv(...ROWS));
    repository.commit("a.csv", GROWN);
    const { PATH: before = "" } = process.env;
    process.env.PATH = `${gitOfAnotherUser()}:${before}`;
    try {
      // Git refuses if it has to find the repository itself.
      expect(() => repository.git("status")).toThrow(/dubious ownership/);
      expect((await askFor(repository, [first])).text).toBe(csv("new,row"));
    } finally {
      process.env.PATH = before;
    }
  });
});
