/** Reads the batch, and puts what it finds into the log and the outputs (contract 3). */
import { quote } from "../../github/foreign-text.ts";
import type { Batch, BatchStatus } from "../../prolific/schema.ts";
import { formatDuration } from "../../timing/duration.ts";
import type { Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";

type Reader = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/** The whole batch. @throws any final error of a read. */
export async function readBatch(tools: Reader, how: How): Promise<Seen<Batch>> {
  const { inputs, prolific, patience } = tools;
  return sawBatch(
    tools,
    await patience.read(how, (options) =>
      prolific.batch(inputs.batchId, options),
    ),
  );
}

/** The whole batch, in one attempt of at most `limitMs` milliseconds. */
export async function readBatchOnce(
  tools: Reader,
  limitMs: number,
): Promise<Seen<Batch>> {
  const { inputs, prolific, patience } = tools;
  return sawBatch(
    tools,
    await patience.readOnce(
      (options) => prolific.batch(inputs.batchId, options),
      limitMs,
    ),
  );
}

/** Writes the outputs of a batch, and logs a status that is new. */
export function sawBatch(tools: Reader, batch: Batch): Seen<Batch> {
  const { log, patience, report } = tools;
  if (report.get("status") === undefined) {
    log.say(`Batch ${batch.id}: "${quote(batch.name, log.runner.redact)}"`);
  }
  if (report.sawBatch(batch)) sayStatus(tools, batch.status);
  return { value: batch, at: patience.now() };
}

/** Only the status of the batch. */
export async function readStatus(
  tools: Reader,
  how: How,
): Promise<BatchStatus> {
  const { inputs, prolific, patience, report } = tools;
  const status = await patience.read(how, (options) =>
    prolific.batchStatus(inputs.batchId, options),
  );
  if (report.sawStatus(status)) sayStatus(tools, status);
  return status;
}

function sayStatus(
  { log, report }: Needs<"log" | "report">,
  status: BatchStatus,
): void {
  log.say(
    `Batch status: ${status} (after ${formatDuration(report.elapsedMs)})`,
  );
}
