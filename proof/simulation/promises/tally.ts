/** Counts what happened in schedules: a simulation in which nothing happens proves nothing. */
import type { VirtualStep } from "../world/world.ts";

/** Responses that show the outcome of a POST: accepted, refused, or to be sent later. */
const CLEAR = [200, 202, 204, 400, 401, 403, 404, 405, 409, 422, 429];

/** Adds up what is counted under the same names. */
export function added<T extends { readonly [name in keyof T]: number }>(
  one: T,
  other: T,
): T {
  const names = Object.keys(one) as (keyof T)[];
  return Object.fromEntries(
    names.map((name) => [name, one[name] + other[name]]),
  ) as T;
}

/** The number of schedules, and in how many of them each of these happened. */
export interface Tally {
  readonly schedules: number;
  readonly green: number;
  /** A setup was sent. */
  readonly setup: number;
  /** A setup had no clear response. */
  readonly unclear: number;
  /** A setup was sent again after one that may have arrived. */
  readonly again: number;
  /** A sync was accepted. */
  readonly synced: number;
  /** A file was uploaded, or records were appended. */
  readonly brought: number;
  /** The step was cancelled, or its time was up, after something had been sent. */
  readonly cutShort: number;
}

export const noTally: Tally = {
  schedules: 0,
  green: 0,
  setup: 0,
  unclear: 0,
  again: 0,
  synced: 0,
  brought: 0,
  cutShort: 0,
};

/** What happened in one schedule. */
export function tallyOf({ green, outputs, requests }: VirtualStep): Tally {
  const sent = requests.filter(({ answer }) => answer !== "unsent");
  const posts = (ending: string) =>
    sent.filter(
      ({ method, path }) => method === "POST" && path.endsWith(ending),
    );
  const setups = posts("/setup").filter(({ answer }) => mayHaveArrived(answer));
  const accepted = ({ answer }: { answer?: unknown }) =>
    typeof answer === "number" && answer < 300;
  const brought = [
    ...posts("/datapoints"),
    ...sent.filter(({ method }) => method === "PUT"),
  ].filter(accepted);
  const cut = ["cancelled", "timed_out"].includes(outputs.outcome ?? "");
  return {
    schedules: 1,
    green: Number(green),
    setup: Number(posts("/setup").length > 0),
    unclear: Number(posts("/setup").some(({ answer }) => isUnclear(answer))),
    again: Number(setups.length > 1),
    synced: Number(posts("/sync").some(accepted)),
    brought: Number(brought.length > 0),
    cutShort: Number(cut && sent.some(({ method }) => method !== "GET")),
  };
}

/** True if the response leaves the outcome of a POST unknown. */
export function isUnclear(answer: number | "lost" | "unsent" | undefined) {
  return answer !== "unsent" && !CLEAR.includes(Number(answer));
}

function mayHaveArrived(answer: number | "lost" | "unsent" | undefined) {
  return isUnclear(answer) || Number(answer) < 300;
}

export function tellTally(tally: Tally): string {
  const { green, setup, unclear, again, synced, brought, cutShort } = tally;
  return (
    `${String(green)} ended green. A setup was sent in ${String(setup)}, had no clear response in ${String(unclear)}, and ` +
    `was sent again in ${String(again)}. A file arrived in ${String(brought)}, a sync was accepted in ${String(synced)}; ` +
    `${String(cutShort)} were cut short after something had been sent.`
  );
}
