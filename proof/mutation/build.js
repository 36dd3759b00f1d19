/**
 * Run by Stryker in its copy of the project: compiles each TypeScript file to JavaScript next to it, so that Node can load
 * it. Types are not checked, because a mutant may violate them. Property tests run 30 cases each: few mutants need more,
 * and there are thousands of mutants.
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
