/** The workflows of this repository, as text and as what YAML makes of it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = ".github/workflows";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly strategy?: {
    readonly matrix: { readonly os?: readonly string[] };
  };
  readonly name?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** File names. */
export const names = readdirSync(FOLDER);
/** File name, text, content. */
export const workflows = names.map((name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  return [name, text, parse(text) as Workflow] as const;
});

/** @throws Error when there is none of that name. */
export function workflowCalled(name: string): Workflow {
  const found = workflows.find(([other]) => other === name);
  if (found === undefined) throw new Error(`No workflow ${name}`);
  return found[2];
}
