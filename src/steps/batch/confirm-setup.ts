/** Checks whether the batch shows an accepted setup, for a step that does not wait (contract 4). */
import {
  ContractError,
  DeadlineReached,
  isRequestError,
} from "../../errors.ts";
import type { Batch } from "../../prolific/schema.ts";
import type { Known, Seen } from "../../view.ts";
import type { Needs } from "../tools.ts";
import { readBatchOnce } from "./read-batch.ts";

const LIMIT_MS = 20_000;
/** The last reading has 2 s left. */
const PAUSES_OF_LOOKS_MS = [1_000, 2_000, 3_000, 4_000, 4_000, 4_000];

/**
 * Reads for up to 20 s. It is not a failure if the batch does not move or cannot be read: what that means depends on how
 * the setup was answered.
 * @param before the last reading of the batch.
 * @throws ContractError for an unknown status; a cancel.
 */
export async function confirmSetup(
  tools: Needs<"inputs" | "prolific" | "patience" | "log" | "report">,
  before: Batch,
): Promise<Partial<Known>> {
  const { log, patience } = tools;
  const until = patience.now() + LIMIT_MS;
  let batch: Seen<Batch> = { value: before, at: patience.now() };
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    try {
      await patience.pause(pauseMs);
      const leftMs = until - patience.now();
      if (leftMs <= 0) break;
      batch = await readBatchOnce(tools, leftMs);
      if (batch.value.status !== "UNINITIALISED") break;
    } catch (error) {
      if (error instanceof DeadlineReached) break;
      const unknownWord = error instanceof ContractError && error.final;
      if (!isRequestError(error) || unknownWord) throw error;
      log.debug(`The move was not seen: ${error.message}`);
    }
  }
  return { confirmed: true, batch };
}
