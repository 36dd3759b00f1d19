/** API 1, "Error bodies": E1 to E7, in this order. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { errorWords } from "../../src/prolific/error-body.ts";

const words = (json: unknown) => errorWords(JSON.stringify(json));

describe("E1, the envelope", () => {
  test.each<[string, unknown, string]>([
    ["a text", "Not found.", "Not found."],
    ["texts", ["One.", "Two."], "One. Two."],
    [
      "texts by field",
      { dataset_id: ["Bad.", "Worse."], name: ["None."] },
      "dataset_id: Bad. dataset_id: Worse. name: None.",
    ],
  ])("with %s for a detail", (_, detail, expected) => {
    const error = { status: 400, error_code: 140008, title: "Bad", detail };
    expect(words({ error })).toBe(expected);
  });

  test.each(["", "  ", [], {}, null, undefined, 5])(
    "returns its title if the detail is %j",
    (detail) => {
      expect(words({ error: { title: "A title", detail } })).toBe("A title");
    },
  );

  test("returns its additional information, but not the trace", () => {
    const error = {
      detail: "D.",
      additional_information: "More.",
      traceback: "line 1",
      interactive: false,
    };
    expect(words({ error })).toBe("D. More.");
  });

  test("comes before all other shapes", () => {
    expect(
      words({ error: { detail: "1" }, message: "2", detail: "3" }),
    ).toMatch(/^1\W+2\W+3$/);
  });
});

test("E2, as the setup endpoint sends it", () => {
  expect(
    words({
      message: "Batch with ID x is in status READY and cannot be setup.",
      detail: "Batch is not in UNINITIALISED status.",
    }),
  ).toBe(
    "Batch with ID x is in status READY and cannot be setup. Batch is not in UNINITIALISED status.",
  );
});

test("E3, only a detail", () => {
  expect(words({ detail: "Not found." })).toBe("Not found.");
});

describe("E4, defects of the layout", () => {
  test("have their positions, counted from 0 as the API does", () => {
    expect(
      words({
        type: "INVALID_BATCH_ITEMS",
        message: "Invalid.",
        issues: [
          { page: 0, row: 1, column: 0, item: 2, type: "X", message: "No." },
          { type: "Y", message: "Why." },
        ],
      }),
    ).toBe("Invalid. No. (page 0, row 1, column 0, item 2); Why.");
  });

  test("that are malformed are skipped", () => {
    const issues = [null, 1, "x", [], {}, { message: 5 }, { page: "0" }];
    expect(words({ message: "M", issues })).toBe("M");
    expect(words({ message: "M", issues: "none" })).toBe("M");
  });
});

test("E5 and E6, a message", () => {
  expect(words({ type: "T", message: "M." })).toBe("M.");
  expect(words({ message: "M." })).toBe("M.");
});

test("an error that is a text", () => {
  expect(words({ error: "Forbidden" })).toBe("Forbidden");
});

test("repeated words are returned once", () => {
  expect(words({ message: "Same.", detail: " Same. " })).toBe("Same.");
});

describe("E7, anything else", () => {
  test.each([
    ["", ""],
    ["  \n", ""],
    ["Bad gateway", "Bad gateway"],
    ["upstream < limit", "upstream < limit"],
    ['"a JSON text"', "a JSON text"],
    ["null", "null"],
    ["[1]", "[1]"],
    ["{broken", "{broken"],
    ['{"other": 1}', '{"other": 1}'],
    ['{"error": {"status": 500}}', '{"error": {"status": 500}}'],
    [' {"other": 1}\n', '{"other": 1}'],
    ["two  blanks <and> a tag", "two  blanks <and> a tag"],
    ["word<b>tag</b>", "word<b>tag</b>"],
    ["\n <p>a page</p>", "a page"],
    ["<p>one</p>two<script>no</script>three", "one two three"],
  ])("%j returns %j", (body, expected) => {
    expect(errorWords(body)).toBe(expected);
  });

  test("a gateway's page reads as a sentence", () => {
    const page = `<!DOCTYPE html>
      <html><head><title>502 Bad Gateway</title>
      <style type="text/css">h1 { color: red; }</style>
      <script>alert("x < y")</script ></head>
      <body><center><h1>502 Bad Gateway</h1></center><hr>nginx</body></html>`;
    expect(errorWords(page)).toBe("502 Bad Gateway 502 Bad Gateway nginx");
  });
});

test.each<[string, unknown, string]>([
  ["five lists", [[[[["words"]]]]], "words"],
  ["six lists", [[[[[["words"]]]]]], "T"],
  ["five fields", { a: { b: { c: { d: { e: "no" } } } } }, "a: b: c: d: e: no"],
  ["six fields", { a: { b: { c: { d: { e: { f: "no" } } } } } }, "T"],
])("words within %s", (_, detail, expected) => {
  expect(words({ error: { title: "T", detail } })).toBe(expected);
});

describe("a hostile body", () => {
  test("with a detail of 200 KB is returned as a whole; messages shorten it", () => {
    const detail = "x".repeat(200_000);
    expect(words({ error: { detail } })).toBe(detail);
    expect(words({ detail })).toBe(detail);
  });

  test.each([
    ["<", "<"],
    ["<script", "<script"],
    ["<script></script ", "<script></script "],
    ["<style>", "<style>"],
    ["<a ", "<a "],
    ["< >", "< >"],
    ["blanks after a tag", "<p>", " "],
    ["newlines", "<p>\n", "\n"],
    ["deep JSON", "[", "["],
  ])("made of %j takes little time", (_, start, more = start) => {
    const body = start + more.repeat(Math.ceil(5_000_000 / more.length));
    const before = process.cpuUsage(); // a busy machine does not make it slower
    expect(typeof errorWords(body)).toBe("string");
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });

  test("nested deeper than the stack still has words", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    for (const body of [
      deep,
      `{"detail": ${deep}}`,
      `{"error": {"detail": ${deep}}}`,
    ]) {
      const read = () => errorWords(body);
      expect(read).not.toThrow();
    }
  });

  test("with any JSON never throws", () => {
    const key = fc.constantFrom(
      "error",
      "detail",
      "message",
      "title",
      "issues",
      "page",
      "additional_information",
      "__proto__",
    );
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.constant(null),
        fc.integer(),
        fc.boolean(),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(key, tie("node"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(node, (json) => {
        expect(typeof words(json)).toBe("string");
      }),
    );
  });

  test("with any text never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (body) => {
        expect(typeof errorWords(body)).toBe("string");
      }),
    );
  });
});

test("with a very long list is read fast", () => {
  const detail = Array.from({ length: 100_000 }, (_, i) => `word ${String(i)}`);
  const words = errorWords(JSON.stringify({ detail }));
  expect(words.startsWith("word 0; word 1; word 2")).toBe(true);
  expect(words.length).toBeLessThan(20_000);
});
