/** Finds the committed file, and checks that it can be a data file (contract 5.1). */
import * as system from "node:path";
import { Stop } from "../errors.ts";
import type { FileStat, Files } from "./disk.ts";
import { codeOf, piecesOf, systemErrorWords } from "./trouble.ts";

export type DatasetFormat = "csv" | "jsonl" | "zip";

export interface DatasetFile {
  /** Absolute, symbolic links resolved. */
  readonly path: string;
  /** The path of the real file from the workspace, with forward slashes, as annotations need it. */
  readonly relativePath: string;
  /** As given, such as `reviews.csv`. */
  readonly name: string;
  readonly stem: string;
  readonly format: DatasetFormat;
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** For a part of a committed file: maps a line of the part to its line in the whole file, both from 1. */
  readonly lineOf?: (line: number) => number;
}

/** How paths are written: `node:path` of this system; `win32` and `posix` are for tests. */
export type PathRules = Pick<
  typeof system,
  "basename" | "extname" | "isAbsolute" | "join" | "relative" | "sep"
>;

const FORMATS: readonly DatasetFormat[] = ["csv", "jsonl", "zip"];
const LFS_POINTER = "version https://git-lfs.github.com/spec/v1";
const ZIP_MAGIC = "PK\u0003\u0004";
const EMPTY_ZIP_MAGIC = "PK\u0005\u0006";

/**
 * Finds the file that `dataset_file` names.
 * @throws Stop if it is missing, outside the workspace, not a regular file, empty, a Git LFS pointer, or not a ZIP although
 * its name ends in .zip.
 */
export async function findDatasetFile(
  files: Files,
  workspace: string,
  given: string,
  how: PathRules = system,
): Promise<DatasetFile> {
  const name = how.basename(given);
  const extension = how.extname(name);
  const format = FORMATS.find(
    (known) => `.${known}` === extension.toLowerCase(),
  );
  if (format === undefined) {
    throw unusable(given, "has none of the extensions .csv, .jsonl and .zip", {
      next: "Set dataset_file to a .csv, .jsonl or .zip file.",
    });
  }
  const root = await workspaceRoot(files, workspace, given);
  const path = await realPath(
    files,
    how.isAbsolute(given) ? given : how.join(root, given),
    given,
  );
  const relativePath = placeIn(root, path, how);
  if (relativePath === undefined) {
    throw unusable(given, "is outside the workspace", {
      next: "Set dataset_file to the path of a committed file, relative to the workspace. Symbolic links must not lead out of it.",
    });
  }
  const stat = await files.stat(path).catch((error: unknown) => {
    throw unreadable(given, error);
  });
  refuseKind(given, stat);
  const file: DatasetFile = {
    path,
    relativePath,
    name,
    stem: name.slice(0, -extension.length),
    format,
    bytes: stat.bytes,
    modifiedMs: stat.modifiedMs,
  };
  refuseContent(given, file, await beginning(files, file));
  return file;
}

/** The path from a folder, with `/`. Undefined if it leads outside, also to another drive on Windows. */
export function placeIn(
  folder: string,
  path: string,
  how: PathRules = system,
): string | undefined {
  const place = how.relative(folder, path);
  const [first] = place.split(how.sep);
  if (first === ".." || how.isAbsolute(place)) return undefined;
  return place.replaceAll(how.sep, "/");
}

async function realPath(
  files: Files,
  path: string,
  given: string,
): Promise<string> {
  try {
    return await files.realPath(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(given, error);
    throw unusable(given, "is not in the workspace", {
      next: "Put a step with actions/checkout before this one, and check the path: it starts at the root of the repository.",
    });
  }
}

/** The folder of the checkout, with every symbolic link resolved. */
async function workspaceRoot(
  files: Files,
  workspace: string,
  given: string,
): Promise<string> {
  try {
    return await files.realPath(workspace);
  } catch (error) {
    const trouble = systemErrorWords(error);
    if (trouble === undefined) throw error;
    throw unusable(
      given,
      `cannot be found: the workspace "${workspace}" ${trouble}`,
      {
        next:
          "Put a step with actions/checkout before this one, and leave GITHUB_WORKSPACE as the runner sets it; in a " +
          "container of your own, mount the workspace.",
      },
    );
  }
}

/** Words for an error of the system. Other errors do not come from it. */
function unreadable(given: string, error: unknown): unknown {
  const trouble = systemErrorWords(error);
  if (trouble === undefined) return error;
  return unusable(given, trouble, {
    next: "Check the rights and the links of the file.",
  });
}

function refuseKind(given: string, { kind, bytes }: FileStat): void {
  if (kind !== "file") {
    const what = kind === "directory" ? "a directory" : "no regular file";
    throw unusable(given, `is ${what}`, {
      next: "Set dataset_file to the path of one file. For several datasets, use a matrix with one step for each.",
    });
  }
  if (bytes === 0) {
    throw unusable(given, "is empty", {
      next: "Commit the file with its records.",
    });
  }
}

function refuseContent(given: string, file: DatasetFile, start: string): void {
  if (start.startsWith(LFS_POINTER)) {
    throw unusable(given, "is a Git LFS pointer, not the file itself", {
      next: "Give actions/checkout the input lfs: true.",
    });
  }
  if (file.format !== "zip" || start.startsWith(ZIP_MAGIC)) return;
  throw start.startsWith(EMPTY_ZIP_MAGIC)
    ? unusable(given, "is an empty archive: no records", {
        next: "Commit the archive with its files.",
      })
    : unusable(given, "is not a ZIP archive, although its name ends in .zip", {
        next: "Commit a ZIP archive, or correct the name of the file.",
      });
}

/** The first bytes of a file, one character for each. */
async function beginning(files: Files, file: DatasetFile): Promise<string> {
  for await (const piece of piecesOf(files, file)) {
    return Buffer.from(piece.subarray(0, LFS_POINTER.length)).toString(
      "latin1",
    );
  }
  return "";
}

function unusable(
  given: string,
  what: string,
  { next }: { next: string },
): Stop {
  return new Stop({
    title: "The dataset file cannot be used",
    what: `dataset_file: "${given}" ${what}. Nothing was sent to Prolific.`,
    next,
  });
}
