/**
 * `node proof/mutation/survivors.js`: runs the walk through all states (table.test.ts) with each mutant that survived the
 * run on the tables. The walk takes too long to be part of that run. The report then shows what the walk killed as killed.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { compileAll } from "../../scripts/compiled/compiled.js";

const REPORT = "build/mutation/table.json";
const PLACE = resolve("build/mutation/survivor");
/** The other files of the report have their own walk, which is part of the run. */
const WALKED = ["src/accounted.ts", "src/decide.ts"];
const MOST_MS = 180_000;

const WALK = `
  import { everyRun, hold, runsAlike } from "./__tests__/decide/table-runs.js";
  import { Walks } from "./__tests__/decide/table-walk.js";
  const runs = everyRun();
  for (const alike of runsAlike(runs)) {
    const walks = new Walks();
    for (const at of alike) if (hold(walks, runs[at]).wrong.size > 0) process.exit(1);
  }
`;

await compileAll();
rmSync(PLACE, { recursive: true, force: true });
for (const folder of ["src", "__tests__/decide"]) {
  cpSync(`build/compiled/${folder}`, join(PLACE, folder), { recursive: true });
}
writeFileSync(join(PLACE, "walk.js"), WALK);

const { compilerOptions } = ts.parseConfigFileTextToJson(
  "tsconfig.json",
  readFileSync("tsconfig.json", "utf8"),
).config;

function put(file, source) {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { ...compilerOptions, module: "esnext", noEmit: false },
  });
  writeFileSync(join(PLACE, file.replace(/ts$/, "js")), outputText);
}

/** @returns the source with the mutant. */
function mutated(source, { location: { start, end }, replacement }) {
  const starts = [0];
  for (const line of source.split("\n"))
    starts.push(starts.at(-1) + line.length + 1);
  const at = ({ line, column }) => starts[line - 1] + column - 1;
  return source.slice(0, at(start)) + replacement + source.slice(at(end));
}

function walk() {
  const { status, signal } = spawnSync(
    process.execPath,
    [join(PLACE, "walk.js")],
    { timeout: MOST_MS, stdio: "ignore" },
  );
  return signal ? "Timeout" : status === 0 ? "Survived" : "Killed";
}

if (walk() !== "Survived") throw new Error("The walk fails without a mutant.");
const report = JSON.parse(readFileSync(REPORT, "utf8"));
for (const file of WALKED) {
  const { mutants, source } = report.files[file];
  const survivors = mutants.filter(({ status }) =>
    ["Survived", "NoCoverage"].includes(status),
  );
  for (const [at, mutant] of survivors.entries()) {
    put(file, mutated(source, mutant));
    const status = walk();
    console.log(
      `${file} ${String(at + 1)} of ${String(survivors.length)}: ${status}`,
    );
    if (status === "Survived") continue;
    mutant.status = status;
    writeFileSync(REPORT, JSON.stringify(report));
  }
  put(file, source);
}
