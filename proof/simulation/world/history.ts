/** The history of a repository, with the parts of git that the action uses. */
import { createHash } from "node:crypto";
import { type Git, GitError } from "../../../src/file/history/git.ts";

/** What the runner has: the whole history, only the newest commit, no git, or a folder that is not a repository. */
export type Checkout = "whole" | "shallow" | "not there" | "no repository";

export class FileHistory {
  checkout: Checkout = "whole";
  /** The contents that each file has had, the oldest first. */
  private readonly contents = new Map<string, string[]>();

  commit(path: string, text: string): void {
    this.contents.set(path, [...(this.contents.get(path) ?? []), text]);
  }

  /** The file with its new name keeps its history, as in git. */
  rename(from: string, to: string): void {
    this.contents.set(to, this.contents.get(from) ?? []);
    this.contents.delete(from);
  }

  clear(): void {
    this.contents.clear();
  }

  readonly git: Git = {
    run: (_, args) => this.answer(args),
  };

  private async *answer(args: readonly string[]): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    if (this.checkout === "not there") {
      throw new GitError("missing", "spawn git ENOENT");
    }
    const [command] = args;
    if (command === "rev-parse") {
      yield Buffer.from(this.checkout === "shallow" ? "true\n" : "false\n");
    } else if (command === "log") {
      yield Buffer.from(this.log(args));
    } else if (command === "cat-file") {
      yield Buffer.from(this.blob(args.at(-1) ?? ""));
    } else {
      throw new Error(`git is asked for ${args.join(" ")}`);
    }
  }

  /** Newest first, as `--raw -z` writes it. */
  private log(args: readonly string[]): string {
    const path = args.at(-1) ?? "";
    const contents = this.contents.get(path) ?? [];
    const shown = this.checkout === "shallow" ? contents.slice(-1) : contents;
    return shown
      .map((text, at) => {
        const before = shown[at - 1];
        const commit = idOf(`${path} ${String(at)}`);
        const [mode, blob, status] =
          before === undefined
            ? ["000000", "0".repeat(40), "A"]
            : ["100644", idOf(before), "M"];
        return `${commit} \0:${mode} 100644 ${blob} ${idOf(text)} ${status}\0${path}\0`;
      })
      .reverse()
      .join("");
  }

  private blob(id: string): string {
    const all = [...this.contents.values()].flat();
    const text = all.find((each) => idOf(each) === id);
    if (text === undefined) throw new GitError("failed", "no such blob");
    return text;
  }
}

function idOf(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
