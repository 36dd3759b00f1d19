import {
  batchJson,
  batchStatusAt,
  createdBatchJson,
  idsOf,
  syncJson,
} from "../model/batches.ts";
import { list } from "./batch-list.ts";
import { edited, lowerCase } from "./batch-edits.ts";
import { batchOf, notFound } from "./calls.ts";
import type { Answer, Call } from "./calls.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import { progressAt } from "../model/progress.ts";
import { setUp, startSync } from "../model/setup.ts";
import { withBatch } from "../facts/state.ts";
import type { Batch } from "../facts/state.ts";

function create(call: Call) {
  const fresh: Batch = {
    id: call.newId(),
    createdMs: call.nowMs,
    name: "",
    workspaceId: call.fields.workspace_id as string,
    taskDetails: null,
    batchItems: null,
    instructionCount: 0,
    autoSyncEnabled: false,
    datasetIds: [],
    setups: [],
    syncs: [],
    script: {},
  };
  const batch = edited(call, fresh);
  const state = withBatch(call.state, batch);
  call.write(state);
  return jsonReply(201, createdBatchJson(batch, state, call.nowMs));
}

function update(call: Call) {
  const batch = batchOf(call);
  const status = batchStatusAt(batch, call.state, call.nowMs, "true");
  if ("dataset_id" in call.fields && status !== "UNINITIALISED") {
    // Not documented (API 11.16). Changing the data of existing tasks would make them meaningless.
    const detail = `Batch with ID ${batch.id} is in status ${status}; its dataset cannot be changed.`;
    throw new Refused(envelope(400, detail));
  }
  const changed = edited(call, batch);
  const state = withBatch(call.state, changed);
  call.write(state);
  return jsonReply(200, batchJson(changed, state, call.nowMs));
}

function duplicate(call: Call) {
  const batch = batchOf(call);
  const { name, upload_new_dataset: withoutDataset } = call.fields;
  const { copies, copiesLack = [], ...script } = batch.script;
  const copy: Batch = {
    ...batch,
    id: call.newId(),
    createdMs: call.nowMs,
    name: (name as string | undefined) ?? `${batch.name} (Copy)`,
    datasetIds: withoutDataset === true ? [] : batch.datasetIds,
    setups: [],
    syncs: [],
    script: { ...script, forcedStatus: null, ...copies },
    ...(copiesLack.includes("task_details") && { taskDetails: null }),
    ...(copiesLack.includes("layout") && {
      batchItems: null,
      instructionCount: 0,
    }),
  };
  const state = withBatch(call.state, copy);
  call.write(state);
  return jsonReply(201, createdBatchJson(copy, state, call.nowMs));
}

function setup(call: Call) {
  const batch = batchOf(call);
  const { dataset_id, tasks_per_group } = call.fields;
  const asked = {
    datasetId: lowerCase(dataset_id),
    tasksPerGroup: (tasks_per_group as number | undefined) ?? 1,
  };
  call.write(setUp(call.state, batch, asked, call));
  // Zero bytes, as the service sends it (API 3.2).
  return { status: 202, headers: {}, body: "" };
}

function sync(call: Call) {
  const batch = batchOf(call);
  const job = startSync(call.state, batch, { ...call, id: call.newId() });
  call.write(withBatch(call.state, { ...batch, syncs: [...batch.syncs, job] }));
  const queued = {
    status: "queued",
    sinceMs: call.nowMs,
    counts: null,
  } as const;
  return jsonReply(202, syncJson(batch, { sync: job, ...queued }));
}

function readSync(call: Call) {
  const batch = batchOf(call);
  const { syncs } = progressAt(batch, call.state, call.nowMs);
  const job = syncs.find(
    ({ sync: { id, visibleMs } }) =>
      id === call.ids.sync_id && call.nowMs >= visibleMs,
  );
  return job === undefined ? notFound() : jsonReply(200, syncJson(batch, job));
}

const reading =
  (read: (batch: Batch, call: Call) => unknown): Answer =>
  (call) =>
    jsonReply(200, read(batchOf(call), call));

/** The endpoints of API 3, by the ids of the document. */
export const batchAnswers: Readonly<Record<string, Answer>> = {
  "create-task-builder-batch": create,
  "get-task-builder-batches": list,
  "get-task-builder-batch": reading((batch, { state, nowMs }) =>
    batchJson(batch, state, nowMs),
  ),
  "update-task-builder-batch": update,
  "get-task-builder-batch-status": reading((batch, { state, nowMs }) => ({
    status: batchStatusAt(batch, state, nowMs),
  })),
  "setup-task-builder-batch": setup,
  "sync-task-builder-batch": sync,
  "get-batch-sync-status": readSync,
  "duplicate-task-builder-batch": duplicate,
  "x-list-batch-task-groups": reading((batch, { state, nowMs }) =>
    idsOf(batch, "group", progressAt(batch, state, nowMs).groupCount),
  ),
  "x-list-batch-tasks": reading((batch, { state, nowMs }) =>
    idsOf(batch, "task", progressAt(batch, state, nowMs).taskCount),
  ),
};
