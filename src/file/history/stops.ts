/** Messages for the case that the new rows are not known, which is never guessed (contract 10). */
import { Stop } from "../../errors.ts";
import type { DatasetFile } from "../find.ts";
import type { GitError } from "./git.ts";

const OTHER_WAY = "or use new_batch: all_rows";
const FULL_CHECKOUT =
  "Give actions/checkout the input fetch-depth: 0, without filter and sparse-checkout";

/** A stop before anything was written. */
export function unknownRows(what: string, next: string, words?: string): Stop {
  return new Stop({
    title: "The new rows cannot be determined",
    what: `new_batch: new_rows: ${what}. Nothing was written to Prolific.`,
    next: `${next}.`,
    words,
  });
}

/** Hashes as a message names them. */
function named(prefixes: readonly string[]): string {
  const shown = prefixes.slice(0, 3).join(", ");
  const more = prefixes.length - 3;
  const rest = more > 0 ? ` and ${String(more)} more` : "";
  return prefixes.length === 1
    ? `the content ${shown} of an earlier batch`
    : `the contents ${shown}${rest} of earlier batches`;
}

/** The history of the clone does not go back far enough. */
export function notInShallowClone(
  { relativePath }: DatasetFile,
  missing: readonly string[],
): Stop {
  return unknownRows(
    `${named(missing)} cannot be found: the checkout holds only a part of the history of ${relativePath}`,
    `Give actions/checkout the input fetch-depth: 0, then run this job again, ${OTHER_WAY}`,
  );
}

/** The whole history was searched. */
export function notInHistory(
  { relativePath }: DatasetFile,
  missing: readonly string[],
): Stop {
  return unknownRows(
    `${named(missing)} cannot be found in the history of ${relativePath}: it was uploaded from another file or ` +
      "repository, or its commit was removed from the history",
    `Use a batch that has no data yet, or one whose data this action uploaded from this file, as batch_id, ${OTHER_WAY}`,
  );
}

/** Git only has the pointer. */
export function inLfs(
  { relativePath }: DatasetFile,
  found: readonly string[],
): Stop {
  return unknownRows(
    `${named(found)} of ${relativePath} is in Git LFS, and the history holds only a pointer to it`,
    `Commit the file without Git LFS from the first batch on, ${OTHER_WAY}`,
  );
}

/** Only the server knows what is in a ZIP. */
export function zipHasNoRows({ relativePath }: DatasetFile): Stop {
  return unknownRows(
    `the records of a ZIP such as ${relativePath} are not compared`,
    `Commit the records as a .csv or .jsonl file, ${OTHER_WAY}`,
  );
}

/** There is no `.git` from the file up to the workspace. */
export function noRepository({ relativePath }: DatasetFile): Stop {
  return unknownRows(
    `${relativePath} is not in a Git repository, so its earlier contents are unknown`,
    `Check the repository out with actions/checkout and fetch-depth: 0 (it uses Git only when git is installed), ${OTHER_WAY}`,
  );
}

/** A content was found, but has no records. */
export function unreadableContent(
  { relativePath }: DatasetFile,
  prefix: string,
): Stop {
  return unknownRows(
    `the content ${prefix} of ${relativePath} that an earlier batch has cannot be read as records`,
    `Use another batch as batch_id, ${OTHER_WAY}`,
  );
}

/** Git itself failed. */
export function gitStop(
  { relativePath }: DatasetFile,
  { kind, words }: GitError,
): Stop {
  const looked = `the history of ${relativePath}`;
  switch (kind) {
    case "missing":
      return unknownRows(
        `${looked} cannot be read: git cannot be started on this runner`,
        "Install git on the runner or in the container of the job, before actions/checkout and on the PATH of this step",
        words,
      );
    case "slow":
      return unknownRows(
        `git took too long to read ${looked}`,
        `Run this job again, ${OTHER_WAY}`,
        words,
      );
    case "long":
      return unknownRows(
        `git printed too much while it read ${looked}`,
        "Use new_batch: all_rows",
        words,
      );
    case "failed":
      return unknownRows(
        `git could not read ${looked}`,
        `${FULL_CHECKOUT}, then run this job again`,
        words,
      );
  }
}
