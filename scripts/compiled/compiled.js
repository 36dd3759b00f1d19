/**
 * Compiles the TypeScript of the repository to `build/compiled/`, file by file and without type checks: once before the
 * tests start, for Jest and for the threads that tests start.
 */
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMPILED = join(ROOT, "build", "compiled");
const FOLDERS = ["src", "sandbox", "proof", "__tests__"];

const { version } = JSON.parse(
  readFileSync(join(ROOT, "node_modules/typescript/package.json"), "utf8"),
);
const OPTIONS = readFileSync(join(ROOT, "tsconfig.json"), "utf8");
const SELF = readFileSync(fileURLToPath(import.meta.url), "utf8");

/** Compiles files that have changed, and removes output that no longer has a source. */
export async function compileAll() {
  const paths = FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder)))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => relative(ROOT, path));
  for (const path of paths) await compiled(path);
  const wanted = new Set(paths.map(placeOf));
  for (const place of filesIn(COMPILED)) {
    if (!wanted.has(place.replace(/\.map$/, ""))) rmSync(place);
  }
}

/**
 * @param path of a source in the repository.
 * @returns its JavaScript and its source map.
 */
export async function compiled(path) {
  const place = placeOf(path);
  const source = readFileSync(join(ROOT, path), "utf8");
  const seal = `// ${hashOf(source)}\n`;
  const before = contentOf(place);
  const mapBefore = contentOf(`${place}.map`);
  if (before?.endsWith(seal) && mapBefore !== undefined) {
    return { code: before, map: mapBefore };
  }
  const { code, map } = await compile(path, source);
  mkdirSync(dirname(place), { recursive: true });
  write(`${place}.map`, map);
  write(place, code + seal);
  return { code: code + seal, map };
}

async function compile(path, source) {
  // Loading it takes time, and it is not needed if nothing has changed.
  const { default: ts } = await import("typescript");
  const { compilerOptions } = ts.parseConfigFileTextToJson(
    "tsconfig.json",
    OPTIONS,
  ).config;
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: join(ROOT, path),
    compilerOptions: {
      ...{ ...compilerOptions, module: "esnext", moduleResolution: "bundler" },
      ...{ noEmit: false, sourceMap: true },
    },
  });
  return {
    code: outputText.replace(/\/\/# sourceMappingURL=.*\n?$/, ""),
    map: sourceMapText,
  };
}

function hashOf(source) {
  return createHash("sha256")
    .update([version, OPTIONS, SELF, source].join("\0"))
    .digest("hex");
}

function placeOf(path) {
  return join(COMPILED, path.replace(/ts$/, "js"));
}

function contentOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Writes a file completely or not at all, because other processes may read it. */
function write(path, text) {
  const part = `${path}.${String(process.pid)}`;
  writeFileSync(part, text);
  renameSync(part, path);
}

function filesIn(folder) {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
