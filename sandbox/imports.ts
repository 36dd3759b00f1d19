import type { Dataset, Import, ImportStatus } from "./state.ts";

/** Where an import stands at a time, and since when (API 2.6). Times in epoch milliseconds. */
export function importAt(
  job: Import,
  nowMs: number,
): { status: ImportStatus; sinceMs: number } {
  const startMs = job.createdMs + job.queuedMs;
  if (job.endsIn === "uninitialised" || job.endsIn === "queued") {
    return { status: job.endsIn, sinceMs: job.createdMs };
  }
  if (nowMs < startMs) return { status: "queued", sinceMs: job.createdMs };
  const endMs = importEndMs(job);
  if (nowMs < endMs) return { status: "processing", sinceMs: startMs };
  return { status: job.endsIn, sinceMs: endMs };
}

/** When the import reaches its last status; `Infinity` when it never does. */
export function importEndMs(job: Import): number {
  const endless = ["uninitialised", "queued", "processing"].includes(
    job.endsIn,
  );
  return endless ? Infinity : job.createdMs + job.queuedMs + job.processingMs;
}

/** Datapoints that the import writes when it ends; accepted ones include duplicates (API 2.6). */
export function importedDatapoints(job: Import): number {
  const brings = job.endsIn === "complete" || job.endsIn === "partial";
  return brings ? job.acceptedCount - (job.duplicateCount ?? 0) : 0;
}

/** The import job as the API shows it. */
export function importJson(
  dataset: Dataset,
  job: Import,
  nowMs: number,
): Record<string, unknown> {
  const { status, sinceMs } = importAt(job, nowMs);
  const brings = status === "complete" || status === "partial";
  return {
    dataset_id: dataset.id,
    import_id: job.id,
    type: "file_upload",
    filename: job.filename,
    created_at: new Date(job.createdMs).toISOString(),
    updated_at: new Date(sinceMs).toISOString(),
    status,
    ...(brings && { accepted_count: job.acceptedCount }),
    ...(brings &&
      job.duplicateCount !== null && { duplicate_count: job.duplicateCount }),
    ...(status === "partial" && {
      rejected_count: job.rejectedCount,
      errors: job.errors,
    }),
    ...(status === "failed" && { reason: job.reason }),
  };
}
