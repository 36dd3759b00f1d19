/** Finds earlier contents of a file by their hashes in the history of the repository (contract 10). */
import { createHash } from "node:crypto";
import { contentHash } from "../content-name.ts";
import type { DatasetFormat } from "../find.ts";
import { GitError } from "./git.ts";
import { withCrlf } from "./line-breaks.ts";
import { gitStop, inLfs, notInHistory, notInShallowClone } from "./stops.ts";
import { type Search, isShallow, repositoryOf } from "./repository.ts";
import { type Repository, blobsOf } from "./blobs.ts";

/** A content of the file that an earlier batch has. */
export interface Content {
  /** The first 12 hex digits of its SHA-256. */
  readonly prefix: string;
  readonly format: DatasetFormat;
  /** The bytes as they were uploaded. */
  read(): AsyncIterable<Uint8Array>;
}

const CONTENT_BYTES = 16 * 2 ** 30;
const LFS_OID =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n[^]*?^oid sha256:([0-9a-f]{64})$/m;
const START_BYTES = 1024;

/**
 * Finds each wanted content.
 * @param wanted the first 12 hex digits of their SHA-256.
 * @throws Stop if one of them cannot be found; the reason of the signal.
 */
export async function findContents(
  search: Search,
  wanted: readonly string[],
): Promise<readonly Content[]> {
  if (wanted.length === 0) return [];
  try {
    return await found(search, await repositoryOf(search), wanted);
  } catch (error) {
    throw error instanceof GitError ? gitStop(search.file, error) : error;
  }
}

async function found(
  search: Search,
  repository: Repository,
  wanted: readonly string[],
): Promise<readonly Content[]> {
  const { git, file, signal } = search;
  const contents = new Map<string, Content>();
  const missing = new Set(wanted.map((prefix) => prefix.toLowerCase()));
  const pointers = new Set<string>();
  const seen = new Set<string>();
  let trouble: GitError | undefined;
  // Other branches may still have what was squashed or rebased. The hash identifies a content on any branch.
  for (const revisions of ["HEAD", "--all"]) {
    for await (const blob of blobsOf(git, repository, revisions, signal)) {
      if (seen.has(blob)) continue;
      seen.add(blob);
      try {
        const hashes = await hashesOf(search, repository, blob);
        for (const { sha256, crlf } of hashes.as) {
          const prefix = contentHash(sha256);
          if (!missing.delete(prefix)) continue;
          const read = () => bytesOf(search, repository, blob, crlf);
          contents.set(prefix, { prefix, format: hashes.format, read });
        }
        const pointed = hashes.lfs && contentHash(hashes.lfs);
        if (pointed !== undefined && missing.has(pointed)) {
          pointers.add(pointed);
        }
      } catch (error) {
        // A partial clone does not have this content. The wanted one may be another one.
        if (!(error instanceof GitError && error.kind === "failed")) {
          throw error;
        }
        trouble ??= error;
      }
      if (missing.size === 0) return [...contents.values()];
    }
  }
  if (pointers.size > 0) throw inLfs(file, [...pointers]);
  if (trouble !== undefined) throw trouble;
  throw (await isShallow(search, repository))
    ? notInShallowClone(file, [...missing])
    : notInHistory(file, [...missing]);
}

/** The forms in which a content may have been uploaded. */
interface Hashes {
  readonly as: readonly { readonly sha256: string; readonly crlf: boolean }[];
  /** The hash of the content that a Git LFS pointer refers to. */
  readonly lfs: string | undefined;
  readonly format: DatasetFormat;
}

/** A checkout on Windows turns LF into CRLF by default (`core.autocrlf`). */
async function hashesOf(
  search: Search,
  repository: Repository,
  blob: string,
): Promise<Hashes> {
  const asIs = createHash("sha256");
  const onWindows = createHash("sha256");
  const convert = withCrlf();
  let start = "";
  for await (const piece of bytesOf(search, repository, blob, false)) {
    asIs.update(piece);
    onWindows.update(convert(piece));
    if (start.length < START_BYTES) {
      start += Buffer.from(piece.subarray(0, START_BYTES)).toString("latin1");
    }
  }
  return {
    as: [
      { sha256: asIs.digest("hex"), crlf: false },
      { sha256: onWindows.digest("hex"), crlf: true },
    ],
    lfs: LFS_OID.exec(start)?.[1],
    format: formatOf(start),
  };
}

async function* bytesOf(
  { git, signal }: Search,
  { workTree }: Repository,
  blob: string,
  crlf: boolean,
): AsyncGenerator<Uint8Array> {
  const args = ["cat-file", "blob", blob];
  const pieces = git.run(workTree, args, signal, CONTENT_BYTES);
  const convert = withCrlf();
  for await (const piece of pieces) {
    yield crlf ? convert(piece) : piece;
  }
}

/**
 * Decided by the content, because a rename may have changed the format: no CSV that passes the preflight begins with a
 * brace and a quote.
 */
function formatOf(start: string): DatasetFormat {
  if (start.startsWith("PK\u0003\u0004")) return "zip";
  return /^(\xef\xbb\xbf)?\s*\{\s*["}]/.test(start) ? "jsonl" : "csv";
}
