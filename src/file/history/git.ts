/** The runner's git. The only module that starts a program. A malicious repository cannot make git run anything. */
import type { Readable } from "node:stream";
import { dirname, join } from "node:path";
import {
  type Clock,
  reasonOf,
  systemClock,
  timeLimit,
} from "../../timing/clock.ts";

export interface Git {
  /**
   * The output of git, piece by piece. Git ends at once if the reader stops early or the signal aborts.
   * @param workTree the absolute path of the folder with `.git`.
   * @param args the command and its arguments.
   * @param limitBytes more output than this ends git.
   * @throws GitError; the reason of the signal.
   */
  run(
    workTree: string,
    args: readonly string[],
    signal: AbortSignal,
    limitBytes: number,
  ): AsyncIterable<Uint8Array>;
}

/** `missing`: git is not installed; `slow`: no output for too long; `long`: too much output; `failed`: git failed. */
export type GitErrorKind = "missing" | "slow" | "long" | "failed";

/** Why there is no complete output of git. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly kind: GitErrorKind;
  /** The words of git or of the system, shortened and not yet redacted. */
  readonly words: string;
  constructor(kind: GitErrorKind, words: string) {
    super(`git: ${kind}: ${words}`);
    this.kind = kind;
    this.words = words;
  }
}

/** How long git may run without output. */
const SILENCE_MS = 60_000;
const MOST_WORDS = 2_000;

/** Settings that override those of the repository. */
const SETTINGS = [
  "advice.graftFileDeprecated=false",
  "core.attributesFile=/dev/null",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.sshCommand=false",
  "diff.external=",
  "log.diffMerges=separate",
  "log.follow=false",
  "log.mailmap=false",
  "log.showSignature=false",
  "protocol.allow=never",
];

/** The environment of git: where programs are, but no settings of the user, the system or the workflow. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    LC_ALL: "C", // messages in English
    // Unlike protocol.allow, a repository cannot override this: git does not connect to a promisor remote.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** With `--git-dir`, git does not check the owner of the repository, which is another user in a container job. */
function fixedArguments(workTree: string): string[] {
  return [
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    `--git-dir=${join(workTree, ".git")}`,
    `--work-tree=${workTree}`,
    ...SETTINGS.flatMap((setting) => ["-c", setting]),
  ];
}

/** The git of the runner, found on its PATH. */
export const realGit: Git = gitBy(systemClock);

/** The same, with a clock for tests. */
export function gitBy(clock: Clock): Git {
  return {
    run: (workTree, args, signal, limitBytes) =>
      outputOf(
        clock,
        [...fixedArguments(workTree), ...args],
        signal,
        limitBytes,
      ),
  };
}

async function* outputOf(
  clock: Clock,
  args: readonly string[],
  signal: AbortSignal,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  // Loaded only when needed, because loading takes time.
  const { spawn } = await import("node:child_process");
  const child = spawn("git", args, {
    // Windows searches this folder for programs first, so it must not be in the repository.
    cwd: dirname(process.execPath),
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let words = "";
  const ended = new Promise<GitError | undefined>((resolve) => {
    child.once("error", (error) => {
      resolve(new GitError("missing", error.message));
    });
    // Not "exit": only after "close", stderr is complete.
    child.once("close", (code, killer) => {
      const how = words.trim() || `ended with ${String(code ?? killer)}`;
      resolve(code === 0 ? undefined : new GitError("failed", how));
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-MOST_WORDS); // the error is at the end
  });
  let left = limitBytes;
  try {
    for await (const piece of inTime(clock, child.stdout, signal)) {
      left -= piece.length;
      if (left < 0) {
        throw new GitError("long", `more than ${String(limitBytes)} bytes`);
      }
      yield piece;
    }
    const trouble = await ended;
    if (trouble) throw trouble;
  } finally {
    child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
    await ended;
  }
}

/** The pieces of a stream, each with a time limit. The time until the reader requests the next piece does not count. */
async function* inTime(
  clock: Clock,
  stream: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pieces = stream.iterator({ destroyOnReturn: true });
  const silent = new GitError("slow", `silent for ${String(SILENCE_MS)} ms`);
  for (;;) {
    const limit = timeLimit(clock, SILENCE_MS, silent, signal);
    const stop = () => {
      stream.destroy(reasonOf(limit.signal));
    };
    limit.signal.addEventListener("abort", stop, { once: true });
    try {
      const { done, value } = (await pieces.next()) as IteratorResult<
        Uint8Array,
        undefined
      >;
      limit.signal.throwIfAborted();
      if (done) return;
      yield value;
    } finally {
      limit.signal.removeEventListener("abort", stop);
      limit.release();
    }
  }
}
