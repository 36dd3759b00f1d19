/** The structure of the repository: small folders, and no import cycles (docs/design.md). */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "@jest/globals";

/** Test folders mirror the code. The others are generated. */
const PASSED_OVER = new Set([
  "__tests__",
  "node_modules",
  "dist",
  "build",
  "coverage",
  ".git",
]);

const MOST_SIDE_BY_SIDE = 12;

type Imports = ReadonlyMap<string, readonly string[]>;

/** Every source file below a folder, as a path with `/`. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return PASSED_OVER.has(entry.name) ? [] : sourcesIn(path);
    }
    return /\.(ts|js|cjs|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** The files of the repository that a file imports or exports again, including types. */
function importsOf(file: string, text: string): string[] {
  const froms = text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...froms].map(([, from = ""]) =>
    posix.join(posix.dirname(file), from),
  );
}

/** An import cycle, or `null` if there is none. */
function cycleIn(imports: Imports): string[] | null {
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): string[] | null => {
    const from = way.indexOf(file);
    if (from !== -1) return [...way.slice(from), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const cycle = follow(next, [...way, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const cycle = follow(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

test("no folder has more than twelve source files", () => {
  const folders = new Map<string, number>();
  for (const file of sourcesIn(".")) {
    const folder = posix.dirname(file);
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  expect([...folders.keys()]).toEqual(
    expect.arrayContaining(["src", "sandbox/model", "proof/bench/step"]),
  );
  const crowded = [...folders].filter(([, count]) => count > MOST_SIDE_BY_SIDE);
  expect(crowded).toEqual([]);
});

test("there are no import cycles, not even of types", () => {
  const files = ["src", "sandbox", "proof"].flatMap(sourcesIn);
  const imports = new Map(
    files.map((file) => [file, importsOf(file, readFileSync(file, "utf8"))]),
  );
  expect(imports.get("sandbox/server.ts")).toContain("sandbox/model.ts");
  expect(imports.get("src/main.ts")).toContain("src/decide.ts");
  expect(cycleIn(imports)).toBeNull();
});

test("a cycle of any length is found from any of its modules", () => {
  const imports = new Map([
    ["door.ts", importsOf("door.ts", 'import { a } from "./a.ts";')],
    ["a.ts", importsOf("a.ts", 'export type { B } from "./in/b.ts";')],
    ["in/b.ts", importsOf("in/b.ts", 'import type { C } from "../c.ts";')],
    ["c.ts", importsOf("c.ts", 'import x from "y";\nimport "./a.ts";')],
  ]);
  expect(cycleIn(imports)).toEqual(["a.ts", "in/b.ts", "c.ts", "a.ts"]);
  expect(cycleIn(new Map([...imports, ["c.ts", []]]))).toBeNull();
});

test("the mutation run only names tests that exist", () => {
  const list = /tooSlow = \[([^\]]*)\]/.exec(
    readFileSync("proof/mutation/tests.js", "utf8"),
  );
  const names = [...(list?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  expect(names.length).toBeGreaterThan(1);
  const tests = sourcesIn("__tests__")
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  expect(names.filter((name) => !tests.includes(name))).toEqual([]);
});
