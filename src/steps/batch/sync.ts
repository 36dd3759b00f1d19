/** Makes tasks for datapoints that were added after the setup (contract 4, API 3.6). */
import {
  ApiError,
  DeadlineReached,
  type RequestError,
  Stop,
} from "../../errors.ts";
import { counted } from "../../figures.ts";
import { SHORTEST_PAUSE_AFTER_429_MS } from "../../prolific/retry.ts";
import type { Batch, SyncJob } from "../../prolific/schema.ts";
import type { Known, Seen, Sync } from "../../view.ts";
import type { How } from "../patience.ts";
import { type Meaning, type Needs, send } from "../tools.ts";
import { readBatch } from "./read-batch.ts";
import { waitForBatch } from "./wait-for-batch.ts";

const SYNCS_AT_MOST = 2;
/** A job that was just created may return 404 at first (contract 7). */
const LAG_MS = 10_000;
const MEANING: Meaning = {
  unanswered: "sync_unknown",
  accepted: "sync_running",
};

type Syncer = Needs<"inputs" | "prolific" | "patience" | "log" | "report">;

/**
 * Starts a sync of a READY batch. Sending it twice is harmless: a sync only makes tasks for datapoints that have none.
 * @throws Stop if Prolific refuses it, or if it stays unknown whether Prolific accepted it.
 */
export async function startSync(
  tools: Syncer,
  { totalTaskCount: tasksBefore }: Batch,
): Promise<Partial<Known>> {
  const { inputs, log, patience, prolific, report } = tools;
  const { batchId } = inputs;
  const { signal } = patience;
  let syncs = 0;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    log.sayOfTry(tries, "Starting a sync");
    const result = await send(report, MEANING, () =>
      prolific.startSync(batchId, { signal, attempt: tries }),
    );
    switch (result.kind) {
      case "accepted": {
        const job = result.value;
        patience.writeError = undefined;
        report.set("sync_id", job.id);
        log.say(`Prolific accepted the sync ${job.id}`);
        return { sync: { job, tasksBefore, ended: false } };
      }
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
      case "too_many_requests":
        break;
    }
    log.sayOfTry(
      tries,
      `The sync was not accepted yet; retrying: ${result.error.message}`,
    );
    const leastMs =
      result.kind === "not_sent" ? 0 : SHORTEST_PAUSE_AFTER_429_MS;
    await patience.backOff(tries, result.error, leastMs);
  }
}

function unknownOutcome(batchId: string, error: RequestError): Stop {
  return new Stop({
    title: "Unknown whether Prolific accepted the sync",
    what: `${counted(SYNCS_AT_MOST, "POST")} to sync batch ${batchId} had no clear response.`,
    next: "Run this job again: a sync only makes tasks for datapoints that have none, so another one does no harm.",
    answer: error,
  });
}

/**
 * Follows a sync to its end, and reads the batch until it shows the new tasks.
 * @throws Stop if the job fails; DeadlineReached if it has not ended at a last check.
 */
export async function followSync(
  tools: Syncer,
  sync: Sync,
): Promise<Partial<Known>> {
  const { report } = tools;
  const job = await untilEnded(tools, sync.job);
  report.set("tasks_created", job.tasksCreated);
  report.set("groups_created", job.groupsCreated);
  const tasks = sync.tasksBefore + (job.tasksCreated ?? 0);
  const batch = await readWithNewTasks(tools, tasks);
  return { sync: { ...sync, job, ended: true }, batch };
}

async function untilEnded(tools: Syncer, started: SyncJob): Promise<SyncJob> {
  const { inputs, log, patience, prolific } = tools;
  const startedAt = patience.now();
  const isLag = (error: unknown) =>
    error instanceof ApiError &&
    error.status === 404 &&
    patience.now() - startedAt < LAG_MS;
  const read = (how: How) =>
    patience.read(
      how,
      (options) => prolific.sync(inputs.batchId, started.id, options),
      isLag,
    );
  let seen = started.status;
  for (let job = started; ;) {
    switch (job.status) {
      case "complete":
        return job;
      case "failed":
        throw new Stop({
          title: "The sync failed at Prolific",
          what: `Sync ${started.id} of batch ${inputs.batchId} failed.`,
          words: job.reason,
          next: "Nothing was lost. Fix what the reason describes, then run this job again: it syncs what has no task yet.",
        });
      case "queued":
      case "processing":
    }
    try {
      await patience.untilNextCheck(startedAt);
      job = await read("waiting");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("last");
      if (job.status === "queued" || job.status === "processing") throw error;
    }
    if (job.status !== seen) log.say(`Sync status: ${job.status}`);
    seen = job.status;
  }
}

/** The batch after the sync. For a while, a reading may still show the old state. */
async function readWithNewTasks(
  tools: Syncer,
  tasks: number,
): Promise<Seen<Batch>> {
  const { patience } = tools;
  const startedAt = patience.now();
  for (;;) {
    let batch = await readBatch(tools, "last");
    if (batch.value.status !== "READY") {
      batch = await waitForBatch(tools, batch.value);
    }
    const waitedMs = patience.now() - startedAt;
    const { status, totalTaskCount } = batch.value;
    if (totalTaskCount >= tasks || waitedMs >= LAG_MS || status === "ERROR") {
      return batch;
    }
    await patience.untilNextCheck(startedAt, patience.lastSignal);
  }
}
