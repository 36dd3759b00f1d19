/** Plain words for the errors of the system when it cannot read a file. */
import { Stop } from "../errors.ts";
import type { Files } from "./disk.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EBUSY: "another process holds it",
  EIO: "the disk reports an error",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links go round in a circle",
  EMFILE: "too many files are open on the runner",
  ENFILE: "too many files are open on the runner",
  ENAMETOOLONG: "the path is too long",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is a file, not a directory",
};

/** For example `cannot be read (EACCES): permission denied`. Undefined if it is not an error of the system. */
export function systemErrorWords(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const words = WORDS[code];
  return `cannot be read (${code})${words === undefined ? "" : `: ${words}`}`;
}

/** Such as `ENOENT`. Codes of Node itself, such as `ERR_INVALID_ARG_TYPE`, mean a defect of this action. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return typeof code === "string" && /^E[A-Z\d]+$/.test(code)
    ? code
    : undefined;
}

/**
 * Reads the bytes of a file that was found.
 * @param how a method of `Files`.
 * @throws Stop if the system cannot read them.
 */
export async function* piecesOf(
  files: Files,
  {
    path,
    relativePath,
  }: { readonly path: string; readonly relativePath: string },
  how: "read" | "readInTurns" = "read",
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of files[how](path)) yield piece;
  } catch (error) {
    throw stopFor(relativePath, error);
  }
}

function stopFor(relativePath: string, error: unknown): unknown {
  const trouble = systemErrorWords(error);
  if (trouble === undefined) return error;
  return new Stop({
    title: "The dataset file cannot be used",
    what: `${relativePath} ${trouble}.`,
    next:
      codeOf(error) === "ENOENT"
        ? "Make sure that nothing else writes to the file during this step, then run this job again."
        : "Check the rights and the links of the file, and the runner; then run this job again.",
  });
}
