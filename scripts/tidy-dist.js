// Makes the bundle short and easy to read in a review: formatted by Prettier, and without comments but those that say where a
// module begins (docs/design.md, "dist"). The licenses of the packages are in dist/licenses.txt.
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import ts from "typescript";

const path = new URL("../dist/index.js", import.meta.url);
// A statement stands for each comment that stays.
const marked = readFileSync(path, "utf8").replace(
  /^;\/\/ CONCATENATED MODULE: (\S+)$/gm,
  ';"module $1";',
);
const { outputText } = ts.transpileModule(marked, {
  compilerOptions: {
    allowJs: true,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
    target: ts.ScriptTarget.ES2022,
  },
});
const formatted = await format(outputText, { parser: "babel" });
writeFileSync(
  path,
  formatted.replace(/^\("module (\S+)"\);$|^"module (\S+)";$/gm, "// $1$2"),
);
