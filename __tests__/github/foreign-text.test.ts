import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { harmless, quote, redactor } from "../../src/github/foreign-text.ts";

/** Text with many characters of workflow commands. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "::",
        ":",
        "#",
        "##",
        "[",
        "##[",
        "##[error]",
        "::error::",
        "::add-mask::x",
        " ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\u0000",
        "\u001b[31m",
        "\u0085",
        "\u00a0",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\ufeff",
        "%0A",
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

/** What the runner reads as a command or as a new line. */
function expectHarmless(text: string): void {
  expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  expect(text).not.toContain("##[");
  expect(text.trimStart().startsWith("::")).toBe(false);
}

describe("harmless", () => {
  test.each([
    ["a plain sentence: 5 > 3 [#1]", "a plain sentence: 5 > 3 [#1]"],
    ["two\nlines", "two lines"],
    ["two\r\nlines", "two lines"],
    ["::error::x", ": :error::x"],
    ["  ::error::x", "  : :error::x"],
    ["\n::error::x", " : :error::x"],
    [":::x", ": ::x"],
    ["a ::b", "a ::b"],
    ["x ##[error]y", "x ## [error]y"],
    ["###[x", "### [x"],
    ["#\u202e#[group]", "## [group]"],
    ["\u202e::error::x", ": :error::x"],
    ["\u001b[2Jgone", " [2Jgone"],
    ["", ""],
  ])("makes %j %j", (text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  test("leaves no start of a command in any text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expectHarmless(harmless(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test("does not change a harmless text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = harmless(text);
        expect(harmless(once)).toBe(once);
      }),
    );
  });

  test("keeps every other character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const bare = (words: string) => words.replace(/[\p{Cc}\s]/gu, "");
        fc.pre(!/[\u202A-\u202E\u2066-\u2069]/.test(text));
        expect(bare(harmless(text))).toBe(bare(text));
      }),
    );
  });
});

describe("redactor", () => {
  const SECRET = 'pa"ss/w ord+1';

  test.each([
    ["as it is", SECRET],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in JSON", JSON.stringify({ token: SECRET })],
    ["in base64", Buffer.from(SECRET).toString("base64")],
  ])("hides a secret %s", (_, form) => {
    const redacted = redactor([SECRET])(`before ${form} after ${form}`);
    expect(redacted).not.toContain(form);
    expect(redacted).toMatch(/^before .*\*\*\*.* after .*\*\*\*/);
  });

  test("does nothing without secrets, and ignores an empty one", () => {
    expect(redactor([])("text")).toBe("text");
    expect(redactor([""])("text")).toBe("text");
  });

  test("hides the longer secret first if one is part of the other", () => {
    expect(redactor(["abc", "abcdef"])("abcdef abc")).toBe("*** ***");
    expect(redactor(["abcdef", "abc"])("abcdef abc")).toBe("*** ***");
  });

  test("treats a secret literally", () => {
    expect(redactor(["a.c$&"])("abc a.c$&")).toBe("abc ***");
  });

  test("leaves no form of any secret in any text", () => {
    const secret = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !text.includes("*"));
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
        fc.string({ maxLength: 3 }),
        (secrets, picks, glue) => {
          const forms = secrets.flatMap((text) => [
            text,
            encodeURIComponent(text),
            JSON.stringify(text).slice(1, -1),
            Buffer.from(text).toString("base64"),
          ]);
          const pieces = picks.map((n) => forms[n % forms.length] ?? "");
          const redacted = redactor(secrets)(pieces.join(glue));
          for (const form of forms) expect(redacted).not.toContain(form);
        },
      ),
    );
  });
});

describe("quote", () => {
  const keep = (text: string) => text;

  test("returns one trimmed line with single spaces", () => {
    expect(quote("  a\n\n\tb   c \r\n", keep)).toBe("a b c");
  });

  test("is harmless for any text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expectHarmless(quote(text, keep));
        expectHarmless(quote(text, keep, 5));
      }),
      { numRuns: 2_000 },
    );
  });

  test("shortens to 500 characters", () => {
    expect(quote("x".repeat(500), keep)).toBe("x".repeat(500));
    expect(quote("x".repeat(501), keep)).toBe(`${"x".repeat(500)}…`);
    expect(quote("x".repeat(11), keep, 10)).toBe(`${"x".repeat(10)}…`);
  });

  test("never splits a character", () => {
    const cut = quote("😀".repeat(501), keep);
    expect(cut).toBe(`${"😀".repeat(500)}…`);
    expect(cut).not.toMatch(/\p{Surrogate}/u);
  });

  test("hides a secret that crosses the cut", () => {
    const secret = "0123456789abcdef";
    for (let before = 480; before <= 500; before++) {
      const text = `${"x".repeat(before)}${secret}${"y".repeat(20)}`;
      const shown = quote(text, redactor([secret]));
      expect(shown).not.toContain("0");
      expect(shown).toContain("x".repeat(before));
    }
  });

  test("takes little time for a large text", () => {
    const before = process.cpuUsage(); // a busy machine does not make it slower
    expect(quote("<\n".repeat(500_000), keep)).toHaveLength(501);
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });
});
