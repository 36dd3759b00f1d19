/**
 * The committed `dist/index.js` in a child process, as the runner starts it, against the sandbox over real sockets: log,
 * outputs, summary, exit code and traffic are what a user gets. Longer scenarios are in the other files of this folder.
 */
import { describe, expect, test } from "@jest/globals";
import { type StepOptions, runStep } from "../../sandbox/step.ts";
import { SHORT_PAUSES } from "../fixtures/clocks.ts";
import { type Scenario, openStage, timelessSummary } from "./transcript.ts";

const stage = openStage();

describe("what a user sees", () => {
  test.each<[string, Scenario, Partial<StepOptions>?]>([
    ["set up", { inputs: { tasks_per_group: "3" } }],
    ["accepted, not waited for", { inputs: { wait: "false" } }],
    ["joined", { batch: { status: "PROCESSING", setupMs: 3_000 } }],
    ["already set up", { batch: { status: "READY" } }],
    [
      "synced",
      {
        batch: { status: "READY", tasks: 7 },
        dataset: { datapoints: 19 },
        inputs: { if_ready: "sync" },
      },
    ],
    [
      "if_ready fail",
      { batch: { status: "READY" }, inputs: { if_ready: "fail" } },
    ],
    ["ERROR", { batch: { status: "ERROR" } }],
    ["ends in ERROR", { batch: { setupEndsIn: "ERROR" } }],
    ["READY without tasks", { batch: { makesNoTasks: true } }],
    ["an unknown status word", { batch: { forcedStatus: "ACTIVE" } }],
    ["an empty dataset", { dataset: { imports: [] } }],
    [
      "an import that failed",
      {
        dataset: {
          imports: [
            {
              filename: "reviews.csv",
              status: "failed",
              reason: "no column 'text'",
            },
          ],
        },
      },
    ],
    [
      "another dataset attached",
      { inputs: { dataset_id: "99999999-9999-4999-8999-999999999999" } },
    ],
    ["no access", { batch: { forbidden: true } }],
    [
      "refused",
      {
        faults: [
          {
            match: "POST /setup",
            kind: "status",
            status: 400,
            errorShape: "E2",
            text: "Not like this.",
          },
        ],
      },
      { env: SHORT_PAUSES },
    ],
    ["timed out", { batch: { setupMs: 60_000 }, inputs: { timeout: "2s" } }],
    [
      "no instructions, groups by the data",
      {
        batch: { instructions: 0 },
        dataset: { groups: 2 },
        inputs: { tasks_per_group: "3" },
      },
    ],
  ])("%s", async (_, given, options = {}) => {
    const { exitCode, log, outputs, summary, traffic } = await stage.scenario(
      given,
      options,
    );
    const { elapsed_seconds: elapsed, ...rest } = outputs;
    expect(elapsed).toMatch(/^\d+$/);
    // How often a status is read depends on the machine.
    const polls = /\/(status|syncs\/[^/ ]+)$/;
    const traffic_ = traffic.filter(
      (line, i) => !polls.test(line) || line !== traffic[i - 1],
    );
    expect({
      exitCode,
      log,
      outputs: rest,
      summary: timelessSummary(summary).split("\n"),
      traffic: traffic_,
    }).toMatchSnapshot();
  });

  test("a token that Prolific does not know", async () => {
    const { exitCode, log } = await stage.scenario(
      {},
      { env: { PROLIFIC_TOKEN: "some-other-token" } },
    );
    expect(exitCode).toBe(1);
    expect(log.join("\n")).toContain("secrets.PROLIFIC_TOKEN");
    expect(log.join("\n")).toContain("forks and Dependabot");
  });
});

describe("bad inputs: red, zero requests, the input named", () => {
  const good = { batch_id: "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90" };
  const bad: Record<string, [string, string]> = {
    "batch_id missing": ["batch_id", ""],
    "batch_id no UUID": ["batch_id", "42"],
    "dataset_id no UUID": ["dataset_id", "6f0d3c2a"],
    "tasks_per_group zero": ["tasks_per_group", "0"],
    "tasks_per_group a fraction": ["tasks_per_group", "1.5"],
    "wait a word": ["wait", "yes"],
    "api_token with its prefix": ["api_token", "Token abc"],
    "api_url without TLS": ["api_url", "http://api.prolific.com"],
    "timeout without a unit": ["timeout", "30"],
    "timeout too long": ["timeout", "6d"],
    "poll_interval too long": ["poll_interval", "11m"],
    "if_ready unknown": ["if_ready", "maybe"],
  };

  test.each(Object.entries(bad))("%s", async (_, [name, value]) => {
    const { exitCode, log, outputs, traffic } = await stage.step({
      ...good,
      [name]: value,
    });
    expect(exitCode).toBe(1);
    expect(traffic).toEqual([]);
    expect(outputs.outcome).toBe("failed");
    const error = log.find((line) => line.startsWith("::error")) ?? "";
    expect(error).toContain(`${name}: `);
    expect(error.match(/%0A/g)).toHaveLength(1); // this problem, and that nothing was sent
  });

  test("all of them in one error", async () => {
    const inputs = {
      batch_id: "x",
      dataset_id: "x",
      tasks_per_group: "x",
      wait: "x",
      api_token: "x y",
      api_url: "x",
      timeout: "x",
      poll_interval: "x",
      if_ready: "x",
    };
    const { log, traffic } = await stage.step(inputs);
    const error = log.find((line) => line.startsWith("::error")) ?? "";
    for (const name of Object.keys(inputs)) {
      expect(error).toContain(`${name}: `);
    }
    expect(traffic).toEqual([]);
  });

  test("no token at all", async () => {
    const env = { PROLIFIC_TOKEN: "" };
    const result = await runStep({
      inputs: good,
      env: { ...env, PROLIFIC_URL: stage.sandbox.url },
    });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("api_token: is required");
    expect(stage.sandbox.requests).toEqual([]);
  });
});

test("foreign text cannot start a workflow command", async () => {
  const name = "::set-output name=a::b\n::error::x ##[error]y";
  const { stdout, summary } = await stage.scenario({
    batch: { name, status: "ERROR" },
    faults: [],
  });
  expect(stdout).not.toMatch(/^::set-output/m);
  expect(stdout).not.toContain("##[");
  expect(summary).not.toContain("\n::");
});

test("server text with workflow commands is shown harmlessly", async () => {
  const text = "line\n::add-mask::x\n##[group]y";
  const { stdout } = await stage.scenario({
    faults: [{ match: "GET ~.*", kind: "status", status: 400, text }],
  });
  expect(stdout).not.toMatch(/^\s*::add-mask::x/m);
  expect(stdout).not.toContain("##[");
  expect(stdout).toContain("line ::add-mask::x ## [group]y");
});

test("requests name the action and its version", async () => {
  await stage.scenario({});
  for (const { headers } of stage.sandbox.requests) {
    expect(headers["user-agent"]).toMatch(
      /^prolific-setup-batch\/\d+\.\d+\.\d+$/,
    );
    expect(headers.authorization).toBe(`Token ${stage.sandbox.token}`);
  }
});
