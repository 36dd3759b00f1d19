/** The name of a file at Prolific, which contains a hash of its content. Runs remember nothing else (contract 5.2). */
import type { DatasetFile } from "./find.ts";

/** How many characters of the hash the name of a file contains. */
const HASH = /-([0-9a-f]{12})\.([^.]+)$/i;

/** The hash in a name: the first 12 hex digits of the SHA-256 of the content. */
export function contentHash(sha256: string): string {
  return sha256.slice(0, 12).toLowerCase();
}

/** The name for a content: `<stem>-<first 12 hex digits of its SHA-256>.<ext>` (contract 5.2). */
export function remoteName(
  { stem, format }: DatasetFile,
  sha256: string,
): string {
  return `${stem}-${contentHash(sha256)}.${format}`;
}

/** Whether two remote names mean the same content: their hash and extension are equal. */
export function isSameFile(one: string | undefined, other: string): boolean {
  const [, hash, extension] = HASH.exec(one?.toLowerCase() ?? "") ?? [];
  const [, otherHash, otherExtension] = HASH.exec(other.toLowerCase()) ?? [];
  return (
    hash !== undefined && hash === otherHash && extension === otherExtension
  );
}

/** The hash in a remote name. Undefined for a name without one. */
export function hashOf(name: string): string | undefined {
  return HASH.exec(name)?.[1]?.toLowerCase();
}

/** The stem of a remote name. Undefined for a name without a hash. */
export function stemOf(name: string): string | undefined {
  return HASH.test(name) ? name.replace(HASH, "") : undefined;
}
