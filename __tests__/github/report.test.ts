import { describe, expect, test } from "@jest/globals";
import { counted, size } from "../../src/figures.ts";
import {
  type OutputName,
  type Progress,
  Report,
} from "../../src/github/report.ts";
import { BATCH_STATUSES, type Batch } from "../../src/prolific/schema.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

const BATCH: Batch = {
  id: "batch",
  name: "A batch",
  workspaceId: undefined,
  autoSyncEnabled: false,
  status: "PROCESSING",
  datasets: [
    { id: "one", totalDatapointCount: 7 },
    { id: "two", totalDatapointCount: undefined },
  ],
  totalTaskCount: 0,
  totalTaskGroups: undefined,
  totalInstructionCount: 2,
  hasLayout: false,
  createdAt: undefined,
};

function newReport() {
  const clock = new FakeClock({ auto: false });
  const written: [OutputName, string][] = [];
  const report = new Report(clock, (name, value) => {
    written.push([name, value]);
  });
  return { clock, report, written };
}

test.each([
  [0, "0 tasks"],
  [1, "1 task"],
  [2, "2 tasks"],
  [1_000_000, "1,000,000 tasks"],
])("counted(%d)", (n, words) => {
  expect(counted(n, "task")).toBe(words);
});

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [9_949, "9.9 kB"],
  [9_950, "10 kB"],
  [430_400_000, "430 MB"],
  [999_600_000, "1.0 GB"],
  [1_000_000_000, "1.0 GB"],
  [5e12, "5.0 TB"],
])("size(%d)", (bytes, words) => {
  expect(size(bytes)).toBe(words);
});

describe("outputs", () => {
  test("are written as soon as they are known, and once for each value", () => {
    const { report, written } = newReport();
    report.set("batch_id", "x");
    expect(written).toEqual([["batch_id", "x"]]);
    report.set("batch_id", "x");
    report.set("total_task_count", 5);
    report.set("total_task_count", 5);
    report.set("total_task_count", 6);
    expect(written).toEqual([
      ["batch_id", "x"],
      ["total_task_count", "5"],
      ["total_task_count", "6"],
    ]);
    expect(report.get("total_task_count")).toBe("6");
  });

  test("that are unknown are not written, and do not replace known values", () => {
    const { report, written } = newReport();
    report.set("sync_id", undefined);
    expect(written).toEqual([]);
    expect(report.get("sync_id")).toBeUndefined();
    report.set("tasks_created", 0);
    report.set("tasks_created", undefined);
    expect(report.get("tasks_created")).toBe("0");
  });

  test("are plain decimal digits for every count the API can send", () => {
    const { report } = newReport();
    report.set("total_task_count", Number.MAX_SAFE_INTEGER);
    expect(report.get("total_task_count")).toMatch(/^\d+$/);
  });
});

describe("the verdict", () => {
  test("is open at first", () => {
    const { report } = newReport();
    expect(report.outcome).toBeUndefined();
    expect(report.failure).toBeUndefined();
  });

  test("is written when the run succeeds", () => {
    const { report, written } = newReport();
    report.succeed("set_up");
    expect(report.outcome).toBe("set_up");
    expect(report.failure).toBeUndefined();
    expect(written).toEqual([["outcome", "set_up"]]);
  });

  test("is written when the run fails", () => {
    const { report, written } = newReport();
    const failure = {
      outcome: "timed_out",
      title: "Timed out",
      lines: ["words"],
    } as const;
    report.fail(failure);
    expect(report.outcome).toBe("timed_out");
    expect(report.failure).toBe(failure);
    expect(written).toEqual([["outcome", "timed_out"]]);
  });
});

describe("what was read", () => {
  test("of a batch goes into the outputs", () => {
    const { report, written } = newReport();
    expect(report.sawBatch(BATCH)).toBe(true);
    expect(report.batchName).toBe("A batch");
    expect(Object.fromEntries(written)).toEqual({
      status: "PROCESSING",
      total_task_count: "0",
      total_instruction_count: "2",
    });
  });

  test("of the dataset of the run goes into the outputs, but not of other datasets", () => {
    const { report } = newReport();
    report.set("dataset_id", "two");
    report.sawBatch(BATCH);
    expect(report.get("total_datapoint_count")).toBeUndefined();
    report.set("dataset_id", "one");
    report.sawBatch(BATCH);
    expect(report.get("total_datapoint_count")).toBe("7");
  });

  test("makes a timeline of the changes", async () => {
    const { clock, report, written } = newReport();
    const saw = async (ms: number, status: Batch["status"]) => {
      await clock.advance(ms);
      return report.sawStatus(status);
    };
    expect(await saw(10, "UNINITIALISED")).toBe(true);
    expect(await saw(1_000, "PROCESSING")).toBe(true);
    expect(await saw(1_000, "PROCESSING")).toBe(false);
    expect(await saw(1_000, "READY")).toBe(true);
    expect(report.timeline).toEqual([
      { what: "UNINITIALISED", atMs: 10 },
      { what: "PROCESSING", atMs: 1_010 },
      { what: "READY", atMs: 3_010 },
    ]);
    expect(written.map(([, value]) => value)).toEqual([
      "UNINITIALISED",
      "PROCESSING",
      "READY",
    ]);
    expect(report.elapsedMs).toBe(3_010);
  });

  test("groups steps into phases: equal ones in a row are one phase, and a step without a phase changes nothing", async () => {
    const { clock, report } = newReport();
    for (const phase of ["Upload", undefined, "Upload", "Import"]) {
      await clock.advance(1_000);
      report.enter(phase);
    }
    expect(report.phases).toEqual([
      { what: "Read batch and dataset", atMs: 0 },
      { what: "Upload", atMs: 1_000 },
      { what: "Import", atMs: 4_000 },
    ]);
  });

  test("settles a setup without a response as soon as the batch has moved", () => {
    for (const status of BATCH_STATUSES) {
      const { report } = newReport();
      report.progress = "setup_unknown";
      report.sawStatus(status);
      expect(report.progress).toBe(
        status === "UNINITIALISED" ? "setup_unknown" : "setup_running",
      );
    }
  });

  test("changes nothing about other work that may be running", () => {
    const others: Progress[] = [
      "nothing_sent",
      "copy_unknown",
      "copy_made",
      "upload_unknown",
      "data_arrived",
      "setup_running",
      "ready",
      "sync_unknown",
      "sync_running",
    ];
    for (const progress of others) {
      for (const status of BATCH_STATUSES) {
        const { report } = newReport();
        report.progress = progress;
        report.sawStatus(status);
        expect(report.progress).toBe(progress);
      }
    }
  });
});

test("the time of a step counts from the creation of its report", async () => {
  const clock = new FakeClock({ auto: false });
  await clock.advance(5_000);
  const report = new Report(clock, () => undefined);
  await clock.advance(1_500);
  expect(report.startedAt).toBe(5_000);
  expect(report.elapsedMs).toBe(1_500);
});
