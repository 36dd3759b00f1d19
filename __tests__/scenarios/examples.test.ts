/** The step of each example workflow, run by `dist/index.js` against the sandbox with the example's own ids and data. */
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
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
          readonly uses?: string;
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
