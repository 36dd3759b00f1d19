/**
 * Run by Stryker in its copy of the project: makes plain JavaScript of the TypeScript there, file beside file, so that Node
 * itself can load it. Types are not looked at: a mutant need not fit them. Of generated cases there are 30 each, since a
 * mutant that more of them would find is rare, and thousands of mutants wait.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join, resolve } from "node:path";
import ts from "typescript";

const { compilerOptions } = ts.parseConfigFileTextToJson(
  "tsconfig.json",
  readFileSync("tsconfig.json", "utf8"),
).config;
const globals = pathToFileURL(resolve("proof/mutation/globals.js")).href;

for (const folder of ["src", "sandbox", "proof", "__tests__"]) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const fileName = join(folder, name);
    const { outputText } = ts.transpileModule(readFileSync(fileName, "utf8"), {
      fileName,
      compilerOptions: { ...compilerOptions, module: "esnext", noEmit: false },
    });
    writeFileSync(
      fileName.replace(/ts$/, "js"),
      outputText
        .replace('from "@jest/globals"', `from "${globals}"`)
        .replace(/numRuns: \w+/g, "numRuns: 30"),
    );
  }
}
