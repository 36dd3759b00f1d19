/** What can be wrong with a file, each with its line (contract 5.1). */
import { describe, expect, test } from "@jest/globals";
import { Stop } from "../../src/errors.ts";
import { type Defect, MOST_DEFECTS } from "../../src/file/defects.ts";
import { preflight } from "../../src/file/preflight.ts";
import type { SchemaRules } from "../../src/file/header.ts";
import { OneFile, fileNamed } from "./files.ts";

const { signal } = new AbortController();

const rules = (
  strict: boolean,
  fields: Record<string, string>,
): SchemaRules => ({
  strict,
  fields: new Map(Object.entries(fields)),
});

async function check(
  name: string,
  content: string | Uint8Array,
  schema?: SchemaRules,
  sizes?: readonly number[],
) {
  return preflight(
    new OneFile(content, sizes),
    fileNamed(name),
    schema,
    signal,
  );
}

/** Defects as `line: text`. */
async function defects(...given: Parameters<typeof check>): Promise<string[]> {
  const { defects: all, defectCount } = await check(...given);
  expect(defectCount).toBe(all.length);
  return all.map(({ line, text }) => `${String(line ?? "file")}: ${text}`);
}

describe("a CSV", () => {
  test("that is correct has no defects", async () => {
    const { records, columns, defectCount } = await check(
      "a.csv",
      '\uFEFFid,text\r\n1,\r\n\r\n2,"a ""b"""',
    );
    expect({ records, columns, defectCount }).toEqual({
      records: 2,
      columns: ["id", "text"],
      defectCount: 0,
    });
  });

  test.each([[[]], [[1]], [[2, 1, 1]], [[3]]])(
    "counts empty lines after a BOM, in pieces of %j",
    async (sizes) => {
      const bytes = "\uFEFF\n\r\n\nid,\n1,2\n";
      expect(await defects("a.csv", bytes, undefined, sizes)).toEqual([
        "4: column 2 has no name",
      ]);
    },
  );

  test("with a BOM in several pieces has its records on the right lines", async () => {
    const text = "\uFEFFa,b\n1,2\n\n3,4\n5\n6,7\n";
    for (const sizes of [[], [1], [2], [4]]) {
      expect(await defects("a.csv", text, undefined, sizes)).toEqual([
        "5: record 3 has 1 column, the header has 2",
      ]);
    }
  });

  test("that starts with a part of a BOM is read from its start", async () => {
    expect(await defects("a.csv", "\u00ef\n\n1,2\n")).toEqual([
      "3: record 1 has 2 columns, the header has 1",
    ]);
    const strict = rules(true, { id: "text" });
    // "»" is the second byte of a BOM after another one.
    expect(await defects("a.csv", "\u00bb\n\n1\n", strict)).toEqual([
      '1: the header lacks the field "id", which the dataset\'s schema asks for',
    ]);
  });

  test.each([
    ["id,,\n1,2,3\n", ["1: column 2 has no name", "1: column 3 has no name"]],
    ["id, \n1,2\n", ["1: column 2 has no name"]],
    [
      "\n\nid,id,a,id\n1,2,3,4\n",
      [
        '3: the column name "id" is there more than once',
        '3: the column name "id" is there more than once',
      ],
    ],
    [
      'a,b\n1\n"x\ny",2\n1,2,3\n\n1,2\n,\n4\n',
      [
        "2: record 1 has 1 column, the header has 2",
        "5: record 3 has 3 columns, the header has 2",
        "9: record 6 has 1 column, the header has 2",
      ],
    ],
    [
      'a,b\n1,2\r\r\n"x\ry","\r\n"\n3\r,4\r5,"6"\n\r\n\r\r\n7,8\n',
      [2, 5, 7].map(
        (line, at) =>
          `${String(line)}: record ${String([1, 3, 4][at])} has a carriage return (CR) outside quotes: save the file with LF or CRLF as line breaks`,
      ),
    ],
    [
      "a,b\n\r1,2\n",
      [
        "2: record 1 has a carriage return (CR) outside quotes: save the file with LF or CRLF as line breaks",
      ],
    ],
    ["\uFEFF\n\na,b\n1\n", ["4: record 1 has 1 column, the header has 2"]],
    ["\uFEFF\r\na,b\r\n1\r\n", ["3: record 1 has 1 column, the header has 2"]],
    [
      '"a","b\r"\n1,2\n',
      [
        "1: the header has a carriage return (CR): save the file with LF or CRLF as line breaks",
      ],
    ],
    [
      'a,b\n1\n"2"\0,3\n4\n',
      [
        "2: record 1 has 1 column, the header has 2",
        "3: this line has a NUL byte, so it is not plain text; save the file as plain text in UTF-8. Nothing after it was checked",
      ],
    ],
    ["a,b\n", ["file: the file has no records"]],
    ["\n\r\n", ["file: the file has no records"]],
    ["\uFEFF", ["file: the file has no records"]],
  ])("%j", async (text, expected) => {
    expect(await defects("a.csv", text)).toEqual(expected);
    expect(await defects("a.csv", text, undefined, [1])).toEqual(expected);
  });

  test("with an unclosed quote has a defect on the line where the record starts", async () => {
    const text = 'a,b\n1\n"x\ny",2\n3,"4\n5,6\n';
    for (const sizes of [[], [1], [7]]) {
      const all = await defects("a.csv", text, undefined, sizes);
      expect(all).toHaveLength(2);
      expect(all[0]).toBe("2: record 1 has 1 column, the header has 2");
      expect(all[1]).toMatch(/^5: .*quote.*never closed/);
    }
  });

  test.each(['1,2"3\n', '1,"2"3\n', '1,"2" \n'])(
    "with a quote in the wrong place: %j",
    async (row) => {
      const all = await defects("a.csv", `a,b\n1\n${row}1\n`);
      expect(all).toHaveLength(2);
      expect(all[1]).toMatch(/^3: .*middle of a cell.* was not checked$/);
    },
  );

  test("with only CR as its line break", async () => {
    const all = await defects("a.csv", "a,b\r1,2\r3,4\r");
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(/^1: .*CR.*LF/);
  });

  test("with 200,000 columns does not take longer to check than to read", async () => {
    const names = Array.from({ length: 200_000 }, (_, at) => `c${String(at)}`);
    names[150_000] = "c7";
    names[170_000] = "";
    const text = `${names.join(",")}\n${",".repeat(names.length - 1)}\n`;
    expect(await defects("a.csv", text)).toEqual([
      '1: the column name "c7" is there more than once',
      "1: column 170001 has no name",
    ]);
  });

  test("with a header of commas does not fill the memory", async () => {
    const files = new OneFile(",".repeat(11 * 2 ** 20), [2 ** 20]);
    const file = fileNamed("a.csv");
    const { defects } = await preflight(files, file, undefined, signal);
    expect(defects).toMatchObject([
      { line: 1, text: expect.stringMatching(/longer than 10 MiB/) },
    ]);
  });

  test("with many blank lines before a record is correct", async () => {
    const blank = "\n".repeat(11 * 2 ** 20);
    const files = new OneFile(`a,b\n${blank}1,${"x".repeat(100)}\n`, [
      2 ** 20 - 50,
    ]);
    const file = fileNamed("a.csv");
    const found = await preflight(files, file, undefined, signal);
    expect([found.records, found.defects]).toEqual([1, []]);
  });

  test("with a record that is too long is not held in memory", async () => {
    const rows = `1,"${"x".repeat(100_000)}\n`.repeat(1);
    const text = `a,b\n${rows}${"1,2\n".repeat(2_800_000)}`;
    const files = new OneFile(text, [2 ** 20]);
    const checked = await preflight(
      files,
      fileNamed("a.csv"),
      undefined,
      signal,
    );
    expect(checked.defects).toMatchObject([
      { line: 2, text: expect.stringMatching(/longer than 10 MiB.*quote/) },
    ]);
  });

  test("needs all columns of a schema only if it is strict", async () => {
    const fields = { id: "metadata", a: "text", b: "text" };
    expect(
      await defects("a.csv", "\nid,c\n1,2\n", rules(true, fields)),
    ).toEqual([
      '2: the header lacks the fields "a", "b", which the dataset\'s schema asks for',
    ]);
    expect(await defects("a.csv", "id,a,b\n,,\n", rules(true, fields))).toEqual(
      [],
    );
    expect(await defects("a.csv", "c\n1\n", rules(false, fields))).toEqual([]);
  });

  test("with media of a wrong kind", async () => {
    const schema = rules(false, {
      sound: "audio_url",
      film: "video_url",
      note: "text",
    });
    const url = "https://example.org/";
    const rows = [
      `${url}a.MP3?x=1,\u00a0${url}b.webm#t\u00a0`,
      ",\u00a0",
      `${url}a.txt,${url}b.mp3`,
      `a.mp3,${url}?f=.mp4`,
      `"${url}a.wav","data:video/a.mp4"`,
    ];
    const all = await defects(
      "a.csv",
      `sound,film\n${rows.join("\n")}\n`,
      schema,
    );
    expect(all.map((text) => text.slice(0, 34))).toEqual([
      '4: record 3, field "sound": "https',
      '4: record 3, field "film": "https:',
      '5: record 4, field "sound": "a.mp3',
      '5: record 4, field "film": "https:',
      '6: record 5, field "film": "data:v',
    ]);
    expect(all[0]).toContain(".aac, .m4a, .mp3, .wav");
    expect(all[2]).toContain("not an absolute URL");
  });

  test("keeps the first of many defects, and counts all", async () => {
    const count = MOST_DEFECTS * 3;
    const checked = await check(
      "a.csv",
      `a,b\n${"1\n".repeat(count)}`,
      undefined,
      [999],
    );
    expect(checked.defectCount).toBe(count);
    expect(checked.defects).toHaveLength(MOST_DEFECTS);
    expect(checked.defects.at(-1)?.line).toBe(MOST_DEFECTS + 1);
  });

  test("quotes cells short and on one line", async () => {
    const long = `"${"very ".repeat(50)}\n\nlong"`;
    const [defect] = await defects("a.csv", `${long},${long}\n1,2\n`);
    expect(defect?.length).toBeLessThan(150);
    expect(defect).not.toContain("\n");
  });
});

describe("a JSONL", () => {
  test("that is correct has no defects", async () => {
    const text = '\uFEFF\n{"a":1}\r\n  \n\t{"a":{"b":[]}} \n{}';
    const { records, columns, defectCount } = await check("a.jsonl", text);
    expect([records, columns, defectCount]).toEqual([3, undefined, 0]);
  });

  test("has one object on each line", async () => {
    const lines = [
      '{"a":1}',
      "[1]",
      "",
      "null",
      '"x"',
      "5",
      '{"a":1',
      '{"a":1}{"b":2}',
      "{'a':1}",
    ];
    expect(await defects("a.jsonl", lines.join("\n"))).toEqual([
      "2: record 2 is a list, not a JSON object",
      "4: record 3 is not a JSON object",
      "5: record 4 is not a JSON object",
      "6: record 5 is not a JSON object",
      "7: record 6 is not JSON",
      "8: record 7 is not JSON",
      "9: record 8 is not JSON",
    ]);
  });

  test("that is nested too deep has a defect on its line", async () => {
    const nested = (depth: number) =>
      `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    const lines = [
      nested(1_000),
      nested(1_001),
      nested(100_000),
      `{"a":${"[".repeat(100_000)}`,
      `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
      '{"a":1}',
    ];
    expect(await defects("a.jsonl", lines.join("\n"))).toEqual([
      "2: record 2 is nested more than 1,000 levels deep; make it flatter",
      "3: record 3 is nested more than 1,000 levels deep; make it flatter",
      "4: record 4 is not JSON",
      "5: record 5 is nested more than 1,000 levels deep; make it flatter",
    ]);
  });

  test("without records has one defect", async () => {
    for (const text of ["\n", " \r\n\t\n", "\uFEFF\n"]) {
      expect(await defects("a.jsonl", text)).toEqual([
        "file: the file has no records",
      ]);
    }
  });

  test("with a line that is too long is not held in memory", async () => {
    const files = new OneFile(`{"a":1}\n{"a":"${"x".repeat(12 * 2 ** 20)}`, [
      2 ** 20,
    ]);
    const checked = await preflight(
      files,
      fileNamed("a.jsonl"),
      undefined,
      signal,
    );
    expect(checked.defects).toMatchObject([
      { line: 2, text: expect.stringMatching(/longer than 10 MiB/) },
    ]);
  });

  test("with a strict schema needs every field in every line", async () => {
    const schema = rules(true, { a: "text", toString: "text" });
    const lines = ['{"a":null,"toString":""}', '{"a":""}', "{}"];
    expect(await defects("a.jsonl", lines.join("\n"), schema)).toEqual([
      '2: record 2 lacks the field "toString", which the dataset\'s schema asks for',
      '3: record 3 lacks the fields "a", "toString", which the dataset\'s schema asks for',
    ]);
    expect(
      await defects("a.jsonl", lines.join("\n"), rules(false, { a: "text" })),
    ).toEqual([]);
  });

  test("with media of a wrong kind, or that are not text", async () => {
    const schema = rules(false, { film: "video_url" });
    const values = [
      '"https://example.org/a.mov"',
      '""',
      '" "',
      "5",
      "null",
      '"https://example.org/a"',
    ];
    const text = [...values.map((value) => `{"film":${value}}`), "{}"].join(
      "\n",
    );
    expect(
      (await defects("a.jsonl", text, schema)).map((one) => one.slice(0, 36)),
    ).toEqual([
      '4: record 4, field "film": is not te',
      '5: record 5, field "film": is not te',
      '6: record 6, field "film": is a URL ',
    ]);
  });
});

describe("bytes that are not UTF-8", () => {
  const latin1 = (text: string) => Buffer.from(text, "latin1");

  test.each(["a.csv", "a.jsonl"])(
    "in %s are found on their line, wherever the pieces are cut",
    async (name) => {
      const good =
        name === "a.csv" ? "a\nÄ語😀\n1\n" : '{"a":"Ä語😀"}\n\n{"a":1}\n';
      const bytes = Buffer.concat([
        Buffer.from(good),
        latin1(name === "a.csv" ? "ä\n2\n" : '{"a":"ä"}\n{"a":2}\n'),
      ]);
      for (const sizes of [[], [1], [2], [3], [5], [64]]) {
        const all = await defects(name, bytes, undefined, sizes);
        expect([sizes, all.at(-1)]).toEqual([
          sizes,
          expect.stringMatching(/^4: this line is not UTF-8/),
        ]);
      }
    },
  );

  test.each([[[]], [[1]]])(
    "hide the defects after them, but not those before, in pieces of %j",
    async (sizes) => {
      const bytes = latin1("a,b\n1\n2,3\nä,1\n4\n5,6\n7,8\n");
      const all = await defects("a.csv", bytes, undefined, sizes);
      expect(all).toHaveLength(2);
      expect(all[0]).toMatch(/^2: record 1/);
      expect(all[1]).toMatch(/^4: this line is not UTF-8/);
    },
  );

  test("after a NUL byte: the NUL byte is reported", async () => {
    const all = await defects("a.csv", latin1("a\n\0\nä\n"));
    expect(all).toEqual([expect.stringMatching(/^2: this line has a NUL/)]);
  });

  test("before a NUL byte: the bytes are reported, wherever the pieces are cut", async () => {
    // Only the first byte of the second piece shows that the last byte of the first piece is invalid.
    for (const sizes of [[], [3], [1]]) {
      const bytes = latin1("a\nä\0\n");
      const all = await defects("a.csv", bytes, undefined, sizes);
      expect([sizes, ...all]).toEqual([
        sizes,
        expect.stringMatching(/^2: this line is not UTF-8/),
      ]);
    }
  });

  test("include an incomplete last character, overlong forms and surrogates", async () => {
    for (const bad of [
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0x80],
      [0xff],
      [0xf8, 0x88],
    ]) {
      for (const sizes of [[], [1], [3]]) {
        const bytes = Buffer.concat([Buffer.from("a\n1\n"), Buffer.from(bad)]);
        const all = await defects("a.csv", bytes, undefined, sizes);
        expect([bad, all.at(-1)]).toEqual([
          bad,
          expect.stringMatching(/^3: this line is not UTF-8/),
        ]);
      }
    }
  });

  test("include UTF-16, with and without a BOM", async () => {
    for (const text of ["\uFEFFa,b\nä,2\n", "ä,b\n1,2\n"]) {
      const all = await defects("a.csv", Buffer.from(text, "utf16le"));
      expect(all.join()).toMatch(/UTF-8/);
    }
  });

  test("are allowed in a ZIP", async () => {
    const checked = await check("a.zip", Buffer.from([0x50, 0x4b, 3, 4, 0xff]));
    expect(checked).toMatchObject({
      records: undefined,
      columns: undefined,
      defectCount: 0,
    });
    expect(checked.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("the signal ends the reading", async () => {
  const controller = new AbortController();
  const files = new OneFile("a\n1\n2\n3\n", [2]);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(
    preflight(files, fileNamed("a.csv"), undefined, controller.signal),
  ).rejects.toBe(reason);
  expect(files.bytesRead).toBeLessThan(5);
});

test("a cancel works in the middle of a wide header", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  setImmediate(() => {
    controller.abort(reason);
  });
  const names = Array.from({ length: 100_000 }, (_, at) => `c${String(at)}`);
  const files = new OneFile(`${names.join(",")}\n${",".repeat(99_999)}\n`);
  const checked = preflight(
    files,
    fileNamed("a.csv"),
    undefined,
    controller.signal,
  );
  await expect(checked).rejects.toBe(reason);
});

describe("a file that the system cannot read", () => {
  const failing = (code: string) => {
    const files = new OneFile("a\n1\n2\n", [2]);
    const pieces = files.read();
    files.read = async function* () {
      let piece = 0;
      for await (const bytes of pieces) {
        if (++piece === 2) {
          throw Object.assign(new Error(`${code}: words of it`), { code });
        }
        yield bytes;
      }
    };
    return files;
  };
  const stopped = async (code: string) =>
    preflight(failing(code), fileNamed("a.csv"), undefined, signal).catch(
      (error: unknown) => error,
    );

  test.each([
    ["EIO", "a.csv cannot be read (EIO): the disk reports an error."],
    ["EACCES", "a.csv cannot be read (EACCES): permission denied."],
    ["EXDEV", "a.csv cannot be read (EXDEV)."],
  ])("%s: the message is in plain words", async (code, what) => {
    const error = await stopped(code);
    expect(error).toBeInstanceOf(Stop);
    expect((error as Stop).parts).toMatchObject({
      title: "The dataset file cannot be used",
      what,
      next: expect.stringContaining("Check the rights"),
    });
  });

  test("because it was deleted: the message asks what writes to it", async () => {
    const error = await stopped("ENOENT");
    expect((error as Stop).parts).toMatchObject({
      what: "a.csv cannot be read (ENOENT): it does not exist.",
      next: expect.stringContaining("nothing else writes to the file"),
    });
  });

  test("a defect of this action is reported as such", async () => {
    const error = await stopped("ERR_INVALID_ARG_TYPE");
    expect(error).not.toBeInstanceOf(Stop);
    expect(error).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});

test("every defect is reported when it is found, with its record and field, even if it is not kept", async () => {
  const told: Defect[] = [];
  const rows = Array.from({ length: MOST_DEFECTS + 5 }, () => "1,no address\n");
  const { defects: kept, defectCount } = await preflight(
    new OneFile(`id,photo\n${rows.join("")}`),
    fileNamed("a.csv"),
    rules(false, { photo: "audio_url" }),
    signal,
    (defect) => told.push(defect),
  );
  expect(kept).toHaveLength(MOST_DEFECTS);
  expect(told).toHaveLength(defectCount);
  const { reason = "", ...last } = told.at(-1) ?? {};
  expect(last).toEqual({
    line: MOST_DEFECTS + 6,
    record: MOST_DEFECTS + 5,
    field: "photo",
    text: `record ${String(MOST_DEFECTS + 5)}, field "photo": ${reason}`,
  });
  expect(reason).toMatch(/^"no address" /);
});
