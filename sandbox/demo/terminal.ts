/** Shows a step in a terminal as GitHub does: its log, and its summary as readable text. */

const BOLD = "\u001b[1m";
const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const YELLOW = "\u001b[33m";
const PLAIN = "\u001b[0m";

/** Formats a log line: applies workflow commands, and leaves out debug lines and masks. */
export function showLogLine(line: string): string | undefined {
  const command =
    /^::(?<name>[\w-]+)(?: (?<properties>[^:]*))?::(?<text>.*)$/.exec(
      line,
    )?.groups;
  if (!command) return line;
  const text = decode(command.text ?? "");
  if (command.name === "error") return `${RED}Error: ${text}${PLAIN}`;
  if (command.name === "warning") return `${YELLOW}Warning: ${text}${PLAIN}`;
  return command.name === "notice" ? `Notice: ${text}` : undefined;
}

/** Undoes the escaping of workflow commands. */
function decode(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%25", "%");
}

/** Renders the Markdown that the action writes: headings, tables, quotes, lists, links. */
export function showSummary(markdown: string): string {
  return markdown
    .split("\n")
    .filter((line) => !/^\|(:?-+:?\|)+$/.test(line.replaceAll(" ", "")))
    .map((line) => {
      if (line.startsWith("#")) return BOLD + inline(line.replace(/^#+ /, ""));
      if (!line.startsWith("|")) return inline(line);
      const [name = "", ...cells] = line.split("|").slice(1, -1);
      return `  ${DIM}${inline(name).trim().padEnd(12)}${PLAIN} ${inline(cells.join("|")).trim()}`;
    })
    .map((line) => line + PLAIN)
    .join("\n");
}

function inline(text: string): string {
  return text
    .replace(/\*\*(.+?)\*\*/g, `${BOLD}$1${PLAIN}`)
    .replace(/\[(.+?)\]\((.+?)\)/g, "$1: $2")
    .replaceAll("<br>", " · ")
    .replace(/<[^<>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code: string) =>
      String.fromCharCode(Number(code)),
    );
}
