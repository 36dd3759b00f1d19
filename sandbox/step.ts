/**
 * Runs the committed action as a step, the way the runner does: defaults from action.yml, inputs as `INPUT_*`, fresh
 * files for outputs and summary, and nothing else of the caller's environment.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export interface StepOptions {
  /** Values of `with`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Values of `env`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every piece of stdout at once. */
  readonly onOutput?: (text: string) => void;
  /** Called with the process when it runs, for example to cancel it. */
  readonly onStart?: (step: ChildProcess) => void;
  /** Default: the committed `dist/index.js`. */
  readonly entry?: string;
  /** Working directory. Default: a new empty one. */
  readonly cwd?: string;
}

export interface StepResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown. */
  readonly summary: string;
}

/** The folder of action.yml, from the sources as well as from the build. */
export const repository = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!exists(join(folder, "action.yml"))) folder = dirname(folder);
  return folder;
})();

/** Runs the step to its end. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), "step-"));
  const outputFile = join(folder, "output");
  const summaryFile = join(folder, "summary");
  writeFileSync(outputFile, "");
  writeFileSync(summaryFile, "");
  try {
    const { PATH = "", SystemRoot = "" } = process.env;
    const step = spawn(
      process.execPath,
      [options.entry ?? join(repository, "dist", "index.js")],
      {
        cwd: options.cwd ?? folder,
        env: {
          PATH,
          SystemRoot,
          ...asVariables({ ...defaults(), ...options.inputs }),
          GITHUB_OUTPUT: outputFile,
          GITHUB_STEP_SUMMARY: summaryFile,
          ...options.env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stdout = "";
    let stderr = "";
    step.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onOutput?.(text);
    });
    step.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    options.onStart?.(step);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      step.on("error", reject).on("close", resolve);
    });
    return {
      exitCode,
      stdout,
      stderr,
      outputs: parseOutputs(readFileSync(outputFile, "utf8")),
      summary: readFileSync(summaryFile, "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The defaults that the runner uses for missing inputs. */
function defaults(): Record<string, string> {
  const text = readFileSync(join(repository, "action.yml"), "utf8");
  const action = parse(text) as {
    inputs: Record<string, { default?: string }>;
  };
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.default ?? "",
    ]),
  );
}

function asVariables(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );
}

/** Reads the file of outputs: `name<<delimiter`, lines of the value, `delimiter`. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, name = "", , value = ""] of text.matchAll(
    /^(\w+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2\r?$/gm,
  )) {
    outputs[name] = value;
  }
  return outputs;
}
