import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  hasIdentity,
  identityOf,
  noIdentities,
  withIdentities,
} from "../../sandbox/facts/identities.ts";
import { readFile } from "../../sandbox/data/uploaded-file.ts";

const records = (filename: string, body: string | Uint8Array) => {
  const file = readFile(filename, body);
  return file.kind === "rows"
    ? file.rows.map((row) => row.record ?? row.reason)
    : file;
};
const unreadable = (reason: string) => ({
  kind: "unreadable",
  reason: expect.stringContaining(reason),
});

describe("CSV", () => {
  test.each([
    [
      "plain",
      "a,b\n1,2\n3,4\n",
      [
        { a: "1", b: "2" },
        { a: "3", b: "4" },
      ],
    ],
    ["no last newline", "a,b\n1,2", [{ a: "1", b: "2" }]],
    ["a byte order mark", "\uFEFFa,b\n1,2\n", [{ a: "1", b: "2" }]],
    ["CRLF", "a,b\r\n1,2\r\n", [{ a: "1", b: "2" }]],
    [
      "quotes",
      'a,b\n"1,\n""x""",2\n3,4\n',
      [
        { a: '1,\n"x"', b: "2" },
        { a: "3", b: "4" },
      ],
    ],
    ["quotes and CRLF", 'a\r\n"1\r\n2"\r\n', [{ a: "1\r\n2" }]],
    ["blank lines", "a,b\n\n1,2\n\n\n", [{ a: "1", b: "2" }]],
    ["an empty cell", "a,b\n1,\n", [{ a: "1", b: "" }]],
    ["a short row", "a,b\n1\n", [{ a: "1" }]],
    ["a long row", "a,b\n1,2,3\n", ["more values than columns"]],
    ["semicolons", "a;b\n1;2\n", [{ "a;b": "1;2" }]],
    ["no rows", "a,b\n", unreadable("no records")],
    ["nothing", "", unreadable("empty")],
    ["blank space", "\n \n", unreadable("empty")],
    ["an open quote", 'a,b\n"1,2\n', unreadable("not valid CSV")],
    ["a stray quote", 'a,b\n"1"x,2\n', unreadable("not valid CSV")],
    ["a column twice", "a,a\n1,2\n", unreadable('"a" is there twice')],
  ])("%s", (_, text, expected) => {
    expect(records("f.csv", text)).toEqual(expected);
    expect(records("F.CSV", Buffer.from(text))).toEqual(expected);
  });

  test("that is not UTF-8", () => {
    const bytes = Buffer.from([97, 10, 255, 10]);
    expect(records("f.csv", bytes)).toEqual(unreadable("UTF-8"));
  });
});

describe("JSONL", () => {
  test.each([
    ["plain", '{"a":1}\n{"a":[2]}\n', [{ a: 1 }, { a: [2] }]],
    ["blank lines and CRLF", '\n{"a":1}\r\n  \n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ["a byte order mark", '\uFEFF{"a":1}\n', [{ a: 1 }]],
    [
      "a line that is not an object",
      '{"a":1}\n[1]\nnull\n{"a"\n',
      [{ a: 1 }, "not an object", "not an object", "not valid JSON"],
    ],
    ["nothing", "", unreadable("empty")],
  ])("%s", (_, text, expected) => {
    expect(records("f.jsonl", text)).toEqual(expected);
    expect(records("f.jsonl", Buffer.from(text))).toEqual(expected);
  });
});

describe("identical records", () => {
  test("are the same JSON value, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
        const same = (value: unknown): unknown =>
          JSON.parse(JSON.stringify(value));
        const turned = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(turned)
            : typeof value === "object" && value !== null
              ? Object.fromEntries(
                  Object.entries(value)
                    .reverse()
                    .map(([key, member]) => [key, turned(member)]),
                )
              : value;
        expect(identityOf(turned(same(one)))).toBe(identityOf(same(one)));
        expect(JSON.parse(identityOf(same(one)))).toEqual(same(one));
        const distinct =
          identityOf(same(one)) !== identityOf(same(two)) ||
          JSON.stringify(JSON.parse(identityOf(same(one)))) ===
            JSON.stringify(JSON.parse(identityOf(same(two))));
        expect(distinct).toBe(true);
      }),
    );
  });

  test("are found in their own set, and not in earlier sets", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.string({ maxLength: 2 })), {
          maxLength: 30,
        }),
        (batches) => {
          const all = new Set<string>();
          let identities = noIdentities;
          for (const batch of batches) {
            const before = identities;
            const fresh = batch.filter((text) => !all.has(text));
            identities = withIdentities(identities, new Set(fresh));
            expect(fresh.some((text) => hasIdentity(before, text))).toBe(false);
            for (const text of fresh) all.add(text);
            expect(
              [...all].every((text) => hasIdentity(identities, text)),
            ).toBe(true);
          }
          expect(identities.length).toBeLessThanOrEqual(10);
        },
      ),
    );
  });
});
