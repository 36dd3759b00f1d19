/** What a step leaves for the steps after it. Every scenario compares the file of the summary with the summary. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Scenario } from "./transcript.ts";
import { openStage, workspaceWith } from "./transcript.ts";

const stage = openStage();

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
