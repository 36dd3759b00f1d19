/** What the workflows install, and what they run it on. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { workflowCalled, workflows } from "./workflows.ts";

const runs = workflows.flatMap(([, , { jobs }]) =>
  Object.values(jobs).flatMap(({ steps }) => steps),
);
const lines = runs.flatMap(({ run = "" }) => run.split("\n"));

describe("the tools of the workflows", () => {
  test("Python installs only wheels whose hashes are committed", () => {
    const installs = lines.filter((line) => /\bpip3?\b/.test(line));
    expect(installs).not.toHaveLength(0);
    for (const line of installs) {
      const [, file = ""] =
        /^python -m pip install --only-binary=:all: --require-hashes --requirement=(\S+)$/.exec(
          line,
        ) ?? [];
      expect([line, file]).toEqual([line, expect.stringMatching(/\.txt$/)]);
      const tool = /^([\w-]+==[\d.]+)\n$/.exec(
        readFileSync(file.replace(/\.txt$/, ".in"), "utf8"),
      )?.[1];
      const packages = readFileSync(file, "utf8").split(/\n(?=\S)/);
      expect(packages.map((text) => text.split(" ")[0])).toContain(tool);
      for (const text of packages) {
        expect(text).toMatch(
          /^[\w.-]+==\S+( ; [^\n\\]+)?( \\\n {4}--hash=sha256:[0-9a-f]{64})+\n?$/,
        );
      }
    }
  });

  test("Go installs a commit, with the version in a comment", () => {
    const tools = runs.filter(({ run = "" }) =>
      /\bgo (run|install)\b/.test(run),
    );
    expect(tools).not.toHaveLength(0);
    for (const { run = "", env = {} } of tools) {
      expect(run).toMatch(/^go (run|install) "[\w./-]+@\$COMMIT"$/m);
      const commit = env.COMMIT ?? "";
      expect(commit).toMatch(/^[0-9a-f]{40}$/);
      expect(workflows.map(([, text]) => text).join("")).toMatch(
        new RegExp(`COMMIT: ${commit} # v\\d+\\.\\d+\\.\\d+`),
      );
    }
  });
});

test("the job that publishes Scorecard results has no scripts", () => {
  const steps = workflowCalled("scorecard.yml").jobs.scorecard?.steps ?? [];
  const uses = steps.map((step) => step.uses?.replace(/@.*/, ""));
  // The list of its API; anything else makes it refuse the results.
  for (const one of uses) {
    expect([
      "actions/checkout",
      "github/codeql-action/upload-sarif",
      "ossf/scorecard-action",
    ]).toContain(one);
  }
  expect(uses).toContain("ossf/scorecard-action");
});

test("pull requests get a dependency review, and zizmor is pedantic", () => {
  const { dependencies } = workflowCalled("ci.yml").jobs;
  expect(dependencies?.if).toBe("github.event_name == 'pull_request'");
  expect(lines).toContain("zizmor --pedantic --strict-collection .");
});

test("every kind of runner runs the tests and the action", () => {
  for (const [file, job] of [
    ["ci.yml", "test"],
    ["e2e.yml", "e2e"],
  ] as const) {
    expect(workflowCalled(file).jobs[job]?.strategy?.matrix.os).toEqual([
      "ubuntu-latest",
      "ubuntu-24.04-arm",
      "windows-latest",
      "macos-latest",
    ]);
  }
});
