/** The name of a file at Prolific, which carries its content: nothing else is remembered between runs (contract 5.2). */
import type { DatasetFile } from "./find.ts";

/** How much of its hash the name of a file carries. */
const HASH = /-([0-9a-f]{12})\.([^.]+)$/i;

/** What names carry of a content: the first 12 hex of its SHA-256. */
export function contentHash(sha256: string): string {
  return sha256.slice(0, 12).toLowerCase();
}

/** The name that carries the content: `<stem>-<first 12 hex of SHA-256>.<ext>` (contract 5.2). */
export function remoteName(
  { stem, format }: DatasetFile,
  sha256: string,
): string {
  return `${stem}-${contentHash(sha256)}.${format}`;
}

/** Whether two remote names stand for the same content: hash and extension agree. */
export function isSameFile(one: string | undefined, other: string): boolean {
  const [, hash, extension] = HASH.exec(one?.toLowerCase() ?? "") ?? [];
  const [, otherHash, otherExtension] = HASH.exec(other.toLowerCase()) ?? [];
  return (
    hash !== undefined && hash === otherHash && extension === otherExtension
  );
}

/** The hash that a remote name carries; undefined for a name without one. */
export function hashOf(name: string): string | undefined {
  return HASH.exec(name)?.[1]?.toLowerCase();
}

/** The stem of a remote name; undefined for a name without a hash. */
export function stemOf(name: string): string | undefined {
  return HASH.test(name) ? name.replace(HASH, "") : undefined;
}
