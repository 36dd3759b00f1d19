/** Renders a report as the job summary, in escaped Markdown (contract 8). Pure. */
import { formatDuration } from "../timing/duration.ts";
import type { Redact } from "./foreign-text.ts";
import { counted, figure } from "../figures.ts";
import { timeChart } from "./handover/time-chart.ts";
import {
  NEXT,
  type Outcome,
  type OutputName,
  type Report,
  type Rows,
  SAYS,
} from "./report.ts";

const LONGEST_REMARK = 4_000;
/** GitHub drops a summary of more than 1 MiB completely. */
const MOST_BYTES_OF_REMARKS = 128 * 1024;
const MOST_BYTES_OF_ROWS = 512 * 1024;
const MOST_MOMENTS = 12;

/** A symbol and words. A red summary continues with the title of the failure. */
const HEADLINES: Readonly<Record<Outcome, string>> = {
  set_up: "✅ The batch is set up and READY",
  accepted: "✅ Prolific accepted the work; this step did not wait for it",
  joined: "✅ The setup was already running; this step joined it",
  already_set_up: "✅ The batch was already set up",
  synced: "✅ The batch is synced and READY",
  dry_run: "✅ Dry run: nothing was changed",
  failed: "❌ Failed: ",
  timed_out: "❌ ",
  cancelled: "⚪ ",
};

/** Makes any text safe for the summary. */
type Show = (text: string) => string;

/** Renders the result of a run, the most important part first. `redact` hides the secrets. */
export function renderSummary(report: Report, redact: Redact): string {
  /** Redacts first, while the text is unchanged, then shortens, then escapes. */
  const show: Show = (text) => escape(cut(redact(text)));
  const roomForRows = MOST_BYTES_OF_ROWS / Math.max(1, report.rows.length);
  const { outcome = "failed", failure } = report;
  const blocks = [
    `### ${HEADLINES[outcome]}${failure ? show(failure.title) : ""}`,
    ...(failure ? why(failure.lines, show) : []),
    report.copy && `${show(report.copy)}.`,
    report.change && `**${show(report.change)}.**`,
    remarks(report, show),
    table(report, show),
    preview(report),
    timeChart(report),
    ...report.rows.map((rows) => rowTable(rows, show, roomForRows)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** What happened, the server's words, what to do next, and commands, as separate blocks. */
function why(lines: readonly string[], show: Show): string[] {
  const next = lines.findIndex((line) => line.startsWith(NEXT));
  const end = next === -1 ? lines.length : next;
  const [what, words] = [false, true].map((said) =>
    lines
      .slice(0, end)
      .filter((line) => line.startsWith(SAYS) === said)
      .map(show)
      .join("<br>"),
  );
  const commands = lines.slice(end + 1).map(show);
  return [
    what ?? "",
    words ? `> ${words}` : "",
    lines[end] ? `**Next:** ${show(lines[end].slice(NEXT.length))}` : "",
    commands.length > 0 ? `<pre>${commands.join("\n")}</pre>` : "",
  ];
}

/** All of them are in the log. */
function remarks({ remarks: texts }: Report, show: Show): string {
  const lines = texts.map((text) => `- ${show(text)}`);
  const shown = fitting(lines, MOST_BYTES_OF_REMARKS);
  const left = lines.length - shown.length;
  return [...shown, left > 0 ? `- ${more(left)}` : ""].join("\n").trim();
}

/** The records that cannot be used, one line each. The log has all that are known. */
function rowTable(
  { file, noun, rows, total }: Rows,
  show: Show,
  mostBytes: number,
): string {
  const lines = rows.map(
    ({ line, text }) => `| ${line ?? ""} | ${show(text)} |`,
  );
  const shown = fitting(lines, mostBytes);
  const left = total - shown.length;
  return [
    `#### ${counted(total, noun)} in <code>${show(file)}</code>`,
    ["| Line | What is wrong |", "| --: | :-- |", ...shown].join("\n"),
    left > 0 ? more(left) : "",
  ]
    .join("\n\n")
    .trim();
}

/** As many lines as fit. */
function fitting(
  lines: readonly string[],
  mostBytes: number,
): readonly string[] {
  let bytes = 0;
  const end = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > mostBytes;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

function more(left: number): string {
  return `… and ${figure(left)} more`;
}

/** Only values that are known and useful. The status is enough for a batch without tasks. */
function table(report: Report, show: Show): string {
  /** Formatted for people. Undefined if there is no value. */
  const n = (name: OutputName) => {
    const value = Number(report.get(name) ?? 0);
    return value === 0 ? undefined : figure(value);
  };
  const code = (text: string | undefined) =>
    text && `<code>${show(text)}</code>`;
  const all = (separator: string, ...parts: (string | undefined)[]) =>
    parts.filter(Boolean).join(separator);
  const tasks = n("total_task_count");
  const groups = Number(report.get("total_task_groups"));
  const seconds = report.get("elapsed_seconds");
  const [rejected, known] = [n("rejected_count"), n("duplicate_count")];
  const accepted = n("accepted_count") ?? (rejected && "0");
  const rows = [
    [
      "Batch",
      all("<br>", show(report.batchName), code(report.get("batch_id"))),
    ],
    ["Copy of", code(report.get("original_batch_id"))],
    ["Status", timeline(report, show)],
    [
      "Tasks",
      tasks && all(" in ", tasks, groups ? counted(groups, "group") : ""),
    ],
    ["Dataset", code(report.get("dataset_id"))],
    ["Datapoints", n("total_datapoint_count")],
    [
      "File records",
      accepted &&
        all(
          ", ",
          `${accepted} accepted${known ? ` (${known} known before)` : ""}`,
          rejected && `${rejected} rejected`,
        ),
    ],
    ["Time", seconds && formatDuration(1_000 * Number(seconds))],
  ]
    .filter(([, cell]) => cell)
    .map((row) => `| ${row.join(" | ")} |`);
  // The first row is the header, which Markdown requires. A table with only the time is not useful.
  rows.splice(1, 0, "| :-- | :-- |");
  return rows.length > 2 ? rows.join("\n") : "";
}

/** The statuses of the batch, with the time when each was first seen. */
function timeline({ timeline: moments }: Report, show: Show): string {
  const steps = moments
    .slice(-MOST_MOMENTS)
    .map(
      ({ what, atMs }, at) =>
        `<code>${show(what)}</code>${at > 0 ? ` after ${formatDuration(atMs)}` : ""}`,
    );
  if (moments.length > MOST_MOMENTS) steps.unshift("…");
  return steps.join(" → ");
}

function preview(report: Report): string {
  // This is a URL already. Only characters that would end the link are encoded.
  const target = report
    .get("preview_url")
    ?.replace(
      /[\s()<>[\]`*\\]/g,
      (character) =>
        `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
    );
  return target ? `[Preview a task group in Prolific](${target})` : "";
}

function cut(text: string): string {
  return text.length > LONGEST_REMARK
    ? `${text.slice(0, LONGEST_REMARK)}…`
    : text;
}

/**
 * Escapes any text for Markdown and HTML, so that it cannot start any markup. Characters without a meaning in their
 * position stay as they are, so that ids and sentences are readable in the source.
 */
function escape(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(
      /(?<=www|^\d+)\.|(?<=^\d+)\)|:(?! |$)|(?<!\w)-|[!#$&*+<->@[-`{-~]/gi,
      (character) => `&#${String(character.charCodeAt(0))};`,
    );
}
