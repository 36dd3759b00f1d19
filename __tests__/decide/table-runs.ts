/** Every run of the walk through the table, and the rules that it breaks. */
import type { Inputs } from "../../src/github/inputs.ts";
import { ACCOUNT_HOLDS } from "./table-account-holds.ts";
import { DRY_HOLDS } from "./table-dry-holds.ts";
import { deadEnd, roundOfReads } from "./table-graph.ts";
import { HOLDS } from "./table-holds.ts";
import { SYNC_HOLDS } from "./table-sync-holds.ts";
import { type Place, Walks } from "./table-walk.ts";
import { wayTo } from "./table-words.ts";
import {
  type Run,
  FEW,
  MANY,
  REPEATED,
  UNKNOWN,
  UNSORTED,
} from "./table-world.ts";
import * as make from "./views.ts";

const YES_NO = [true, false];
const FILES: readonly Omit<Run, "inputs">[] = [
  { format: undefined, size: FEW },
  { format: "csv", size: FEW },
  { format: "csv", size: MANY },
  { format: "csv", size: REPEATED },
  { format: "jsonl", size: UNSORTED },
  { format: "zip", size: UNKNOWN },
];

/** Every combination of the inputs that the table depends on. */
export function everyRun(): Run[] {
  // dataset_id is independent of rejected records.
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
  const stops = all
    .flatMap((inputs) =>
      FILES.map((file) => ({ inputs: { ...make.INPUTS, ...inputs }, ...file })),
    )
    .filter(isOfItsOwn);
  const allows = stops.filter(mayAllow).map((run) => ({
    ...run,
    inputs: { ...run.inputs, extraDatapoints: "allow" as const },
  }));
  return [...stops, ...allows];
}

/** Many or repeated records are independent of dataset_id, `wait`, `skip` and `fail`. */
function isOfItsOwn({ inputs, size }: Run): boolean {
  const { allowPartial, datasetId } = inputs;
  if (size === UNSORTED) return !allowPartial;
  const isSpecial = size === MANY || size === REPEATED;
  if (!isSpecial) return true;
  return datasetId === undefined && bringsTheFile(inputs) && inputs.wait;
}

/** So is extra_datapoints, which only matters with a file. For rejected records and `sync`, one file is enough. */
function mayAllow({ format, inputs, size }: Run): boolean {
  const { allowPartial, datasetId, ifReady } = inputs;
  if (format === undefined || datasetId !== undefined) return false;
  return size === FEW
    ? bringsTheFile(inputs)
    : ifReady === "auto" && !allowPartial;
}

function bringsTheFile({ ifReady }: Inputs): boolean {
  return ifReady === "auto" || ifReady === "sync";
}

const REAL_RULES = Object.entries({
  ...HOLDS,
  ...SYNC_HOLDS,
  ...ACCOUNT_HOLDS,
});
const DRY_RULES = Object.entries(DRY_HOLDS);
const NO_ROUND = "no way leads back to where it was by reading alone";
const ONE_STATE = "states that are taken for one lead on alike";
const NO_DEAD_END = "every state can come to an end";

/** The names of all rules. */
export const RULES: readonly string[] = [
  ...[...REAL_RULES, ...DRY_RULES].map(([name]) => name),
  ...[NO_ROUND, ONE_STATE, NO_DEAD_END],
];

/** How many cases of a broken rule are shown. */
const CASES_SHOWN = 2;

/** The result of a run. */
export interface Held {
  readonly states: number;
  /** By the name of the rule that is broken. */
  readonly wrong: ReadonlyMap<string, readonly string[]>;
}

/** Runs that have the most in common (table-walk.ts), as the places of them in all runs. */
export function runsAlike(runs: readonly Run[]): number[][] {
  const alike = new Map<string, number[]>();
  for (const [at, { format, inputs, size }] of runs.entries()) {
    const key = JSON.stringify([format, size, inputs.allowPartial]);
    alike.set(key, [...(alike.get(key) ?? []), at]);
  }
  return [...alike.values()];
}

/** Walks through all states of a run, and checks each against the rules. */
export function hold(walks: Walks, run: Run): Held {
  const wrong = new Map<string, string[]>();
  const isWrong = (rule: string, what: () => string) => {
    const cases = wrong.get(rule) ?? [];
    if (cases.length < CASES_SHOWN) wrong.set(rule, [...cases, what()]);
  };
  const check = (rules: typeof REAL_RULES, places: readonly Place[]) => {
    for (const place of places) {
      for (const [name, rule] of rules) {
        const what = rule(place, run);
        if (typeof what === "string") {
          isWrong(name, () => `${what}\n${wayTo(place, run)}`);
        }
      }
    }
  };
  const { mixed, places } = walks.walk(run);
  if (mixed !== undefined) isWrong(ONE_STATE, () => mixed);
  check(REAL_RULES, places);
  const round = roundOfReads(places);
  if (round) isWrong(NO_ROUND, () => wayTo(round, run));
  const end = deadEnd(places);
  if (end) isWrong(NO_DEAD_END, () => wayTo(end, run));
  // If the table is wrong, describing a dry run may never end.
  if (wrong.size === 0) check(DRY_RULES, places);
  return { states: places.length, wrong };
}
