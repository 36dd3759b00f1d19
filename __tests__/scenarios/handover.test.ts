/** What a step leaves for the steps after it. Every scenario compares the file of the summary with the summary. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { EMPTY_V4, csv, repositoryOn } from "./repository.ts";
import type { Scenario, Transcript } from "./transcript.ts";
import { openStage, workspaceWith } from "./transcript.ts";

const stage = openStage({ importsRecognised: "by appends" });

describe("summary_file", () => {
  test.each<[string, Scenario]>([
    ["set_up", {}],
    ["failed", { batch: { status: "ERROR" } }],
    ["timed_out", { batch: { setupMs: 60_000 }, inputs: { timeout: "1s" } }],
    ["failed", { inputs: { timeout: "never" } }],
  ])("is there when the outcome is %s", async (outcome, given) => {
    const { kept, outputs, summary } = await stage.scenario(given);
    expect(outputs).toMatchObject({
      outcome,
      summary_file: "RUNNER_TEMP/summary.md",
    });
    expect(kept.summary_file).toBe(summary);
  });

  test("is there after a cancel", async () => {
    const { exitCode, kept, outputs, summary } = await stage.scenario(
      { batch: { setupMs: 60_000 } },
      {
        onStart: (step) => {
          step.stdout?.on("data", (text: string) => {
            if (text.includes("PROCESSING")) step.kill("SIGINT");
          });
        },
      },
    );
    expect([exitCode, outputs.outcome]).toEqual([1, "cancelled"]);
    expect(kept.summary_file).toBe(summary);
  });

  test("of one step does not replace that of another step of the job", async () => {
    const temporary = workspaceWith({});
    const env = { RUNNER_TEMP: temporary };
    await stage.scenario({}, { env });
    await stage.scenario({}, { env });
    const folders = readdirSync(temporary);
    expect(folders).toHaveLength(2);
    for (const folder of folders) {
      expect(readdirSync(join(temporary, folder))).toEqual(["summary.md"]);
    }
  });

  test("is left unset without RUNNER_TEMP", async () => {
    const env = { RUNNER_TEMP: "" };
    const { log, outputs } = await stage.scenario({}, { env });
    expect(outputs.outcome).toBe("set_up");
    expect(outputs).not.toHaveProperty("summary_file");
    expect(log.filter((line) => line.startsWith("::warning"))).toEqual([]);
  });

  test("is left unset with a warning where RUNNER_TEMP cannot be written", async () => {
    const env = { RUNNER_TEMP: join(workspaceWith({}), "missing") };
    const { exitCode, log, outputs } = await stage.scenario({}, { env });
    expect([exitCode, outputs.outcome]).toEqual([0, "set_up"]);
    expect(outputs).not.toHaveProperty("summary_file");
    expect(log.filter((line) => line.startsWith("::warning"))).toEqual([
      expect.stringContaining("Could not write the file summary.md"),
    ]);
  });
});

describe("rejected_file", () => {
  const rejects = [{ field: "review", pattern: "^BAD", reason: "too rude" }];
  const rejectedIn = ({ kept, outputs }: Transcript) => {
    expect(outputs.rejected_file).toBe("RUNNER_TEMP/rejected.jsonl");
    return (kept.rejected_file ?? "")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  test("holds every defect that the preflight finds, not only those that are told", async () => {
    const rows = Array.from({ length: 1_200 }, (_, n) => `${String(n)}\n`);
    const repo = repositoryOn(stage, EMPTY_V4, `id,review\n${rows.join("")}`);
    const step = await repo.run({ dry_run: "true" });
    expect(step.exitCode).toBe(1);
    const found = rejectedIn(step);
    expect(found).toHaveLength(1_200);
    expect(found.at(-1)).toEqual({
      record: 1_200,
      line: 1_201,
      field: null,
      reason: "has 1 column, the header has 2",
      source: "preflight",
    });
  });

  test("holds what an import rejected, also when that is allowed", async () => {
    const dataset = {
      ...EMPTY_V4,
      setupTakesPartial: true,
      script: { rejects },
    };
    const content = csv(20).replace("Review 7,", "BAD,");
    const repo = repositoryOn(stage, dataset, content);
    const step = await repo.run({ allow_partial: "true" });
    expect(step.exitCode).toBe(0);
    expect(rejectedIn(step)).toEqual([
      {
        record: 7,
        line: 14,
        field: "review",
        reason: "too rude",
        source: "import",
      },
    ]);
  });

  test("counts what an import does not list", async () => {
    const script = { rejects, errorsListed: 2 };
    const content = csv(12).replaceAll('"Review', '"BAD');
    const repo = repositoryOn(stage, { ...EMPTY_V4, script }, content);
    const found = rejectedIn(await repo.run());
    expect(found.map(({ record }) => record)).toEqual([1, 2, null]);
    expect(found.at(-1)?.reason).toBe("10 more, which Prolific does not list");
  });

  test("holds what an append rejected, also when a later request of it is refused", async () => {
    const repo = repositoryOn(stage, EMPTY_V4, csv(3));
    await repo.run();
    stage.sandbox.prolific.changeDataset(repo.datasetId, { rejects });
    repo.commit(csv(2_500).replace("Review 600,", "BAD,"));
    stage.sandbox.fault({
      match: "POST /datapoints",
      kind: "status",
      status: 400,
      after: 2, // the first ten records, and a request of a thousand
    });
    const step = await repo.run();
    expect(step.exitCode).toBe(1);
    expect(step.log.join("\n")).toContain("Prolific refused the records");
    expect(rejectedIn(step)).toEqual([
      {
        record: 600,
        line: 1_200,
        field: "review",
        reason: "too rude",
        source: "append",
      },
    ]);
  });

  test("is left unset when there is nothing to list", async () => {
    const { outputs } = await repositoryOn(stage, EMPTY_V4, csv(3)).run();
    expect(outputs.outcome).toBe("set_up");
    expect(outputs).not.toHaveProperty("rejected_file");
  });
});
