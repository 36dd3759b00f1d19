/** What a step leaves for the steps after it. Every scenario compares the file of the summary with the summary. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { FAST_CLOCK } from "../fixtures/clocks.ts";
import { describe, expect, test } from "@jest/globals";
import {
  type VirtualOptions,
  virtualWorld,
} from "../../proof/simulation/world/world.ts";
import type { Fault } from "../../sandbox/server.ts";
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
  ])("exists with the outcome %s", async (outcome, given) => {
    const { kept, outputs, summary } = await stage.scenario(given);
    expect(outputs).toMatchObject({
      outcome,
      summary_file: "RUNNER_TEMP/summary.md",
    });
    expect(kept.summary_file).toBe(summary);
  });

  test("exists after a cancel", async () => {
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

  test("is not set without RUNNER_TEMP", async () => {
    const env = { RUNNER_TEMP: "" };
    const { log, outputs } = await stage.scenario({}, { env });
    expect(outputs.outcome).toBe("set_up");
    expect(outputs).not.toHaveProperty("summary_file");
    expect(log.filter((line) => line.startsWith("::warning"))).toEqual([]);
  });

  test("is not set, with a warning, if RUNNER_TEMP is not writable", async () => {
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

  test("has every defect that the preflight finds, not only the reported ones", async () => {
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

  test("has the records that an import rejected, even if that is allowed", async () => {
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

  test("counts records that an import does not list", async () => {
    const script = { rejects, errorsListed: 2 };
    const content = csv(12).replaceAll('"Review', '"BAD');
    const repo = repositoryOn(stage, { ...EMPTY_V4, script }, content);
    const found = rejectedIn(await repo.run());
    expect(found.map(({ record }) => record)).toEqual([1, 2, null]);
    expect(found.at(-1)?.reason).toBe("10 more, which Prolific does not list");
  });

  test("has the records that an append rejected, even if a later request is refused", async () => {
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

  test("is not set if there is nothing to list", async () => {
    const { outputs } = await repositoryOn(stage, EMPTY_V4, csv(3)).run();
    expect(outputs.outcome).toBe("set_up");
    expect(outputs).not.toHaveProperty("rejected_file");
  });
});

describe("a run of more than a minute", () => {
  test("logs its progress, and shows where the time went", async () => {
    const { log, outputs, summary } = await stage.scenario(
      { batch: { setupMs: 3_500 } }, // 105 s of the step
      { env: FAST_CLOCK },
    );
    expect(outputs.outcome).toBe("set_up");
    expect(log.join("\n")).toMatch(/^Still waiting after .*PROCESSING\.$/m);
    expect(summary).toMatch(/```mermaid\ngantt\n[^`]*\n {2}Setup, \S+ :2000/);
  });

  interface World {
    readonly options?: VirtualOptions;
    readonly appends?: boolean;
    readonly fault?: Fault;
  }

  /** On a virtual clock. */
  async function virtualStep({ options = {}, appends = false, fault }: World) {
    const world = virtualWorld({ importsRecognised: "by appends", ...options });
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const datasetId = world.prolific.addDataset({
      ...{ datapoints: 0, imports: [], schema },
      ...(appends && {
        imports: [{ filename: "o.csv", records: [{ id: "0" }], accepted: 1 }],
      }),
    });
    const batchId = world.prolific.addBatch({ datasetId });
    const rows = Array.from({ length: 2_500 }, (_, n) => String(n));
    world.files.set("a.csv", ["id", ...rows].join("\n"));
    if (fault) world.fault(fault);
    const step = await world.run({ batch_id: batchId, dataset_file: "a.csv" });
    const beats = step.log.filter((line) => line.includes("Still waiting"));
    return { ...step, words: step.log.join("\n"), beats: beats.join("\n") };
  }

  test("logs how much of an upload is sent", async () => {
    const step = await virtualStep({ options: { readMs: 90_000 } });
    expect(step.beats).toContain(": 0 bytes of 11 kB uploaded; batch");
    expect(step.outputs.outcome).toBe("set_up");
    expect(step.summary).toMatch(/ {2}Check file, \S+ :.*\n {2}Upload, \S+ :/);
  });

  test("logs how many records of an append are sent", async () => {
    const step = await virtualStep({
      appends: true,
      fault: {
        ...{ match: "POST /datapoints", kind: "status", status: 409 },
        ...{ after: 2, forMs: 150_000 },
      },
    });
    expect(step.words).toContain("Appending records 1,001 to 2,000 of 2,500");
    expect(step.beats).toContain(": 1,000 of 2,500 records appended; batch");
    expect(step.outputs.outcome).toBe("set_up");
    expect(step.summary).toMatch(/ {2}Append, \S+ :/);
  });

  test.each([
    [
      { written_count: 1_200, processed_offset: 9 },
      "1,200 of 2,500 records imported",
    ],
    [{ processed_offset: 9_000 }, "import processing, processed_offset 9,000"],
    [{}, "import processing"],
  ])(
    "logs the progress of an import that Prolific reports: %j",
    async (told, words) => {
      const body = JSON.stringify({
        import_id: "i",
        status: "processing",
        ...told,
      });
      const step = await virtualStep({
        fault: {
          ...{ match: "GET ~/imports/", kind: "status", status: 200, body },
          forMs: 150_000,
        },
      });
      expect(step.beats).toContain(`: ${words}; batch`);
      expect(step.outputs.outcome).toBe("set_up");
      expect(step.summary).toMatch(/ {2}Import, \S+ :/);
    },
  );

  test("logs nothing about work that has ended", async () => {
    const world = virtualWorld();
    const datasetId = world.prolific.addDataset();
    const batch_id = world.prolific.addBatch({ datasetId, setupMs: 200_000 });
    const { log } = await world.run({ batch_id });
    const beats = log.filter((line) => line.includes("Still waiting"));
    expect(beats[0]).toMatch(
      /^info: Still waiting after 1m\S*; batch status PROCESSING\.$/,
    );
  });
});
