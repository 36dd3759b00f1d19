/** Finds all states that a run can reach, with every possible result of each step. */
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

/** A state that runs with the same file can reach. */
interface Stop extends State {
  readonly view: View;
  /** The next states, by the essence of the decision. */
  readonly ways: Map<string, Way>;
}

interface Way {
  readonly stops: readonly Stop[];
  /** The step may throw. */
  readonly red: boolean;
}

/** A state of one run. */
export interface Place extends State {
  readonly stop: Stop;
  readonly view: View;
  readonly next: Decision;
  readonly exits: Place[];
  /** The previous state on the shortest path. */
  readonly from: Place | undefined;
  /** The step may throw. */
  red: boolean;
}

export interface Walk {
  readonly places: Place[];
  /** Two states with the same key, although the table decides differently or they lead to different states. */
  readonly mixed: string | undefined;
}

const NO_PAST: Past = {
  ...{ dataset: undefined, setups: 0, ours: false, uploads: 0, appends: 0 },
  ...{ probes: 0, counted: false },
  ...{ syncs: 0, moved: false, doomed: false, quiet: true },
};

/** A run with more states than this would never end. */
const MOST = 100_000;

/** One in this many states with a known key is checked again. */
const ONE_IN = 8;
/** The same for the ways from a state. */
const ONE_WAY_IN = 16;

/**
 * Runs with the same file and the same allow_partial. What a state leads to depends on few other inputs, so it is computed
 * only for the first run.
 */
export class Walks {
  private readonly stops = new Map<string, Stop>();
  private again = 0;
  private wayAgain = 0;
  private mixed: string | undefined;

  /** Breadth first, every state once. */
  walk(run: Run): Walk {
    this.mixed = undefined;
    const places = new Map<Stop, Place>();
    const found: Place[] = [];
    const placeOf = (stop: Stop, from: Place | undefined): Place => {
      const before = places.get(stop);
      if (before) return before;
      const { known, past, view } = stop;
      const next = decide(view, run.inputs);
      const exits: Place[] = [];
      const place = { stop, known, past, view, next, exits, from, red: false };
      places.set(stop, place);
      found.push(place);
      return place;
    };
    placeOf(this.stopOf(startOf(run), undefined, run), undefined);
    for (const place of found) {
      if (found.length > MOST) throw new Error(`No end\n${wayTo(place, run)}`);
      if (!isStep(place.next)) continue;
      const { red, stops } = this.wayOf(place, place.next, run);
      place.red = red;
      for (const stop of stops) place.exits.push(placeOf(stop, place));
    }
    return { places: found, mixed: this.mixed };
  }

  private wayOf(place: Place, step: Step, run: Run): Way {
    const { known, past, stop } = place;
    // What a run may find depends on all of its inputs.
    if (!known.batch || !past.dataset) return this.findWay(place, step, run);
    const name = hasWritten(past) ? gistOf(step) : gistOf(step) + doomOf(run);
    const before = stop.ways.get(name);
    if (before && this.wayAgain++ % ONE_WAY_IN > 0) return before;
    const way = this.findWay(place, step, run);
    if (!before) stop.ways.set(name, way);
    else if (!isSame(way, before)) this.mixed ??= wayTo(place, run);
    return way;
  }

  private findWay(place: Place, step: Step, run: Run): Way {
    const stops: Stop[] = [];
    let red = false;
    for (const answer of answersTo(step, place, run)) {
      if (answer === "red") red = true;
      else {
        for (const state of statesAfter(place, step, answer, run)) {
          stops.push(this.stopOf(state, place, run));
        }
      }
    }
    return { stops, red };
  }

  private stopOf(state: State, from: Place | undefined, run: Run): Stop {
    const key = keyOf(state, run);
    const before = this.stops.get(key);
    if (before && this.again++ % ONE_IN > 0) return before;
    const view = lookAt(state.known, NOW);
    if (before) {
      const [one, other] = [before.view, view].map((each) =>
        gistOf(decide(each, run.inputs)),
      );
      if (one !== other) {
        this.mixed ??= `${one}, ${other}\n${from ? wayTo(from, run) : ""}`;
      }
      return before;
    }
    const stop = { ...state, view, ways: new Map<string, Way>() };
    this.stops.set(key, stop);
    return stop;
  }
}

/** The inputs that decide whether a run must end red before it has written anything. */
function doomOf({ inputs }: Run): string {
  return [inputs.ifReady, inputs.datasetId, inputs.extraDatapoints].join();
}

function startOf({ format }: Run): State {
  const file = format && make.fileOf(format);
  return { known: nothingKnown(file), past: NO_PAST };
}

function isSame(one: Way, other: Way): boolean {
  return (
    one.red === other.red &&
    one.stops.length === other.stops.length &&
    one.stops.every((stop, at) => stop === other.stops[at])
  );
}

/** What a run writes, waits for and ends with if all results are the usual ones. */
export function story(run: Run, batch: Batch, dataset: Dataset): string[] {
  const told: string[] = [];
  let state = startOf(run);
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

/** These steps only write to the log: no time passes. */
const INSTANT: readonly Step["do"][] = [
  ...(["use_dataset", "accept_file", "join", "allow"] as const),
  ...(["leave_as_it_is", "verify"] as const),
];

/** Any other step may take so long that earlier readings are old after it. */
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

/** Too old only for an upload. Undefined if that makes no difference. */
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

/** Undefined if nothing becomes old. */
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
