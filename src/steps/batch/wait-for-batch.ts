/** Waiting for a batch to become READY (contract 7). */
import { DeadlineReached } from "../../errors.ts";
import type { Batch } from "../../prolific/schema.ts";
import type { Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";
import { readBatch, readStatus } from "./read-batch.ts";

type Waiter = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Waits until the status of the batch is READY or ERROR, and then reads a READY batch completely.
 * @param batch the last reading.
 * @throws DeadlineReached if it is neither at a last check after the deadline.
 */
export async function waitForBatch(
  tools: Waiter,
  batch: Batch,
): Promise<Seen<Batch>> {
  const { patience } = tools;
  const startedAt = patience.now();
  try {
    for (;;) {
      await patience.untilNextCheck(startedAt);
      const settled = await readIfSettled(tools, "waiting", batch);
      if (settled) return settled;
    }
  } catch (error) {
    const settled =
      error instanceof DeadlineReached
        ? await readIfSettled(tools, "last", batch)
        : undefined;
    if (settled) return settled;
    throw error;
  }
}

async function readIfSettled(
  tools: Waiter,
  how: How,
  batch: Batch,
): Promise<Seen<Batch> | undefined> {
  const status = await readStatus(tools, how);
  switch (status) {
    case "READY": {
      const whole = await readBatch(tools, "last");
      // One of the two readings may have been older.
      return whole.value.status === "READY" ? whole : undefined;
    }
    case "ERROR":
      return { value: { ...batch, status }, at: tools.patience.now() };
    case "UNINITIALISED": // just after the acceptance, this only means that Prolific lags (contract 4)
    case "PROCESSING":
      return undefined;
  }
}
