/** The workflows of this repository: valid, pinned, without rights that they do not need, and closed to foreign text. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { names, workflowCalled, workflows } from "./workflows.ts";

const action = parse(readFileSync("action.yml", "utf8")) as {
  inputs: Readonly<Record<string, unknown>>;
};

/** Rights to write, by workflow and job; everything else may at most read the repository. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  "codeql.yml analyse": ["security-events"],
  "release.yml attest": ["attestations", "id-token"],
  "release.yml publish": ["contents"],
  "scorecard.yml scorecard": ["id-token", "security-events"],
};

test("all workflows exist that CONTRIBUTING.md relies on", () => {
  expect(names.sort()).toEqual([
    "ci.yml",
    "clients.yml",
    "codeql.yml",
    "e2e.yml",
    "release.yml",
    "scorecard.yml",
  ]);
});

describe.each(workflows)("%s", (name, text, workflow) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test("pins other actions to a commit, with the version in a comment", () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(
      ([, value = ""]) => value,
    );
    expect(uses).toHaveLength(
      steps.filter((step) => step.uses !== undefined).length,
    );
    for (const value of uses.filter((other) => other !== "./")) {
      expect(value).toMatch(
        /^((actions|github)\/[\w/-]+|ossf\/scorecard-action)@[0-9a-f]{40} # v\d+\.\d+\.\d+$/,
      );
    }
  });

  test("has no permissions except those of its jobs", () => {
    expect(workflow.permissions).toEqual({});
    for (const [id, { permissions }] of jobs) {
      const { contents, ...rest } = permissions ?? {};
      const writes = Object.entries({ contents, ...rest })
        .filter(([, right]) => right === "write")
        .map(([what]) => what);
      expect(writes.sort()).toEqual(WRITES[`${name} ${id}`] ?? []);
      expect(["read", "write"]).toContain(contents);
      expect(Object.values(rest)).not.toContain("read");
    }
  });

  test("has no expression in a script", () => {
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
    expect(text).not.toMatch(/\$\{\{[^}]*github\.event\./);
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  });

  test("keeps no credentials, and has a time limit", () => {
    expect(workflow.concurrency?.group).toBeDefined();
    for (const [, job] of jobs) {
      expect(job.name).toBeDefined();
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(30);
    }
    const checkouts = steps.filter(({ uses }) => uses?.includes("/checkout@"));
    expect(checkouts).toHaveLength(jobs.length);
    for (const step of checkouts) {
      expect(step.with?.["persist-credentials"]).toBe(false);
    }
  });

  test("runs no install scripts of packages, and only calls scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Readonly<Record<string, string>>;
    };
    for (const { run = "" } of steps) {
      for (const [line] of run.matchAll(/^npm (ci|install|i)\b.*$/gm)) {
        expect(line).toBe("npm ci --ignore-scripts");
      }
      for (const [, script = ""] of run.matchAll(/npm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts)).toContain(script);
      }
      for (const [, script = ""] of run.matchAll(/node (scripts\/\S+)/g)) {
        expect(readFileSync(script, "utf8")).not.toBe("");
      }
    }
  });
});

test("the examples and these workflows use the same version of actions/checkout", () => {
  const checkout = /actions\/checkout@\S+ # \S+/g;
  const here = workflows.flatMap(([, text]) => text.match(checkout) ?? []);
  const there = readdirSync("examples")
    .filter((name) => name.endsWith(".yml"))
    .flatMap(
      (name) =>
        readFileSync(join("examples", name), "utf8").match(checkout) ?? [],
    );
  expect(new Set([...here, ...there]).size).toBe(1);
});

test("in a release, jobs that can write or sign run no installed packages", () => {
  const { jobs } = workflowCalled("release.yml");
  for (const [id, { permissions, steps }] of Object.entries(jobs)) {
    if (!Object.values(permissions ?? {}).includes("write")) continue;
    const scripts = steps.map(({ run = "" }) => run).join("\n");
    expect([id, scripts]).toEqual([id, expect.not.stringMatching(/\bnpm\b/)]);
  }
});

test("the end-to-end workflow only uses inputs that exist", () => {
  const ours = Object.values(workflowCalled("e2e.yml").jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses === "./");
  expect(ours.length).toBeGreaterThan(4);
  for (const step of ours) {
    expect(Object.keys(action.inputs)).toEqual(
      expect.arrayContaining(Object.keys(step.with ?? {})),
    );
    expect(step.with?.api_url).toBe("${{ steps.sandbox.outputs.url }}");
  }
});

test("Dependabot updates every ecosystem weekly, in groups, and after a cooldown", () => {
  const { updates } = parse(readFileSync(".github/dependabot.yml", "utf8")) as {
    updates: readonly {
      "package-ecosystem": string;
      schedule: unknown;
      cooldown: { "default-days": number };
      groups: object;
    }[];
  };
  expect(updates.map((one) => one["package-ecosystem"])).toEqual([
    "npm",
    "github-actions",
    "pip",
  ]);
  for (const { schedule, cooldown, groups } of updates) {
    expect(schedule).toEqual({ interval: "weekly" });
    expect(cooldown["default-days"]).toBeGreaterThanOrEqual(7);
    expect(Object.keys(groups)).not.toHaveLength(0);
  }
});
