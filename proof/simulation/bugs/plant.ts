/** Plants a bug in a copy of the affected modules. All other modules are shared with the unchanged simulation. */
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { repository } from "../../../sandbox/step.ts";
import type { PlantedBug } from "./planted-bugs.ts";

const FOLDERS = ["src", "sandbox", "proof/simulation"];
/** Below the repository, so that its packages are found. */
const PLANTED = join(repository, "build", "planted");
const SIMULATION = "proof/simulation/simulate.js";
const IMPORT = /\b(from|import) "(\.[^"]+)"/g;

/** The repository as JavaScript, by the paths of its modules. */
export class Sources {
  private readonly code = new Map<string, string>();
  /** The modules that import each module. */
  private readonly importers = new Map<string, string[]>();
  private readonly root: string;

  /** @param root the folder that holds the JavaScript of `src/`, `sandbox/` and `proof/`. */
  constructor(root: string) {
    this.root = root;
    for (const folder of FOLDERS) {
      const paths = readdirSync(join(root, folder), { recursive: true });
      for (const path of paths.map(String)) {
        if (!path.endsWith(".js")) continue;
        const place = `${folder}/${path.replaceAll("\\", "/")}`;
        this.code.set(place, readFileSync(join(root, place), "utf8"));
      }
    }
    for (const [place, code] of this.code) {
      for (const imported of importsOf(place, code)) {
        const importers = this.importers.get(imported);
        if (importers) importers.push(place);
        else this.importers.set(imported, [place]);
      }
    }
  }

  /**
   * @param bug undefined for the unchanged simulation.
   * @returns the address of the simulation with this bug in it.
   * @throws if the place of the bug does not occur exactly once in its file.
   */
  plant(folder: string, bug: PlantedBug | undefined): string {
    if (!bug) return pathToFileURL(join(this.root, SIMULATION)).href;
    const changed = new Map<string, string>();
    for (const edit of [bug, ...(bug.and ? [bug.and] : [])]) {
      const place = `src/${edit.file}`;
      const before = changed.get(place) ?? readSource(place);
      changed.set(place, withEdit(bug.name, before, edit));
    }
    const code = new Map(
      [...changed].map(([place, text]) => [asJavaScript(place), compile(text)]),
    );
    const home = join(PLANTED, folder);
    rmSync(home, { recursive: true, force: true });
    const reached = this.reachedBy([...code.keys()]);
    for (const place of reached) {
      const path = join(home, place);
      const text = code.get(place) ?? this.code.get(place) ?? "";
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, this.sharing(place, text, reached));
    }
    return pathToFileURL(join(home, SIMULATION)).href;
  }

  /** These modules, and all that import one of them directly or indirectly. */
  private reachedBy(places: readonly string[]): Set<string> {
    const reached = new Set(places);
    for (const place of reached) {
      for (const importer of this.importers.get(place) ?? []) {
        reached.add(importer);
      }
    }
    return reached;
  }

  /** The code of a module that imports shared modules from their real place. */
  private sharing(
    place: string,
    code: string,
    reached: ReadonlySet<string>,
  ): string {
    return code.replace(IMPORT, (whole, word: string, from: string) => {
      const target = placeOf(place, from);
      if (reached.has(target)) return whole;
      return `${word} "${pathToFileURL(join(this.root, target)).href}"`;
    });
  }
}

function withEdit(
  name: string,
  source: string,
  { file, find, replace }: Pick<PlantedBug, "file" | "find" | "replace">,
): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  const times = String(parts.length - 1);
  throw new Error(`"${name}": its place is ${times} times in src/${file}`);
}

function importsOf(place: string, code: string): string[] {
  return [...code.matchAll(IMPORT)].map(([, , from = ""]) =>
    placeOf(place, from),
  );
}

function placeOf(importer: string, from: string): string {
  return posix.join(posix.dirname(importer), from);
}

function asJavaScript(place: string): string {
  return place.replace(/ts$/, "js");
}

function readSource(place: string): string {
  return readFileSync(join(repository, place), "utf8");
}

function compile(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
}
