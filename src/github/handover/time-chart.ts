/** Shows where the time of a long run went, as a chart that GitHub draws (contract 8). */
import { formatDuration } from "../../timing/duration.ts";
import type { Report } from "../report.ts";

const SECOND_MS = 1_000;
/** For a shorter run, the table of the summary is enough. */
const LONGEST_SHORT_RUN_MS = 60 * SECOND_MS;
const DAY_MS = 86_400 * SECOND_MS;
const MOST_BARS = 20;
/** Any midnight. Mermaid reads and shows local times, so the axis begins at zero in every time zone. */
const MIDNIGHT_MS = Date.UTC(2000, 0, 1);

/** Mermaid in `<details>`. Empty for a short run, and for a run of less than two phases. None of its text is from outside. */
export function timeChart({
  elapsedMs,
  failure,
  phases,
}: Pick<Report, "elapsedMs" | "failure" | "phases">): string {
  if (elapsedMs <= LONGEST_SHORT_RUN_MS || phases.length < 2) return "";
  const bars = phases
    .map(({ what, atMs }, at) => {
      const endMs = phases[at + 1]?.atMs ?? elapsedMs;
      const ms = inSeconds(endMs) - inSeconds(atMs);
      const isRed = failure !== undefined && at === phases.length - 1;
      return { what, atMs, ms, mark: isRed ? "crit, " : "" };
    })
    .filter(({ ms }) => ms > 0)
    .slice(-MOST_BARS)
    .map(
      ({ what, atMs, ms, mark }) =>
        `  ${what}, ${formatDuration(ms)} :${mark}${timestamp(atMs)}, ${String(ms / SECOND_MS)}s`,
    );
  return [
    "<details><summary>Where the time went</summary>\n",
    "```mermaid",
    "gantt",
    "  dateFormat YYYY-MM-DD HH:mm:ss",
    ...(elapsedMs < DAY_MS
      ? ["  axisFormat %H:%M:%S"]
      : ["  axisFormat day %-d", "  tickInterval 1day"]),
    "  todayMarker off",
    ...bars,
    "```\n",
    "</details>",
  ].join("\n");
}

function inSeconds(ms: number): number {
  return Math.round(ms / SECOND_MS) * SECOND_MS;
}

/** For example `2000-01-01 00:00:03`. */
function timestamp(ms: number): string {
  const time = new Date(MIDNIGHT_MS + inSeconds(ms)).toISOString();
  return time.slice(0, 19).replace("T", " ");
}
