// ncc can report success although a dependency is missing (docs/design.md, "dist").
import { readFileSync } from "node:fs";

const bundle = readFileSync(
  new URL("../dist/index.js", import.meta.url),
  "utf8",
);
if (bundle.includes("webpackMissingModule")) {
  console.error("dist/index.js lacks a module that it needs.");
  process.exitCode = 1;
}
