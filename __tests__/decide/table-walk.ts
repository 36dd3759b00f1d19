/** All states that a run can come to, through every answer that a step may get. */
import { decide } from "../../src/decide.ts";
import type { Decision, Step } from "../../src/decision.ts";
import type { Batch, Dataset } from "../../src/prolific/schema.ts";
import {
  type Known,
  type View,
  learn,
  lookAt,
  nothingKnown,
} from "../../src/view.ts";
import { answersTo } from "./table-answers.ts";
import type { Answer } from "./table-dataset-answers.ts";
import { hasWritten, isDoomed, isStep, onlyReads } from "./table-rules.ts";
import { keyOf } from "./table-key.ts";
import {
  type Past,
  type Run,
  type State,
  FRESH_FOR_UPLOAD_AT,
  NOW,
  OLD_FOR_UPLOAD_AT,
  OLD_AT,
  fresh,
} from "./table-world.ts";
import { gistOf, wayTo } from "./table-words.ts";
import * as make from "./views.ts";

export interface Place extends State {
  readonly view: View;
  readonly next: Decision;
  readonly exits: Place[];
  /** On the shortest way here. */
  readonly from: Place | undefined;
  /** The step may throw. */
  red: boolean;
}

export interface Walk {
  readonly places: Place[];
  /** Two states that were taken for one, though the table decides otherwise. */
  readonly mixed: string | undefined;
}

const NO_PAST: Past = {
  ...{ dataset: undefined, setups: 0, ours: false, uploads: 0, appends: 0 },
  ...{ probes: 0, counted: false },
  ...{ syncs: 0, moved: false, doomed: false, quiet: true },
};

/** A run with more states than this goes on for ever. */
const MOST = 100_000;

/** Of the states that are taken for one that was seen before, so many are looked at once more. */
const ONE_IN = 16;

/** Breadth first; every state once. */
export function walk(run: Run): Walk {
  const places = new Map<string, Place>();
  const found: Place[] = [];
  let mixed: string | undefined;
  let again = 0;
  const placeOf = (state: State, from: Place | undefined): Place => {
    const key = keyOf(state, run);
    const before = places.get(key);
    if (before && again++ % ONE_IN > 0) return before;
    const view = lookAt(state.known, NOW);
    const next = decide(view, run.inputs);
    if (before) {
      const [one, other] = [gistOf(before.next), gistOf(next)];
      if (one !== other) mixed ??= `${one}, ${other}\n${wayTo(before, run)}`;
      return before;
    }
    const place = { ...state, view, next, exits: [], from, red: false };
    places.set(key, place);
    found.push(place);
    return place;
  };
  const file = run.format && make.fileOf(run.format);
  placeOf({ known: nothingKnown(file), past: NO_PAST }, undefined);
  for (const place of found) {
    if (found.length > MOST) throw new Error(`No end\n${wayTo(place, run)}`);
    const { next: step } = place;
    if (!isStep(step)) continue;
    for (const answer of answersTo(step, place, run)) {
      if (answer === "red") place.red = true;
      else {
        for (const state of statesAfter(place, step, answer, run)) {
          place.exits.push(placeOf(state, place));
        }
      }
    }
  }
  return { places: found, mixed };
}

/** What a run does when every answer is the usual one: what it writes and waits for, and how it ends. */
export function story(run: Run, batch: Batch, dataset: Dataset): string[] {
  const told: string[] = [];
  const file = run.format && make.fileOf(run.format);
  let state: State = { known: nothingKnown(file), past: NO_PAST };
  for (;;) {
    const next = decide(lookAt(state.known, NOW), run.inputs);
    if (next.do === "stop") return [...told, gistOf(next)];
    if (next.do === "end") return [...told, `end: ${next.outcome}`];
    if (!onlyReads(next)) told.push(next.do);
    const { found } = state.known;
    const [usual = "red"] = answersTo(next, state, run);
    const first: Answer =
      next.do === "read_batch" && !found
        ? { learned: { batch: fresh(batch) } }
        : next.do === "read_dataset" && !state.past.dataset
          ? { learned: { dataset: fresh(dataset) } }
          : usual;
    if (first === "red") return [...told, "red"];
    const [after] = statesAfter(state, next, first, run);
    if (!after) return [...told, "nothing"];
    state = after;
  }
}

/** These only talk: no time goes by. */
const INSTANT: readonly Step["do"][] = [
  ...(["use_dataset", "accept_file", "join", "allow"] as const),
  ...(["leave_as_it_is", "verify"] as const),
];

/** Any other step may take so long that what was read before is old after it. */
export function statesAfter(
  { known, past }: State,
  step: Step,
  answer: Exclude<Answer, "red">,
  run: Run,
): State[] {
  const { learned } = answer;
  const quick = learn(known, learned);
  const slow = grownOld(quick, learned);
  const ways = INSTANT.includes(step.do)
    ? [quick]
    : [quick, agedForUpload(quick, learned), slow].filter(
        (way) => way !== undefined,
      );
  return ways.map((next) => ({
    known: next,
    past: pastAfter(past, step, answer, next, run),
  }));
}

/** Too old for an upload, but for nothing else; undefined where that makes no difference. */
function agedForUpload(
  next: Known,
  learned: Partial<Known>,
): Known | undefined {
  const { brought, dataset, file } = next;
  const waits = file !== undefined && !brought && learned.dataset === undefined;
  return waits && dataset?.at === FRESH_FOR_UPLOAD_AT
    ? { ...next, dataset: { ...dataset, at: OLD_FOR_UPLOAD_AT } }
    : undefined;
}

/** Undefined where nothing would grow old. */
function grownOld(next: Known, learned: Partial<Known>): Known | undefined {
  const batch = learned.batch ? undefined : next.batch;
  const dataset = learned.dataset ? undefined : next.dataset;
  const isOld = (seen: { at: number } | undefined) =>
    seen === undefined || seen.at === OLD_AT;
  const { countedAt } = next;
  const isCounted = countedAt !== undefined && learned.countedAt === undefined;
  const grows = isCounted && countedAt !== OLD_AT;
  if (isOld(batch) && isOld(dataset) && !grows) return undefined;
  return {
    ...next,
    ...(grows && { countedAt: OLD_AT }),
    ...(batch && { batch: { ...batch, at: OLD_AT } }),
    ...(dataset && { dataset: { ...dataset, at: OLD_AT } }),
  };
}

function pastAfter(
  past: Past,
  step: Step,
  { learned, dataset }: Exclude<Answer, "red">,
  known: Known,
  run: Run,
): Past {
  const times = (count: number, what: Step["do"]) =>
    Math.min(2, count + Number(step.do === what));
  const next: Past = {
    dataset: dataset ?? learned.dataset?.value ?? past.dataset,
    setups: times(past.setups, "set_up"),
    ours: past.ours || (step.do === "set_up" && learned.setup?.by === "us"),
    uploads: times(past.uploads, "upload"),
    appends: times(past.appends, "append"),
    probes: times(past.probes, "probe"),
    counted:
      (past.counted || step.do === "count_again") &&
      !learned.brought &&
      step.do !== "wait_for_dataset",
    syncs: times(past.syncs, "sync"),
    moved:
      past.moved ||
      (known.batch && known.batch.value.status !== "UNINITIALISED") === true,
    doomed: past.doomed,
    quiet: past.quiet && onlyReads(step),
  };
  return hasWritten(next)
    ? next
    : { ...next, doomed: past.doomed || isDoomed(known, run) };
}
