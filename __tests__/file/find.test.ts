/** Which file `dataset_file` names, and what it is called at Prolific (contract 5). */
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, win32 } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { findDatasetFile, placeIn } from "../../src/file/find.ts";
import { unchanged } from "../../src/file/unchanged.ts";
import { Stop } from "../../src/errors.ts";
import { isSameFile, remoteName, stemOf } from "../../src/file/content-name.ts";
import { type Files, realFiles } from "../../src/file/disk.ts";
import { OneFile, fileNamed } from "./files.ts";

let base = "";
let workspace = "";
beforeEach(() => {
  base = realpathSync.native(mkdtempSync(join(tmpdir(), "file-")));
  workspace = join(base, "work");
  mkdirSync(join(workspace, "data", "folder.csv"), { recursive: true });
  mkdirSync(join(base, "work-other"));
  writeFileSync(join(workspace, "data", "Reviews of May.CSV"), "a\n1\n");
  writeFileSync(join(workspace, "empty.csv"), "");
  writeFileSync(join(workspace, "..data.csv"), "a\n1\n");
  writeFileSync(join(base, "outside.csv"), "a\n1\n");
  writeFileSync(join(base, "work-other", "a.csv"), "a\n1\n");
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const find = (given: string, root = workspace) =>
  findDatasetFile(realFiles, root, given);

async function refusal(given: string, root?: string): Promise<string> {
  const error: unknown = await find(given, root).then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (!(error instanceof Stop)) throw new Error(`no Stop: ${String(error)}`);
  return `${error.parts.what} ${error.parts.next ?? ""}`;
}

describe("a file is found", () => {
  const FOUND = {
    relativePath: "data/Reviews of May.CSV",
    name: "Reviews of May.CSV",
    stem: "Reviews of May",
    format: "csv",
    bytes: 4,
  };

  test.each([
    "data/Reviews of May.CSV",
    "./data/../data/Reviews of May.CSV",
    "data//Reviews of May.CSV",
  ])("by %j", async (given) => {
    expect(await find(given)).toMatchObject(FOUND);
  });

  test("by its absolute path", async () => {
    const path = join(workspace, "data", "Reviews of May.CSV");
    expect(await find(path)).toMatchObject({ ...FOUND, path });
  });

  test("in a workspace that is a symbolic link", async () => {
    const link = join(base, "link");
    symlinkSync(workspace, link);
    expect(await find("data/Reviews of May.CSV", link)).toMatchObject(FOUND);
  });

  test("through a symbolic link inside the workspace: annotations go to the real file, the name stays", async () => {
    symlinkSync(join("data", "Reviews of May.CSV"), join(workspace, "now.csv"));
    expect(await find("now.csv")).toMatchObject({
      relativePath: FOUND.relativePath,
      name: "now.csv",
      stem: "now",
    });
  });

  test("whose name begins with two dots", async () => {
    expect(await find("..data.csv")).toMatchObject({ stem: "..data" });
  });

  test("that is a ZIP or JSONL", async () => {
    writeFileSync(join(workspace, "a.zip"), "PK\u0003\u0004 and more");
    writeFileSync(join(workspace, "a.jsonl"), "{}");
    expect((await find("a.zip")).format).toBe("zip");
    expect((await find("a.jsonl")).format).toBe("jsonl");
  });
});

describe("refused", () => {
  test.each([
    ["missing.csv", /not in the workspace.*actions\/checkout/],
    ["empty.csv/a.csv", /not in the workspace/],
    ["empty.csv", /is empty/],
    [
      "data/folder.csv",
      /is a directory.* one file\. .* matrix with one step for each/,
    ],
    ["../outside.csv", /outside the workspace.*path of a committed file/],
    ["../work-other/a.csv", /outside the workspace/],
    ["data/../../outside.csv", /outside the workspace/],
    ["a.txt", /extensions.*Set dataset_file to a \.csv, \.jsonl or \.zip file/],
  ])("%j", async (given, says) => {
    const text = await refusal(given);
    expect(text).toMatch(says);
    expect(text).toContain(given);
  });

  test("an absolute path outside", async () => {
    expect(await refusal(join(base, "outside.csv"))).toMatch(/outside/);
  });

  test("a symbolic link that leads out, or nowhere", async () => {
    symlinkSync(join(base, "outside.csv"), join(workspace, "out.csv"));
    symlinkSync(join(base, "nothing.csv"), join(workspace, "dangling.csv"));
    symlinkSync("loop.csv", join(workspace, "loop.csv"));
    expect(await refusal("out.csv")).toMatch(/outside the workspace/);
    expect(await refusal("dangling.csv")).toMatch(/not in the workspace/);
    expect(await refusal("loop.csv")).toMatch(
      /cannot be read \(ELOOP\): its symbolic links.*Check the rights and the links/,
    );
  });

  test("in a workspace that does not exist", async () => {
    const root = join(base, "nowhere");
    expect(await refusal("a.csv", root)).toMatch(
      /"a\.csv" cannot be found: the workspace ".*nowhere" cannot be read \(ENOENT\): it does not exist\. Nothing was sent.*actions\/checkout.*GITHUB_WORKSPACE/,
    );
  });

  test("with a path that no system accepts", async () => {
    expect(await refusal(`${"x".repeat(5_000)}.csv`)).toMatch(
      /cannot be read \(ENAMETOOLONG\): the path is too long/,
    );
  });

  test.each(["realPath", "stat", "read"] as const)(
    "when the system refuses access: %s",
    async (how) => {
      const denied = () =>
        Promise.reject(
          Object.assign(new Error("no"), { code: "EACCES", syscall: how }),
        );
      const closed: Files = {
        ...realFiles,
        realPath: (path) =>
          how === "realPath" && path.endsWith(".csv")
            ? denied()
            : realFiles.realPath(path),
        ...(how === "stat" ? { stat: denied } : {}),
        ...(how === "read"
          ? {
              read: () => ({
                [Symbol.asyncIterator]: () => ({ next: denied }),
              }),
            }
          : {}),
      };
      await expect(
        findDatasetFile(closed, workspace, "..data.csv"),
      ).rejects.toMatchObject({
        name: "Stop",
        parts: {
          what: expect.stringMatching(
            /cannot be read \(EACCES\): permission denied/,
          ),
        },
      });
    },
  );

  test("something that is neither a file nor a folder", async () => {
    const pipe: Files = {
      ...realFiles,
      stat: () => Promise.resolve({ kind: "other", bytes: 0, modifiedMs: 0 }),
    };
    await expect(findDatasetFile(pipe, workspace, "empty.csv")).rejects.toThrow(
      /is no regular file/,
    );
  });

  test("a link in the path that leads out", async () => {
    symlinkSync(join(base, "work-other"), join(workspace, "other"));
    expect(await refusal("other/a.csv")).toMatch(/outside the workspace/);
  });

  test("a Git LFS pointer", async () => {
    const pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n";
    writeFileSync(join(workspace, "lfs.zip"), pointer);
    expect(await refusal("lfs.zip")).toMatch(/Git LFS pointer.*lfs: true/);
  });

  test("a ZIP that is not one, or is empty", async () => {
    writeFileSync(join(workspace, "no.zip"), "a,b\n1,2\n");
    writeFileSync(
      join(workspace, "none.zip"),
      `PK\u0005\u0006${"\0".repeat(18)}`,
    );
    expect(await refusal("no.zip")).toMatch(/not a ZIP archive/);
    expect(await refusal("none.zip")).toMatch(/empty archive/);
  });
});

describe("where a file is", () => {
  test.each([
    ["D:\\a\\repo", "D:\\a\\repo\\data\\reviews.csv", "data/reviews.csv"],
    ["D:\\a\\repo", "d:\\A\\Repo\\Data\\a.csv", "Data/a.csv"],
    ["D:\\a\\repo", "D:\\a\\repo\\..data.csv", "..data.csv"],
    ["D:\\", "D:\\a.csv", "a.csv"],
    ["\\\\host\\share\\repo", "\\\\host\\share\\repo\\a.csv", "a.csv"],
    ["D:\\a\\repo", "D:\\a\\repo-other\\a.csv", undefined],
    ["D:\\a\\repo", "D:\\a\\a.csv", undefined],
    ["D:\\a\\repo", "C:\\a\\repo\\a.csv", undefined],
    ["D:\\a\\repo", "\\\\host\\share\\a.csv", undefined],
  ])("on Windows, in %s: %s is %j", (folder, path, place) => {
    expect(placeIn(folder, path, win32)).toBe(place);
  });

  test.each([
    ["/a/repo", "/a/repo/data/reviews.csv", "data/reviews.csv"],
    ["/a/repo", "/a/repo/a\\b.csv", "a\\b.csv"],
    ["/a/repo", "/a/repo-other/a.csv", undefined],
    ["/a/repo", "/a/Repo/a.csv", undefined],
  ])("elsewhere, in %s: %s is %j", (folder, path, place) => {
    expect(placeIn(folder, path, posix)).toBe(place);
  });
});

describe("the name at Prolific", () => {
  const sha256 = "0123456789ab".padEnd(64, "c");

  test("contains the hash of the content", () => {
    const name = remoteName(fileNamed("reviews.csv"), sha256);
    expect(name).toBe("reviews-0123456789ab.csv");
    expect(stemOf(name)).toBe("reviews");
    expect(stemOf(remoteName(fileNamed("a-b.c.jsonl"), sha256))).toBe("a-b.c");
  });

  test.each([
    ["reviews-0123456789ab.csv", true],
    ["other-0123456789ab.csv", true],
    ["reviews-0123456789AB.CSV", true],
    ["reviews-0123456789ac.csv", false],
    ["reviews-0123456789ab.jsonl", false],
    ["reviews.csv", false],
    ["reviews-0123456789ab", false],
    ["reviews-0123456789ab.csv.bak", false],
    [undefined, false],
  ])("%j means the same content: %j", (other, same) => {
    expect(isSameFile(other, "reviews-0123456789ab.csv")).toBe(same);
  });

  test("without a hash has no stem, and does not match a file", () => {
    expect(stemOf("reviews.csv")).toBeUndefined();
    expect(stemOf("reviews-123.csv")).toBeUndefined();
    expect(stemOf("reviews-0123456789ab.csv.bak")).toBeUndefined();
    expect(isSameFile("reviews.csv", "reviews.csv")).toBe(false);
  });
});

describe("the bytes that are sent", () => {
  async function sent(files: Files, bytes: number) {
    const pieces: number[] = [];
    let problem: unknown;
    try {
      for await (const piece of unchanged(files, fileNamed("a.csv", bytes))) {
        pieces.push(piece.length);
      }
    } catch (error) {
      problem = error;
    }
    return { total: pieces.reduce((sum, n) => sum + n, 0), problem };
  }

  test("are those of the file", async () => {
    expect(await sent(new OneFile("0123456789", [3]), 10)).toEqual({
      total: 10,
      problem: undefined,
    });
  });

  test("end with a stop if the file is shorter, longer or newer than before", async () => {
    const shorter = await sent(new OneFile("01234", [3]), 10);
    const longer = await sent(new OneFile("0123456789ab", [3]), 10);
    const grown = new OneFile("0123456789", [3]);
    grown.stat = () =>
      Promise.resolve({ kind: "file", bytes: 11, modifiedMs: 0 });
    const younger = new OneFile("0123456789", [3]);
    younger.stat = () =>
      Promise.resolve({ kind: "file", bytes: 10, modifiedMs: 1 });
    const deleted = new OneFile("0123456789", [3]);
    deleted.stat = () => Promise.reject(new Error("ENOENT"));
    const atOnce = new OneFile("0123456789");
    atOnce.stat = () => younger.stat();
    for (const { total, problem } of [
      await sent(atOnce, 10),
      shorter,
      longer,
      await sent(grown, 10),
      await sent(younger, 10),
      await sent(deleted, 10),
    ]) {
      expect((problem as Stop).parts).toEqual({
        title: "The dataset file has changed",
        what: "a.csv changed while this step was at work on it.",
        next: "Make sure that nothing else writes to the file during this step, then run this job again.",
      });
      expect(total).toBeLessThan(10);
    }
  });
});
