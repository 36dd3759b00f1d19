import { judgeFile } from "./ingest.ts";
import type {
  Dataset,
  DatasetSchema,
  Import,
  ImportStatus,
} from "../facts/dataset-facts.ts";
import { groupField } from "../facts/dataset-facts.ts";
import type { Timing } from "../facts/timing.ts";
import type { UploadedFile } from "../facts/data-record.ts";

/** The status of an import at a time, and since when (API 2.6). Times in epoch milliseconds. */
export function importAt(
  job: Import,
  nowMs: number,
): { status: ImportStatus; sinceMs: number } {
  const { receivedMs, startMs, endMs } = job;
  if (receivedMs === null || nowMs < receivedMs) {
    return { status: "uninitialised", sinceMs: job.createdMs };
  }
  if (nowMs < startMs) return { status: "queued", sinceMs: receivedMs };
  if (nowMs < endMs) return { status: "processing", sinceMs: startMs };
  return { status: job.endsIn, sinceMs: endMs };
}

/** True if the dataset processes a file or has one waiting. Appends are refused then (API 4.2). */
export function isImporting(dataset: Dataset, nowMs: number): boolean {
  return dataset.imports.some((job) =>
    ["queued", "processing"].includes(importAt(job, nowMs).status),
  );
}

/** Datapoints that the import writes when it ends. Accepted ones include duplicates (API 2.6). */
export function importedDatapoints(job: Import): number {
  const brings = job.endsIn === "complete" || job.endsIn === "partial";
  const written = job.acceptedCount - (job.duplicateCount ?? 0);
  return brings && job.endMs < Infinity ? written : 0;
}

type World = Pick<Timing, "importQueuedMs" | "importMs"> & {
  readonly nowMs: number;
};

/** When an import that is ready now will run: one at a time, in order of arrival (API 2.6). */
function turnOf(
  { imports, script }: Dataset,
  world: World,
): Pick<Import, "startMs" | "endMs"> {
  const { importQueuedMs, importMs } = { ...world, ...script };
  const freeMs = imports
    .filter(({ receivedMs }) => receivedMs !== null)
    .map(({ endMs }) => endMs);
  const startMs =
    script.importEndsIn === "queued"
      ? Infinity
      : Math.max(world.nowMs + importQueuedMs, ...freeMs);
  const endless = script.importEndsIn === "processing";
  return { startMs, endMs: endless ? Infinity : startMs + importMs };
}

/** The dataset with an import that gets its file now. */
export function withFile(
  dataset: Dataset,
  importId: string,
  file: UploadedFile,
  world: World,
): Dataset {
  const { outcome, imported } = judgeFile(dataset, file);
  const run = { receivedMs: world.nowMs, ...turnOf(dataset, world) };
  // An import that never ends has added nothing.
  const known = run.endMs === Infinity ? dataset.imported : imported;
  const imports = dataset.imports.map((job) =>
    job.id === importId ? { ...job, ...run, ...outcome } : job,
  );
  return { ...dataset, imports, imported: known };
}

/** The dataset with a schema, its first: parked imports are released (API 4.3, 11.12). No migration. */
export function withSchema(
  dataset: Dataset,
  schema: DatasetSchema,
  world: World,
): Dataset {
  const grouped = groupField(schema) !== null;
  return dataset.imports
    .filter(({ parked }) => parked !== null)
    .sort((one, two) => one.endMs - two.endMs)
    .reduce<Dataset>(
      (changed, { id, parked, endMs, receivedMs }) => {
        if (parked === null) return changed;
        const { outcome, imported } = judgeFile(changed, parked);
        // An import that is not parked yet continues unchanged.
        const run = endMs <= world.nowMs ? turnOf(changed, world) : {};
        const imports = changed.imports.map((job) =>
          job.id === id ? { ...job, ...run, ...outcome, receivedMs } : job,
        );
        const known = endMs === Infinity ? changed.imported : imported;
        return { ...changed, imports, imported: known };
      },
      { ...dataset, schema, grouped },
    );
}

/** The name of a file as the API lists it, if it does. */
export function filenameJson(
  { script }: Dataset,
  filename: string | null,
): { filename?: string | null } {
  switch (script.filenames ?? "shown") {
    case "shown":
      return { filename };
    case "null":
      return { filename: null };
    case "absent":
      return {};
  }
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
    ...filenameJson(dataset, job.filename),
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
