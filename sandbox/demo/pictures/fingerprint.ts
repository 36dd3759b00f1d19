/** Writes into a picture which summary it shows. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { SceneName } from "./outcomes.ts";

/** The outcome in the README. */
export const SHOWN: SceneName = "set_up";

const KEYWORD = "Summary\0";
/** The length of the signature and IHDR, with which every PNG starts. */
const HEAD_BYTES = 33;

/** The hash of a summary without its times, which change with every run. */
export function fingerprint(summary: string): string {
  const timeless = summary.replace(/^\| (Status|Time) \|.*$/gm, "");
  return createHash("sha256").update(timeless).digest("hex");
}

/** A PNG with the fingerprint as a chunk of text. */
export function withFingerprint(png: Buffer, value: string): Buffer {
  const content = Buffer.from(`tEXt${KEYWORD}${value}`, "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length - 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([
    png.subarray(0, HEAD_BYTES),
    length,
    content,
    sum,
    png.subarray(HEAD_BYTES),
  ]);
}

/** The fingerprint in a PNG, if it has one. */
export function fingerprintIn(png: Buffer): string | undefined {
  return /tEXtSummary\0([0-9a-f]{64})/.exec(png.toString("latin1"))?.[1];
}
