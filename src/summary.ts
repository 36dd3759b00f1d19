/** The job summary: a report as escaped Markdown, pure (contract 8). */
import { formatDuration } from "./duration.ts";
import type { Redact } from "./foreign-text.ts";
import type { Outcome, OutputName, Report, Rows } from "./outcome.ts";

const LONGEST_REMARK = 4_000;
/** GitHub drops a summary over 1 MiB whole. */
const MOST_BYTES_OF_REMARKS = 128 * 1024;
const MOST_BYTES_OF_ROWS = 512 * 1024;
const MOST_MOMENTS = 50;

const HEADLINES: Readonly<Record<Outcome, string>> = {
  set_up: "✅ The batch is set up and READY",
  accepted: "✅ Prolific accepted the work; this step did not wait for it",
  joined: "✅ The setup was already running",
  already_set_up: "✅ The batch was already set up",
  synced: "✅ The batch is synced and READY",
  dry_run: "✅ Dry run: nothing was changed",
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
  if (report.change !== "") blocks.push(`**${show(report.change)}.**`);
  blocks.push(table(report, show));
  if (report.timeline.length > 0) blocks.push(timeline(report, show));
  const roomForRows = MOST_BYTES_OF_ROWS / Math.max(1, report.rows.length);
  for (const rows of report.rows) {
    blocks.push(rowList(rows, show, roomForRows));
  }
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

/** All of them are in the log. */
function remarks(report: Report, show: Show): string {
  const lines = report.remarks.map((text) => `- ${show(text)}`);
  return fitting(lines, lines.length, MOST_BYTES_OF_REMARKS).join("\n");
}

/** Records of the file that cannot be used, a line each; all that are known are in the log. */
function rowList(
  { file, title, rows, total }: Rows,
  show: Show,
  mostBytes: number,
): string {
  const lines = rows.map(({ line, text }) => {
    const place = line === undefined ? "" : `:${String(line)}`;
    return `- <code>${show(file + place)}</code> ${show(text)}`;
  });
  const heading = `#### ${show(title)} (${String(total)})`;
  return [heading, "", ...fitting(lines, total, mostBytes)].join("\n");
}

/** As many lines as there is room for. */
function fitting(
  lines: readonly string[],
  total: number,
  mostBytes: number,
): string[] {
  let bytes = 0;
  const end = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > mostBytes;
  });
  const shown = end === -1 ? [...lines] : lines.slice(0, end);
  const left = total - shown.length;
  if (left > 0) shown.push(`- … and ${String(left)} more`);
  return shown;
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
    ["Records", records(value)],
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

/** Of the file: what Prolific made of them. */
function records(
  value: (name: OutputName) => string | undefined,
): string | undefined {
  const parts = [
    ["accepted", value("accepted_count")],
    ["rejected", value("rejected_count")],
    ["known before", value("duplicate_count")],
  ] as const;
  const shown = parts.flatMap(([name, n]) =>
    n === undefined || (n === "0" && name !== "accepted")
      ? []
      : [`${n} ${name}`],
  );
  return shown.length === 0 ? undefined : shown.join(", ");
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
