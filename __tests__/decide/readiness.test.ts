/** Contract 4, "Dataset readiness", and the pure choice of the dataset (contract 2). */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decide } from "../../src/decide.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import { awaitedInWords, stopFor } from "../../src/github/stops.ts";
import {
  type Batch,
  type BatchStatus,
  type Dataset,
  type ImportJob,
  type ImportStatus,
  BATCH_STATUSES,
} from "../../src/prolific/schema.ts";
import type { View } from "../../src/view.ts";
import * as make from "./views.ts";

const { job } = make;
const IMPORT_STATUSES: ImportStatus[] = [
  "uninitialised",
  "queued",
  "processing",
  "complete",
  "partial",
  "failed",
  "pending_schema",
];

interface State {
  readonly kind: "ready" | "processing" | "unusable";
  readonly what?: string;
  readonly words?: string | undefined;
  readonly next?: string | undefined;
}

/** The decision for a dataset that was just read, with an UNINITIALISED batch. */
function stateOf(
  dataset: Dataset,
  inputs: Partial<Inputs> = {},
  more: Partial<View> = {},
): State {
  const view = make.view({ dataset: { value: dataset, ageMs: 0 }, ...more });
  const given = { ...make.INPUTS, ...inputs };
  const next = decide(view, given);
  if (next.do === "set_up") return { kind: "ready" };
  if (next.do === "wait_for_dataset") {
    return { kind: "processing", what: awaitedInWords(next.awaited) };
  }
  if (next.do !== "stop") throw new Error(next.do);
  const { what, words, next: todo } = stopFor(next.reason, view, given).parts;
  const state = what.replace(/^Dataset \S+ (.*)\. No setup was sent\.$/, "$1");
  return { kind: "unusable", what: state, words, next: todo };
}

const v3 = (status: BatchStatus, totalDatapointCount: number) =>
  stateOf(make.v3({ status, totalDatapointCount }));

function v4(totalDatapointCount: number, ...all: (ImportStatus | ImportJob)[]) {
  const imports = all.map((one) => (typeof one === "string" ? job(one) : one));
  return stateOf(make.v4({ imports, totalDatapointCount }));
}

/** Red at once, with the reason and what to do. */
function expectUnusable(state: State, what: RegExp, next: RegExp) {
  expect(state).toMatchObject({
    kind: "unusable",
    what: expect.stringMatching(what),
    next: expect.stringMatching(next),
  });
}

describe("a V3 dataset", () => {
  test("that is READY is ready", () => {
    expect(v3("READY", 1)).toEqual({ kind: "ready" });
  });

  test("that is PROCESSING is waited for, with and without datapoints", () => {
    for (const datapoints of [0, 5]) {
      expect(v3("PROCESSING", datapoints).kind).toBe("processing");
    }
  });

  test("that is empty needs a file of a type that V3 takes", () => {
    const how = /Upload a \.csv or \.zip file .*run this job again/;
    expectUnusable(v3("UNINITIALISED", 0), /^is empty$/, how);
    expectUnusable(v3("READY", 0), /^is empty$/, how);
  });

  test("in ERROR needs a new dataset", () => {
    for (const datapoints of [0, 5]) {
      expectUnusable(
        v3("ERROR", datapoints),
        /is in ERROR/,
        /new dataset.*Upload a \.csv or \.zip/,
      );
    }
  });

  test("is not ready in any other status", () => {
    for (const status of BATCH_STATUSES) {
      expect(v3(status, 9).kind === "ready").toBe(status === "READY");
    }
  });
});

describe("a V4 dataset", () => {
  test.each<[string, (ImportStatus | ImportJob)[]]>([
    ["a complete import", ["complete"]],
    ["several complete imports", ["complete", "complete"]],
    ["a complete one and an abandoned upload", ["uninitialised", "complete"]],
    ["a complete one before a partial one", ["partial", "complete"]],
    ["a complete one before a failed one", ["failed", "complete"]],
    ["a complete one before a parked one", ["pending_schema", "complete"]],
    ["no imports, only datapoints", []],
    ["an abandoned upload and datapoints", ["uninitialised"]],
  ])("with %s is ready", (_, imports) => {
    expect(v4(5, ...imports)).toEqual({ kind: "ready" });
  });

  test.each<[string, ImportStatus[]]>([
    ["a queued import", ["queued"]],
    ["a processing import", ["processing"]],
    ["a complete one and another still processing", ["processing", "complete"]],
    ["a complete one and another still queued", ["complete", "queued"]],
    ["a failed one and another still queued", ["failed", "queued"]],
  ])("with %s is waited for", (_, imports) => {
    for (const datapoints of [0, 5]) {
      const state = v4(datapoints, ...imports);
      expect(state.kind).toBe("processing");
      const running = imports.filter(
        (s) => s === "queued" || s === "processing",
      );
      for (const status of running) {
        expect(state).toHaveProperty(
          "what",
          expect.stringContaining(`id-${status}`),
        );
      }
    }
  });

  test("says which files it waits for", () => {
    const state = v4(0, job("queued", { filename: "cats.csv" }), "processing");
    expect(state).toHaveProperty(
      "what",
      'its import id-queued of "cats.csv", id-processing to end',
    );
  });

  test.each<[string, ImportStatus[]]>([
    ["no imports", []],
    ["an abandoned upload only", ["uninitialised", "uninitialised"]],
    ["a complete import of nothing", ["complete"]],
  ])("with %s and no datapoints is empty", (_, imports) => {
    expectUnusable(
      v4(0, ...imports),
      /^is empty$/,
      /Upload a \.csv or \.jsonl file .*run this job again/,
    );
  });

  test("with a partial import only is not ready, and says why", () => {
    for (const imports of [
      [job("partial", { acceptedCount: 5, rejectedCount: 2 })],
      [
        job("uninitialised"),
        job("partial", { acceptedCount: 5, rejectedCount: 2 }),
      ],
    ]) {
      expectUnusable(
        v4(5, ...imports),
        /id-partial is partial, 2 records rejected/,
        /rejected records, corrected, into a new file.* set allow_partial to true to go on with the accepted ones/,
      );
    }
    expectUnusable(v4(5, "partial"), /id-partial is partial$/, /new file/);
  });

  test("with a failed import only gives the server's reason", () => {
    const state = v4(0, job("failed", { reason: "Not UTF-8." }));
    expectUnusable(state, /no complete import.*id-failed/, /Upload a \.csv/);
    expect(state).toHaveProperty("words", "Not UTF-8.");
  });

  test("with a parked import needs a schema, and no second upload", () => {
    const state = v4(0, "pending_schema");
    expectUnusable(state, /no schema.*pending_schema/, /Set the .*schema/);
    expect(state).not.toHaveProperty("next", expect.stringMatching(/upload/i));
  });

  test("is judged by its newest import when none is complete", () => {
    expectUnusable(v4(5, "partial", "failed"), /id-partial/, /./);
    expectUnusable(v4(5, "failed", "partial"), /id-failed/, /./);
  });

  test("is ready only with a complete import or with none at all, and never while one runs", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...IMPORT_STATUSES), { maxLength: 5 }),
        fc.nat(3),
        (statuses, datapoints) => {
          const { kind } = v4(datapoints, ...statuses);
          const running =
            statuses.includes("queued") || statuses.includes("processing");
          const received = statuses.filter((s) => s !== "uninitialised");
          const fine = received.length === 0 || received.includes("complete");
          expect(kind).toBe(
            running
              ? "processing"
              : fine && datapoints > 0
                ? "ready"
                : "unusable",
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("a run also accepts", () => {
  const state = (
    totalDatapointCount: number,
    imports: readonly ImportJob[],
    { partial = false, appended = false },
  ) => {
    const dataset = make.v4({ imports, totalDatapointCount });
    const brought = {
      how: "append",
      version: 4,
      accepted: 2,
      rejected: 0,
      duplicates: undefined,
      endedBefore: false,
      puts: 0,
      datapointsBefore: 0,
      besideImport: false,
    } as const;
    const known = appended ? { file: make.fileOf(), brought } : {};
    return stateOf(dataset, { allowPartial: partial }, known).kind;
  };
  const partial = job("partial", { acceptedCount: 2, rejectedCount: 1 });

  test("a partial import with accepted records, with allow_partial", () => {
    expect(state(2, [partial], {})).toBe("unusable");
    expect(state(2, [partial], { partial: true })).toBe("ready");
    const none = job("partial", { acceptedCount: 0, rejectedCount: 3 });
    expect(state(2, [none], { partial: true })).toBe("unusable");
    expect(state(2, [job("partial")], { partial: true })).toBe("unusable");
    const failed = job("failed", { acceptedCount: 2 });
    expect(state(2, [failed], { partial: true })).toBe("unusable");
    expect(state(0, [partial], { partial: true })).toBe("unusable");
  });

  test("records that this step appended", () => {
    for (const jobs of [[partial], [job("failed")], [job("pending_schema")]]) {
      expect(state(2, jobs, {})).toBe("unusable");
      expect(state(2, jobs, { appended: true })).toBe("ready");
    }
    expect(state(0, [], { appended: true })).toBe("unusable");
  });

  test("but never a running import", () => {
    const accepted = { partial: true, appended: true };
    for (const status of ["queued", "processing"] as const) {
      expect(state(2, [partial, job(status)], accepted)).toBe("processing");
    }
  });
});

describe("the dataset that is used", () => {
  const attachedTo = (...ids: string[]): Batch =>
    make.batch({ datasets: ids.map((id) => ({ id, totalDatapointCount: 1 })) });

  function choice(batch: Batch, datasetId: string | undefined) {
    const reading = { value: batch, ageMs: 0 };
    const view = make.view({ batch: reading, datasetId: undefined });
    const inputs = { ...make.INPUTS, datasetId };
    return { view, inputs, next: decide(view, inputs) };
  }
  function chosen(batch: Batch, id: string | undefined): string | undefined {
    const { next } = choice(batch, id);
    return next.do === "use_dataset" ? next.datasetId : undefined;
  }
  /** Why there is no choice. */
  function refusal(batch: Batch, id: string | undefined): string {
    const { view, inputs, next } = choice(batch, id);
    if (next.do !== "stop") throw new Error("no refusal");
    const {
      title,
      what,
      next: todo,
    } = stopFor(next.reason, view, inputs).parts;
    return [title, what, todo].join(" ");
  }

  test("is the only one attached", () => {
    expect(chosen(attachedTo("a"), undefined)).toBe("a");
  });

  test("is the one of dataset_id if it or none is attached", () => {
    expect(chosen(attachedTo("a"), "a")).toBe("a");
    expect(chosen(attachedTo("a", "b"), "b")).toBe("b");
    expect(chosen(attachedTo(), "a")).toBe("a");
  });

  test("is not one that is not attached while others are", () => {
    expect(refusal(attachedTo("a", "b"), "c")).toMatch(/\bc\b.*a, b/);
  });

  test("requires dataset_id if none or several are attached", () => {
    expect(refusal(attachedTo(), undefined)).toMatch(/dataset_id/);
    expect(refusal(attachedTo("a", "b"), undefined)).toMatch(
      /dataset_id.*a, b/,
    );
  });
});
