/** The job summary: a report as escaped Markdown, pure (contract 8). */
import { formatDuration } from "./duration.ts";
import type { Redact } from "./foreign-text.ts";
import type { Outcome, OutputName, Report } from "./outcome.ts";

const LONGEST_REMARK = 4_000;
/** GitHub drops a summary over 1 MiB whole. */
const MOST_BYTES_OF_REMARKS = 512 * 1024;
const MOST_MOMENTS = 50;

const HEADLINES: Readonly<Record<Outcome, string>> = {
  set_up: "✅ The batch is set up and READY",
  accepted: "✅ Prolific accepted the work; this step did not wait for it",
  joined: "✅ The setup was already running",
  already_set_up: "✅ The batch was already set up",
  synced: "✅ The batch is synced and READY",
  failed: "❌ The step failed",
  timed_out: "❌ Timed out before the batch was READY",
  cancelled: "⚪ Cancelled",
};

/** A foreign or unknown text as it may stand in the summary. */
type Show = (text: string) => string;

/** Renders what a run came to; `redact` hides the secrets. */
export function renderSummary(report: Report, redact: Redact): string {
  /** Redacted while it is still as it was masked, then cut, then escaped. */
  const show: Show = (text) => escape(cut(redact(text)));
  const { outcome = "failed", failure } = report;
  const blocks = [`### ${HEADLINES[outcome]}`];
  if (failure) {
    blocks.push(
      quoteBlock([`**${show(failure.title)}**`, ...failure.lines.map(show)]),
    );
  }
  blocks.push(table(report, show));
  if (report.timeline.length > 0) blocks.push(timeline(report, show));
  if (report.remarks.length > 0) blocks.push(remarks(report, show));
  const preview = report.get("preview_url");
  if (preview !== undefined) {
    // Already a URL; only what would end the link is encoded.
    const target = preview.replace(
      /[\s()<>[\]`*\\]/g,
      (character) =>
        `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
    );
    blocks.push(`[Preview a task group in Prolific](${target})`);
  }
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** As many remarks as there is room for; all of them are in the log. */
function remarks(report: Report, show: Show): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const text of report.remarks) {
    const line = `- ${show(text)}`;
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES_OF_REMARKS) {
      const left = report.remarks.length - lines.length;
      lines.push(`- … and ${String(left)} more in the log`);
      break;
    }
    lines.push(line);
  }
  return lines.join("\n");
}

function table(report: Report, show: Show): string {
  const value = (name: OutputName) => report.get(name);
  const code = (text: string | undefined) =>
    text && `<code>${show(text)}</code>`;
  const plus = (n: string | undefined) =>
    n === undefined ? "" : ` (${n} new)`;
  const rows: [string, string | undefined][] = [
    [
      "Batch",
      [show(report.batchName), code(value("batch_id"))]
        .filter(Boolean)
        .join("<br>"),
    ],
    ["Status", code(value("status"))],
    ["Dataset", code(value("dataset_id"))],
    ["Datapoints", value("total_datapoint_count")],
    ["Tasks", count(value("total_task_count"), plus(value("tasks_created")))],
    [
      "Task groups",
      count(value("total_task_groups"), plus(value("groups_created"))),
    ],
    ["Time", formatDuration(report.elapsedMs)],
  ];
  return [
    "| | |",
    "|---|---|",
    ...rows
      .filter(([, cell]) => cell)
      .map(([name, cell]) => `| ${name} | ${cell ?? ""} |`),
  ].join("\n");
}

function count(n: string | undefined, plus: string): string | undefined {
  return n === undefined ? undefined : n + plus;
}

function timeline({ timeline: moments }: Report, show: Show): string {
  const shown = moments.slice(-MOST_MOMENTS);
  const steps = shown.map(
    ({ what, atMs }) => `<code>${show(what)}</code> ${formatDuration(atMs)}`,
  );
  return (shown.length < moments.length ? ["…", ...steps] : steps).join(" → ");
}

function quoteBlock(lines: readonly string[]): string {
  return lines.map((line) => `> ${line}`).join("\n>\n");
}

function cut(text: string): string {
  return text.length > LONGEST_REMARK
    ? `${text.slice(0, LONGEST_REMARK)}…`
    : text;
}

/**
 * As plain text in Markdown and HTML, whatever it holds: no entity can be the start of any markup. What means nothing
 * where it stands is left alone, so that ids and sentences stay readable in the source.
 */
function escape(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/(?<=www)\.|:(?! |$)|(?<!\w)-|[!#-&*+<-@[-`{-~]/gi, (character) =>
      character === "%" || character === "?"
        ? character
        : `&#${String(character.charCodeAt(0))};`,
    );
}
