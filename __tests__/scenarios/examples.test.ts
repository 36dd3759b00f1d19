/** The step of each example workflow, run by `dist/index.js` against the sandbox with the example's own ids and data. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { DatasetOptions } from "../../sandbox/server.ts";
import { openStage, workspaceWith } from "./transcript.ts";

const stage = openStage();

interface Workflow {
  readonly on: {
    readonly workflow_dispatch?: {
      readonly inputs?: Readonly<Record<string, { default?: unknown }>>;
    } | null;
  };
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: {
          readonly matrix: {
            readonly include: readonly Readonly<Record<string, string>>[];
          };
        };
        readonly steps: readonly {
          readonly if?: string;
          readonly uses?: string;
          readonly run?: string;
          readonly env?: Readonly<Record<string, string>>;
          readonly with?: Readonly<Record<string, unknown>>;
        }[];
      }
    >
  >;
}

const SCHEMAS: Readonly<Record<string, DatasetOptions["schema"]>> = {
  "data/reviews.csv": {
    strict: true,
    fields: {
      review_id: { type: "metadata" },
      product: { type: "text" },
      review: { type: "text" },
    },
  },
  "data/photos.jsonl": {
    strict: true,
    fields: {
      photo_id: { type: "metadata" },
      photo: { type: "image_url" },
      caption: { type: "text" },
    },
  },
};
/** Records of the example data. */
const RECORDS: Readonly<Record<string, string>> = {
  "data/reviews.csv": "20",
  "data/photos.jsonl": "6",
};
const BATCH = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const FILE = "data/reviews.csv";

/** The inputs of every run of the example's step, expressions filled in as GitHub would. */
function runsOf(workflow: Workflow): Record<string, string>[] {
  const form = workflow.on.workflow_dispatch?.inputs ?? {};
  return Object.values(workflow.jobs).flatMap((job) =>
    (job.strategy?.matrix.include ?? [{}]).flatMap((matrix) =>
      job.steps
        .filter(({ uses = "" }) => uses.startsWith("OWNER/"))
        .map((step) => {
          const context: Record<string, unknown> = {
            "secrets.PROLIFIC_TOKEN": stage.sandbox.token,
            "inputs.batch_id": BATCH,
            "inputs.dataset_file": FILE,
          };
          for (const [name, value] of Object.entries(matrix)) {
            context[`matrix.${name}`] = value;
          }
          for (const [name, input] of Object.entries(form)) {
            context[`inputs.${name}`] ??= input.default;
          }
          return Object.fromEntries(
            Object.entries(step.with ?? {}).map(([name, value]) => [
              name,
              String(value).replace(
                /\$\{\{ ([\w.]+) \}\}/g,
                (_, expression: string) => {
                  if (!(expression in context)) throw new Error(expression);
                  return String(context[expression]);
                },
              ),
            ]),
          );
        }),
    ),
  );
}

test.each(readdirSync("examples").filter((name) => name.endsWith(".yml")))(
  "%s",
  async (name) => {
    const workflow = parse(
      readFileSync(join("examples", name), "utf8"),
    ) as Workflow;
    const folder = workspaceWith({});
    cpSync("examples/data", join(folder, "data"), { recursive: true });
    const runs = runsOf(workflow);
    expect(runs).not.toHaveLength(0);
    for (const inputs of runs) {
      const { batch_id: id = "", dataset_file: file = "" } = inputs;
      const datasetId = stage.sandbox.addDataset({
        datapoints: 0,
        imports: [],
        schema: SCHEMAS[file] ?? null,
      });
      stage.sandbox.addBatch({ id, datasetId });
      const step = await stage.step(inputs, {
        env: { GITHUB_WORKSPACE: folder },
      });
      expect([step.exitCode, step.log.join("\n")]).toEqual([
        0,
        expect.any(String),
      ]);
      if (inputs.dry_run === "true") {
        expect(step.outputs.outcome).toBe("dry_run");
        expect(step.summary).toContain("A real run would upload");
      } else {
        expect(step.outputs).toMatchObject({
          outcome: "set_up",
          total_task_count: RECORDS[file],
        });
      }
    }
  },
);

/** The one of `shell: bash`; on Windows another program of this name may come first on the PATH. */
const BASH =
  process.platform === "win32"
    ? "C:\\Program Files\\Git\\bin\\bash.exe"
    : "bash";

interface Received {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** A server in the place of Prolific's API of studies, which the sandbox does not have. */
async function answering(answer: {
  readonly status: number;
  readonly body: string;
}) {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const { headers, method = "", url = "" } = request;
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      requests.push({
        call: `${method} ${url}`,
        authorization: headers.authorization,
        contentType: headers["content-type"],
        body,
      });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

/** The draft study of new-batch-per-commit.yml: its script, run by bash with real outputs of the action. */
describe("the draft study of new-batch-per-commit.yml", () => {
  const workflow = parse(
    readFileSync("examples/new-batch-per-commit.yml", "utf8"),
  ) as Workflow;
  const steps = workflow.jobs.batch?.steps ?? [];
  const draft = steps.at(-1);

  /** Runs the action as the example does, on an empty batch. */
  async function batch(): Promise<Record<string, string>> {
    const folder = workspaceWith({});
    cpSync("examples/data", join(folder, "data"), { recursive: true });
    const datasetId = stage.sandbox.addDataset({ version: 3, datapoints: 0 });
    stage.sandbox.addBatch({ id: BATCH, datasetId });
    const [inputs = {}] = runsOf(workflow);
    const env = { GITHUB_WORKSPACE: folder };
    const first = await stage.step(inputs, { env });
    const again = await stage.step(inputs, { env });
    expect(first.outputs.outcome).toBe("set_up");
    expect(again.outputs.outcome).toBe("already_set_up");
    return first.outputs;
  }

  /** Runs the script of the step with these outputs. */
  async function run(
    outputs: Readonly<Record<string, string>>,
    answer: { readonly status: number; readonly body: string },
  ) {
    const prolific = await answering(answer);
    const folder = workspaceWith({ summary: "" });
    const given = Object.entries(draft?.env ?? {}).map(([name, value]) => [
      name,
      value
        .replace("${{ secrets.PROLIFIC_TOKEN }}", stage.sandbox.token)
        .replace(
          /\$\{\{ steps\.batch\.outputs\.(\w+) \}\}/,
          (_, output: string) => outputs[output] ?? "",
        ),
    ]);
    const child = spawn(BASH, ["-eo", "pipefail", "-c", draft?.run ?? ""], {
      cwd: folder,
      env: {
        ...process.env,
        ...(Object.fromEntries(given) as Record<string, string>),
        PROLIFIC_URL: prolific.url,
        RUNNER_TEMP: folder,
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
      },
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    }
    const exitCode = await new Promise((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    await prolific.close();
    const summary = readFileSync(join(folder, "summary"), "utf8");
    return { exitCode, log, summary, requests: prolific.requests };
  }

  test("has the batch, and a place for each of its groups", async () => {
    const outputs = await batch();
    const { exitCode, log, requests, summary } = await run(outputs, {
      status: 201,
      body: '{"id":"60d9aadeb86739de712faee0","status":"UNPUBLISHED"}',
    });
    expect([exitCode, log]).toEqual([0, ""]);
    expect(summary).toContain(`Made a draft study for batch ${BATCH}.`);
    expect(requests).toEqual([
      {
        call: "POST /api/v1/studies/",
        authorization: `Token ${stage.sandbox.token}`,
        contentType: "application/json",
        body: expect.any(String),
      },
    ]);
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({
      data_collection_method: "AI_TASK_BUILDER_BATCH",
      data_collection_id: outputs.batch_id,
      data_collection_metadata: { annotators_per_task: 1 },
      total_available_places: Number(outputs.total_task_groups),
    });
    expect(Number(outputs.total_task_groups)).toBe(4);
  });

  test("is red with the words of Prolific if it is refused", async () => {
    const outputs = await batch();
    const { exitCode, log, summary } = await run(outputs, {
      status: 400,
      body: '{"error":"The reward is too low."}',
    });
    expect(exitCode).toBe(1);
    expect(log).toContain("The reward is too low.");
    expect(log).not.toContain(stage.sandbox.token);
    expect(summary).toBe("");
  });

  test("is only created for a batch that this run set up, and is never published", () => {
    expect(draft?.if).toBe("steps.batch.outputs.outcome == 'set_up'");
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([draft]);
    expect(draft?.run).not.toMatch(/PUBLISH|transition/);
  });
});
