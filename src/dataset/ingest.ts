/** From a committed file to datapoints, each of them once (contract 5). */
import { Stop } from "../errors.ts";
import { counted, figure } from "../github/report.ts";
import type {
  Batch,
  Dataset,
  DatasetV3,
  DatasetV4,
} from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";
import { append } from "./append.ts";
import { cannotGrow } from "./cannot-grow.ts";
import { type CommittedFile, examine } from "./committed.ts";
import type { DatasetFile } from "../file/find.ts";
import { readGrown } from "./growth.ts";
import { followImport, hasEnded, judgeImport } from "./imports.ts";
import { type PossibleStep, nextStep } from "./plan.ts";
import { readiness, unusable } from "./readiness.ts";
import { arrivesSoon, uploadV3, uploadV4 } from "./upload.ts";

/** An older reading of the dataset is no ground for an upload. */
const FRESH_MS = 5_000;

/** A dataset and the file that is to be in it. */
export interface Intake {
  readonly dataset: Dataset;
  /** When the dataset was read, on the clock of the run. */
  readonly readAt: number;
  readonly committed: CommittedFile;
  readonly step: PossibleStep;
}

/** What was brought into the dataset. */
export interface Ingested {
  readonly version: 3 | 4;
  readonly datapointsBefore: number;
  readonly datapoints: number;
  /** True when all records went in by appending: an import may then be missing (contract 4). */
  readonly appended: boolean;
}

/**
 * Checks the file, and whether the dataset can take it at all; changes nothing.
 * @throws Stop when not.
 */
export async function prepare(
  run: Run,
  batch: Batch,
  datasetId: string,
  file: DatasetFile,
): Promise<Intake> {
  const dataset = await run.decidingRead((options) =>
    run.prolific.dataset(datasetId, options),
  );
  const readAt = run.clock.now();
  run.report.set("total_datapoint_count", dataset.totalDatapointCount);
  const committed = await examine(run, file, dataset);
  const step = stepFor(run, batch, dataset, committed);
  return { dataset, readAt, committed, step };
}

/** The next step. @throws Stop when there is none. */
function stepFor(
  run: Run,
  batch: Batch,
  dataset: Dataset,
  committed: CommittedFile,
  abandoned?: ReadonlySet<string>,
): PossibleStep {
  const step = nextStep(dataset, committed.remoteName, abandoned);
  if (step.kind === "cannot_grow") {
    throw cannotGrow(run, batch, dataset, committed);
  }
  if (step.kind === "unusable") throw unusable(dataset.id, step.state);
  return step;
}

/**
 * Brings the file into the dataset, unless it is there.
 * @throws Stop when Prolific does not take it, or rejects records of it.
 */
export async function ingest(
  run: Run,
  batch: Batch,
  intake: Intake,
): Promise<Ingested> {
  const { committed } = intake;
  const { id, totalDatapointCount: datapointsBefore } = intake.dataset;
  const startedAt = run.clock.now();
  const read = () =>
    run.waitingRead((options) => run.prolific.dataset(id, options));
  const fresh = startedAt - intake.readAt <= FRESH_MS;
  let dataset = fresh ? intake.dataset : await read();
  let waitingFor = "";
  /** Imports of this file that were looked for and never got their bytes. */
  const abandoned = new Set<string>();
  for (;;) {
    const step = stepFor(run, batch, dataset, committed, abandoned);
    if (step.kind === "wait") {
      if (waitingFor !== step.what) {
        run.say(`Dataset ${id}: waiting for ${step.what}`);
      }
      waitingFor = step.what;
      const waitedMs = run.clock.now() - startedAt;
      await run.pause(pauseBeforeCheck(waitedMs, run.inputs.pollIntervalMs));
    } else if (step.kind === "look") {
      run.say(
        `Import ${step.job.id} of this file has no bytes yet; looking whether they arrive`,
      );
      if (!(await arrivesSoon(run, id, step.job.id))) {
        abandoned.add(step.job.id);
      }
    } else {
      const after = await bringIn(run, batch, dataset, committed, step);
      return {
        version: dataset.version,
        datapointsBefore,
        datapoints: after.totalDatapointCount,
        appended: step.kind === "append",
      };
    }
    dataset = await read();
  }
}

/** The step that brings the file in, to its end. @returns the dataset afterwards. */
async function bringIn(
  run: Run,
  batch: Batch,
  dataset: Dataset,
  committed: CommittedFile,
  step: Exclude<PossibleStep, { kind: "wait" | "look" }>,
): Promise<Dataset> {
  const { remoteName } = committed;
  switch (step.kind) {
    case "upload":
      return dataset.version === 3
        ? upload3(run, dataset, committed)
        : upload4(run, dataset, committed);
    case "follow": {
      run.say(
        `${remoteName} was uploaded before (import ${step.job.id}); nothing to upload`,
      );
      const job = await followImport(run, dataset.id, step.job.id);
      await judgeImport(run, job, committed);
      const accepted = hasEnded(step.job) ? 0 : (job.acceptedCount ?? 0);
      return readGrown(run, dataset, accepted);
    }
    case "append":
      if (batch.autoSyncEnabled) {
        run.say(
          "auto_sync_enabled is on for this batch: Prolific makes tasks for appended records by itself",
        );
      }
      return append(run, batch, step.dataset, committed);
    case "nothing":
      run.say(`${remoteName} is in the dataset already; nothing to upload`);
      return dataset;
  }
}

async function upload4(
  run: Run,
  dataset: DatasetV4,
  committed: CommittedFile,
): Promise<Dataset> {
  const { importId, puts } = await uploadV4(run, dataset.id, committed);
  const job = await followImport(run, dataset.id, importId);
  await judgeImport(run, job, committed);
  const accepted = job.acceptedCount ?? 0;
  const after = await readGrown(run, dataset, accepted);
  const grown = after.totalDatapointCount - dataset.totalDatapointCount;
  if (puts > 1 && grown > accepted) {
    throw new Stop({
      title: "The file may be in the dataset twice",
      what:
        `${committed.file.relativePath} was sent ${String(puts)} times, and dataset ${dataset.id} has grown by ` +
        `${counted(grown, "datapoint")}, more than the ${figure(accepted)} that were accepted. No setup or sync was sent.`,
      next: "Look at the dataset in Prolific. If records are there twice, create a new dataset and upload the file there.",
    });
  }
  return after;
}

/** V3 has no import to follow: the dataset itself reads READY (API 4.1). */
async function upload3(
  run: Run,
  { id }: DatasetV3,
  committed: CommittedFile,
): Promise<Dataset> {
  await uploadV3(run, id, committed);
  const startedAt = run.clock.now();
  for (;;) {
    const dataset = await run.waitingRead((options) =>
      run.prolific.dataset(id, options),
    );
    // Just after the upload UNINITIALISED is lag.
    const settled =
      dataset.version !== 3 ||
      dataset.status === "READY" ||
      dataset.status === "ERROR";
    if (settled) {
      const state = readiness(dataset);
      if (state.kind === "unusable") throw unusable(id, state);
      run.say(
        `Prolific has processed ${committed.remoteName}: ${counted(dataset.totalDatapointCount, "datapoint")}`,
      );
      return dataset;
    }
    await run.pause(
      pauseBeforeCheck(run.clock.now() - startedAt, run.inputs.pollIntervalMs),
    );
  }
}
