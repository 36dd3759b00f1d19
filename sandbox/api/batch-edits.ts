import type { Call } from "./calls.ts";
import { envelope } from "../http/error-bodies.ts";
import {
  instructionCount,
  invalidLayout,
  unknownFields,
} from "../model/layout.ts";
import { Refused } from "../http/refused.ts";
import type { Batch, TaskDetails } from "../facts/state.ts";

/** A batch with the fields of a create or update request. Absent fields do not change (API 3.5). */
export function edited(call: Call, batch: Batch): Batch {
  const { fields } = call;
  const datasetId = lowerCase(fields.dataset_id);
  if (datasetId !== undefined && !call.state.datasets.has(datasetId)) {
    throw new Refused(
      envelope(400, { dataset_id: ["Dataset does not exist."] }),
    );
  }
  const datasetIds = attached(batch, datasetId);
  const batchItems = Object.hasOwn(fields, "batch_items")
    ? (fields.batch_items as unknown[] | null)
    : batch.batchItems;
  const schema = call.state.datasets.get(datasetIds[0] ?? "")?.schema ?? null;
  const unknown = unknownFields(batchItems, schema);
  if (unknown.length > 0) throw new Refused(invalidLayout(unknown));
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

function attached(
  { datasetIds, script }: Batch,
  added: string | undefined,
): readonly string[] {
  if (added === undefined) return datasetIds;
  return script.patchedDataset === "adds"
    ? [...datasetIds.filter((id) => id !== added), added]
    : [added];
}

/** Ids are compared in lower case, whatever case a client writes them in. */
export function lowerCase(id: unknown): string | undefined {
  return typeof id === "string" ? id.toLowerCase() : undefined;
}
