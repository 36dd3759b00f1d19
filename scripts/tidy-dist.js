// Makes the bundle short and easy to read in a review: without the comments of the packages in it (their licenses are in
// dist/licenses.txt), and formatted by Prettier (docs/design.md, "dist").
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import ts from "typescript";

const path = new URL("../dist/index.js", import.meta.url);
const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
  compilerOptions: {
    allowJs: true,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
    target: ts.ScriptTarget.ES2022,
  },
});
writeFileSync(path, await format(outputText, { parser: "babel" }));
