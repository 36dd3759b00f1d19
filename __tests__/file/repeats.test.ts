/** Which records of a file are the same (contract 11: D, the distinct records). */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { preflight } from "../../src/file/preflight.ts";
import {
  DEEPEST,
  isTooDeep,
  recordText,
} from "../../src/file/formats/record-key.ts";
import { RecordSet } from "../../src/file/formats/record-set.ts";
import { readRecords } from "../../src/file/formats/records.ts";
import { Repeats } from "../../src/file/formats/repeats.ts";
import { OneFile, fileNamed } from "./files.ts";

const { signal } = new AbortController();

async function check(name: string, text: string, sizes?: readonly number[]) {
  const files = new OneFile(text, sizes);
  const { distinct, repeats, repeatCount, defects } = await preflight(
    files,
    fileNamed(name),
    undefined,
    signal,
  );
  expect(defects).toEqual([]);
  const told = repeats.map(
    ({ record, line, of }) =>
      `${String(record)} on ${String(line)} is ${String(of.record)} on ${String(of.line)}`,
  );
  return { distinct, repeatCount, told };
}

describe("a CSV", () => {
  test("without a repeated record has as many distinct ones as records", async () => {
    expect(await check("a.csv", "a,b\n1,2\n2,1\n12,\n,12\n")).toEqual({
      distinct: 4,
      repeatCount: 0,
      told: [],
    });
  });

  test.each([[[]], [[1]], [[7, 2]]])(
    "names a repeat and the first record it repeats, with their lines, in pieces of %j",
    async (sizes) => {
      const text = 'a,b\n"x\ny",2\n\n1,2\n"1","2"\n"x\ny",2\r\n1,2\n1,3\n';
      expect(await check("a.csv", text, sizes)).toEqual({
        distinct: 3,
        repeatCount: 3,
        told: ["3 on 6 is 2 on 5", "4 on 7 is 1 on 2", "5 on 9 is 2 on 5"],
      });
    },
  );

  test("compares cells exactly", async () => {
    const text = 'a,b\n1,2\n1, 2\n1.0,2\n"1,2",\nA,é\na,é\na,e\u0301\n';
    expect(await check("a.csv", text)).toMatchObject({ distinct: 7 });
  });

  test("keeps the first few of many repeats, and counts all", async () => {
    const found = await check("a.csv", `a\n${"1\n".repeat(5_000)}`);
    expect(found).toMatchObject({ distinct: 1, repeatCount: 4_999 });
    expect(found.told).toHaveLength(10);
    expect(found.told.at(-1)).toBe("11 on 12 is 1 on 2");
  });
});

describe("a JSONL", () => {
  test("compares values, not the order of keys, whitespace or escapes", async () => {
    const lines = [
      '{"a":1,"b":{"c":[1,2],"d":"é"}}',
      '{ "b" : {"d":"\\u00e9", "c":[1, 2]}, "a":1.0 }\r',
      '{"a":1,"b":{"c":[2,1],"d":"é"}}',
      '{"a":"1","b":{"c":[1,2],"d":"é"}}',
      '{"a":null}',
      "{}",
    ];
    expect(await check("a.jsonl", lines.join("\n"))).toEqual({
      distinct: 5,
      repeatCount: 1,
      told: ["2 on 2 is 1 on 1"],
    });
  });
});

test("the records of a ZIP are not known", async () => {
  expect(await check("a.zip", "PK\u0003\u0004")).toEqual({
    distinct: undefined,
    repeatCount: undefined,
    told: [],
  });
});

describe("the text of a record", () => {
  test.each([
    ['{"a":1,"b":2}', '{"b":2, "a":1}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"1":1,"__proto__":2}', '{"__proto__":2,"1":1}'],
    ['{"a":10}', '{"a":1e1}'],
    ['{"id":1234567890123456789,"b":1.0}', '{"b":1,"id":1234567890123456789}'],
  ])("is the same for %s and %s", (one, other) => {
    expect(recordText(one)).toBe(recordText(other));
  });

  test.each([
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":null}', "{}"],
    ['{"a":[1]}', '{"a":{"0":1}}'],
    ['{"a":[]}', '{"a":{}}'],
    ['{"a":["1,2"]}', '{"a":["1","2"]}'],
    ['{"id":1234567890123456788}', '{"id":1234567890123456789}'],
    ['{"id":9007199254740992}', '{"id":9007199254740993}'],
    ['{"id":1234567890123456789}', '{"id":"1234567890123456789"}'],
    ['{"a":0.1234567890123456781}', '{"a":0.1234567890123456782}'],
    ['{"a":1e400}', '{"a":null}'],
    ['{"a":1e400}', '{"a":1e401}'],
    [
      '{"a\\\\":"x\\"1234567890123456788"}',
      '{"a\\\\":"x\\"1234567890123456789"}',
    ],
    [
      '{"a\\\\":1234567890123456788,"b":"\\\\"}',
      '{"a\\\\":1234567890123456789,"b":"\\\\"}',
    ],
  ])("is different for %s and %s", (one, other) => {
    expect(recordText(one)).not.toBe(recordText(other));
  });

  test("does not change long numbers within strings", () => {
    expect(
      recordText('{"b":"1234567890123456789","a":"\\"12345678901234567890"}'),
    ).toBe('{"a":"\\"12345678901234567890","b":"1234567890123456789"}');
  });

  test("is the same for any value with its keys in another order", () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      const members = Object.entries(value).reverse();
      return Object.fromEntries(
        members.map(([key, one]) => [key, turned(one)]),
      );
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const json = JSON.stringify(value);
        const text = recordText(json);
        const again = JSON.stringify(turned(JSON.parse(json)), undefined, 1);
        expect(recordText(again)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test("distinguishes the same records as the preflight", async () => {
    const text = 'b,a\n1,2\n2,1\n"1",2\n,12\n12,\n';
    const set = new RecordSet();
    const files = new OneFile(text);
    for await (const { json } of readRecords(
      files,
      fileNamed("a.csv"),
      signal,
    )) {
      set.add(recordText(json));
    }
    const { distinct } = await check("a.csv", text);
    expect([set.count, set.distinct]).toEqual([5, distinct]);
    expect(set.has(recordText('{"a":"2","b":"1"}'))).toBe(true);
    expect(set.has(recordText('{"a":"2","b":"3"}'))).toBe(false);
  });
});

test("JSON with one level more than the deepest is too deep", () => {
  const nested = (depth: number): unknown =>
    JSON.parse(`${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`);
  expect(isTooDeep(nested(DEEPEST))).toBe(false);
  expect(isTooDeep([1, nested(DEEPEST)])).toBe(true);
  expect(isTooDeep({ a: null })).toBe(false);
});

describe("a set of records", () => {
  test("agrees with a map of texts, far beyond its first size", () => {
    const set = new RecordSet();
    const seen = new Map<string, number>();
    let number = 0;
    const wrong: string[] = [];
    for (let at = 0; at < 60_000; at++) {
      const text = String((at * 7_919) % 40_009);
      if (set.add(text) !== seen.get(text)) wrong.push(text);
      if (!seen.has(text)) seen.set(text, number);
      number++;
    }
    expect(wrong).toEqual([]);
    expect([set.count, set.distinct]).toEqual([60_000, seen.size]);
    expect([set.has("40008"), set.has("40009")]).toEqual([true, false]);
  });
});

describe("the hash of a text", () => {
  /** Texts with small differences that a weak hash would not notice. */
  const KINDS: Record<string, (at: number) => string> = {
    numbers: (at) => String(at),
    "binary digits": (at) => at.toString(2).padStart(18, "0"),
    "one cell or two": (at) => `${String(at % 447)}\0${String(at % 449)}`,
    "runs of one character": (at) => `${"\0".repeat(at % 400)}${String(at)}`,
    "characters beyond Latin": (at) =>
      String.fromCharCode(0x4e00 + (at % 500), 0x4e00 + Math.floor(at / 500)),
  };

  test.each(Object.keys(KINDS))("distinguishes %s", (kind) => {
    const set = new RecordSet();
    for (let at = 0; at < 200_000; at++) set.add(KINDS[kind]?.(at) ?? "");
    expect(set.distinct).toBe(200_000);
  });

  test("depends on the order of characters and on each bit", () => {
    const set = new RecordSet();
    const texts = ["ab", "ba", "a", "", "\0", "\0\0", "aab", "aba", "baa"];
    for (let bit = 0; bit < 16; bit++) {
      texts.push(`${String.fromCharCode(1 << bit)}x`);
      texts.push(`x${String.fromCharCode(1 << bit)}`);
    }
    for (const text of texts) set.add(text);
    expect(set.distinct).toBe(new Set(texts).size);
  });
});

describe("with more records than are compared", () => {
  const counted = (records: number) => {
    const repeats = new Repeats(3);
    for (let at = 0; at < records; at++) repeats.add(at + 2, "same");
    return repeats;
  };

  test("the number of repeats is unknown", () => {
    expect(counted(3)).toMatchObject({ distinct: 1, count: 2 });
    expect(counted(4)).toMatchObject({ distinct: undefined, count: undefined });
  });

  test("the repeats found before are kept, and no more texts are needed", () => {
    expect(counted(3).goesOn).toBe(true);
    const repeats = counted(4);
    expect(repeats.goesOn).toBe(false);
    repeats.add(9, "same");
    expect(repeats.kept).toEqual([
      { record: 2, line: 3, of: { record: 1, line: 2 } },
      { record: 3, line: 4, of: { record: 1, line: 2 } },
    ]);
  });
});
