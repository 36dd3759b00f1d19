/** Lists git's names of every content that a file has had, on all merged branches and across renames. */
import type { Git } from "./git.ts";

/** The repository and the file. */
export interface Repository {
  /** The absolute path of the folder with `.git`. */
  readonly workTree: string;
  /** The path of the file from there, with forward slashes. */
  readonly path: string;
}

/** One line of `--raw`, with the commit that it belongs to. */
interface Change {
  readonly commit: string;
  readonly parents: number;
  readonly status: string;
  readonly blobs: readonly string[];
  /** The old and the new path of a rename. */
  readonly paths: readonly string[];
}

const LIST_BYTES = 256 * 2 ** 20;
/** A file with more names than this is not followed further, and neither are commits that keep adding it. */
const MOST_NAMES = 50;
const MOST_ADDING_COMMITS = 200;

const LOG = [
  "log",
  "-m", // a content that was only on a merged branch counts, too
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
  "--format=%H %P",
];

/**
 * Git's names of the contents, each once, the newest first for each name of the file. `git log --follow` is not used: at
 * the first rename, it switches to the old name for the rest of the history, and misses other branches with the new name.
 * @param revisions where to start, such as `HEAD` or `--all`.
 */
export async function* blobsOf(
  git: Git,
  { workTree, path }: Repository,
  revisions: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const names = new Set([path]);
  const seen = new Set<string>();
  const changes = (args: readonly string[]) =>
    changesIn(git.run(workTree, [...LOG, ...args], signal, LIST_BYTES));
  for (const name of names) {
    const adding = new Map<string, number>();
    const list = ["--no-renames", "--full-history", revisions, "--", name];
    for await (const change of changes(list)) {
      const { commit, parents, status, blobs } = change;
      for (const blob of blobs) {
        if (seen.has(blob)) continue;
        seen.add(blob);
        yield blob;
      }
      // A merge creates a name only if none of its parents has it. Otherwise it came from a parent.
      const more = (adding.get(commit) ?? Math.max(1, parents)) - 1;
      if (status === "A") adding.set(commit, more);
    }
    const born = [...adding].filter(([, left]) => left === 0);
    const commits = born.slice(-MOST_ADDING_COMMITS).map(([commit]) => commit);
    if (commits.length === 0) continue;
    const renames = ["--no-walk=unsorted", "-M", "-C", "--diff-filter=RC"];
    for await (const { paths } of changes([...renames, ...commits, "--"])) {
      const [from = "", to] = paths;
      if (to === name && names.size < MOST_NAMES) names.add(from);
    }
  }
}

/** `<commit> <parents>` NUL, then `:<modes> <blobs> <status>` NUL `<path>` NUL (twice for a rename), and so on. */
async function* changesIn(
  output: AsyncIterable<Uint8Array>,
): AsyncGenerator<Change> {
  let commit = "";
  let parents = 0;
  let raw: string[] | undefined;
  let paths: string[] = [];
  for await (const token of tokensOf(output)) {
    if (raw === undefined) {
      const text = token.trimStart();
      if (text.startsWith(":")) {
        raw = text.slice(1).split(" ");
        paths = [];
      } else if (text !== "") {
        const [first = "", ...others] = text.trim().split(" ");
        commit = first;
        parents = others.length;
      }
      continue;
    }
    paths.push(token);
    const [oldMode = "", newMode = "", before = "", after = "", kind = ""] =
      raw;
    const status = kind.charAt(0);
    if (paths.length < (status === "R" || status === "C" ? 2 : 1)) continue;
    const blobs = [
      ...(isFile(newMode) ? [after] : []),
      ...(isFile(oldMode) ? [before] : []),
    ];
    yield { commit, parents, status, blobs, paths };
    raw = undefined;
  }
}

/** True for a regular file, not for a symbolic link or a submodule. */
function isFile(mode: string): boolean {
  return mode.startsWith("100");
}

/** Splits output at each NUL. */
async function* tokensOf(
  output: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  let begun: Uint8Array[] = [];
  for await (const piece of output) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(0, start);
      if (end === -1) break;
      begun.push(piece.subarray(start, end));
      yield Buffer.concat(begun).toString("utf8");
      begun = [];
      start = end + 1;
    }
    begun.push(Buffer.from(piece.subarray(start)));
  }
}
