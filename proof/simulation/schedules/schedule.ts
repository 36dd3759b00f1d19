/** One schedule of either kind, and what becomes of it. */
import fc from "fast-check";
import { batchSchedule, runBatchSchedule } from "./batch-schedule.ts";
import type { Tally } from "../promises/tally.ts";
import { fileSchedule, runFileSchedule } from "./file-schedule.ts";

/** Two thirds without a file, one third with one; plain JSON. */
export const schedule = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      given: batchSchedule,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("file" as const),
      given: fileSchedule,
    }),
  },
);

export type Schedule =
  typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** @throws Violation, or whatever else must never come out of the program. */
export function runSchedule({ kind, given }: Schedule): Promise<Tally> {
  return kind === "batch" ? runBatchSchedule(given) : runFileSchedule(given);
}
