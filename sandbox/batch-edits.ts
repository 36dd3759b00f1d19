import type { Call } from "./calls.ts";
import { envelope } from "./error-bodies.ts";
import { instructionCount, refuseLayout } from "./layout.ts";
import { bool, Refused, taskDetails, text, uuid } from "./request-bodies.ts";
import type { Check } from "./request-bodies.ts";
import type { Batch, TaskDetails } from "./state.ts";

const layout: Check = (value) =>
  value === null || Array.isArray(value) ? null : "Must be a list or null.";

/** What creating and updating a batch may say (API 3.1, 3.5). */
export const editable = {
  name: text,
  task_details: taskDetails,
  dataset_id: uuid,
  batch_items: layout,
  auto_sync_enabled: bool,
};

/** The fields of a create or update request put into a batch; an absent field stays as it was (API 3.5). */
export function edited(
  call: Call,
  batch: Batch,
  fields: Record<string, unknown>,
): Batch {
  const datasetId = lowerCase(fields.dataset_id);
  if (datasetId !== undefined && !call.state.datasets.has(datasetId)) {
    throw new Refused(
      envelope(400, { dataset_id: ["Dataset does not exist."] }),
    );
  }
  const datasetIds = datasetId === undefined ? batch.datasetIds : [datasetId];
  const batchItems = Object.hasOwn(fields, "batch_items")
    ? (fields.batch_items as unknown[] | null)
    : batch.batchItems;
  const schema = call.state.datasets.get(datasetIds[0] ?? "")?.schema ?? null;
  const refusal = refuseLayout(batchItems, schema);
  if (refusal !== null) throw new Refused(refusal);
  return {
    ...batch,
    name: (fields.name as string | undefined) ?? batch.name,
    taskDetails:
      (fields.task_details as TaskDetails | undefined) ?? batch.taskDetails,
    datasetIds,
    batchItems,
    instructionCount: Object.hasOwn(fields, "batch_items")
      ? instructionCount(batchItems)
      : batch.instructionCount,
    autoSyncEnabled:
      (fields.auto_sync_enabled as boolean | undefined) ??
      batch.autoSyncEnabled,
  };
}

/** Ids are compared in lower case, whatever case a client writes them in. */
export function lowerCase(id: unknown): string | undefined {
  return typeof id === "string" ? id.toLowerCase() : undefined;
}
