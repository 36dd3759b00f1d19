/** One upload as the action sends it: `upload-once <file> <url>`. */
import { statSync } from "node:fs";
import { unchanged } from "../../../src/file/unchanged.ts";
import { realFiles } from "../../../src/file/disk.ts";
import { uploadOverHttp } from "../../../src/prolific/http.ts";

const [, , path = "", url = ""] = process.argv;
const { size: bytes, mtimeMs: modifiedMs } = statSync(path);
const file = { path, relativePath: path, bytes, modifiedMs };
const reply = await uploadOverHttp(
  {
    method: "PUT",
    url,
    contentType: "text/csv",
    bytes,
    body: unchanged(realFiles, file),
  },
  { signal: new AbortController().signal, stallMs: 60_000 },
);
if (reply.status !== 200) throw new Error(`HTTP ${String(reply.status)}`);
