import type { Timing } from "../facts/timing.ts";

/** What a new thing in the sandbox needs from its surroundings. */
export interface Surroundings {
  readonly nowMs: number;
  readonly newId: () => string;
  readonly timing: Timing;
}

const dayMs = 86_400_000;

/** The initial state was made a day ago, so that lagging readers see it. */
export const yesterday = ({ nowMs }: Surroundings): number => nowMs - dayMs;

/** Group keys for `count` datapoints after `before` others. */
export function groupKeys(
  groups: number | readonly string[] | undefined,
  count: number,
  before: number,
): readonly string[] | null {
  if (groups === undefined) return null;
  return Array.from({ length: count }, (_, index) =>
    typeof groups === "number"
      ? `group-${((before + index) % groups) + 1}`
      : (groups[index] ?? ""),
  );
}
