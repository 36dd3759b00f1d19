import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  GREEN_OUTCOMES,
  type Outcome,
  RED_OUTCOMES,
  Report,
} from "../src/outcome.ts";
import { redactor } from "../src/foreign-text.ts";
import { renderSummary as render } from "../src/summary.ts";
import { FakeClock } from "../simulation/fake-clock.ts";

const renderSummary = (report: Report) => render(report, (text) => text);

test("a secret is redacted before it is escaped and cut", async () => {
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
  return report;
}

function isGreen(outcome: Outcome): outcome is (typeof GREEN_OUTCOMES)[number] {
  return GREEN_OUTCOMES.some((green) => green === outcome);
}

/** A report of a run that came to an outcome. */
async function reportOf(outcome: Outcome): Promise<Report> {
  const report = await newReport(90_000);
  if (isGreen(outcome)) report.succeed(outcome);
  else report.fail({ outcome, title: "A title", lines: ["One.", "Two."] });
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
];

/** Nothing in the text means anything to Markdown, HTML or GitHub, and a reader sees what was given. */
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
      const markdown = renderSummary(await reportOf(outcome));
      const [headline] = markdown.split("\n");
      expect(headline).toMatch(isGreen(outcome) ? /^### ✅ / : /^### [❌⚪] /u);
      expect(markdown).toContain("\n\n| | |\n|---|---|\n");
      expect(markdown).toContain("| Time | 1m30s |");
      expect(markdown.endsWith("|\n")).toBe(true);
      expect(markdown.includes("> **A title**")).toBe(!isGreen(outcome));
    },
  );

  test("has a headline of its own", async () => {
    const all = [...GREEN_OUTCOMES, ...RED_OUTCOMES];
    const headlines = await Promise.all(
      all.map(async (outcome) =>
        renderSummary(await reportOf(outcome)).slice(0, 40),
      ),
    );
    expect(new Set(headlines).size).toBe(all.length);
  });

  test("is red where there is none", async () => {
    expect(renderSummary(await newReport())).toMatch(/^### ❌ /);
  });
});

test("shows what came of a run that went well", async () => {
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
  report.set("total_datapoint_count", 120);
  report.set("total_task_count", 120);
  report.set("tasks_created", 20);
  report.set("total_task_groups", 12);
  report.set("groups_created", 2);
  report.set("preview_url", PREVIEW);
  report.remarks.push("The batch has no instructions.", "More submissions.");
  report.succeed("synced");
  expect(renderSummary(report).split("\n")).toEqual([
    "### ✅ The batch is synced and READY",
    "",
    "| | |",
    "|---|---|",
    "| Batch | Cats &#38; dogs<br><code>6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90</code> |",
    "| Status | <code>READY</code> |",
    "| Dataset | <code>0b9e1f8a-77aa-4b1c-9d2e-aaaaaaaaaaaa</code> |",
    "| Datapoints | 120 |",
    "| Tasks | 120 (20 new) |",
    "| Task groups | 12 (2 new) |",
    "| Time | 1m35s |",
    "",
    "<code>UNINITIALISED</code> 0s → <code>PROCESSING</code> 2s → <code>READY</code> 1m34s",
    "",
    "- The batch has no instructions.",
    "- More submissions.",
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
    lines: ["GET /batches answered HTTP 401.", "Next: Create an API token."],
  });
  expect(renderSummary(report).split("\n")).toEqual([
    "### ❌ The step failed",
    "",
    "> **Prolific does not accept the token**",
    ">",
    "> GET /batches answered HTTP 401.",
    ">",
    "> Next: Create an API token.",
    "",
    "| | |",
    "|---|---|",
    "| Batch | <code>6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90</code> |",
    "| Time | 1s |",
    "",
  ]);
});

test("leaves out what is not known", async () => {
  const report = await reportOf("failed");
  const markdown = renderSummary(report);
  for (const name of ["Batch", "Status", "Dataset", "Tasks", "Task groups"]) {
    expect(markdown).not.toContain(`| ${name} |`);
  }
  expect(markdown).not.toMatch(/undefined|Preview|→/);
});

describe("a value from outside", () => {
  test.each(HOSTILE)("%j is inert as the name of a batch", async (name) => {
    const report = await reportOf("set_up");
    report.set("batch_id", "id");
    report.batchName = name;
    const rows = renderSummary(report)
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(4); // two of the head, the batch, the time
    const cell = /^\| Batch \| (.*)<br><code>id<\/code> \|$/.exec(
      rows[2] ?? "",
    );
    expectInert(cell?.[1] ?? "<no cell>", name);
  });

  test.each(HOSTILE)("%j is inert in every other place", async (foreign) => {
    const report = await newReport();
    report.fail({ outcome: "failed", title: foreign, lines: [foreign] });
    report.remarks.push(foreign);
    report.timeline.push({ what: foreign, atMs: 0 });
    for (const name of ["status", "batch_id", "dataset_id"] as const) {
      report.set(name, foreign);
    }
    const lines = renderSummary(report).split("\n");
    const found = (pattern: RegExp) => {
      const matches = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
      expect(matches).toHaveLength(1);
      expectInert(matches[0] ?? "<nothing>", foreign);
    };
    found(/^> \*\*(.*)\*\*$/);
    found(/^> (?!\*\*)(.*)$/);
    found(/^- (.*)$/);
    found(/^<code>(.*)<\/code> 0s$/);
    found(/^\| Status \| <code>(.*)<\/code> \|$/);
    found(/^\| Batch \| <code>(.*)<\/code> \|$/);
    found(/^\| Dataset \| <code>(.*)<\/code> \|$/);
  });

  test("is inert and faithful, whatever it is", async () => {
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

  test("cannot be left by a strange id", async () => {
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

  test("counts characters of several bytes as well", async () => {
    const report = await reportOf("set_up");
    for (let i = 0; i < 20; i++) report.remarks.push("豆".repeat(10_000));
    report.batchName = "😀".repeat(10_000);
    expect(Buffer.byteLength(renderSummary(report))).toBeLessThan(MIB / 2);
  });

  test("shows the latest of too many statuses", async () => {
    const report = await reportOf("set_up");
    for (let i = 1; i <= 60; i++) {
      report.timeline.push({ what: `S${i}`, atMs: i * 1_000 });
    }
    const line = renderSummary(report)
      .split("\n")
      .find((one) => one.includes("→"));
    expect(line).toMatch(/^… → <code>S11<\/code> 11s → /);
    expect(line).toMatch(/ → <code>S60<\/code> 1m$/);
  });
});

describe("what a file came to", () => {
  test("is one sentence near the top", async () => {
    const report = await reportOf("synced");
    report.change = "12 new datapoints, 12 new tasks in 4 groups";
    const lines = renderSummary(report).split("\n");
    expect(lines[2]).toBe("**12 new datapoints, 12 new tasks in 4 groups.**");
  });

  test("has its records in the table, as far as they are known", async () => {
    const report = await reportOf("synced");
    report.set("accepted_count", 16);
    report.set("rejected_count", 0);
    report.set("duplicate_count", 4);
    expect(renderSummary(report)).toContain(
      "| Records | 16 accepted, 4 known before |",
    );
    report.set("rejected_count", 2);
    expect(renderSummary(report)).toContain("16 accepted, 2 rejected, 4 known");
    expect(renderSummary(await reportOf("synced"))).not.toContain("Records");
  });

  test("lists records that cannot be used, with their lines, escaped", async () => {
    const report = await reportOf("failed");
    report.rows.push({
      file: "data/<b>.csv",
      title: "Prolific rejected a record",
      rows: [
        { line: 7, text: 'record 2 (line 7), field "a": <script>' },
        { line: undefined, text: "a record: no" },
      ],
      total: 5,
    });
    const text = renderSummary(report);
    expect(text).not.toMatch(/<script|<b>/);
    expect(decoded(text).split("\n")).toEqual(
      expect.arrayContaining([
        "#### Prolific rejected a record (5)",
        '- <code>data/<b>.csv:7</code> record 2 (line 7), field "a": <script>',
        "- <code>data/<b>.csv</code> a record: no",
        "- … and 3 more",
      ]),
    );
  });

  test("stays under the limit however many and long they are", async () => {
    const report = await reportOf("failed");
    const rows = Array.from({ length: 50_000 }, (_, line) => ({
      line,
      text: "ä*<".repeat(50),
    }));
    report.rows.push({ file: "a.csv", title: "No", rows, total: 60_000 });
    report.rows.push({ file: "a.csv", title: "No", rows, total: 60_000 });
    for (let n = 0; n < 5_000; n++) report.remarks.push("<*>".repeat(100));
    const text = renderSummary(report);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    const shown = text
      .split("\n")
      .filter((line) => line.startsWith("- <code>"));
    expect(text).toContain(`and ${String(60_000 - shown.length / 2)} more`);
  });
});
