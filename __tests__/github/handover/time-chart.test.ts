/** The chart of where the time went. Mermaid 11.17 in Chromium rendered the expected text correctly in three time zones. */
import { describe, expect, test } from "@jest/globals";
import { timeChart } from "../../../src/github/handover/time-chart.ts";

const at = (what: string, seconds: number) => ({ what, atMs: seconds * 1_000 });
const PHASES = [
  at("Read batch and dataset", 0),
  at("Check file", 1.2),
  at("Upload", 13.7),
  at("Import", 100),
  at("Setup", 460.4),
];
const FAILURE = { outcome: "failed", title: "A title", lines: [] } as const;

function chart(
  seconds: number,
  phases = PHASES,
  failure?: typeof FAILURE,
): string[] {
  const elapsedMs = seconds * 1_000;
  return timeChart({ elapsedMs, failure, phases }).split("\n");
}

test("is Mermaid in details, with a bar for each phase", () => {
  expect(chart(754.1)).toEqual([
    "<details><summary>Where the time went</summary>",
    "",
    "```mermaid",
    "gantt",
    "  dateFormat YYYY-MM-DD HH:mm:ss",
    "  axisFormat %H:%M:%S",
    "  todayMarker off",
    "  Read batch and dataset, 1s :2000-01-01 00:00:00, 1s",
    "  Check file, 13s :2000-01-01 00:00:01, 13s",
    "  Upload, 1m26s :2000-01-01 00:00:14, 86s",
    "  Import, 6m :2000-01-01 00:01:40, 360s",
    "  Setup, 4m54s :2000-01-01 00:07:40, 294s",
    "```",
    "",
    "</details>",
  ]);
});

test("marks the phase in which a run failed", () => {
  expect(chart(754, PHASES, FAILURE).filter((l) => l.includes("crit"))).toEqual(
    ["  Setup, 4m54s :crit, 2000-01-01 00:07:40, 294s"],
  );
});

test("counts the days of a run that takes longer than one", () => {
  const lines = chart(3 * 86_400, [at("Setup", 0), at("Sync", 90_000)]);
  expect(lines.slice(5)).toEqual([
    "  axisFormat day %-d",
    "  tickInterval 1day",
    "  todayMarker off",
    "  Setup, 1d1h :2000-01-01 00:00:00, 90000s",
    "  Sync, 1d23h :2000-01-02 01:00:00, 169200s",
    "```",
    "",
    "</details>",
  ]);
});

describe("is left out", () => {
  test.each([0, 13, 60])("of a run of %d s", (seconds) => {
    expect(chart(seconds)).toEqual([""]);
  });

  test("of a run that only read", () => {
    expect(chart(300, PHASES.slice(0, 1))).toEqual([""]);
  });

  test("for a phase that took no time", () => {
    const phases = [at("Read batch and dataset", 0), at("Setup", 0.4)];
    const bars = chart(61, phases).filter((line) => line.includes(" :"));
    expect(bars).toEqual(["  Setup, 1m1s :2000-01-01 00:00:00, 61s"]);
  });

  test("for all phases except the last twenty", () => {
    const phases = Array.from({ length: 50 }, (_, n) => at("Import", n * 10));
    const bars = chart(500, phases).filter((line) => line.includes(" :"));
    expect(bars).toHaveLength(20);
    expect(bars.at(-1)).toContain("00:08:10, 10s");
  });
});
