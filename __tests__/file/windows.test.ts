/** The committed file on a Windows runner: drives, shares, backslashes, and line breaks changed by Git. */
import { win32 } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Files } from "../../src/file/disk.ts";
import { findDatasetFile } from "../../src/file/find.ts";
import { preflight } from "../../src/file/preflight.ts";
import { Stop } from "../../src/errors.ts";
import { OneFile, fileNamed } from "./files.ts";

const SHARE = "\\\\fileserver\\work\\repo";
const CONTENT = "a\r\n1\r\n";

/** One CSV in each checkout. As on NTFS, names are found in any case, and returned as they were written. */
class WindowsDisk implements Files {
  private readonly paths = [
    "D:\\a\\repo\\repo",
    "D:\\a\\repo\\repo\\data\\Reviews.csv",
    "D:\\a\\repo\\other\\Reviews.csv",
    "C:\\a\\repo\\repo\\data\\Reviews.csv",
    SHARE,
    `${SHARE}\\data\\Reviews.csv`,
    "\\\\fileserver\\other\\Reviews.csv",
  ];
  /** A network drive, a path with a short name, and a link out of the checkout. */
  private readonly links = [
    ["Z:\\", "\\\\fileserver\\work\\"],
    ["D:\\A~1\\", "D:\\a\\"],
    ["D:\\a\\repo\\repo\\link", "D:\\a\\repo\\other"],
  ] as const;

  realPath(path: string): Promise<string> {
    let whole = win32.resolve("D:\\somewhere", path);
    for (const [link, target] of this.links) {
      if (whole.toLowerCase().startsWith(link.toLowerCase())) {
        whole = target + whole.slice(link.length);
      }
    }
    const found = this.paths.find(
      (known) => known.toLowerCase() === whole.toLowerCase(),
    );
    return found === undefined
      ? Promise.reject(Object.assign(new Error("missing"), { code: "ENOENT" }))
      : Promise.resolve(found);
  }
  stat(): ReturnType<Files["stat"]> {
    return new OneFile(CONTENT).stat();
  }
  read(): AsyncIterable<Uint8Array> {
    return new OneFile(CONTENT).read();
  }
  readInTurns(): AsyncIterable<Uint8Array> {
    return this.read();
  }
}

const find = (workspace: string, given: string) =>
  findDatasetFile(new WindowsDisk(), workspace, given, win32);

describe("a file is found, and annotations get its path with /", () => {
  test.each([
    ["D:\\a\\repo\\repo", "data/Reviews.csv"],
    ["D:\\a\\repo\\repo", "data\\Reviews.csv"],
    ["D:\\a\\repo\\repo", ".\\data\\..\\data/Reviews.csv"],
    ["D:\\a\\repo\\repo", "DATA\\Reviews.csv"],
    ["D:\\a\\repo\\repo", "D:\\a\\repo\\repo\\data\\Reviews.csv"],
    ["D:\\a\\repo\\repo", "d:/A/repo/repo/data/Reviews.csv"],
    ["D:\\a\\repo\\repo\\", "data/Reviews.csv"],
    ["D:/a/repo/repo", "data/Reviews.csv"],
    ["d:\\A\\Repo\\Repo", "data/Reviews.csv"],
    ["D:\\A~1\\repo\\repo", "data/Reviews.csv"],
    ["D:\\a\\repo\\repo", "D:\\A~1\\repo\\repo\\data\\Reviews.csv"],
    [SHARE, "data/Reviews.csv"],
    [SHARE, `${SHARE}\\data\\Reviews.csv`],
    [SHARE.replaceAll("\\", "/"), "data\\Reviews.csv"],
    ["Z:\\repo", "data\\Reviews.csv"],
    ["Z:\\repo", `${SHARE}\\data\\Reviews.csv`],
    [SHARE, "Z:\\repo\\data\\Reviews.csv"],
  ])("in %s by %s", async (workspace, given) => {
    const root = /^d/i.test(workspace) ? "D:\\a\\repo\\repo" : SHARE;
    expect(await find(workspace, given)).toEqual({
      path: `${root}\\data\\Reviews.csv`,
      relativePath: "data/Reviews.csv",
      name: "Reviews.csv",
      stem: "Reviews",
      format: "csv",
      bytes: CONTENT.length,
      modifiedMs: 0,
    });
  });
});

test("the name keeps the case that was entered", async () => {
  expect(await find(SHARE, "DATA\\REVIEWS.CSV")).toMatchObject({
    relativePath: "data/Reviews.csv",
    name: "REVIEWS.CSV",
    stem: "REVIEWS",
    format: "csv",
  });
});

describe("refused is", () => {
  const OUTSIDE = "is outside the workspace";
  const MISSING = "is not in the workspace";
  test.each([
    ["another checkout", "..\\other\\Reviews.csv", OUTSIDE],
    ["another drive", "C:\\a\\repo\\repo\\data\\Reviews.csv", OUTSIDE],
    ["a share", "\\\\fileserver\\other\\Reviews.csv", OUTSIDE],
    ["a network drive", "Z:\\repo\\data\\Reviews.csv", OUTSIDE],
    ["the root of the drive", "/a/repo/other/Reviews.csv", OUTSIDE],
    ["a link that leads out", "link/Reviews.csv", OUTSIDE],
    ["a path from where a drive is", "D:data\\Reviews.csv", MISSING],
    ["nothing", "data\\Missing.csv", MISSING],
  ])("%s", async (_, given, what) => {
    const error: unknown = await find("D:\\a\\repo\\repo", given).catch(
      (problem: unknown) => problem,
    );
    expect(error).toBeInstanceOf(Stop);
    expect((error as Stop).parts.what).toBe(
      `dataset_file: "${given}" ${what}. Nothing was sent to Prolific.`,
    );
  });
});

describe("a checkout with CRLF", () => {
  const { signal } = new AbortController();
  const check = (name: string, content: string) =>
    preflight(new OneFile(content), fileNamed(name), undefined, signal);

  test.each([
    ["a.csv", 'id,text\n1,one\n\n2,"a ""b"""\n3,\n'],
    ["a.csv", "id,text\n1\n2,b,c\n3,d"],
    ["a.jsonl", '{"id":1}\n\n{"id":2}\n{"id":\n'],
  ])("of %s, %j: the same records and lines", async (name, lf) => {
    const crlf = lf.replaceAll("\n", "\r\n");
    const [one, other] = [await check(name, lf), await check(name, crlf)];
    expect(other.records).toBe(one.records);
    expect(other.defects).toEqual(one.defects);
  });

  // docs/runners.md says how to have the same bytes on every runner.
  test("is different content for Prolific", async () => {
    const { sha256 } = await check("a.csv", "id\n1\n");
    expect((await check("a.csv", "id\r\n1\r\n")).sha256).not.toBe(sha256);
  });
});
