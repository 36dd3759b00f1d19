/** The workflows that people copy: each uses inputs and outputs that exist, and follows the README. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

const THIS_ACTION = /^OWNER\/prolific-setup-batch@v1$/;

const FROM_A_FORM = "${{ inputs.new_batch }}";

interface Step {
  readonly id?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly concurrency?: Concurrency;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix?: unknown };
  readonly steps: readonly Step[];
}
interface Concurrency {
  readonly group?: string;
  readonly "cancel-in-progress"?: boolean;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: Concurrency;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const action = parse(readFileSync("action.yml", "utf8")) as {
  inputs: Record<string, { required?: boolean }>;
  outputs: Record<string, unknown>;
};

/** Every workflow with its name: the files, and the blocks of the README. */
const examples: [string, string][] = readdirSync("examples")
  .filter((name) => name.endsWith(".yml"))
  .map((name) => [name, readFileSync(join("examples", name), "utf8")]);
const blocks = [
  ...readFileSync("README.md", "utf8").matchAll(/```yaml\n([^]*?)```/g),
].map(([, text = ""], at): [string, string] => [
  `README ${String(at + 1)}`,
  text,
]);
const workflows = [
  ...examples,
  ...blocks.filter(([, text]) => text.includes("jobs:")),
].map(([name, text]) => [name, text, parse(text) as Workflow] as const);

test("examples/README.md lists all of them", () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
  const readme = readFileSync("examples/README.md", "utf8");
  const named = [...readme.matchAll(/\]\(([\w-]+\.yml)\)/g)].map(
    ([, name]) => name,
  );
  expect(named.sort()).toEqual(examples.map(([name]) => name).sort());
});

describe.each(workflows)("%s", (_, text, workflow) => {
  const jobs = Object.values(workflow.jobs);
  const ours = jobs.flatMap((job) =>
    job.steps
      .filter(({ uses }) => THIS_ACTION.test(uses ?? ""))
      .map((step) => ({ job, step })),
  );

  test("uses the action with inputs that exist", () => {
    expect(ours).toHaveLength(1);
    for (const { step } of ours) {
      const given = Object.keys(step.with ?? {});
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining(["batch_id", "api_token"]));
      expect(step.with?.api_token).toBe("${{ secrets.PROLIFIC_TOKEN }}");
    }
  });

  test("reads only outputs that exist", () => {
    const read = [...text.matchAll(/steps\.batch\.outputs\.(\w+)/g)].map(
      ([, name]) => name ?? "",
    );
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
  });

  test("runs one job for a batch at a time, and never cancels one that may change something", () => {
    for (const { job, step } of ours) {
      if (step.with?.dry_run === true) continue;
      const { group, "cancel-in-progress": cancels } =
        job.concurrency ?? workflow.concurrency ?? {};
      expect(cancels).toBe(false);
      expect(group).toBe(`prolific-${String(step.with?.batch_id)}`);
    }
  });

  test("checks out the whole history for new_rows", () => {
    for (const { job, step } of ours) {
      const newBatch = step.with?.new_batch;
      const checkout = job.steps.find(({ uses = "" }) =>
        uses.startsWith("actions/checkout@"),
      );
      const isNeeded = newBatch === "new_rows" || newBatch === FROM_A_FORM;
      const depth = isNeeded ? 0 : undefined;
      expect(checkout?.with?.["fetch-depth"]).toBe(depth);
    }
  });

  test("only has permission to read the repository, and to comment on a pull request that is not from a fork", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const { if: condition, permissions, steps } of jobs) {
      const tokens = steps.filter((step) =>
        JSON.stringify(step).includes("github.token"),
      );
      if (permissions?.["pull-requests"] === undefined) {
        expect(permissions ?? {}).toEqual({});
        expect(tokens).toEqual([]);
        continue;
      }
      // Only to comment, and only if the code of the job is from members.
      expect(permissions).toEqual({
        contents: "read",
        "pull-requests": "write",
      });
      expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
      expect(condition).toMatch(
        /^github\.event\.pull_request\.head\.repo\.full_name == github\.repository && /,
      );
      expect(tokens).toEqual([
        expect.objectContaining({
          run: expect.stringContaining("gh pr comment"),
          env: expect.objectContaining({ GH_TOKEN: "${{ github.token }}" }),
        }),
      ]);
    }
  });

  test("has no expression in a script, pins other actions, and keeps no credentials", () => {
    for (const { run = "", uses = "", with: given } of jobs.flatMap(
      ({ steps }) => steps,
    )) {
      expect(run).not.toContain("${{");
      if (uses === "" || THIS_ACTION.test(uses)) continue;
      expect(uses).toMatch(
        /^actions\/(checkout|upload-artifact)@[0-9a-f]{40}$/,
      );
      if (!uses.startsWith("actions/checkout@")) continue;
      expect(given?.["persist-credentials"]).toBe(false);
    }
    expect(text).not.toContain("pull_request_target");
  });
});

describe("every purpose has an example", () => {
  const all = workflows.filter(([name]) => name.endsWith(".yml"));
  const some = (is: (workflow: Workflow, text: string) => boolean) =>
    all.filter(([, text, workflow]) => is(workflow, text)).length;
  const step = (workflow: Workflow) =>
    Object.values(workflow.jobs)
      .flatMap(({ steps }) => steps)
      .find(({ uses }) => THIS_ACTION.test(uses ?? ""));

  test.each<[string, (workflow: Workflow, text: string) => boolean]>([
    [
      "a push to the path of a dataset",
      ({ on }) =>
        (on.push as { paths?: unknown } | undefined)?.paths !== undefined,
    ],
    [
      "a preview of a pull request",
      (workflow) =>
        "pull_request" in workflow.on && step(workflow)?.with?.dry_run === true,
    ],
    [
      "a batch and a draft study for the new rows of a commit",
      (workflow, text) =>
        step(workflow)?.with?.new_batch === "new_rows" &&
        text.includes("/api/v1/studies/"),
    ],
    [
      "several datasets",
      ({ jobs }) =>
        Object.values(jobs).some(({ strategy }) => strategy?.matrix),
    ],
    [
      "the outputs in a next step and another job",
      (_, text) =>
        /run:[^]*steps\.batch\.outputs/.test(text) &&
        text.includes("needs.batch.outputs"),
    ],
    [
      "a start by hand, with inputs",
      ({ on }) =>
        (on.workflow_dispatch as { inputs?: unknown } | null | undefined)
          ?.inputs !== undefined,
    ],
    ["a schedule", ({ on }) => "schedule" in on],
    [
      "the rejected records as an artifact",
      (_, text) =>
        /uses: actions\/upload-artifact@[^]*path: .*steps\.batch\.outputs\.rejected_file/.test(
          text,
        ),
    ],
    [
      "the summary as a comment",
      (_, text) =>
        text.includes("--edit-last --create-if-none --body-file") &&
        text.includes("steps.batch.outputs.summary_file"),
    ],
  ])("%s", (_, is) => {
    expect(some(is)).toBeGreaterThan(0);
  });
});
