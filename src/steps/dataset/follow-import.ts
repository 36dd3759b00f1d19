/** Follows an import to its end, and reports its result (contract 5). */
import type { ImportOfFile } from "../../decision.ts";
import { ApiError, DeadlineReached, Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import type { ImportJob, ImportStatus } from "../../prolific/schema.ts";
import { type CheckedFile, type Known, isRunning } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";
import { judgeRejected, onTheirLines } from "./rejected.ts";

type Follower = Needs<
  "inputs" | "prolific" | "files" | "patience" | "log" | "report" | "rejected"
>;

/** An import that was just created may return 404 at first (contract 7). */
const LAG_MS = 10_000;

interface EndedImport extends ImportJob {
  readonly status: Exclude<
    ImportStatus,
    "uninitialised" | "queued" | "processing"
  >;
}

/**
 * Reads an import until it has ended, reports its result, and annotates its rejected records on their lines.
 * @throws Stop if the run must not go on with it; DeadlineReached if it has not ended at a last check; any final error of
 * a read.
 * @param puts how many times this run may have sent the bytes.
 */
export async function followImport(
  tools: Follower,
  { dataset, importId, found, file }: ImportOfFile,
  puts: number,
): Promise<Partial<Known>> {
  if (found) {
    tools.log.say(
      `${file.remoteName} was uploaded before (import ${importId}); nothing to upload`,
    );
  }
  let last: ImportJob | undefined;
  const job = await tools.patience.during(
    () => last && howFar(last, file),
    () =>
      untilEnded(tools, dataset.id, importId, (read) => {
        last = read;
      }),
  );
  await judgeImport(tools, job, file);
  const endedBefore = found !== undefined && !isRunning(found);
  return {
    brought: {
      how: "import",
      version: 4,
      accepted: endedBefore ? 0 : acceptedOf(job, file),
      rejected: endedBefore ? 0 : (job.rejectedCount ?? 0),
      duplicates: job.duplicateCount,
      endedBefore,
      puts,
      datapointsBefore: dataset.totalDatapointCount,
      besideImport: false,
    },
    dataset: undefined,
  };
}

/** The accepted records. Without a count, all records that were not rejected (API 2.6). */
function acceptedOf(job: EndedImport, { checked }: CheckedFile): number {
  const { acceptedCount, errors, rejectedCount = errors.length } = job;
  return acceptedCount ?? Math.max(0, (checked.records ?? 0) - rejectedCount);
}

/** The progress, if Prolific reports it. The unit of `processed_offset` is not documented (API 2.6). */
function howFar(
  { processedOffset, status, writtenCount }: ImportJob,
  { checked: { records } }: CheckedFile,
): string {
  if (writtenCount !== undefined) {
    return records === undefined
      ? `${counted(writtenCount, "record")} imported`
      : `${figure(writtenCount)} of ${counted(records, "record")} imported`;
  }
  return processedOffset === undefined
    ? `import ${status}`
    : `import ${status}, processed_offset ${figure(processedOffset)}`;
}

async function untilEnded(
  tools: Follower,
  datasetId: string,
  importId: string,
  sees: (job: ImportJob) => void,
): Promise<EndedImport> {
  const { log, patience } = tools;
  const startedAt = patience.now();
  const read = (how: How) =>
    readImport(tools, how, { datasetId, importId, createdAt: startedAt });
  let seen: string | undefined;
  for (;;) {
    let job: ImportJob;
    try {
      if (seen !== undefined) await patience.untilNextCheck(startedAt);
      job = await read("waiting");
    } catch (error) {
      if (!(error instanceof DeadlineReached)) throw error;
      job = await read("last");
      if (!hasEnded(job)) throw error;
    }
    sees(job);
    if (job.status !== seen) log.say(`Import status: ${job.status}`);
    seen = job.status;
    if (hasEnded(job)) return job;
  }
}

function hasEnded(job: ImportJob): job is EndedImport {
  return !isRunning(job);
}

interface ImportRead {
  readonly datasetId: string;
  readonly importId: string;
  /** On the clock of the run. A 404 soon after this time only means that Prolific lags. */
  readonly createdAt: number;
}

/** Reads an import once, with retries. */
export function readImport(
  { prolific, patience }: Needs<"prolific" | "patience">,
  how: How,
  { datasetId, importId, createdAt }: ImportRead,
): Promise<ImportJob> {
  const isLag = (error: unknown) =>
    error instanceof ApiError &&
    error.status === 404 &&
    patience.now() - createdAt < LAG_MS;
  return patience.read(
    how,
    (options) => prolific.importJob(datasetId, importId, options),
    isLag,
  );
}

/**
 * Reports the result of an import that has ended, and annotates its rejected records on their lines.
 * @throws Stop if the run must not go on with it.
 */
async function judgeImport(
  tools: Follower,
  job: EndedImport,
  checked: CheckedFile,
): Promise<void> {
  const { report } = tools;
  report.set("import_id", job.id);
  report.set("accepted_count", job.acceptedCount);
  report.set("rejected_count", job.rejectedCount);
  report.set("duplicate_count", job.duplicateCount);
  const { name } = checked.file;
  switch (job.status) {
    case "failed":
      throw new Stop({
        title: "Prolific could not import the file",
        what: `Import ${job.id} of ${name} failed; none of its records is in the dataset.`,
        words: job.reason,
        next: "Fix the file as the reason says and commit it. If the file is right, run this job again: it uploads the file again.",
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
        judgeRejected(tools, checked, "import", {
          accepted: job.acceptedCount ?? 0,
          rejected,
          errors: await onTheirLines(tools, checked, "import", job.errors),
        });
      }
      compareWithFile(tools, job, checked);
    }
  }
}

function compareWithFile(
  { log, report }: Follower,
  { acceptedCount, rejectedCount = 0 }: ImportJob,
  { file, checked: { records } }: CheckedFile,
): void {
  if (acceptedCount === undefined) return;
  const duplicates = report.get("duplicate_count") ?? "0";
  log.say(
    `Prolific accepted ${counted(acceptedCount, "record")} of ${file.name}` +
      (duplicates === "0"
        ? ""
        : `, ${duplicates} of them in the dataset already`),
  );
  if (records === undefined || acceptedCount + rejectedCount === records)
    return;
  log.warn(
    "Prolific counts other records",
    `${file.relativePath} has ${counted(records, "record")}, but Prolific accepted ${figure(acceptedCount)} and ` +
      `rejected ${figure(rejectedCount)}. Check the dataset before you publish a study with it.`,
  );
}
