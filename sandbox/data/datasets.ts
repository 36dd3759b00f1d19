import { datapointCountAt, shownCountAt } from "./counts.ts";
import { filenameJson, importAt, importJson } from "./imports.ts";
import type { Dataset, DatasetStatus } from "../facts/dataset-facts.ts";

/** The researcher who owns everything in the sandbox. */
export const researcherId = "65a1b2c3d4e5f60718293a4c";

/**
 * Status of a V3 dataset. V4 datasets have none (API 2.3). `"shown"` is what a reader sees. `"true"` is what Prolific itself
 * uses. The two differ for `importVisibleAfterMs` after a file has arrived.
 */
export function datasetStatusAt(
  dataset: Dataset,
  nowMs: number,
  which: "shown" | "true" = "shown",
): DatasetStatus | null {
  if (dataset.version === 4) return null;
  const { unseen } = dataset;
  if (which === "shown" && unseen !== null && nowMs < unseen.untilMs) {
    return unseen.status;
  }
  return nowMs < dataset.untilMs ? "PROCESSING" : dataset.status;
}

/** The name of the file of a V3 dataset that a reader sees. */
export function filenameAt(dataset: Dataset, nowMs: number): string | null {
  const { unseen, filename } = dataset;
  return unseen !== null && nowMs < unseen.untilMs ? unseen.filename : filename;
}

/** Why a setup cannot use the dataset now, or `null` if it can (API 2.3, 3.2). */
export function whyNotReady(dataset: Dataset, nowMs: number): string | null {
  if (dataset.version === 3) {
    const status = datasetStatusAt(dataset, nowMs, "true");
    if (status === "READY") return null;
    return `Dataset with ID ${dataset.id} is in status ${String(status)}; it has to be READY.`;
  }
  if (dataset.imports.length === 0) {
    return datapointCountAt(dataset, nowMs) > 0
      ? null
      : `Dataset with ID ${dataset.id} has no datapoints.`;
  }
  const enough = dataset.imports.some((job) => {
    const { status } = importAt(job, nowMs);
    return (
      status === "complete" ||
      (status === "partial" && dataset.setupTakesPartial)
    );
  });
  return enough
    ? null
    : `Dataset with ID ${dataset.id} has no complete import.`;
}

/** The dataset as `GET /datasets/{id}` shows it (API 2.3). */
export function datasetJson(
  dataset: Dataset,
  nowMs: number,
): Record<string, unknown> {
  return {
    id: dataset.id,
    name: dataset.name,
    created_at: new Date(dataset.createdMs).toISOString(),
    created_by: researcherId,
    workspace_id: dataset.workspaceId,
    total_datapoint_count: shownCountAt(dataset, nowMs),
    ...(dataset.schemaVersion !== null && {
      schema_version: dataset.schemaVersion,
    }),
    ...(dataset.version === 3
      ? {
          status: datasetStatusAt(dataset, nowMs),
          ...filenameJson(dataset, filenameAt(dataset, nowMs)),
          has_predetermined_grouping_id: dataset.grouped,
          imports: null,
        }
      : {
          schema: dataset.schema,
          imports: dataset.imports
            .filter(({ visibleMs }) => nowMs >= visibleMs)
            .map((job) => importJson(dataset, job, nowMs))
            .reverse(),
        }),
  };
}
