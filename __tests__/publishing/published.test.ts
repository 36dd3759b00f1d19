/** What is published: the archive that a runner downloads, and dist/ with what is beside it. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { openStage } from "../scenarios/transcript.ts";

const stage = openStage();

/** What git says, if this folder is a clone and git is there. */
function git(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout } = spawnSync("git", args, {
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
  });
  return status === 0 ? stdout : undefined;
}
const isClone = git(["rev-parse", "--show-prefix"])?.toString().trim() === "";

const archive = () => {
  let folder = "";
  let bytes = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "archive-"));
    // Of what is here now, committed or not, so that a change is tested before it is committed; nothing is written to .git.
    const objects = git(["rev-parse", "--git-path", "objects"]) ?? "";
    const elsewhere = {
      GIT_INDEX_FILE: join(folder, "index"),
      GIT_OBJECT_DIRECTORY: join(folder, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: resolve(objects.toString().trim()),
    };
    mkdirSync(elsewhere.GIT_OBJECT_DIRECTORY);
    expect(git(["add", "--all"], elsewhere)).toBeDefined();
    const tree = git(["write-tree"], elsewhere)?.toString().trim() ?? "";
    const args = ["archive", "--worktree-attributes", "--prefix=action/", tree];
    const tar = git(args, elsewhere) ?? Buffer.of();
    bytes = tar.length;
    writeFileSync(join(folder, "action.tar"), tar);
    const { status } = spawnSync("tar", ["-xf", "action.tar"], { cwd: folder });
    expect(status).toBe(0);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("has what a runner needs, and nothing else", () => {
    const entries = (name: string) => readdirSync(join(folder, name)).sort();
    expect(entries("action")).toEqual([
      "LICENSE",
      "README.md",
      "action.yml",
      "dist",
    ]);
    expect(entries("action/dist")).toEqual([
      "index.js",
      "licenses.txt",
      "package.json",
    ]);
  });

  test("is under 1 MB before it is compressed", () => {
    expect(bytes).toBeGreaterThan(300_000);
    expect(bytes).toBeLessThan(1_000_000);
  });

  test("is an action that works", async () => {
    const { runs } = parse(
      readFileSync(join(folder, "action", "action.yml"), "utf8"),
    ) as { runs: { main: string } };
    const { exitCode, outputs } = await stage.scenario(
      {},
      { entry: join(folder, "action", runs.main) },
    );
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
  });
};
if (isClone) describe("the archive that a runner downloads", archive);

describe("dist/", () => {
  const bundle = readFileSync("dist/index.js", "utf8");
  const licences = readFileSync("dist/licenses.txt", "utf8");
  /** Packages are marked with the paths of their modules. */
  const bundled = new Set(
    [
      ...bundle.matchAll(/\.\/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g),
      // A CommonJS module is marked by its number alone: what asks for it tells its name.
      ...bundle.matchAll(/^var (tunnel) = __nccwpck_require__\(\d+\);$/gm),
    ].map(([, name]) => name),
  );

  test("has the licence of each bundled package, and no other", () => {
    const blocks = licences.split(/\n\n+(?=(?:@[\w-]+\/)?[\w.-]+\n[\w.-]+\n)/);
    const named = blocks.map((block) => block.split("\n")[0]);
    expect(bundled.size).toBeGreaterThan(3);
    expect(named.sort()).toEqual([...bundled].sort());
    for (const block of blocks) {
      expect(block).toMatch(/^\S+\nMIT\n/);
      expect(block).toMatch(/copyright/i);
      expect(block).toMatch(/permission is hereby granted/i);
    }
  });

  test("contains every dependency of package.json", () => {
    const { dependencies } = JSON.parse(
      readFileSync("package.json", "utf8"),
    ) as { dependencies: object };
    expect([...bundled]).toEqual(
      expect.arrayContaining(Object.keys(dependencies)),
    );
  });

  test("has no source map and no path of the machine that built it", () => {
    expect(readdirSync("dist").filter((name) => name.endsWith(".map"))).toEqual(
      [],
    );
    // Packages name maps of their own in comments, by name only.
    const maps = [...bundle.matchAll(/sourceMappingURL=(\S*)/g)];
    for (const [, map] of maps) expect(map).toMatch(/^[\w.-]+\.js\.map$/);
    expect(bundle).not.toMatch(/["'`(](\/(home|Users|tmp|root)|file:\/)\//);
    expect(bundle).not.toMatch(/["'`(][A-Za-z]:\\\\/);
    expect(bundle).not.toContain(process.cwd());
  });
});
