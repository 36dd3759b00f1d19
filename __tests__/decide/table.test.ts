/** The whole table, exhaustively: every state that a run can come to, through every answer that a step may get (contract 4 to 6). */
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Inputs } from "../../src/github/inputs.ts";
import { ACCOUNT_HOLDS } from "./table-account-holds.ts";
import { DRY_HOLDS } from "./table-dry-holds.ts";
import { deadEnd, roundOfReads } from "./table-graph.ts";
import { HOLDS } from "./table-holds.ts";
import { SYNC_HOLDS } from "./table-sync-holds.ts";
import { type Place, walk, wayTo } from "./table-walk.ts";
import type { Run } from "./table-world.ts";
import * as make from "./views.ts";

const YES_NO = [true, false];

/** Every combination of the inputs that the table goes by. */
function everyRun(): Run[] {
  const formats = [undefined, "csv", "jsonl", "zip"] as const;
  // Whether the dataset is named has nothing to do with its rejected records.
  const given = [
    { datasetId: undefined, allowPartial: false },
    { datasetId: undefined, allowPartial: true },
    { datasetId: make.DATASET_ID, allowPartial: false },
  ];
  const ways = ["auto", "sync", "skip", "fail"] as const;
  const all: Partial<Inputs>[] = [{}]
    .flatMap((one) => ways.map((ifReady) => ({ ...one, ifReady })))
    .flatMap((one) => given.map((more) => ({ ...one, ...more })))
    .flatMap((one) => YES_NO.map((wait) => ({ ...one, wait })))
    .flatMap((one) => YES_NO.map((dryRun) => ({ ...one, dryRun })))
    .flatMap((one) =>
      one.dryRun ? [one, { ...one, apiToken: undefined }] : [one],
    );
  const stops = all.flatMap((inputs) =>
    formats.map((format) => ({
      inputs: { ...make.INPUTS, ...inputs },
      format,
    })),
  );
  // What may be allowed is a matter of a file, and of no dataset_id.
  const allows = stops
    .filter(({ format, inputs }) => format && !inputs.datasetId)
    .map(({ format, inputs }) => ({
      inputs: { ...inputs, extraDatapoints: "allow" as const },
      format,
    }));
  return [...stops, ...allows];
}

const REAL_RULES = Object.entries({
  ...HOLDS,
  ...SYNC_HOLDS,
  ...ACCOUNT_HOLDS,
});
const DRY_RULES = Object.entries(DRY_HOLDS);
const NO_ROUND = "no way leads back to where it was by reading alone";
const NO_DEAD_END = "every state can come to an end";

const wrong = new Map<string, string[]>();

function isWrong(rule: string, what: string) {
  const before = wrong.get(rule);
  if (before) before.push(what);
  else wrong.set(rule, [what]);
}

function check(rules: typeof REAL_RULES, places: readonly Place[], run: Run) {
  for (const place of places) {
    for (const [name, rule] of rules) {
      const what = rule(place, run);
      if (typeof what === "string") {
        isWrong(name, `${what}\n${wayTo(place, run)}`);
      }
    }
  }
}

/** @returns how many states there are. */
function hold(run: Run): number {
  const places = walk(run);
  check(REAL_RULES, places, run);
  const round = roundOfReads(places);
  if (round) isWrong(NO_ROUND, wayTo(round, run));
  const end = deadEnd(places);
  if (end) isWrong(NO_DEAD_END, wayTo(end, run));
  // What a dry run says of a table that is wrong may never end.
  if (wrong.size === 0) check(DRY_RULES, places, run);
  return places.length;
}

describe("in every state that a run can come to", () => {
  let states = 0;

  beforeAll(() => {
    for (const run of everyRun()) states += hold(run);
    process.stdout.write(`decide: ${states} states\n`);
  }, 300_000);

  test("there are enough of them to mean something", () => {
    expect(states).toBeGreaterThan(100_000);
  });

  function isKept(name: string) {
    const cases = wrong.get(name) ?? [];
    expect(cases.slice(0, 2).join("\n\n")).toBe("");
  }

  const rules = [...REAL_RULES, ...DRY_RULES];
  const names = [...rules.map(([name]) => name), NO_ROUND, NO_DEAD_END];
  test.each(names)("%s", isKept);
});
