import {
  batchJson,
  batchStatusAt,
  createdBatchJson,
  idsOf,
  syncJson,
} from "./batches.ts";
import { edited, editable, lowerCase } from "./batch-edits.ts";
import { batchOf, notFound } from "./calls.ts";
import type { Call, Route } from "./calls.ts";
import { envelope, jsonReply } from "./error-bodies.ts";
import { progressAt } from "./progress.ts";
import {
  bool,
  positiveInteger,
  readFields,
  Refused,
  text,
  uuid,
} from "./request-bodies.ts";
import { setUp, startSync } from "./setup.ts";
import { withBatch } from "./state.ts";
import type { Batch } from "./state.ts";

const base = "/api/v1/data-collection/batches";

function create(call: Call) {
  const fields = readFields(call, { ...editable, workspace_id: text }, [
    "name",
    "workspace_id",
    "task_details",
  ]);
  const fresh: Batch = {
    id: call.newId(),
    createdMs: call.nowMs,
    name: "",
    workspaceId: fields.workspace_id as string,
    taskDetails: null,
    batchItems: null,
    instructionCount: 0,
    autoSyncEnabled: false,
    datasetIds: [],
    setups: [],
    syncs: [],
    script: {},
  };
  const batch = edited(call, fresh, fields);
  call.write(withBatch(call.state, batch));
  return jsonReply(201, createdBatchJson(batch, call.state, call.nowMs));
}

function update(call: Call) {
  const batch = batchOf(call);
  const fields = readFields(call, editable);
  const status = batchStatusAt(batch, call.state, call.nowMs, "true");
  if ("dataset_id" in fields && status !== "UNINITIALISED") {
    // Not documented (API 11.16). Changing the data under existing tasks would make nonsense of them.
    const detail = `Batch with ID ${batch.id} is in status ${status}; its dataset cannot be changed.`;
    throw new Refused(envelope(400, detail));
  }
  const changed = edited(call, batch, fields);
  const state = withBatch(call.state, changed);
  call.write(state);
  return jsonReply(200, batchJson(changed, state, call.nowMs));
}

function duplicate(call: Call) {
  const batch = batchOf(call);
  const fields =
    call.body === ""
      ? {}
      : readFields(call, { name: text, upload_new_dataset: bool });
  const copy: Batch = {
    ...batch,
    id: call.newId(),
    createdMs: call.nowMs,
    name: (fields.name as string | undefined) ?? `${batch.name} (Copy)`,
    datasetIds: fields.upload_new_dataset === true ? [] : batch.datasetIds,
    setups: [],
    syncs: [],
  };
  call.write(withBatch(call.state, copy));
  return jsonReply(201, createdBatchJson(copy, call.state, call.nowMs));
}

function setup(call: Call) {
  const batch = batchOf(call);
  const fields = readFields(call, {
    dataset_id: uuid,
    tasks_per_group: positiveInteger,
  });
  const tasksPerGroup = fields.tasks_per_group as number | undefined;
  const asked = {
    datasetId: lowerCase(fields.dataset_id),
    tasksPerGroup: tasksPerGroup ?? 1,
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

const reading = (read: (batch: Batch, call: Call) => unknown) => (call: Call) =>
  jsonReply(200, read(batchOf(call), call));

/** The endpoints of API 3. */
export const batchRoutes: readonly Route[] = [
  { method: "POST", path: base, answer: create },
  {
    method: "GET",
    path: `${base}/{batch_id}`,
    answer: reading((batch, { state, nowMs }) =>
      batchJson(batch, state, nowMs),
    ),
  },
  { method: "PATCH", path: `${base}/{batch_id}`, answer: update },
  {
    method: "GET",
    path: `${base}/{batch_id}/status`,
    answer: reading((batch, { state, nowMs }) => ({
      status: batchStatusAt(batch, state, nowMs),
    })),
  },
  { method: "POST", path: `${base}/{batch_id}/setup`, answer: setup },
  { method: "POST", path: `${base}/{batch_id}/sync`, answer: sync },
  {
    method: "GET",
    path: `${base}/{batch_id}/syncs/{sync_id}`,
    answer: readSync,
  },
  { method: "POST", path: `${base}/{batch_id}/duplicate`, answer: duplicate },
  {
    method: "GET",
    path: `${base}/{batch_id}/task-groups`,
    answer: reading((batch, { state, nowMs }) =>
      idsOf(batch, "group", progressAt(batch, state, nowMs).groupCount),
    ),
  },
  {
    method: "GET",
    path: `${base}/{batch_id}/tasks`,
    answer: reading((batch, { state, nowMs }) =>
      idsOf(batch, "task", progressAt(batch, state, nowMs).taskCount),
    ),
  },
];
