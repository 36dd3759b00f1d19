/** What the end-to-end workflow demands (scripts/e2e.js), on the steps of that workflow run here: it passes, and can fail. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { fillShowcase } from "../../sandbox/seeds/showcase.ts";
import { runStep } from "../../sandbox/step.ts";
import { SHORT_PAUSES } from "../fixtures/clocks.ts";
// @ts-expect-error -- a script without types of its own
import * as untyped from "../../scripts/e2e.js";

interface StepState {
  outcome: string;
  outputs: Record<string, string>;
}
type Steps = Record<string, StepState>;
const { problemsOf, missingInSummary } = untyped as {
  problemsOf: (
    steps: Steps,
    requests: readonly object[],
    batches: readonly object[],
  ) => string[];
  missingInSummary: (markdown: string) => string[];
};

const FILE = "examples/data/reviews.csv";
const { jobs } = parse(readFileSync(".github/workflows/e2e.yml", "utf8")) as {
  jobs: {
    e2e: {
      steps: readonly {
        id?: string;
        uses?: string;
        run?: string;
        with?: Readonly<Record<string, unknown>>;
      }[];
    };
  };
};

let sandbox: Sandbox;
let folder = "";
const steps: Steps = {};
const summaries: Record<string, string> = {};

beforeAll(async () => {
  sandbox = await startSandbox({
    timing: { setupMs: 300, importMs: 100, syncMs: 100 },
    importsRecognised: true,
  });
  fillShowcase(sandbox);
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), "e2e-")));
  cpSync(FILE, join(folder, FILE));
  for (const step of jobs.e2e.steps) {
    if (step.run?.includes(" grow ")) {
      const args = step.run.split(" ").slice(1);
      const script = resolve(args.shift() ?? "");
      spawnSync(process.execPath, [script, ...args], { cwd: folder });
    }
    if (step.uses !== "./" || step.id === undefined) continue;
    const { api_url, ...inputs } = step.with ?? {};
    expect(api_url).toBeDefined();
    const { exitCode, outputs, summary } = await runStep({
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, String(value)]),
      ),
      env: {
        PROLIFIC_URL: sandbox.url,
        PROLIFIC_TOKEN: sandbox.token,
        GITHUB_WORKSPACE: folder,
        ...SHORT_PAUSES,
      },
    });
    const outcome = exitCode === 0 ? "success" : "failure";
    steps[step.id] = { outcome, outputs: { ...outputs } };
    summaries[step.id] = summary;
  }
}, 180_000);
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const problems = (changed: Steps = steps, requests = sandbox.requests) => {
  const batches = [...sandbox.prolific.state.batches.keys()].map((id) =>
    sandbox.prolific.batch(id),
  );
  return problemsOf(changed, requests, batches);
};

test("all steps have the expected results", () => {
  expect(problems()).toEqual([]);
  expect(Object.keys(steps)).toHaveLength(6);
});

test("a step with another outcome, or a missing step, is reported", () => {
  for (const id of Object.keys(steps)) {
    const { [id]: step, ...others } = steps;
    expect(problems(others)[0]).toContain(`${id}: outcome is undefined`);
    const outcome = step?.outcome === "success" ? "failure" : "success";
    const turned = { ...others, [id]: { outputs: {}, ...step, outcome } };
    expect(problems(turned)).toEqual([expect.stringContaining(`${id}: `)]);
  }
});

test("an unexpected output is reported", () => {
  const first = { outcome: "success", outputs: { ...steps.first?.outputs } };
  first.outputs.outcome = "joined";
  expect(problems({ ...steps, first })).toEqual([
    'first: output outcome is "joined", not "set_up"',
  ]);
});

test("a second setup and a missing setup are reported", () => {
  const setup = sandbox.requests.filter(({ path }) => path.endsWith("/setup"));
  expect(problems(steps, [...sandbox.requests, ...setup])).toHaveLength(1);
  const rest = sandbox.requests.filter((request) => !setup.includes(request));
  expect(problems(steps, rest)).toHaveLength(1);
});

test("the summary of a batch that is set up is distinguished from others", () => {
  expect(missingInSummary(summaries.again ?? "")).toEqual([]);
  expect(missingInSummary(summaries.first ?? "")).not.toEqual([]);
  expect(missingInSummary("")).not.toEqual([]);
});

test("the command reads the steps and the sandbox, and its exit code is the verdict", async () => {
  const check = async (given: Steps) => {
    const child = spawn(
      process.execPath,
      [resolve("scripts/e2e.js"), "check"],
      {
        env: {
          ...process.env,
          SANDBOX_URL: sandbox.url,
          STEPS: JSON.stringify(given),
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = (await once(child, "close")) as [number];
    return [code, said];
  };
  expect(await check(steps)).toEqual([0, ""]);
  const { red = { outcome: "", outputs: {} }, ...others } = steps;
  const green = { ...others, red: { ...red, outcome: "success" } };
  expect(await check(green)).toEqual([
    1,
    'red: outcome is "success", not "failure"\n',
  ]);
});
