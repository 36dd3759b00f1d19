import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { marked } from "marked";
import {
  GREEN_OUTCOMES,
  type Outcome,
  RED_OUTCOMES,
  Report,
} from "../../src/github/report.ts";
import { redactor } from "../../src/github/foreign-text.ts";
import { renderSummary as render } from "../../src/github/summary.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

const renderSummary = (report: Report) => render(report, (text) => text);

test("a secret is redacted before it is escaped and shortened", async () => {
  const secret = "pr_tok-en.a+b=_x_9";
  const report = await reportOf("set_up");
  report.batchName = `My ${secret} name`;
  report.remarks.push("x".repeat(3_990) + secret);
  const summary = render(report, redactor([secret]));
  expect(summary).toContain("My &#42;&#42;&#42; name");
  expect(summary).not.toMatch(/pr(_|&#95;)tok/);
});

const MIB = 2 ** 20;
const PREVIEW =
  "https://app.prolific.com/data-collection-tool/batches/b/task-groups/g?preview=true";

async function newReport(elapsedMs = 0): Promise<Report> {
  const clock = new FakeClock({ auto: false });
  const report = new Report(clock, () => undefined);
  await clock.advance(elapsedMs);
  report.set("elapsed_seconds", elapsedMs / 1_000);
  return report;
}

function isGreen(outcome: Outcome): outcome is (typeof GREEN_OUTCOMES)[number] {
  return GREEN_OUTCOMES.some((green) => green === outcome);
}

/** A report of a run with an outcome. */
async function reportOf(outcome: Outcome): Promise<Report> {
  const report = await newReport(90_000);
  if (isGreen(outcome)) report.succeed(outcome);
  else report.fail({ outcome, title: "A title", lines: ["One.", "Two."] });
  return report;
}

/** A report with the same text in every place that may hold one from outside. */
async function reportWith(text: string): Promise<Report> {
  const report = await newReport();
  report.fail({
    outcome: "failed",
    title: text,
    lines: [`What ${text}`, `Prolific says: ${text}`, `Next: ${text}`, text],
  });
  report.change = text;
  report.remarks.push(text);
  report.timeline.push({ what: text, atMs: 0 });
  for (const name of ["batch_id", "dataset_id"] as const) {
    report.set(name, text);
  }
  const rows = [{ line: 7, text }];
  report.rows.push({ file: text, noun: "defect", rows, total: 1 });
  return report;
}

/** What a reader sees of escaped text. */
function decoded(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCharCode(Number(code)),
  );
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "</code></td><img src=x onerror=alert(1)>",
  "a | b | c",
  "`rm -rf`",
  "```\ncode\n```",
  "# Heading",
  "one\ntwo",
  "one\r\n\r\n| x | y |",
  "](http://evil.example)",
  "[click](javascript:alert(1))",
  "![](http://evil.example/pixel)",
  "http://evil.example",
  "<http://evil.example>",
  "@someone",
  "#1 and -1 --- x",
  "www.evil.example and WWW.evil.example",
  "**bold** _it_ ~~gone~~ $x$",
  "&lt;script&gt; &#60;b&#62;",
  "\\| \\`",
  "- [ ] task",
  "> quote",
  "::error::x ##[group]",
  "<!-- -->",
  ":tada:",
  "1. one",
  "22) two",
];

/** The text has no meaning in Markdown, HTML or for GitHub, and a reader sees the original text. */
function expectInert(text: string, from: string): void {
  const bare = text.replace(/&#\d+;/g, "\u0000");
  expect(bare).not.toMatch(/[<>&|`*_~[\]!#@\\$^{}=+\r\n]/);
  expect(bare).not.toMatch(/:(?! |$)/); // no address, no emoji
  expect(bare).not.toMatch(/www\./i); // GitHub makes a link of it
  expect(bare).not.toMatch(/(^|\W)-/); // no list, no line
  expect(decoded(text).trim()).toBe(from.replace(/\s+/g, " ").trim());
}

describe("every outcome", () => {
  test.each<Outcome>([...GREEN_OUTCOMES, ...RED_OUTCOMES])(
    "%s has a headline and a table",
    async (outcome) => {
      const report = await reportOf(outcome);
      report.set("batch_id", "id");
      const markdown = renderSummary(report);
      const [headline] = markdown.split("\n");
      expect(headline).toMatch(
        isGreen(outcome) ? /^### ✅ \w/ : /^### [❌⚪] .*A title$/u,
      );
      expect(markdown).toMatch(
        /\n\n\| Batch \| <code>id<\/code> \|\n\| :-- \| :-- \|\n\| Time \| 1m30s \|\n$/,
      );
      expect(markdown.includes("One.<br>Two.")).toBe(!isGreen(outcome));
    },
  );

  test("has a headline of its own", async () => {
    const all = [...GREEN_OUTCOMES, ...RED_OUTCOMES];
    const headlines = await Promise.all(
      all.map(
        async (outcome) =>
          renderSummary(await reportOf(outcome)).split("\n", 1)[0],
      ),
    );
    expect(new Set(headlines).size).toBe(all.length);
  });

  test("is red if there is no outcome", async () => {
    expect(renderSummary(await newReport())).toMatch(/^### ❌ /);
  });
});

test("shows the result of a successful run", async () => {
  const report = await newReport(95_400);
  report.batchName = "Cats & dogs";
  report.set("batch_id", "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90");
  report.set("dataset_id", "0b9e1f8a-77aa-4b1c-9d2e-aaaaaaaaaaaa");
  report.timeline.push(
    { what: "UNINITIALISED", atMs: 400 },
    { what: "PROCESSING", atMs: 2_000 },
    { what: "READY", atMs: 94_000 },
  );
  report.set("status", "READY");
  report.set("total_datapoint_count", 12_000);
  report.set("total_task_count", 12_000);
  report.set("tasks_created", 20);
  report.set("total_task_groups", 12);
  report.set("groups_created", 2);
  report.set("preview_url", PREVIEW);
  report.remarks.push("The batch has no instructions.", "More submissions.");
  report.succeed("synced");
  expect(renderSummary(report).split("\n")).toEqual([
    "### ✅ The batch is synced and READY",
    "",
    "- The batch has no instructions.",
    "- More submissions.",
    "",
    "| Batch | Cats &#38; dogs<br><code>6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90</code> |",
    "| :-- | :-- |",
    "| Status | <code>UNINITIALISED</code> → <code>PROCESSING</code> after 2s → <code>READY</code> after 1m34s |",
    "| Tasks | 12,000 in 12 groups |",
    "| Dataset | <code>0b9e1f8a-77aa-4b1c-9d2e-aaaaaaaaaaaa</code> |",
    "| Datapoints | 12,000 |",
    "| Time | 1m35s |",
    "",
    `[Preview a task group in Prolific](${PREVIEW})`,
    "",
  ]);
});

test("shows why a run failed", async () => {
  const report = await newReport(1_000);
  report.set("batch_id", "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90");
  report.fail({
    outcome: "failed",
    title: "Prolific does not accept the token",
    lines: [
      "GET /batches answered HTTP 401.",
      'Prolific says: "No."',
      "Prolific accepted nothing in this run.",
      "Next: Create an API token.",
      "curl -d '{}'",
      "curl $URL",
    ],
  });
  expect(renderSummary(report).split("\n")).toEqual([
    "### ❌ Failed: Prolific does not accept the token",
    "",
    "GET /batches answered HTTP 401.<br>Prolific accepted nothing in this run.",
    "",
    '> Prolific says: "No."',
    "",
    "**Next:** Create an API token.",
    "",
    "<pre>curl &#45;d '&#123;&#125;'",
    "curl &#36;URL</pre>",
    "",
    "| Batch | <code>6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90</code> |",
    "| :-- | :-- |",
    "| Time | 1s |",
    "",
  ]);
});

test("leaves out unknown values and zeros", async () => {
  const report = await reportOf("failed");
  report.set("total_task_count", 0);
  report.set("total_task_groups", 0);
  report.set("total_datapoint_count", 0);
  expect(renderSummary(report)).toBe(
    "### ❌ Failed: A title\n\nOne.<br>Two.\n",
  );
});

describe("a value from outside", () => {
  test.each(HOSTILE)("%j is inert as the name of a batch", async (name) => {
    const report = await reportOf("set_up");
    report.set("batch_id", "id");
    report.batchName = name;
    const rows = renderSummary(report)
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(3); // the batch as the head, its line, the time
    const cell = /^\| Batch \| (.*)<br><code>id<\/code> \|$/.exec(
      rows[0] ?? "",
    );
    expectInert(cell?.[1] ?? "<no cell>", name);
  });

  test.each(HOSTILE)("%j is inert in every other place", async (foreign) => {
    const lines = renderSummary(await reportWith(foreign)).split("\n");
    const found = (pattern: RegExp) => {
      const matches = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
      expect(matches).toHaveLength(1);
      expectInert(matches[0] ?? "<nothing>", foreign);
    };
    found(/^### ❌ Failed: (.*)$/);
    found(/^What (.*)$/);
    found(/^> Prolific says: (.*)$/);
    found(/^\*\*Next:\*\* (.*)$/);
    found(/^<pre>(.*)<\/pre>$/);
    found(/^\*\*(?!Next)(.*)\.\*\*$/);
    found(/^- (.*)$/);
    found(/^\| Status \| <code>(.*)<\/code> \|$/);
    found(/^\| Batch \| <code>(.*)<\/code> \|$/);
    found(/^\| Dataset \| <code>(.*)<\/code> \|$/);
    found(/^#### 1 defect in <code>(.*)<\/code>$/);
    found(/^\| 7 \| (.*) \|$/);
  });

  const markup = (markdown: string) =>
    marked.parse(markdown, { async: false }).match(/<[^>]*>/g);

  test("renders to the same markup as a harmless text", async () => {
    const harmless = markup(renderSummary(await reportWith("word")));
    expect(harmless).toContain("<pre>");
    for (const foreign of HOSTILE) {
      const summary = renderSummary(await reportWith(foreign));
      expect([foreign, markup(summary)]).toEqual([foreign, harmless]);
    }
    const pieces = fc.constantFrom(
      ...Array.from("<>&|`*_~[]()!#@\\$^{}=+-:;.\"'1 a\n/"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: pieces, minLength: 1, maxLength: 30 }),
        async (text) => {
          fc.pre(text.trim() !== "");
          const summary = renderSummary(await reportWith(text));
          expect(markup(summary)).toEqual(harmless);
        },
      ),
    );
  });

  test("is inert and unchanged, whatever the text", async () => {
    const report = await reportOf("set_up");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (foreign) => {
        fc.pre(foreign.trim() !== "");
        report.remarks.length = 0;
        report.remarks.push(foreign);
        const last = renderSummary(report).trimEnd().split("\n").at(-1) ?? "";
        expect(last.startsWith("- ")).toBe(true);
        expectInert(last.slice(2), foreign);
      }),
    );
  });
});

describe("the preview", () => {
  test.each([
    PREVIEW,
    "https://app.prolific.com/task-groups/a%20b%2Fc?preview=true",
  ])("links exactly to %s", async (url) => {
    const report = await reportOf("set_up");
    report.set("preview_url", url);
    expect(renderSummary(report)).toContain(`](${url})\n`);
  });

  test("cannot be escaped from by a strange id", async () => {
    const report = await reportOf("set_up");
    const id = encodeURIComponent("x) [y](z) <b> *c* `d` \\");
    report.set("preview_url", `https://app.prolific.com/groups/${id}/x`);
    const last = renderSummary(report).trimEnd().split("\n").at(-1) ?? "";
    expect(last).toMatch(/^\[[\w ]+\]\(https:[^\s()<>`\\]*\)$/);
  });
});

describe("the size", () => {
  const worst = "&".repeat(10_000);

  test("stays far under 1 MiB with a name, lines and a timeline of any size", async () => {
    const report = await newReport();
    report.batchName = worst;
    for (let i = 0; i < 100_000; i++) {
      report.timeline.push({ what: "UNINITIALISED", atMs: i });
    }
    report.fail({
      outcome: "failed",
      title: "A title",
      lines: Array.from({ length: 12 }, () => "&".repeat(1_501)),
    });
    const markdown = renderSummary(report);
    expect(Buffer.byteLength(markdown)).toBeLessThan(MIB / 2);
    expect(markdown).toContain("…");
  });

  test("stays under 1 MiB with any number of huge remarks", async () => {
    const report = await reportOf("set_up");
    for (let i = 0; i < 1_000; i++) report.remarks.push(worst);
    expect(Buffer.byteLength(renderSummary(report))).toBeLessThan(MIB);
  });

  test("counts the bytes of every character", async () => {
    const report = await reportOf("set_up");
    for (let i = 0; i < 20; i++) report.remarks.push("豆".repeat(10_000));
    report.batchName = "😀".repeat(10_000);
    expect(Buffer.byteLength(renderSummary(report))).toBeLessThan(MIB / 2);
  });

  test("shows the latest if there are too many statuses", async () => {
    const report = await reportOf("set_up");
    for (let i = 1; i <= 60; i++) {
      report.timeline.push({ what: `S${i}`, atMs: i * 1_000 });
    }
    report.set("batch_id", "id");
    const line = renderSummary(report)
      .split("\n")
      .find((one) => one.includes("→"));
    expect(line).toMatch(/^\| Status \| … → <code>S49<\/code> → <code>S50/);
    expect(line).toMatch(/ → <code>S60<\/code> after 1m \|$/);
  });
});

describe("the result of a file", () => {
  test("is a sentence near the top", async () => {
    const report = await reportOf("synced");
    report.change = "12 new datapoints, 12 new tasks in 4 groups";
    const lines = renderSummary(report).split("\n");
    expect(lines[2]).toBe("**12 new datapoints, 12 new tasks in 4 groups.**");
  });

  test("shows the known numbers of records in the table", async () => {
    const report = await reportOf("synced");
    report.set("accepted_count", 16);
    report.set("rejected_count", 0);
    report.set("duplicate_count", 4);
    expect(renderSummary(report)).toContain(
      "| File records | 16 accepted (4 known before) |",
    );
    report.set("rejected_count", 2);
    expect(renderSummary(report)).toContain(
      "| 16 accepted (4 known before), 2 rejected |",
    );
    report.set("accepted_count", 0);
    report.set("duplicate_count", 0);
    expect(renderSummary(report)).toContain("| 0 accepted, 2 rejected |");
    expect(renderSummary(await reportOf("synced"))).not.toContain("records");
  });

  test("lists records that cannot be used, with their lines and escaped", async () => {
    const report = await reportOf("failed");
    report.rows.push({
      file: "data/<b>.csv",
      noun: "rejected record",
      rows: [
        { line: 7, text: 'record 2, field "a": <script>' },
        { line: undefined, text: "a record: no" },
      ],
      total: 5,
    });
    const text = renderSummary(report);
    expect(text).not.toMatch(/<script|<b>/);
    expect(decoded(text).split("\n")).toEqual(
      expect.arrayContaining([
        "#### 5 rejected records in <code>data/<b>.csv</code>",
        '| 7 | record 2, field "a": <script> |',
        "|  | a record: no |",
        "… and 3 more",
      ]),
    );
  });

  test("stays under the limit for any number and length of records", async () => {
    const report = await reportOf("failed");
    const rows = Array.from({ length: 6_000 }, (_, line) => ({
      line,
      text: "ä*<".repeat(50),
    }));
    report.rows.push({ file: "a.csv", noun: "defect", rows, total: 60_000 });
    report.rows.push({ file: "a.csv", noun: "defect", rows, total: 60_000 });
    for (let n = 0; n < 1_000; n++) report.remarks.push("<*>".repeat(100));
    const text = renderSummary(report);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    const shown = text.split("\n").filter((line) => /^\| \d/.test(line));
    const left = 60_000 - shown.length / 2;
    expect(text).toContain(`… and ${left.toLocaleString("en")} more`);
  });
});
