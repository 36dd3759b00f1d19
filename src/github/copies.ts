/** What is said of a copy of the batch, and of what is paid for again (contract 10). */
import { counted, figure } from "../figures.ts";
import type { Duplicate } from "../decision.ts";

/**
 * With `all_rows` records may have tasks in earlier batches. How many of them is not known without the history of the file,
 * so their tasks are counted.
 */
export function paidAgain({ paid }: Pick<Duplicate, "paid">): string {
  if (paid.length === 0) return "";
  const tasks = paid.reduce((sum, batch) => sum + batch.totalTaskCount, 0);
  const batches =
    paid.length === 1
      ? "an earlier batch"
      : `${figure(paid.length)} earlier batches`;
  return ` (new_batch is all_rows: records that have one of the ${counted(tasks, "task")} in ${batches} as well are paid for again)`;
}
