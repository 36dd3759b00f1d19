/** What to do with a file, depending on the content of the dataset (contract 5, "upload once"). */
import { describe, expect, test } from "@jest/globals";
import { decide } from "../../src/decide.ts";
import type { Decision } from "../../src/decision.ts";
import type {
  BatchStatus,
  Dataset,
  ImportJob,
  ImportStatus,
} from "../../src/prolific/schema.ts";
import * as make from "./views.ts";

const { NAME } = make;
const SAME = "renamed-0123456789AB.CSV";
const OTHER = "reviews-ba9876543210.csv";

/** With the file checked, and no record too long for an append. */
function next(dataset: Dataset, abandoned: readonly string[] = []): Decision {
  const checked = make.checkedFile();
  const reading = { value: dataset, ageMs: 0 };
  const { file } = checked;
  return decide(
    make.view({ dataset: reading, file, checked, fits: true, abandoned }),
    make.INPUTS,
  );
}

function v3(status: BatchStatus, filename: string | undefined, datapoints = 3) {
  const totalDatapointCount = datapoints;
  const found = next(make.v3({ status, filename, totalDatapointCount }));
  return found.do === "stop" ? found.reason.why : found.do;
}

const job = (status: ImportStatus, filename: string | undefined) =>
  make.job(status, { id: `${status} ${filename ?? ""}`, filename });

function v4(
  datapoints: number,
  imports: readonly ImportJob[],
  abandoned?: readonly string[],
) {
  const totalDatapointCount = datapoints;
  return next(make.v4({ imports, totalDatapointCount }), abandoned);
}

const follows = (found: ImportJob) =>
  expect.objectContaining({ do: "follow_import", importId: found.id, found });

describe("a V3 dataset", () => {
  test.each<[BatchStatus, string | undefined, number, string]>([
    ["UNINITIALISED", undefined, 0, "upload"],
    ["READY", undefined, 0, "upload"],
    ["UNINITIALISED", SAME, 0, "look_for_bytes"],
    ["READY", OTHER, 0, "upload"],
    ["PROCESSING", SAME, 3, "wait_for_dataset"],
    ["PROCESSING", OTHER, 3, "cannot_grow"],
    ["ERROR", OTHER, 3, "unusable"],
    ["READY", SAME, 3, "accept_file"],
    ["READY", OTHER, 3, "cannot_grow"],
    ["READY", "reviews.csv", 3, "cannot_grow"],
    ["READY", undefined, 3, "unaccounted"],
    ["PROCESSING", SAME, 0, "wait_for_dataset"],
    ["PROCESSING", undefined, 0, "wait_for_dataset"],
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
      // The newest one first. Other imports do not matter.
      const imports = [
        job("failed", SAME),
        job("processing", OTHER),
        standing,
        job("uninitialised", SAME),
      ];
      expect(v4(datapoints, imports)).toEqual(follows(standing));
    }
  });

  test("with the newest of several standing imports of the file, that one", () => {
    const newest = job("partial", SAME);
    expect(v4(3, [newest, job("complete", NAME)])).toEqual(follows(newest));
  });

  test("with a failed import of the file: the import is ignored", () => {
    expect(v4(0, [job("failed", SAME)]).do).toBe("upload");
    expect(v4(3, [job("failed", SAME)]).do).toBe("append");
  });

  test("with an import of the file without bytes: checked, unless it is known to be abandoned", () => {
    const waiting = job("uninitialised", SAME);
    for (const datapoints of [0, 3]) {
      expect(v4(datapoints, [waiting])).toMatchObject({
        ...{ do: "look_for_bytes", jobs: [waiting] },
      });
    }
    const abandoned = [waiting.id];
    expect(v4(0, [waiting], abandoned).do).toBe("upload");
    expect(v4(3, [waiting], abandoned).do).toBe("append");
  });

  test("with an abandoned import that has its bytes after all: that import decides", () => {
    const standing = job("queued", SAME);
    const abandoned = [standing.id];
    expect(v4(0, [standing], abandoned)).toEqual(follows(standing));
  });

  test("with a running import of another file: waited for first", () => {
    for (const status of ["queued", "processing"] as const) {
      for (const imports of [
        [job(status, OTHER)],
        [job("failed", SAME), job(status, undefined)],
        [job("uninitialised", SAME), job(status, OTHER)],
      ]) {
        expect(v4(0, imports).do).toBe("wait_for_dataset");
        expect(v4(3, imports).do).toBe("wait_for_dataset");
      }
    }
  });

  test("with nothing of the file: uploaded when it is empty, appended to when it is not", () => {
    const without = (
      ["failed", "uninitialised", "pending_schema"] as const
    ).map((status) => job(status, OTHER));
    for (const imports of [[], without]) {
      expect(v4(0, imports).do).toBe("upload");
      expect(v4(3, imports).do).toBe("append");
    }
  });

  test("with records of another file that the count does not show yet: appended to", () => {
    for (const status of ["complete", "partial"] as const) {
      expect(v4(0, [job(status, OTHER)]).do).toBe("append");
      const none = { ...job(status, OTHER), acceptedCount: 0 };
      expect(v4(0, [none]).do).toBe("upload");
    }
  });

  test("that lists a content twice before a setup: nothing is added", () => {
    const twice = [job("complete", OTHER), job("partial", OTHER)];
    expect(v4(3, twice)).toMatchObject({
      ...{ do: "stop", reason: { why: "unaccounted" } },
    });
  });
});
