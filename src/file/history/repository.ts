/** Finds the repository with the history of a file. */
import { join } from "node:path";
import type { Files } from "../disk.ts";
import type { DatasetFile } from "../find.ts";
import { codeOf, systemErrorWords } from "../trouble.ts";
import type { Git } from "./git.ts";
import { noRepository, unknownRows } from "./stops.ts";
import type { Repository } from "./blobs.ts";

/** What the search needs. */
export interface Search {
  readonly files: Files;
  readonly git: Git;
  /** The folder of the checkout. */
  readonly workspace: string;
  readonly file: DatasetFile;
  readonly signal: AbortSignal;
}

/** The closest folder with a `.git`, from the file up to the workspace. */
export async function repositoryOf({
  files,
  workspace,
  file,
}: Search): Promise<Repository> {
  const root = await files.realPath(workspace);
  const parts = file.relativePath.split("/");
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const workTree = join(root, ...parts.slice(0, depth));
    try {
      // In a linked work tree and in a submodule, `.git` is a file, which git reads.
      await files.stat(join(workTree, ".git"));
      return { workTree, path: parts.slice(depth).join("/") };
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") continue;
      const trouble = systemErrorWords(error);
      if (trouble === undefined) throw error;
      throw unknownRows(
        `the repository of ${file.relativePath} ${trouble}`,
        "Check the rights of the folder .git",
      );
    }
  }
  throw noRepository(file);
}

/** Whether the clone has only a part of the history. */
export async function isShallow(
  { git, signal }: Search,
  { workTree }: Repository,
): Promise<boolean> {
  const args = ["rev-parse", "--is-shallow-repository"];
  let text = "";
  for await (const piece of git.run(workTree, args, signal, 1024)) {
    text += Buffer.from(piece).toString("latin1");
  }
  return text.trim() === "true";
}
