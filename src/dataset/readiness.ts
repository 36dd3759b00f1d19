/** Which dataset is meant, and whether it can be set up now (contract 4, API 2.3). */
import { Stop } from "../errors.ts";
import { counted } from "../github/report.ts";
import type {
  Batch,
  Dataset,
  DatasetV3,
  DatasetV4,
  ImportJob,
} from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";

export type Readiness =
  | { readonly kind: "ready" }
  /** Prolific is still working on it; `what` completes "waiting for …". */
  | { readonly kind: "processing"; readonly what: string }
  | Unusable;

/** Waiting would not help. */
export interface Unusable {
  readonly kind: "unusable";
  readonly what: string;
  /** The server's own. */
  readonly words?: string | undefined;
  readonly next: string;
}

const UPLOAD_V3 =
  "Upload a .csv or .zip file to it (with dataset_file, or in the Prolific app)";
const UPLOAD_V4 =
  "Upload a .csv or .jsonl file to it (with dataset_file, or in the Prolific app)";
const THEN_AGAIN = ", then run this job again.";

/** A V3 dataset that reads ERROR. */
export const V3_IN_ERROR: Unusable = {
  kind: "unusable",
  what: "reads ERROR: Prolific could not process its file",
  next: `Create a new dataset. ${UPLOAD_V3}, attach it to the batch${THEN_AGAIN}`,
};

/**
 * The dataset of the run: the one given, else the only one attached (contract 2).
 * @throws Stop when another one is attached, or it is not clear which one is meant.
 */
export function chooseDataset(
  batch: Batch,
  datasetId: string | undefined,
): string {
  const attached = batch.datasets.map(({ id }) => id);
  if (datasetId !== undefined) {
    if (attached.length === 0 || attached.includes(datasetId)) return datasetId;
    throw new Stop({
      title: "Another dataset is attached to the batch",
      what: `dataset_id is ${datasetId}, but batch ${batch.id} is attached to ${attached.join(", ")}.`,
      next: "Leave dataset_id empty to use the attached one, or check which batch_id and dataset_id belong together.",
    });
  }
  const [only] = attached;
  if (only !== undefined && attached.length === 1) return only;
  throw new Stop({
    title: "dataset_id is needed",
    what:
      only === undefined
        ? `Batch ${batch.id} has no dataset attached.`
        : `Batch ${batch.id} has several datasets attached: ${attached.join(", ")}.`,
    next: "Give the one to use in dataset_id.",
  });
}

/** What else makes a V4 dataset fit for a setup (contract 4). */
export interface Accepted {
  /** An import of which some records were rejected. */
  readonly partial?: boolean;
  /** This step has appended records, none of them rejected or with `allow_partial`. */
  readonly appended?: boolean;
}

/**
 * Waits until the dataset can be set up.
 * @throws Stop when waiting would not help, or any error of a read.
 */
export async function waitForDataset(
  run: Run,
  datasetId: string,
  accepted: Accepted = {},
): Promise<void> {
  const startedAt = run.clock.now();
  let waitingFor = "";
  for (let first = true; ; first = false) {
    const dataset = await run[first ? "decidingRead" : "waitingRead"](
      (options) => run.prolific.dataset(datasetId, options),
    );
    run.report.set("total_datapoint_count", dataset.totalDatapointCount);
    const state = readiness(dataset, {
      partial: run.inputs.allowPartial,
      ...accepted,
    });
    switch (state.kind) {
      case "ready":
        sayReady(run, dataset);
        return;
      case "unusable":
        throw unusable(datasetId, state);
      case "processing":
        if (waitingFor !== state.what)
          run.say(`Dataset ${datasetId}: waiting for ${state.what}`);
        waitingFor = state.what;
        await run.pause(
          pauseBeforeCheck(
            run.clock.now() - startedAt,
            run.inputs.pollIntervalMs,
          ),
        );
    }
  }
}

/** Why a setup of this dataset is not tried. */
export function unusable(
  datasetId: string,
  { what, words, next }: Unusable,
): Stop {
  return new Stop({
    title: "The dataset cannot be set up",
    what: `Dataset ${datasetId} ${what}. No setup was sent.`,
    words,
    next,
  });
}

function sayReady(run: Run, dataset: Dataset): void {
  const { id, version, totalDatapointCount } = dataset;
  run.say(
    `Dataset ${id} (V${String(version)}) is ready: ${counted(totalDatapointCount, "datapoint")}`,
  );
  if (dataset.version !== 4) return;
  for (const job of dataset.imports.filter(
    ({ status }) => status === "uninitialised",
  )) {
    run.say(
      `Its import ${job.id} never received a file and is left out of account`,
    );
  }
}

/** What a setup would find in this dataset: pure, from what `GET dataset` answered. */
export function readiness(
  dataset: Dataset,
  accepted: Accepted = {},
): Readiness {
  return dataset.version === 3
    ? readinessV3(dataset)
    : readinessV4(dataset, accepted);
}

function readinessV3(dataset: DatasetV3): Readiness {
  switch (dataset.status) {
    case "READY":
      return dataset.totalDatapointCount > 0
        ? { kind: "ready" }
        : empty(UPLOAD_V3);
    case "PROCESSING":
      return { kind: "processing", what: "Prolific to process its file" };
    case "UNINITIALISED":
      return empty(UPLOAD_V3);
    case "ERROR":
      return V3_IN_ERROR;
  }
}

function readinessV4(
  { imports, totalDatapointCount }: DatasetV4,
  accepted: Accepted,
): Readiness {
  const running = imports.filter(
    ({ status }) => status === "queued" || status === "processing",
  );
  if (running.length > 0) {
    return {
      kind: "processing",
      what: `its import ${running.map(named).join(", ")} to end`,
    };
  }
  const enough = imports.some(
    ({ status, acceptedCount = 0 }) =>
      status === "complete" ||
      (accepted.partial && status === "partial" && acceptedCount > 0),
  );
  if (enough || accepted.appended) {
    return totalDatapointCount > 0 ? { kind: "ready" } : empty(UPLOAD_V4);
  }
  // An import that is still `uninitialised` may be an abandoned upload address (API 11.10).
  const [newest] = imports.filter(({ status }) => status !== "uninitialised");
  if (newest === undefined) {
    // Datapoints without any import were appended one by one; the server decides whether that is enough.
    return totalDatapointCount > 0 ? { kind: "ready" } : empty(UPLOAD_V4);
  }
  return unfinished(newest);
}

function empty(how: string): Readiness {
  return { kind: "unusable", what: "is empty", next: how + THEN_AGAIN };
}

/** The newest import of a dataset without a complete one. */
function unfinished(job: ImportJob): Readiness {
  const name = `import ${named(job)}`;
  if (job.status === "pending_schema") {
    return {
      kind: "unusable",
      what: `has no schema yet, so its ${name} is parked (pending_schema)`,
      next: `Set the dataset's schema; the import then goes on by itself. Run this job again afterwards.`,
    };
  }
  if (job.status === "partial") {
    return {
      kind: "unusable",
      what:
        `has no complete import: ${name} is partial` +
        (job.rejectedCount === undefined
          ? ""
          : `, ${counted(job.rejectedCount, "record")} rejected`),
      next:
        "Put the rejected records, corrected, into a new file (those accepted stay) and upload it to the dataset, or set " +
        "allow_partial to true to go on with the accepted ones" +
        THEN_AGAIN,
    };
  }
  return {
    kind: "unusable",
    what: `has no complete import: ${name} ${job.status}`,
    words: job.reason,
    next: UPLOAD_V4 + THEN_AGAIN,
  };
}

function named({ filename, id }: ImportJob): string {
  return filename === undefined ? id : `${id} of "${filename}"`;
}
