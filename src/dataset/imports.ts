/** Following an import to its end, and what its rejected records come to (contract 5). */
import { ApiError, DeadlineReached, Stop } from "../errors.ts";
import { counted, figure } from "../github/report.ts";
import type {
  ImportJob,
  ImportStatus,
  RecordError,
} from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import { pauseBeforeCheck } from "../timing/pauses.ts";
import { linesOf } from "../file/formats/records.ts";
import type { CommittedFile } from "./committed.ts";
import { type RowProblem, tellOfRows } from "../github/rows.ts";

/** What was just created may not be found at once (contract 7). */
export const LAG_MS = 10_000;

type RunningStatus = "uninitialised" | "queued" | "processing";

export interface EndedImport extends ImportJob {
  readonly status: Exclude<ImportStatus, RunningStatus>;
}

/**
 * Reads an import until it has ended.
 * @throws DeadlineReached when it has not in a last check either; any final error of a read.
 */
export async function followImport(
  run: Run,
  datasetId: string,
  importId: string,
): Promise<EndedImport> {
  const startedAt = run.clock.now();
  const read = (how: "waitingRead" | "lastRead") =>
    readImport(run, how, { datasetId, importId, createdAt: startedAt });
  let seen: string | undefined;
  for (;;) {
    let job: ImportJob;
    try {
      const waitedMs = run.clock.now() - startedAt;
      if (seen !== undefined) {
        await run.pause(pauseBeforeCheck(waitedMs, run.inputs.pollIntervalMs));
      }
      job = await read("waitingRead");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("lastRead");
      if (!hasEnded(job)) throw error;
    }
    if (job.status !== seen) run.say(`Import status: ${job.status}`);
    seen = job.status;
    if (hasEnded(job)) return job;
  }
}

/** After the bytes arrived `uninitialised` is lag, not an end. */
export function hasEnded(job: ImportJob): job is EndedImport {
  switch (job.status) {
    case "uninitialised":
    case "queued":
    case "processing":
      return false;
    case "complete":
    case "partial":
    case "failed":
    case "pending_schema":
      return true;
  }
}

interface ImportRead {
  readonly datasetId: string;
  readonly importId: string;
  /** On the clock of the run; a 404 soon after is lag. */
  readonly createdAt: number;
}

/** One patient reading of an import. */
export function readImport(
  run: Run,
  how: "waitingRead" | "lastRead",
  { datasetId, importId, createdAt }: ImportRead,
): Promise<ImportJob> {
  const isLag = (error: unknown) =>
    error instanceof ApiError &&
    error.status === 404 &&
    run.clock.now() - createdAt < LAG_MS;
  return run[how](
    (options) => run.prolific.importJob(datasetId, importId, options),
    { isLag },
  );
}

/**
 * Says what an import that has ended came to, and puts its rejected records on their lines.
 * @throws Stop when it is not to be built upon.
 */
export async function judgeImport(
  run: Run,
  job: EndedImport,
  committed: CommittedFile,
): Promise<void> {
  const { report } = run;
  report.set("import_id", job.id);
  report.set("accepted_count", job.acceptedCount);
  report.set("rejected_count", job.rejectedCount);
  report.set("duplicate_count", job.duplicateCount);
  const { name } = committed.file;
  switch (job.status) {
    case "failed":
      throw new Stop({
        title: "Prolific could not import the file",
        what: `Import ${job.id} of ${name} failed; none of its records is in the dataset.`,
        words: job.reason,
        next: "Mend the file as the reason says and commit it. If the file is right, run this job again: it uploads it anew.",
      });
    case "pending_schema":
      throw new Stop({
        title: "The dataset has no schema",
        what: `Import ${job.id} of ${name} is parked (pending_schema): the dataset has no schema yet.`,
        next: "Set the dataset's schema; the import then goes on by itself. Run this job again afterwards.",
      });
    case "complete":
    case "partial": {
      const rejected = job.rejectedCount ?? job.errors.length;
      if (job.status === "partial" || rejected > 0) {
        await judgeRejected(run, committed, {
          accepted: job.acceptedCount ?? 0,
          rejected,
          errors: job.errors,
        });
      }
      compareWithFile(run, job, committed);
    }
  }
}

function compareWithFile(
  run: Run,
  { acceptedCount, rejectedCount = 0 }: ImportJob,
  { file, checked: { records } }: CommittedFile,
): void {
  if (acceptedCount === undefined) return;
  const duplicates = run.report.get("duplicate_count") ?? "0";
  run.say(
    `Prolific accepted ${counted(acceptedCount, "record")} of ${file.name}` +
      (duplicates === "0"
        ? ""
        : `, ${duplicates} of them in the dataset already`),
  );
  if (records === undefined || acceptedCount + rejectedCount === records)
    return;
  run.warn(
    "Prolific counts other records",
    `${file.relativePath} has ${counted(records, "record")}, but Prolific accepted ${figure(acceptedCount)} and ` +
      `rejected ${figure(rejectedCount)}. Check the dataset before you publish a study with it.`,
  );
}

/** What came of the records of a file. Indices of `errors` count from 0 within the file. */
export interface Rejected {
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly RecordError[];
}

/**
 * Puts rejected records on their lines.
 * @throws Stop unless `allow_partial` takes what was accepted.
 */
export async function judgeRejected(
  run: Run,
  committed: CommittedFile,
  { accepted, rejected, errors }: Rejected,
): Promise<void> {
  const { file } = committed;
  const { allowPartial } = run.inputs;
  const goesOn = allowPartial && accepted > 0;
  tellOfRows(run, {
    file: file.relativePath,
    title: "Prolific rejected a record",
    noun: "rejected record",
    level: goesOn ? "warning" : "error",
    rows: await onTheirLines(run, committed, errors),
    total: Math.max(rejected, errors.length),
  });
  const listed =
    errors.length < rejected
      ? `, and lists ${figure(errors.length)} of them`
      : "";
  const what =
    `Prolific accepted ${counted(accepted, "record")} of ${file.relativePath} and rejected ` +
    `${figure(rejected)}${listed}.`;
  if (goesOn) {
    run.warn("Some records were rejected", `${what} allow_partial is true.`);
    return;
  }
  throw new Stop({
    title: "Prolific rejected records",
    what: `${what} Nothing was set up or synced with them.`,
    next:
      accepted > 0
        ? "Correct these records and commit the file: those accepted stay, and identical ones are not added again. Or set " +
          "allow_partial to true to go on with the accepted ones."
        : "Correct the records and commit the file again.",
  });
}

async function onTheirLines(
  run: Run,
  { file }: CommittedFile,
  errors: readonly RecordError[],
): Promise<RowProblem[]> {
  const indices = new Set(
    errors.flatMap(({ recordIndex }) => recordIndex ?? []),
  );
  const lines =
    file.format === "zip" || indices.size === 0
      ? new Map<number, number>()
      : await linesOf(run.files, file, indices, run.budget.lastSignal);
  return errors.map(({ recordIndex, field, reason }) => {
    const line = recordIndex === undefined ? undefined : lines.get(recordIndex);
    const place =
      recordIndex === undefined
        ? "a record"
        : `record ${String(recordIndex + 1)}`;
    const inField =
      field === undefined || field === "_raw" ? "" : `, field "${field}"`;
    return { line, text: `${place}${inField}: ${reason ?? "no reason given"}` };
  });
}
