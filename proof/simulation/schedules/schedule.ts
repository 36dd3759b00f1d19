/** Generates and runs one schedule of any kind. */
import fc from "fast-check";
import { batchSchedule, runBatchSchedule } from "./batch-schedule.ts";
import type { Tally } from "../promises/tally.ts";
import { copiesSchedule, runCopiesSchedule } from "./copies-schedule.ts";
import { fileSchedule, runFileSchedule } from "./file-schedule.ts";
import { historySchedule, runHistorySchedule } from "./history-schedule.ts";

/** Two thirds without a file, one third with one. Plain JSON. */
export const scheduleOfOneRun = fc.oneof(
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

/** One in five is a whole history of a file, and one in five is such a history with `new_batch`. */
export const schedule = fc.oneof(
  { weight: 3, arbitrary: scheduleOfOneRun },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("history" as const),
      given: historySchedule,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("copies" as const),
      given: copiesSchedule,
    }),
  },
);

export type Schedule =
  typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** @throws Violation, or any other error that the program must never throw. */
export function runSchedule({ kind, given }: Schedule): Promise<Tally> {
  switch (kind) {
    case "batch":
      return runBatchSchedule(given);
    case "file":
      return runFileSchedule(given);
    case "history":
      return runHistorySchedule(given);
    case "copies":
      return runCopiesSchedule(given);
  }
}
