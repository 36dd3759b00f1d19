/** How git is started and ended. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { GitError, gitBy, realGit } from "../../../src/file/history/git.ts";
import { systemClock } from "../../../src/timing/clock.ts";
import { TestRepository, newFolder, removeFolders } from "./repository.ts";

const environment = { ...process.env };
afterEach(() => {
  Object.assign(process.env, environment);
});
afterAll(removeFolders);

const { signal } = new AbortController();

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString("utf8");
}

/** Replaces git by a program that writes its process id to a file. */
function programInPlaceOfGit(script: string): { pid: () => number } {
  const folder = newFolder();
  const program = join(folder, "git");
  const pid = join(folder, "pid");
  writeFileSync(program, `#!/bin/sh\necho $$ > '${pid}'\n${script}\n`);
  chmodSync(program, 0o755);
  process.env.PATH = `${folder}:${environment.PATH ?? ""}`;
  return { pid: () => Number(readFileSync(pid, "utf8")) };
}

/** Also true for a zombie process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("git", () => {
  test("returns its output", async () => {
    const { folder } = TestRepository.new();
    const args = ["rev-parse", "--is-bare-repository"];
    expect(await textOf(realGit.run(folder, args, signal, 100))).toBe(
      "false\n",
    );
  });

  test("only gets the part of the environment that locates programs", async () => {
    process.env.GIT_DIR = "/elsewhere";
    process.env.PROLIFIC_TOKEN = "secret";
    programInPlaceOfGit("env");
    const text = await textOf(realGit.run("/w", [], signal, 10_000));
    delete process.env.GIT_DIR;
    delete process.env.PROLIFIC_TOKEN;
    const names = text.split("\n").map((line) => line.split("=")[0]);
    expect(names).toContain("PATH");
    expect(names).toContain("GIT_NO_LAZY_FETCH");
    expect(text).not.toMatch(/secret|GIT_DIR|HOME|elsewhere/);
  });

  test("that fails is reported with its own words", async () => {
    const run = realGit.run(newFolder(), ["log"], signal, 100);
    await expect(textOf(run)).rejects.toMatchObject({
      name: "GitError",
      kind: "failed",
      words: expect.stringContaining("not a git repository"),
    });
  });

  test("that fails without words is reported with its exit; long words are shortened", async () => {
    programInPlaceOfGit("exit 3");
    await expect(
      textOf(realGit.run("/w", [], signal, 100)),
    ).rejects.toMatchObject({ kind: "failed", words: "ended with 3" });
    programInPlaceOfGit("seq 100000 >&2; exit 1");
    const error: unknown = await textOf(
      realGit.run("/w", [], signal, 100),
    ).catch((reason: unknown) => reason);
    expect((error as GitError).words.length).toBeLessThanOrEqual(2_000);
  });

  test("that is missing is distinguished from one that fails", async () => {
    process.env.PATH = newFolder();
    const run = realGit.run("/w", ["log"], signal, 100);
    await expect(textOf(run)).rejects.toMatchObject({ kind: "missing" });
  });

  test("is stopped if it prints too much", async () => {
    const { pid } = programInPlaceOfGit("exec yes");
    const run = realGit.run("/w", [], signal, 2 ** 20);
    await expect(textOf(run)).rejects.toMatchObject({ kind: "long" });
    expect(isThere(pid())).toBe(false);
  });

  test("is stopped if the reader stops", async () => {
    const { pid } = programInPlaceOfGit("exec yes");
    for await (const piece of realGit.run("/w", [], signal, 2 ** 30)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(isThere(pid())).toBe(false);
  });

  test("is stopped at once by the signal, and not started after it", async () => {
    const { pid } = programInPlaceOfGit("echo begun; exec sleep 60");
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const read = async () => {
      const pieces = realGit.run("/w", [], controller.signal, 100);
      for await (const piece of pieces) {
        expect(Buffer.from(piece).toString()).toBe("begun\n");
        setTimeout(() => {
          controller.abort(reason);
        }, 50);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(isThere(pid())).toBe(false);
    await expect(
      textOf(realGit.run("/nowhere", [], controller.signal, 100)),
    ).rejects.toBe(reason);
  });

  test("is stopped after a minute without output", async () => {
    const { pid } = programInPlaceOfGit("echo begun; exec sleep 60");
    let waits = 0;
    const git = gitBy({
      ...systemClock,
      sleep: async (ms, stop) => {
        expect(ms).toBe(60_000);
        await systemClock.sleep(waits++ === 0 ? 10_000 : 100, stop);
      },
    });
    const run = git.run("/w", [], signal, 100);
    await expect(textOf(run)).rejects.toMatchObject({ kind: "slow" });
    expect(waits).toBe(2);
    expect(isThere(pid())).toBe(false);
  });
});
