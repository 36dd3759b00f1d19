/** What has to be done with a file, by what the dataset holds (contract 5, "upload once"). */
import { describe, expect, test } from "@jest/globals";
import { nextStep } from "../../src/dataset/plan.ts";
import type {
  BatchStatus,
  ImportJob,
  ImportStatus,
} from "../../src/prolific/schema.ts";

const NAME = "reviews-0123456789ab.csv";
const SAME = "renamed-0123456789AB.CSV";
const OTHER = "reviews-ba9876543210.csv";

function v3(status: BatchStatus, filename: string | undefined, datapoints = 3) {
  return nextStep(
    {
      id: "d",
      name: "",
      version: 3,
      status,
      filename,
      totalDatapointCount: datapoints,
      groupsItself: false,
    },
    NAME,
  ).kind;
}

function job(status: ImportStatus, filename: string | undefined): ImportJob {
  return {
    id: `${status} ${filename ?? ""}`,
    filename,
    status,
    acceptedCount: undefined,
    rejectedCount: undefined,
    duplicateCount: undefined,
    errors: [],
    reason: undefined,
  };
}

function v4(
  datapoints: number,
  imports: readonly ImportJob[],
  abandoned?: ReadonlySet<string>,
) {
  return nextStep(
    {
      id: "d",
      name: "",
      version: 4,
      imports,
      schema: undefined,
      totalDatapointCount: datapoints,
      groupsItself: false,
    },
    NAME,
    abandoned,
  );
}

describe("a V3 dataset", () => {
  test.each<[BatchStatus, string | undefined, number, string]>([
    ["UNINITIALISED", undefined, 0, "upload"],
    ["READY", undefined, 0, "upload"],
    ["UNINITIALISED", SAME, 0, "upload"],
    ["READY", OTHER, 0, "upload"],
    ["PROCESSING", SAME, 3, "wait"],
    ["PROCESSING", OTHER, 3, "cannot_grow"],
    ["ERROR", OTHER, 3, "unusable"],
    ["READY", SAME, 3, "nothing"],
    ["READY", OTHER, 3, "cannot_grow"],
    ["READY", "reviews.csv", 3, "cannot_grow"],
    ["READY", undefined, 3, "cannot_grow"],
    ["PROCESSING", SAME, 0, "wait"],
    ["PROCESSING", undefined, 0, "wait"],
    ["PROCESSING", OTHER, 0, "cannot_grow"],
    ["ERROR", SAME, 0, "unusable"],
    ["ERROR", undefined, 0, "unusable"],
  ])(
    "%s with %j and %j datapoints: %s",
    (status, filename, datapoints, step) => {
      expect(v3(status, filename, datapoints)).toBe(step);
    },
  );
});

describe("a V4 dataset", () => {
  test.each<ImportStatus>([
    "complete",
    "partial",
    "queued",
    "processing",
    "pending_schema",
  ])("with the file in an import that is %s: that import decides", (status) => {
    for (const datapoints of [0, 3]) {
      const standing = job(status, SAME);
      // Newest first; what else is there does not matter.
      const imports = [
        job("failed", SAME),
        job("processing", OTHER),
        standing,
        job("uninitialised", SAME),
      ];
      expect(v4(datapoints, imports)).toEqual({
        kind: "follow",
        job: standing,
      });
    }
  });

  test("with the newest of several standing imports of the file, that one", () => {
    const newest = job("partial", SAME);
    expect(v4(3, [newest, job("complete", NAME)])).toEqual({
      kind: "follow",
      job: newest,
    });
  });

  test("with a failed import of the file: as if it were not there", () => {
    expect(v4(0, [job("failed", SAME)]).kind).toBe("upload");
    expect(v4(3, [job("failed", SAME)]).kind).toBe("append");
  });

  test("with an import of the file that has no bytes: looked at, unless it is known to be abandoned", () => {
    const waiting = job("uninitialised", SAME);
    expect(v4(0, [waiting])).toEqual({ kind: "look", job: waiting });
    expect(v4(3, [waiting])).toEqual({ kind: "look", job: waiting });
    const abandoned = new Set([waiting.id]);
    expect(v4(0, [waiting], abandoned).kind).toBe("upload");
    expect(v4(3, [waiting], abandoned).kind).toBe("append");
  });

  test("with an abandoned import that has its bytes after all: that import decides", () => {
    const standing = job("queued", SAME);
    const abandoned = new Set([standing.id]);
    expect(v4(0, [standing], abandoned)).toEqual({
      kind: "follow",
      job: standing,
    });
  });

  test("with a running import of another file: waited for first", () => {
    for (const status of ["queued", "processing"] as const) {
      for (const imports of [
        [job(status, OTHER)],
        [job("failed", SAME), job(status, undefined)],
        [job("uninitialised", SAME), job(status, OTHER)],
      ]) {
        expect(v4(0, imports).kind).toBe("wait");
        expect(v4(3, imports).kind).toBe("wait");
      }
    }
  });

  test("with nothing of the file: uploaded when it is empty, appended to when it is not", () => {
    const ended = (
      [
        "complete",
        "partial",
        "failed",
        "uninitialised",
        "pending_schema",
      ] as const
    ).map((status) => job(status, OTHER));
    for (const imports of [[], ended]) {
      expect(v4(0, imports).kind).toBe("upload");
      expect(v4(3, imports).kind).toBe("append");
    }
  });
});
