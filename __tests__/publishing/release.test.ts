/** What a release checks about its tag (scripts/release.js). */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
// @ts-expect-error -- a script without types of its own
import * as untyped from "../../scripts/release.js";
import { VERSION } from "../../src/version.ts";

interface Files {
  readonly packageJson: string;
  readonly lockFile: string;
  readonly versionTs: string;
  readonly changelog: string;
}
const { problemsOf, notesOf, majorToMove } = untyped as {
  problemsOf: (tag: string, files: Files) => string[];
  notesOf: (changelog: string, version: string) => string | undefined;
  majorToMove: (tag: string, tags: readonly string[]) => string | undefined;
};

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.10.0] - 2026-12-01

### Added

- Something
  new.

## [1.1.0] - 2026-11-30

- First.

[1.1.0]: https://example.com
`;
const filesOf = (version: string, changelog = CHANGELOG): Files => ({
  packageJson: JSON.stringify({ version }),
  lockFile: JSON.stringify({ version }),
  versionTs: `/** Why. */\nexport const VERSION = "${version}";\n`,
  changelog,
});

describe("a tag", () => {
  test("that matches has no problems", () => {
    expect(problemsOf("v1.10.0", filesOf("1.10.0"))).toEqual([]);
    expect(problemsOf("v1.1.0", filesOf("1.1.0"))).toEqual([]);
  });

  test.each(["1.10.0", "v1.10", "v1.10.0-rc.1", "v01.10.0", "main"])(
    "in another form is refused: %s",
    (tag) => {
      expect(problemsOf(tag, filesOf("1.10.0"))).toEqual([
        expect.stringContaining(tag),
      ]);
    },
  );

  test("must be the version of all files", () => {
    expect(problemsOf("v1.10.0", filesOf("1.1.0"))).toEqual([
      expect.stringContaining("package.json says 1.1.0"),
      expect.stringContaining("package-lock.json says 1.1.0"),
      expect.stringContaining("src/version.ts says 1.1.0"),
    ]);
  });

  test("must be in the changelog, where nothing may be unreleased", () => {
    expect(problemsOf("v1.2.0", filesOf("1.2.0"))).toEqual([
      expect.stringContaining("[1.2.0] - YYYY-MM-DD"),
    ]);
    const empty = CHANGELOG.replace("- First.\n", "");
    expect(problemsOf("v1.1.0", filesOf("1.1.0", empty))).toEqual([
      expect.stringContaining("nothing about 1.1.0"),
    ]);
    const more = CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- X.\n");
    expect(problemsOf("v1.1.0", filesOf("1.1.0", more))).toEqual([
      expect.stringContaining("Unreleased"),
    ]);
  });
});

test("the notes are the section of the changelog for the version", () => {
  expect(notesOf(CHANGELOG, "1.10.0")).toBe("### Added\n\n- Something new.");
  expect(notesOf(CHANGELOG, "1.1.0")).toBe("- First.");
  expect(notesOf(CHANGELOG, "1.1")).toBeUndefined();
  expect(notesOf(CHANGELOG, "Unreleased")).toBe("");
});

describe("the tag of the major version", () => {
  test.each([
    ["v1.0.0", [], "v1"],
    ["v1.2.0", ["v1", "v1.1.9", "v1.2.0", "v2.0.0", "v1.9"], "v1"],
    ["v2.0.0", ["v1", "v1.9.0", "v2.0.0"], "v2"],
    ["v1.10.0", ["v1.9.0"], "v1"],
    ["v1.9.1", ["v1.9.1", "v1.10.0"], undefined],
    ["v1.9.1", ["v1.9.2"], undefined],
    ["v0.1.0", [], undefined],
  ])("after %s with the tags %j: %s", (tag, tags, major) => {
    expect(majorToMove(tag, tags)).toBe(major);
  });
});

describe("as a command", () => {
  const run = (args: readonly string[], input = "") =>
    spawnSync(process.execPath, ["scripts/release.js", ...args], {
      encoding: "utf8",
      input,
    });

  test("check reads the files of this repository", () => {
    const { status, stderr } = run(["check", "v99.0.0"]);
    expect(status).toBe(1);
    expect(stderr).toContain(`src/version.ts says ${VERSION}`);
    expect(stderr).not.toContain("undefined");
  });

  test("there are no notes for a version that is not in the changelog", () => {
    const { status, stdout } = run(["notes", "v99.0.0"]);
    expect([status, stdout]).toEqual([1, ""]);
  });

  test("major reads the existing tags", () => {
    expect(run(["major", "v1.2.0"], "v1\nv1.2.0\n").stdout).toBe("v1\n");
    expect(run(["major", "v1.2.0"], "v1\nv1.2.0\nv1.3.0\n").stdout).toBe("");
    expect(run(["major", "v1"]).status).toBe(1);
  });
});

test("the changelog has an Unreleased section, or is about this version", () => {
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  const next = notesOf(changelog, "Unreleased");
  expect(next).toBeDefined();
  expect(next === "" ? notesOf(changelog, VERSION) : next).toMatch(/^### /);
});

test("all files name one version", () => {
  const version = (name: string) =>
    (JSON.parse(readFileSync(name, "utf8")) as { version: string }).version;
  expect([version("package.json"), version("package-lock.json")]).toEqual([
    VERSION,
    VERSION,
  ]);
});
