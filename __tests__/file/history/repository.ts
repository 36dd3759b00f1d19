/** Real repositories in a folder that is removed afterwards. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { realFiles } from "../../../src/file/disk.ts";
import { findDatasetFile } from "../../../src/file/find.ts";
import { type Git, realGit } from "../../../src/file/history/git.ts";
import { findNewRows } from "../../../src/file/history/new-rows.ts";

/** The hash of a content in the name of a batch. */
export const prefixOf = (content: string | Uint8Array) =>
  createHash("sha256").update(content).digest("hex").slice(0, 12);

const folders: string[] = [];

/** To be called after all tests of a file. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An empty folder. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "history-"));
  folders.push(folder);
  return folder;
}

/** A repository with a branch `main`. */
export class TestRepository {
  readonly folder: string;

  constructor(folder = newFolder()) {
    this.folder = folder;
  }

  static new(folder?: string): TestRepository {
    const repository = new TestRepository(folder);
    repository.git("init", "-q", "-b", "main");
    return repository;
  }

  git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org" },
        ...{ GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" },
      },
    });
  }

  write(name: string, content: string | Uint8Array): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** @returns the hash of this content in the name of a batch. */
  commit(name: string, content: string | Uint8Array): string {
    this.write(name, content);
    this.git("--literal-pathspecs", "add", "--", name);
    this.git("commit", "-q", "--allow-empty", "-m", name);
    return prefixOf(content);
  }
}

export interface Asked {
  readonly workspace: string;
  readonly name: string;
  readonly earlier: readonly string[];
  readonly git?: Git;
  readonly signal?: AbortSignal;
}

/** The new records of a real file, and the text of the file made of them. */
export async function newRows({ workspace, name, earlier, ...rest }: Asked) {
  const { signal } = new AbortController();
  const file = await findDatasetFile(realFiles, workspace, name);
  const from = { files: realFiles, git: realGit, workspace, file, earlier };
  const found = await findNewRows({ signal, ...from, ...rest });
  return { ...found, text: await textOf(found) };
}

async function textOf({
  file,
  files,
}: Awaited<ReturnType<typeof findNewRows>>): Promise<string | undefined> {
  if (!file) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of files.read(file.path)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
