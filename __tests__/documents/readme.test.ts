/** README.md matches action.yml and the code. The scenarios test what it says about runs. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { format } from "prettier";
import ts from "typescript";
import { parse } from "yaml";
import { NEW_BATCH } from "../../src/github/inputs.ts";
import { BATCH_STATUSES } from "../../src/prolific/schema.ts";
// @ts-expect-error -- a script without types of its own
import { readmeWithTables } from "../../scripts/readme-tables.js";

const tables = readmeWithTables as (readme: string, action: string) => string;
const read = (name: string) =>
  readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const readme = read("README.md");

test("its tables are those of action.yml (npm run readme makes them)", async () => {
  const fresh = tables(readme, read("action.yml"));
  expect(fresh).toContain("| `batch_id` | **required** |");
  expect(await format(fresh, { parser: "markdown" })).toBe(readme);
});

describe("a newcomer", () => {
  const { engines } = JSON.parse(read("package.json")) as {
    engines: { node: string };
  };

  test("finds the two commands on the first screen", () => {
    const firstScreen = readme.split("\n").slice(0, 24).join("\n");
    expect(firstScreen).toContain("npm ci && npm run demo");
    expect(firstScreen).toContain("npm ci && npm test");
  });

  test("finds the version of Node that the package requires", () => {
    expect(readme).toContain(
      `Node (${engines.node.replace(">=", "")} or later)`,
    );
  });
});

test("its workflow is examples/on-push.yml, with the outputs", () => {
  const [, block = ""] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
  interface Workflow {
    readonly jobs: { readonly batch: { readonly steps: object[] } };
  }
  const shown = parse(block) as Workflow;
  const example = parse(read("examples/on-push.yml")) as Workflow;
  const { steps, ...job } = shown.jobs.batch;
  const { steps: exampleSteps, ...exampleJob } = example.jobs.batch;
  expect({ ...shown, jobs: job }).toEqual({ ...example, jobs: exampleJob });
  const [checkout, ours] = exampleSteps;
  expect(steps).toEqual([
    checkout,
    { id: "batch", ...ours },
    { run: expect.any(String), env: expect.any(Object) },
  ]);
});

test("its table shows what is paid for with each value of new_batch", () => {
  const [, header = ""] = /^\| Your commit +\|(.*)\|$/m.exec(readme) ?? [];
  const named = [...header.matchAll(/`(\w+)`/g)].map(([, value]) => value);
  expect(named).toEqual(NEW_BATCH);
});

test("its table has every status of a batch", () => {
  const first = [...readme.matchAll(/^\| `([A-Z]+)`/gm)].map(
    ([, status]) => status,
  );
  expect(first).toEqual(BATCH_STATUSES);
});

describe("what it says about the code is true:", () => {
  const modules = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path, readFileSync(join("src", path), "utf8")] as const);
  const imported = new Set(modules.flatMap(([, text]) => importsOf(text)));
  test("it is one JavaScript file", () => {
    const scripts = readdirSync("dist", { recursive: true, encoding: "utf8" });
    expect(scripts.filter((path) => /\.[cm]?js$/.test(path))).toEqual([
      "index.js",
    ]);
  });

  test("it starts git for new_rows, and never another program", () => {
    expect(readme.replace(/\s+/g, " ")).toContain(
      "It starts one program, `git`, and only for `new_batch: new_rows`.",
    );
    const sources = [...imported].map((name) => name.split("#")[0]);
    expect(sources).toContain("node:http");
    for (const name of ["child_process", "cluster", "worker_threads", "vm"]) {
      expect(sources).not.toContain(name);
      if (name === "child_process") continue;
      expect(sources).not.toContain(`node:${name}`);
    }
    const starting = modules.filter(([, text]) =>
      text.includes("child_process"),
    );
    expect(starting.map(([path]) => path.replaceAll("\\", "/"))).toEqual([
      "file/history/git.ts",
    ]);
    const [[, text] = ["", ""]] = starting;
    // Only loaded by the runs that need it.
    expect(text.match(/.*child_process.*/g)).toEqual([
      '  const { spawn } = await import("node:child_process");',
    ]);
    expect(text.match(/\bspawn\([^,]*,/g)).toEqual(['spawn("git",']);
    for (const [, text] of modules)
      expect(text).not.toMatch(/(?<!\.)\b(eval|Function)\(/);
  });

  test("it only writes the runner's files, and new ones in the runner's temporary folder", () => {
    const files = [...imported].filter((name) => name.startsWith("node:fs"));
    expect(files.sort()).toEqual([
      "node:fs#appendFileSync",
      "node:fs#constants",
      "node:fs#createReadStream",
      "node:fs#lstatSync",
      "node:fs#mkdtempSync",
      "node:fs/promises#open",
      "node:fs/promises#realpath",
      "node:fs/promises#stat",
    ]);
    const opened = modules.flatMap(([, text]) => [
      ...text.matchAll(/\bawait open\(([^)]*)\)/g),
    ]);
    expect(opened.map(([, given]) => given)).toEqual(["path"]); // to read
    const writers = modules.filter(([, text]) =>
      /\b(append|write)File/.test(text),
    );
    expect(writers.map(([path]) => path.replaceAll("\\", "/"))).toEqual([
      "github/handover/kept-files.ts",
    ]);
  });

  test("it never turns off the verification of certificates", () => {
    for (const [path, text] of modules) {
      const off = /rejectUnauthorized|ignoreSslError|NODE_TLS/.test(text);
      expect([path, off]).toEqual([path, false]);
    }
  });

  test("it does not use GITHUB_TOKEN or an address of GitHub", () => {
    for (const [path, text] of [
      ...modules,
      ["action.yml", read("action.yml")] as const,
    ]) {
      expect([path, /GITHUB_TOKEN|github\.token/.test(text)]).toEqual([
        path,
        false,
      ]);
      expect([path, /GITHUB_(API|SERVER)|api\.github/.test(text)]).toEqual([
        path,
        false,
      ]);
    }
  });

  test("it only reads a few environment variables, all of them documented", () => {
    const pages = ["README.md", "docs/runners.md", "docs/security.md"]
      .map(read)
      .join("\n");
    const names = new Set(
      [...read("src/github/inputs.ts").matchAll(/\benv\.(\w+)/g)].map(
        ([, name = ""]) => name,
      ),
    );
    const ofTheRunner = [...names].filter((name) => name.startsWith("GITHUB_"));
    expect(ofTheRunner.sort()).toEqual([
      "GITHUB_OUTPUT",
      "GITHUB_STEP_SUMMARY",
    ]);
    for (const name of names) {
      if (/^GITHUB_|^http_proxy$/i.test(name)) continue; // the latter is masked, and never used
      expect(pages).toContain(name);
    }
  });
});

/** `module#name` for every import of a package or of Node. */
function importsOf(text: string): string[] {
  const { statements } = ts.createSourceFile(
    "module.ts",
    text,
    ts.ScriptTarget.Latest,
  );
  return statements.filter(ts.isImportDeclaration).flatMap((statement) => {
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    if (from.startsWith(".")) return [];
    const { importClause: clause } = statement;
    const bindings = clause?.namedBindings;
    return bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(
          ({ name, propertyName = name }) => `${from}#${propertyName.text}`,
        )
      : [`${from}#*`];
  });
}
