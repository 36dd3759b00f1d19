/** Giving tasks to datapoints that came after the setup (contract 4, API 3.6). */
import {
  ApiError,
  DeadlineReached,
  type RequestError,
  Stop,
} from "../errors.ts";
import { counted } from "../github/report.ts";
import {
  SHORTEST_PAUSE_AFTER_429_MS,
  pauseBeforeRetry,
} from "../prolific/retry.ts";
import type { Batch, SyncJob } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";
import { attempt } from "../prolific/post.ts";
import { verifyReady, waitUntilReady } from "./wait.ts";

const SYNCS_AT_MOST = 2;
/** A job that was just created may not be found at once (contract 7). */
const LAG_MS = 10_000;

/**
 * Syncs a READY batch with its dataset and follows the job.
 * @returns the outcome of the step.
 * @throws Stop when Prolific refuses the sync or the job fails.
 */
export async function sync(
  run: Run,
  batch: Batch,
  datasetId: string,
): Promise<"synced" | "accepted" | "already_set_up"> {
  const dataset = await run.decidingRead((options) =>
    run.prolific.dataset(datasetId, options),
  );
  run.report.set("total_datapoint_count", dataset.totalDatapointCount);
  if (dataset.version === 3) {
    run.note(
      "Nothing to sync",
      `Dataset ${datasetId} is a V3 dataset: it cannot grow, so there is nothing to sync.`,
    );
    verifyReady(run, batch, { setups: 0, before: true });
    return "already_set_up";
  }
  const job = await startSync(run);
  run.report.progress = "sync_running";
  run.postError = undefined;
  run.report.set("sync_id", job.id);
  run.say(`Prolific accepted the sync ${job.id}`);
  if (!run.inputs.wait) return "accepted";

  const done = await follow(run, job);
  run.report.set("tasks_created", done.tasksCreated);
  run.report.set("groups_created", done.groupsCreated);
  const tasks = done.tasksCreated ?? 0;
  const groups = done.groupsCreated ?? 0;
  const after = await readWithNewTasks(run, batch.totalTaskCount + tasks);
  verifyReady(run, after, { setups: 0, before: true });
  if (groups > 0) {
    run.note(
      "More submissions",
      `${counted(groups, "new task group")}: a study with this batch needs ${counted(groups, "more submission")} ` +
        "per annotator.",
    );
  }
  return "synced";
}

/** A sync that is sent twice does no harm: it only makes tasks for datapoints that have none (API 3.6). */
async function startSync(run: Run): Promise<SyncJob> {
  const { batchId } = run.inputs;
  const { signal } = run.budget;
  const { progress } = run.report;
  let syncs = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    run.sayOfTry(tries, "Starting a sync");
    run.report.progress = "sync_unknown";
    const result = await attempt(() =>
      run.prolific.startSync(batchId, { signal, attempt: tries }),
    );
    switch (result.kind) {
      case "accepted":
        return result.value;
      case "refused":
        throw new Stop({
          title: "Prolific refused the sync",
          what: `Prolific refused to sync batch ${batchId}.`,
          answer: result.error,
        });
      case "unknown":
        if (++syncs >= SYNCS_AT_MOST)
          throw unknownOutcome(batchId, result.error);
        break;
      case "not_sent":
        if (syncs === 0) run.report.progress = progress;
        break;
      case "too_many_requests":
        break;
    }
    run.sayOfTry(
      tries,
      `The sync was not accepted yet; trying again: ${result.error.message}`,
    );
    run.postError = result.error;
    const leastMs =
      result.kind === "not_sent" ? 0 : SHORTEST_PAUSE_AFTER_429_MS;
    await run.pause(
      Math.max(leastMs, pauseBeforeRetry(tries, result.error, run.random())),
    );
  }
}

function unknownOutcome(batchId: string, error: RequestError): Stop {
  return new Stop({
    title: "Unknown whether Prolific accepted the sync",
    what: `${counted(SYNCS_AT_MOST, "POST")} to sync batch ${batchId} had no clear answer.`,
    next: "Run this job again: a sync only makes tasks for datapoints that have none, so another one does no harm.",
    answer: error,
  });
}

/** @throws Stop when the job fails; DeadlineReached when it is not over in a last check either. */
async function follow(run: Run, started: SyncJob): Promise<SyncJob> {
  const startedAt = run.clock.now();
  const isLag = (error: unknown) =>
    error instanceof ApiError &&
    error.status === 404 &&
    run.clock.now() - startedAt < LAG_MS;
  const read = (how: "waitingRead" | "lastRead") =>
    run[how](
      (options) => run.prolific.sync(run.inputs.batchId, started.id, options),
      { isLag },
    );
  let seen = started.status;
  for (let job = started; ;) {
    switch (job.status) {
      case "complete":
        return job;
      case "failed":
        throw new Stop({
          title: "The sync failed at Prolific",
          what: `Sync ${started.id} of batch ${run.inputs.batchId} failed.`,
          words: job.reason,
          next: "Nothing was lost. Mend what the reason names, then run this job again: it syncs what has no task yet.",
        });
      case "queued":
      case "processing":
    }
    try {
      await run.pause(
        pauseBeforeCheck(
          run.clock.now() - startedAt,
          run.inputs.pollIntervalMs,
        ),
      );
      job = await read("waitingRead");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("lastRead");
      if (job.status === "queued" || job.status === "processing") throw error;
    }
    if (job.status !== seen) run.say(`Sync status: ${job.status}`);
    seen = job.status;
  }
}

/** The batch after the sync; for a while it may read as it was before. */
async function readWithNewTasks(run: Run, tasks: number): Promise<Batch> {
  const startedAt = run.clock.now();
  for (;;) {
    let batch = await run.readBatch("lastRead");
    if (batch.status !== "READY") batch = await waitUntilReady(run);
    const waitedMs = run.clock.now() - startedAt;
    if (batch.totalTaskCount >= tasks || waitedMs >= LAG_MS) return batch;
    await run.pause(
      pauseBeforeCheck(waitedMs, run.inputs.pollIntervalMs),
      run.budget.lastSignal,
    );
  }
}
