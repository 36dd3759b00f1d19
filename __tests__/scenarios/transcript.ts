/** Runs scenarios in a child process, and returns what a user gets. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect } from "@jest/globals";
import type {
  BatchOptions,
  DatasetOptions,
  Fault,
  RecordedRequest,
  Sandbox,
  SandboxOptions,
} from "../../sandbox/server.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { checkExchange } from "../sandbox/openapi.ts";
import {
  type StepOptions,
  type StepResult,
  runStep,
} from "../../sandbox/step.ts";

/** A sandbox for each test of a file. */
export interface Stage {
  sandbox: Sandbox;
  scenario(
    given: Scenario,
    options?: Partial<StepOptions>,
  ): Promise<Transcript>;
  step(
    inputs: Readonly<Record<string, string>>,
    options?: Partial<StepOptions>,
  ): Promise<Transcript>;
}

/**
 * Opens and closes a sandbox around each test, and checks all exchanges with the OpenAPI document.
 * @param env of all steps.
 */
export function openStage(
  options: SandboxOptions = {},
  env: Readonly<Record<string, string>> = {},
): Stage {
  let nextId = 1;
  // The ids are the same in every run, so that transcripts can be compared.
  const uuid = () =>
    `00000000-0000-4000-8000-${String(nextId++).padStart(12, "0")}`;
  const withEnv = (given: Partial<StepOptions> = {}) => ({
    ...given,
    env: { ...env, ...given.env },
  });
  const stage = {
    scenario: (given, options) =>
      scenarioIn(stage.sandbox, given, withEnv(options)),
    step: (inputs, options) => stepIn(stage.sandbox, inputs, withEnv(options)),
  } as Stage;
  beforeEach(async () => {
    nextId = 1;
    const timing = { setupMs: 20, syncQueuedMs: 20, syncMs: 20 };
    stage.sandbox = await startSandbox({ uuid, timing, ...options });
  });
  afterEach(async () => {
    const { requests } = stage.sandbox;
    await stage.sandbox.close();
    // Every request of every scenario, and every reply that no fault has touched, follow the API; but for the one
    // scenario whose point is that it does not.
    const judged = requests.filter(
      ({ responseBody }) => !responseBody.includes('"ACTIVE"'),
    );
    expect(judged.flatMap(checkExchange)).toEqual([]);
  });
  return stage;
}

/** A folder with files, as a checkout leaves it; removed after the test. */
export function workspaceWith(
  files: Readonly<Record<string, string | Buffer>>,
): string {
  const folder = realpathSync.native(mkdtempSync(join(tmpdir(), "workspace-")));
  workspaces.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const workspaces: string[] = [];

afterEach(() => {
  for (const folder of workspaces.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A batch and its dataset, the inputs of the step, and the faults. */
export interface Scenario {
  readonly batch?: BatchOptions;
  readonly dataset?: DatasetOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
}

/** What a user gets of a step. */
export interface Transcript extends StepResult {
  /** The log as the runner shows it, without times and ports. */
  readonly log: readonly string[];
  readonly traffic: readonly string[];
  /** Content of the files for later steps, by output. */
  readonly kept: Readonly<Record<string, string>>;
}

/** Creates the batch and dataset of a scenario in a sandbox, and runs the step. */
export async function scenarioIn(
  sandbox: Sandbox,
  { batch, dataset, inputs, faults = [] }: Scenario,
  options: Partial<StepOptions> = {},
): Promise<Transcript> {
  const datasetId = sandbox.addDataset(dataset ?? {});
  const batchId = sandbox.addBatch({ datasetId, ...batch });
  sandbox.fault(...faults);
  return stepIn(sandbox, { batch_id: batchId, ...inputs }, options);
}

/** Runs the step against a sandbox, and checks what holds for every step. */
export async function stepIn(
  sandbox: Sandbox,
  inputs: Readonly<Record<string, string>>,
  options: Partial<StepOptions> = {},
): Promise<Transcript> {
  const before = sandbox.requests.length;
  const env = {
    PROLIFIC_URL: sandbox.url,
    PROLIFIC_TOKEN: sandbox.token,
    RUNNER_TEMP: workspaceWith({}),
  };
  const result = await runStep({
    inputs,
    ...options,
    env: { ...env, ...options.env },
  });
  expect(result.stderr).toBe("");
  const log = result.stdout.split(/\r?\n/).filter((line) => line !== "");
  const token = options.env?.PROLIFIC_TOKEN ?? sandbox.token;
  expectNoToken(result, token);
  const errors = log.filter((line) => /^::error (?!.*\bfile=)/.test(line));
  const quiet = result.exitCode === 0 || result.outputs.outcome === "cancelled";
  expect(errors).toHaveLength(quiet ? 0 : 1);
  if (errors[0]) expect(errors[0]).toMatch(/^::error title=[^:]+::./);
  expect(result.summary).toContain("###");
  const kept = keptFiles(result.outputs);
  expect(JSON.stringify(kept)).not.toContain(token);
  if (options.env?.RUNNER_TEMP === undefined) {
    expect(kept.summary_file).toBe(result.summary);
  }
  return {
    ...result,
    kept,
    outputs: withoutFolders(result.outputs),
    log: log.filter((line) => !line.startsWith("::debug::")).map(timeless),
    traffic: sandbox.requests.slice(before).map(trafficLine),
  };
}

function keptFiles(outputs: StepResult["outputs"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.endsWith("_file"))
      .map(([name, path]) => [name, readFileSync(path, "utf8")]),
  );
}

/** The folder of the files for later steps has another name each time. */
function withoutFolders(
  outputs: StepResult["outputs"],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      name.endsWith("_file")
        ? value.replace(/^.*[\\/]prolific-batch-\w{6}[\\/]/, "RUNNER_TEMP/")
        : value,
    ]),
  );
}

/** The token is nowhere but in the mask. */
export function expectNoToken(
  { stdout, outputs, summary }: StepResult,
  token: string,
) {
  const rest = stdout
    .split("\n")
    .filter((line) => !line.startsWith("::add-mask::"));
  expect(rest.join("\n")).not.toContain(token);
  expect(JSON.stringify(outputs)).not.toContain(token);
  expect(summary).not.toContain(token);
}

function trafficLine({ method, path, body }: RecordedRequest): string {
  return `${method} ${path.replace("/api/v1/data-collection", "")} ${body}`.trim();
}

function timeless(line: string): string {
  return line
    .replace(/\bafter \d+s\b/g, "after Ns")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/X-Expires=\d+/g, "X-Expires=N");
}

/** A summary without durations. */
export function timelessSummary(summary: string): string {
  return summary
    .replace(/(\| Time \| )\d+s/, "$1Ns")
    .replace(/<\/code> after \d+s/g, "</code> after Ns");
}
