/** The whole simulation as JavaScript in a folder of its own, with one bug planted in it, hunting for it in a thread. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { repository } from "../../../sandbox/step.ts";
import type { PlantedBug } from "./planted-bugs.ts";

const FOLDERS = ["src", "sandbox", "proof/simulation"];
/** Below the repository, so that its packages are found. */
const PLANTED = join(repository, "build", "planted");

/** What a hunt came to. */
export interface Hunted {
  /** Schedules that were run; the last of them is the one that failed. */
  readonly runs: number;
  /** What did not hold; undefined when everything did. */
  readonly violation: string | undefined;
}

/** The sources of the repository by their paths in it, as JavaScript. */
export class Sources {
  private readonly compiled = new Map<string, string>();

  constructor() {
    for (const folder of FOLDERS) {
      const paths = readdirSync(join(repository, folder), { recursive: true });
      for (const path of paths.map(String)) {
        if (!path.endsWith(".ts")) continue;
        const place = `${folder}/${path.replaceAll("\\", "/")}`;
        this.compiled.set(place, compile(this.read(place)));
      }
    }
  }

  /**
   * Runs schedules by their seeds, from 1, until something does not hold.
   * @param bug planted for this hunt; none for the sources as they are.
   * @throws when the place of the bug is not in its file exactly once.
   */
  async hunt(name: string, runs: number, bug?: PlantedBug): Promise<Hunted> {
    const folder = join(PLANTED, name);
    for (const [place, code] of this.compiled) {
      const edits = (bug ? [bug, ...(bug.and ? [bug.and] : [])] : []).filter(
        ({ file }) => place === `src/${file}`,
      );
      const path = join(folder, place.replace(/ts$/, "js"));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(
        path,
        edits.length > 0 ? this.withBug(name, place, edits) : code,
      );
    }
    const worker = new Worker(join(folder, "proof/simulation/bugs/hunt.js"), {
      workerData: { runs, histories: bug?.histories === true },
    });
    return new Promise((resolve, reject) => {
      worker.on("message", resolve).on("error", reject);
    });
  }

  private withBug(
    name: string,
    place: string,
    edits: readonly Omit<PlantedBug, "name" | "and">[],
  ): string {
    let code = this.read(place);
    for (const { find, replace } of edits) {
      const parts = code.split(find);
      if (parts.length !== 2) {
        const times = String(parts.length - 1);
        throw new Error(`"${name}": its place is ${times} times in ${place}`);
      }
      code = parts.join(replace);
    }
    return compile(code);
  }

  private read(place: string): string {
    return readFileSync(join(repository, place), "utf8");
  }
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
