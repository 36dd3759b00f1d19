/**
 * The line reported for record n is the line where record n starts (contract 9): by construction, and by an independent
 * parser, for anything that a spreadsheet or a script may write.
 */
import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import Papa from "papaparse";
import { preflight } from "../../src/file/preflight.ts";
import { linesOf, readRecords } from "../../src/file/formats/records.ts";
import { OneFile, fileNamed } from "./files.ts";

const RUNS = 400;
const { signal } = new AbortController();

/** What ends a line of the file. */
const lineBreak = fc.constantFrom("\n", "\r\n");
const letters = fc.constantFrom(
  ...["a", "b", ",", '"', " ", "\t", "Ä", "語", "😀", "0", "-", ":", ";"],
  ...["\u2028", "\u0301"],
);
const word = fc.array(letters, { maxLength: 6 }).map((all) => all.join(""));
const paragraph = fc
  .array(fc.oneof(word, lineBreak, fc.constant("\r"), fc.constant("\n\n")), {
    maxLength: 5,
  })
  .map((all) => all.join(""));
const pieceSizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 });
const blank = fc.array(lineBreak, { maxLength: 2 }).map((all) => all.join(""));

interface Cell {
  readonly value: string;
  readonly written: string;
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const cell: fc.Arbitrary<Cell> = fc.oneof(
  word
    .filter((text) => !/[",]/.test(text))
    .map((value) => ({ value, written: value })),
  paragraph.map((value) => ({ value, written: quoted(value) })),
);

interface Generated {
  readonly text: string;
  /** Line of each record. */
  readonly lines: readonly number[];
  readonly values: readonly unknown[];
}

const count = (text: string): number => text.split("\n").length - 1;

const csv: fc.Arbitrary<Generated> = fc
  .record({
    bom: fc.boolean(),
    names: fc.uniqueArray(
      word.filter((name) => name.trim() !== "" && !name.includes("\u2028")),
      { minLength: 1, maxLength: 4 },
    ),
    rows: fc.array(
      fc.record({
        cells: fc.array(cell, { minLength: 4, maxLength: 4 }),
        end: lineBreak,
        before: blank,
      }),
      { minLength: 1, maxLength: 8 },
    ),
    first: blank,
    headerEnd: lineBreak,
    lastEnds: fc.boolean(),
    after: blank,
  })
  .map(({ bom, names, rows, first, headerEnd, lastEnds, after }) => {
    let text = `${bom ? "\uFEFF" : ""}${first}${names.map(quoted).join(",")}${headerEnd}`;
    const lines: number[] = [];
    const values: unknown[] = [];
    rows.forEach(({ cells, end, before }, at) => {
      const own = cells.slice(0, names.length);
      // In a file of one column an empty cell without quotes is a blank line.
      const written = own
        .map((one) =>
          names.length === 1 && one.written === "" ? '""' : one.written,
        )
        .join(",");
      text += before;
      lines.push(1 + count(text));
      text += written + (at === rows.length - 1 && !lastEnds ? "" : end);
      values.push(
        Object.fromEntries(
          names.map((name, column) => [name, own[column]?.value]),
        ),
      );
    });
    return { text: lastEnds ? text + after : text, lines, values };
  });

const jsonl: fc.Arbitrary<Generated> = fc
  .record({
    bom: fc.boolean(),
    rows: fc.array(
      fc.record({
        value: fc.dictionary(
          word,
          fc.oneof(paragraph, fc.integer(), fc.boolean(), fc.constant(null)),
        ),
        space: fc.constantFrom("", " ", "\t"),
        end: lineBreak,
        before: fc.array(
          fc.oneof(lineBreak, fc.constantFrom(" \n", "\t\r\n")),
          { maxLength: 2 },
        ),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    lastEnds: fc.boolean(),
  })
  .map(({ bom, rows, lastEnds }) => {
    let text = bom ? "\uFEFF" : "";
    const lines: number[] = [];
    rows.forEach(({ value, space, end, before }, at) => {
      text += before.join("");
      lines.push(1 + count(text));
      text += space + JSON.stringify(value) + space;
      if (at < rows.length - 1 || lastEnds) text += end;
    });
    // JSON.parse treats __proto__ like any other key.
    const values = rows.map(
      ({ value }) => JSON.parse(JSON.stringify(value)) as unknown,
    );
    return { text, lines, values };
  });

async function recordsOf(files: OneFile, name: string) {
  const all = [];
  for await (const record of readRecords(files, fileNamed(name), signal)) {
    all.push(record);
  }
  return all;
}

/** The text from the line on, without what comes before. */
function from(text: string, line: number): string {
  return text
    .split("\n")
    .slice(line - 1)
    .join("\n");
}

describe.each<[string, fc.Arbitrary<Generated>]>([
  ["r.csv", csv],
  ["r.jsonl", jsonl],
])("%s", (name, generated) => {
  test("each record is on its line, with its values", async () => {
    await fc.assert(
      fc.asyncProperty(
        generated,
        pieceSizes,
        async ({ text, lines, values }, sizes) => {
          const records = await recordsOf(new OneFile(text, sizes), name);
          expect(records.map(({ line }) => line)).toEqual(lines);
          expect(records.map(({ index }) => index)).toEqual([...lines.keys()]);
          expect(
            records.map(({ json }) => JSON.parse(json) as unknown),
          ).toEqual(values);
          for (const { json } of records) expect(json).not.toMatch(/[\r\n]/);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("the preflight finds nothing wrong, all records, and the hash of the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        generated,
        pieceSizes,
        async ({ text, lines }, sizes) => {
          const checked = await preflight(
            new OneFile(text, sizes),
            fileNamed(name),
            undefined,
            signal,
          );
          expect(checked.defects).toEqual([]);
          expect(checked.records).toBe(lines.length);
          expect(checked.sha256).toBe(
            createHash("sha256").update(text).digest("hex"),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("wanted lines are found without reading beyond the last of them", async () => {
    await fc.assert(
      fc.asyncProperty(
        generated,
        fc.uniqueArray(fc.nat(9)),
        async ({ text, lines }, wanted) => {
          const files = new OneFile(text, [1]);
          const found = await linesOf(
            files,
            fileNamed(name),
            new Set(wanted),
            signal,
          );
          const there = wanted.filter((index) => index < lines.length);
          expect(new Map(found)).toEqual(
            new Map(there.map((index) => [index, lines[index]])),
          );
          const last = Math.max(...wanted, 0);
          if (last + 2 < lines.length) {
            expect(files.bytesRead).toBeLessThan(files.bytes.length);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

test("an independent parser agrees: the file from the line of record n on starts with record n", async () => {
  await fc.assert(
    fc.asyncProperty(csv, pieceSizes, async ({ text }, sizes) => {
      const records = await recordsOf(new OneFile(text, sizes), "r.csv");
      const parse = (part: string) =>
        Papa.parse<string[]>(part.replace(/^\uFEFF/, ""), {
          delimiter: ",",
          newline: "\n",
          skipEmptyLines: false,
        });
      for (const { line, json } of records) {
        const [first] = parse(from(text, line)).data;
        // It takes CR before LF for a part of the last cell, unless that is quoted; JSON objects order keys like "1".
        const values = (all: readonly string[]) =>
          all.map((value) => value.replace(/\r$/, "")).sort();
        const ours = JSON.parse(json) as Record<string, string>;
        expect(values(first ?? [])).toEqual(values(Object.values(ours)));
      }
    }),
    { numRuns: RUNS },
  );
});

test("a very large number of records is found on the right lines", async () => {
  const wanted = new Set(Array.from({ length: 200_000 }, (_, index) => index));
  const text = `a\n${"1\n".repeat(wanted.size)}`;
  const found = await linesOf(
    new OneFile(text),
    fileNamed("a.csv"),
    wanted,
    signal,
  );
  expect([found.size, found.get(199_999)]).toEqual([200_000, 200_001]);
});

test("a carriage return between the tokens of a JSONL line is not sent", async () => {
  const [record] = await recordsOf(new OneFile('{"a":\r1}\n'), "a.jsonl");
  expect(record?.json).toBe('{"a": 1}');
});
