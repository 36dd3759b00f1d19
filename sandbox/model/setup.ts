import { batchStatusAt, setupTimes } from "./batches.ts";
import { datapointCountAt } from "../data/counts.ts";
import { whyNotReady } from "../data/datasets.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import { withBatch } from "../facts/state.ts";
import type { Batch, Setup, State, Sync } from "../facts/state.ts";
import type { Timing } from "../facts/timing.ts";

const refuse = (detail: string): Refused => new Refused(envelope(400, detail));

/** The refusal of a second setup, exactly as it was observed (API 3.2). */
function alreadySetUp(batch: Batch, status: string): Reply {
  const message = `Batch with ID ${batch.id} is in status ${status} and cannot be setup.`;
  const detail = "Batch is not in UNINITIALISED status.";
  const code = batch.script.refusalStatus ?? 400;
  return batch.script.refusalShape === "E1"
    ? envelope(code, [message, detail])
    : jsonReply(code, { message, detail });
}

/** The dataset of a setup: the requested one, or else the attached one. */
function datasetFor(batch: Batch, asked: string | undefined): string {
  const [attached, another] = batch.datasetIds;
  if (asked === undefined) {
    if (attached === undefined) throw refuse("The batch has no dataset.");
    if (another !== undefined) throw refuse("The batch has several datasets.");
    return attached;
  }
  // What Prolific does with another dataset is not known (API 11.13).
  if (attached !== undefined && !batch.datasetIds.includes(asked)) {
    throw refuse("The batch has another dataset attached.");
  }
  return asked;
}

/**
 * `POST /batches/{batch_id}/setup`: the state after it was accepted (API 3.2).
 *
 * @throws Refused when the batch is not UNINITIALISED (unless `guard` is off), or the dataset is missing or
 *   not ready.
 */
export function setUp(
  state: State,
  batch: Batch,
  asked: { datasetId: string | undefined; tasksPerGroup: number },
  world: { nowMs: number; timing: Timing; guard: boolean },
): State {
  const status = batchStatusAt(batch, state, world.nowMs, "true");
  if (world.guard && status !== "UNINITIALISED") {
    throw new Refused(alreadySetUp(batch, status));
  }
  const datasetId = datasetFor(batch, asked.datasetId);
  const dataset = state.datasets.get(datasetId);
  if (dataset === undefined) {
    throw refuse(`Dataset with ID ${datasetId} does not exist.`);
  }
  const problem = whyNotReady(dataset, world.nowMs);
  if (problem !== null) throw refuse(problem);

  const { script } = batch;
  const setup: Setup = {
    ...setupTimes(world.nowMs, { ...world.timing, ...script }),
    datasetId,
    tasksPerGroup: asked.tasksPerGroup,
    datapoints:
      script.makesNoTasks === true ? 0 : datapointCountAt(dataset, world.nowMs),
    endsIn: script.setupEndsIn ?? "READY",
    seeded: false,
  };
  return withBatch(state, {
    ...batch,
    datasetIds: batch.datasetIds.length === 0 ? [datasetId] : batch.datasetIds,
    setups: [...batch.setups, setup],
  });
}

/**
 * `POST /batches/{batch_id}/sync`: the new job (API 3.6).
 *
 * @throws Refused unless the batch is READY and has a V4 dataset.
 */
export function startSync(
  state: State,
  batch: Batch,
  world: { nowMs: number; timing: Timing; id: string },
): Sync {
  const status = batchStatusAt(batch, state, world.nowMs, "true");
  if (status !== "READY") {
    throw refuse(
      `Batch with ID ${batch.id} is in status ${status} and cannot be synced.`,
    );
  }
  const datasetId = batch.setups.at(-1)?.datasetId ?? batch.datasetIds[0];
  const dataset =
    datasetId === undefined ? undefined : state.datasets.get(datasetId);
  if (dataset === undefined) throw refuse("The batch has no dataset.");
  if (dataset.version !== 4) {
    throw refuse("Only batches with a V4 dataset can be synced.");
  }
  const timing = { ...world.timing, ...batch.script };
  return {
    id: world.id,
    datasetId: dataset.id,
    createdMs: world.nowMs,
    visibleMs: world.nowMs + timing.syncVisibleAfterMs,
    queuedMs: timing.syncQueuedMs,
    processingMs: timing.syncMs,
    endsIn: batch.script.syncEndsIn ?? "complete",
    reason: batch.script.syncReason ?? "another import is running",
    automatic: false,
  };
}
