/**
 * The committed `dist/index.js` in a child process, as the runner starts it, against the sandbox over real sockets: log,
 * outputs, summary, exit code and traffic are what a user gets. What takes long is in the other files of this folder.
 */
import { mkdtempSync, cpSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Fault,
  type RecordedRequest,
  type Sandbox,
  startSandbox,
} from "../../sandbox/server.ts";
import { type StepOptions, repository, runStep } from "../../sandbox/step.ts";
import { errorShapes } from "../../sandbox/error-bodies.ts";
import { checkExchange } from "../sandbox/openapi.ts";
import {
  type Scenario,
  expectNoToken,
  scenarioIn,
  stepIn,
  timelessSummary,
} from "./transcript.ts";

let sandbox: Sandbox;
let nextId: number;

/** Ids that are the same in every run, so that a transcript can be compared. */
function uuid(): string {
  return `00000000-0000-4000-8000-${String(nextId++).padStart(12, "0")}`;
}

beforeEach(async () => {
  nextId = 1;
  sandbox = await startSandbox({
    uuid,
    timing: { setupMs: 300, syncQueuedMs: 100, syncMs: 100 },
  });
});

afterEach(async () => {
  const { requests } = sandbox;
  await sandbox.close();
  // Every request of every scenario, and every reply that no fault has touched, follow the API.
  // But for one scenario, whose point is that it does not.
  const judged = requests.filter(
    ({ responseBody }) => !responseBody.includes('"ACTIVE"'),
  );
  expect(judged.flatMap(checkExchange)).toEqual([]);
});

const scenario = (given: Scenario, options?: Partial<StepOptions>) =>
  scenarioIn(sandbox, given, options);
const step = (
  inputs: Readonly<Record<string, string>>,
  options?: Partial<StepOptions>,
) => stepIn(sandbox, inputs, options);

describe("what a user sees", () => {
  test.each<[string, Scenario]>([
    ["set up", { inputs: { tasks_per_group: "3" } }],
    ["accepted, not waited for", { inputs: { wait: "false" } }],
    ["joined", { batch: { status: "PROCESSING" } }],
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
  ])("%s", async (_, given) => {
    const { exitCode, log, outputs, summary, traffic } = await scenario(given);
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
    const { exitCode, log } = await scenario(
      {},
      { env: { PROLIFIC_TOKEN: "some-other-token" } },
    );
    expect(exitCode).toBe(1);
    expect(log.join("\n")).toContain("secrets.PROLIFIC_TOKEN");
    expect(log.join("\n")).toContain("forks and Dependabot");
  });
});

describe("the replies that lie", () => {
  test("a lost reply after the setup was applied: one accepted setup, green", async () => {
    const { exitCode, outputs, traffic } = await scenario({
      faults: [{ match: "POST /setup", kind: "reset", when: "after" }],
    });
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(traffic.filter((line) => line.startsWith("POST"))).toHaveLength(1);
    expect(sandbox.prolific.acceptedSetups(outputs.batch_id ?? "")).toBe(1);
  });

  test("nobody listens for a while: tried again, green", async () => {
    const { port } = new URL(sandbox.url);
    const [datasetId, batchId] = [sandbox.addDataset(), ""];
    expect(batchId).toBe("");
    const id = sandbox.addBatch({ datasetId });
    const { prolific } = sandbox;
    await sandbox.close();
    const running = step({ batch_id: id });
    await new Promise((resolve) => setTimeout(resolve, 300));
    sandbox = await startSandbox({ port: Number(port), uuid });
    // The same world behind the same port.
    const again = sandbox.addDataset({ id: datasetId });
    sandbox.addBatch({ id, datasetId: again, setupMs: 100 });
    const { exitCode, outputs } = await running;
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(prolific.acceptedSetups(id)).toBe(0);
    expect(sandbox.prolific.acceptedSetups(id)).toBe(1);
  });

  test("for ever: red within the budget plus 5 s, each", async () => {
    const everyRead = { match: "GET /status", times: null } as const;
    const faults: Record<string, Fault> = {
      "a body cut": { ...everyRead, kind: "cutBody" },
      "a body stalled": { ...everyRead, kind: "stallBody" },
      "no answer": { ...everyRead, kind: "hang" },
      "HTML with status 200": { ...everyRead, kind: "html" },
      "{}": { ...everyRead, kind: "emptyObject" },
      "no HTTP at all": { ...everyRead, kind: "garbage" },
      "a nonsense Content-Length": { ...everyRead, kind: "badContentLength" },
    };
    const verdicts = await Promise.all(
      Object.entries(faults).map(async ([name, fault]) => {
        const own = await startSandbox({ timing: { setupMs: 0 } });
        const { exitCode, outputs } = await scenarioIn(own, {
          inputs: { timeout: "2s" },
          faults: [fault],
        });
        await own.close();
        const inTime = Number(outputs.elapsed_seconds) <= 7;
        return [name, exitCode, outputs.outcome, inTime];
      }),
    );
    expect(verdicts).toEqual(
      Object.keys(faults).map((name) => [name, 1, "timed_out", true]),
    );
  });

  test("a redirect is never followed", async () => {
    const { exitCode, traffic, log } = await scenario({
      faults: [
        {
          match: "GET ~.*",
          kind: "redirect",
          location: `${sandbox.url}/api/v1/elsewhere`,
          status: 302,
        },
      ],
    });
    expect(exitCode).toBe(1);
    expect(traffic).toHaveLength(1);
    expect(log.join("\n")).toContain("redirects are never followed");
  });
});

describe("a cancel ends the step within 2 s, outputs and summary written", () => {
  test.each<
    [NodeJS.Signals, string, Scenario, (r: RecordedRequest) => boolean, RegExp]
  >([
    [
      "SIGINT",
      "a sleep",
      { batch: { setupMs: 60_000 } },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGTERM",
      "a hanging read",
      {
        batch: { setupMs: 60_000 },
        faults: [{ match: "GET /status", kind: "hang", times: null }],
      },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGTERM",
      "a stalled body",
      { faults: [{ match: "GET /status", kind: "stallBody", times: null }] },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGINT",
      "the POST",
      { faults: [{ match: "POST /setup", kind: "hang" }] },
      ({ method }) => method === "POST",
      /POST of the setup was in flight/,
    ],
    [
      "SIGINT",
      "the first read",
      { faults: [{ match: "GET ~.*", kind: "hang" }] },
      () => true,
      /Nothing was accepted/,
    ],
  ])("%s in %s", async (signal, _, given, moment, words) => {
    let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
    let cancelledAt = 0;
    sandbox.onRequest = (request) => {
      if (cancelledAt > 0 || !moment(request)) return;
      cancelledAt = Date.now();
      // A moment later, so that the request hangs or the sleep after it has begun.
      setTimeout(() => child?.kill(signal), 150);
    };
    const { exitCode, outputs, summary, log } = await scenario(given, {
      onStart: (process) => {
        child = process;
      },
    });
    expect(cancelledAt).toBeGreaterThan(0);
    expect(Date.now() - cancelledAt).toBeLessThan(150 + 2_000);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "cancelled" });
    expect(outputs.elapsed_seconds).toMatch(/^\d+$/);
    expect(summary).toContain("Cancelled");
    expect(log.join("\n")).toMatch(words);
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
    const { exitCode, log, outputs, traffic } = await step({
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
    const { log, traffic } = await step(inputs);
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
      env: { ...env, PROLIFIC_URL: sandbox.url },
    });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("api_token: is required");
    expect(sandbox.requests).toEqual([]);
  });
});

describe("the token appears nowhere but in the mask", () => {
  test.each(errorShapes)(
    "also when the server echoes it in an error of shape %s, with debug logging",
    async (errorShape) => {
      const { exitCode, stdout } = await scenario(
        {
          faults: [
            { match: "GET ~.*", kind: "echoAuth", status: 403, errorShape },
          ],
        },
        { env: { RUNNER_DEBUG: "1" } },
      );
      expect(exitCode).toBe(1);
      expect(stdout).toContain("::debug::GET ");
      if (errorShape !== "E7.empty") expect(stdout).toContain("Token ***");
      expect(stdout).toContain(`::add-mask::${sandbox.token}`);
    },
  );

  test("also when it is refused as an input", async () => {
    const secret = "Token s3cret-s3cret";
    const { exitCode, stdout } = await step(
      { batch_id: "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90" },
      { env: { PROLIFIC_TOKEN: secret } },
    );
    expect(exitCode).toBe(1);
    expect(stdout.indexOf("::add-mask::s3cret-s3cret")).toBeLessThan(
      stdout.indexOf("::error"),
    );
    expectNoToken(
      { stdout, stderr: "", exitCode, outputs: {}, summary: "" },
      "s3cret-s3cret",
    );
  });
});

test("foreign text cannot start a workflow command", async () => {
  const name = "::set-output name=a::b\n::error::x ##[error]y";
  const { stdout, summary } = await scenario({
    batch: { name, status: "ERROR" },
    faults: [],
  });
  expect(stdout).not.toMatch(/^::set-output/m);
  expect(stdout).not.toContain("##[");
  expect(summary).not.toContain("\n::");
});

test("words of the server with workflow commands in them are shown harmlessly", async () => {
  const text = "line\n::add-mask::x\n##[group]y";
  const { stdout } = await scenario({
    faults: [{ match: "GET ~.*", kind: "status", status: 400, text }],
  });
  expect(stdout).not.toMatch(/^\s*::add-mask::x/m);
  expect(stdout).not.toContain("##[");
  expect(stdout).toContain("line ::add-mask::x ## [group]y");
});

test("dist/index.js starts from an empty directory, without the rest of the repository", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dist-"));
  const empty = mkdtempSync(join(tmpdir(), "empty-"));
  try {
    cpSync(join(repository, "dist"), folder, { recursive: true });
    expect(readdirSync(empty)).toEqual([]);
    const { exitCode, outputs } = await scenario(
      {},
      { entry: join(folder, "index.js"), cwd: empty },
    );
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(readdirSync(empty)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(empty, { recursive: true });
  }
});

test("requests name the action and its version", async () => {
  await scenario({});
  for (const { headers } of sandbox.requests) {
    expect(headers["user-agent"]).toMatch(
      /^prolific-setup-batch\/\d+\.\d+\.\d+$/,
    );
    expect(headers.authorization).toBe(`Token ${sandbox.token}`);
  }
});
