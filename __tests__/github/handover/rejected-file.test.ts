/** The file of all records that cannot be used: one JSON object a line, written as they are found. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FakeClock } from "../../../proof/simulation/world/fake-clock.ts";
import { redactor } from "../../../src/github/foreign-text.ts";
import {
  RejectedFile,
  type RejectedRecord,
} from "../../../src/github/handover/rejected-file.ts";
import { Report } from "../../../src/github/report.ts";

const SECRET = "s3cr3t-t0ken";

/** @param pieces how many pieces the disk takes. */
function fileWith({ longest, pieces = Infinity }: Partial<Limits> = {}) {
  const written: string[] = [];
  const log: string[] = [];
  const report = new Report(new FakeClock(), () => undefined);
  const runner = {
    keep: (name: string, text: string) => {
      if (written.length >= pieces) return undefined;
      written.push(text);
      return `/temporary/${name}`;
    },
    redact: redactor([SECRET]),
    info: (line: string) => log.push(line),
  };
  const file = new RejectedFile(runner, report, longest);
  const lines = () =>
    written
      .join("")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  return { file, report, written, log, lines };
}

interface Limits {
  readonly longest: number;
  readonly pieces: number;
}

const RECORD: RejectedRecord = {
  record: 35,
  line: 360,
  field: "prompt",
  reason: "too long",
};
const NOTHING = { record: null, line: null, field: null };

test("without records there is no file and no output", () => {
  const { file, report, written } = fileWith();
  file.addUnlisted("import", 0);
  file.end();
  expect(written).toEqual([]);
  expect(report.get("rejected_file")).toBeUndefined();
});

test("each record is one line, with null for unknown values", () => {
  const { file, lines, report } = fileWith();
  file.add("import", RECORD);
  file.add("preflight", {
    record: undefined,
    line: undefined,
    field: undefined,
    reason: "the file has no records",
  });
  file.end();
  expect(lines()).toEqual([
    { ...RECORD, source: "import" },
    {
      ...NOTHING,
      reason: "the file has no records",
      source: "preflight",
    },
  ]);
  expect(report.get("rejected_file")).toBe("/temporary/rejected.jsonl");
});

test("a last line counts records that Prolific does not list", () => {
  const { file, lines } = fileWith();
  file.add("append", RECORD);
  file.addUnlisted("append", 1_234);
  file.end();
  expect(lines()).toEqual([
    { ...RECORD, source: "append" },
    {
      ...NOTHING,
      reason: "1,234 more, which Prolific does not list",
      source: "append",
    },
  ]);
});

describe("many records", () => {
  test("are written in pieces, not held in memory", () => {
    const { file, lines, report, written } = fileWith();
    for (let record = 1; record <= 10_000; record++) {
      file.add("preflight", { ...RECORD, record });
    }
    expect(written.length).toBeGreaterThan(5);
    expect(report.get("rejected_file")).toBeDefined();
    expect(Math.max(...written.map(({ length }) => length))).toBeLessThan(
      70_000,
    );
    file.end();
    expect(lines()).toHaveLength(10_000);
    expect(lines().at(-1)).toMatchObject({ record: 10_000 });
  });

  test("end at a limit, which the last line and the log mention", () => {
    const { file, lines, log } = fileWith({ longest: 1_000 });
    for (let record = 1; record <= 5_000; record++) {
      file.add("preflight", { ...RECORD, record });
    }
    file.end();
    const listed = lines().length - 1;
    const left = (5_000 - listed).toLocaleString("en");
    expect(listed).toBeLessThan(20);
    expect(lines().at(-1)).toEqual({
      ...NOTHING,
      reason: `${left} more, which this file leaves out`,
      source: "preflight",
    });
    expect(log).toEqual([
      `rejected_file lists the first ${String(listed)}; ${left} more are left out`,
    ]);
  });

  test("end when the disk is full, without a gap", () => {
    const { file, written } = fileWith({ pieces: 1 });
    for (let record = 1; record <= 5_000; record++) {
      file.add("preflight", { ...RECORD, record });
    }
    file.end();
    expect(written).toHaveLength(1);
  });
});

test("secrets are redacted before a text is shortened", () => {
  const { file, written } = fileWith();
  const text = "x".repeat(495) + SECRET;
  file.add("import", { ...RECORD, field: SECRET, reason: text });
  file.end();
  expect(written.join("")).not.toContain("s3cr");
  expect(written.join("")).toContain('"field":"***"');
});

test("any text stays on one line, and cannot start a workflow command when it is printed", () => {
  const words = fc
    .array(
      fc.oneof(
        fc.constantFrom("::error::", "##[group]", "\n", "\r", "\u2028", '"'),
        fc.string({ unit: "binary", maxLength: 5 }),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(words, words, (field, reason) => {
      const { file, lines, written } = fileWith();
      file.add("append", { ...RECORD, field, reason });
      file.end();
      expect(lines()).toHaveLength(1);
      const shown = written.join("").split(/\r\n|[\n\r\u2028\u2029]/);
      expect(shown).toHaveLength(2);
      expect(shown[0]).toMatch(/^\{/);
      expect(shown[0]).not.toContain("##[");
    }),
  );
});
