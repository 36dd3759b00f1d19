/** The job summary: a report as escaped Markdown, pure (contract 8). */
import { formatDuration } from "./duration.ts";
import type { Outcome, OutputName, Report } from "./outcome.ts";

/** GitHub drops a summary over 1 MiB whole; this leaves room for other steps' words. */
const LONGEST_REMARK = 4_000;
const MOST_MOMENTS = 50;

const HEADLINES: Readonly<Record<Outcome, string>> = {
  set_up: "✅ The batch is set up and READY",
  accepted: "✅ Prolific accepted the work; this step did not wait for it",
  joined: "✅ The setup was already running",
  already_set_up: "✅ The batch was already set up",
  synced: "✅ The batch is synced and READY",
  failed: "❌ The batch is not ready",
  timed_out: "❌ Timed out before the batch was READY",
  cancelled: "⚪ Cancelled",
};

/** Renders what a run came to. */
export function renderSummary(report: Report): string {
  const { outcome = "failed", failure } = report;
  const blocks = [`### ${HEADLINES[outcome]}`];
  if (failure) {
    blocks.push(
      quoteBlock([
        `**${escape(failure.title)}**`,
        ...failure.lines.map(escape),
      ]),
    );
  }
  blocks.push(table(report));
  if (report.timeline.length > 0) blocks.push(timeline(report));
  if (report.remarks.length > 0) {
    blocks.push(
      report.remarks.map((text) => `- ${escape(cut(text))}`).join("\n"),
    );
  }
  const preview = report.get("preview_url");
  if (preview !== undefined)
    blocks.push(`[Preview a task group in Prolific](${encodeURI(preview)})`);
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function table(report: Report): string {
  const value = (name: OutputName) => report.get(name);
  const code = (text: string | undefined) =>
    text && `<code>${escape(text)}</code>`;
  const plus = (n: string | undefined) =>
    n === undefined ? "" : ` (${n} new)`;
  const rows: [string, string | undefined][] = [
    [
      "Batch",
      [escape(cut(report.batchName)), code(value("batch_id"))]
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

function timeline({ timeline: moments }: Report): string {
  const shown = moments.slice(-MOST_MOMENTS);
  const steps = shown.map(
    ({ what, atMs }) => `<code>${escape(what)}</code> ${formatDuration(atMs)}`,
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
 * As plain text in Markdown and HTML, whatever it holds: no entity can be the start of any markup, link, mention or
 * emoji. What means nothing where it stands is left alone, so that ids and sentences stay readable in the source.
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
