import { append } from "./append.ts";
import { groupField } from "./dataset-facts.ts";
import type { Dataset, DatasetSchema } from "./dataset-facts.ts";
import { datasetJson, datasetStatusAt } from "./datasets.ts";
import { jsonReply } from "./error-bodies.ts";
import { importJson } from "./imports.ts";
import { datasetSchema, readFields, text } from "./request-bodies.ts";
import { datasetOf, notFound } from "./calls.ts";
import type { Call, Route } from "./calls.ts";
import { noIdentities } from "./identities.ts";
import { withDataset } from "./state.ts";
import { uploadUrl } from "./uploads.ts";

const base = "/api/v1/data-collection/datasets";

/** With a schema the new dataset is V4, without one V3 (API 2.3). */
function create(call: Call) {
  const fields = readFields(
    call,
    { name: text, workspace_id: text, schema: datasetSchema },
    ["name", "workspace_id"],
  );
  const schema = (fields.schema as DatasetSchema | undefined) ?? null;
  const version = schema === null ? 3 : 4;
  const dataset: Dataset = {
    id: call.newId(),
    createdMs: call.nowMs,
    name: fields.name as string,
    workspaceId: fields.workspace_id as string,
    version,
    schemaVersion: String(version),
    status: "UNINITIALISED",
    untilMs: call.nowMs,
    filename: null,
    schema,
    imports: [],
    uploads: [],
    datapoints: [],
    imported: noIdentities,
    appended: noIdentities,
    grouped: groupField(schema) !== null,
    setupTakesPartial: false,
    forbidden: false,
    script: {},
  };
  call.write(withDataset(call.state, dataset));
  return jsonReply(201, datasetJson(dataset, call.nowMs));
}

function readImport(call: Call) {
  const dataset = datasetOf(call);
  const job = dataset.imports.find(
    ({ id, visibleMs }) => id === call.ids.import_id && call.nowMs >= visibleMs,
  );
  return job === undefined
    ? notFound()
    : jsonReply(200, importJson(dataset, job, call.nowMs));
}

/** The endpoints of API 4. */
export const datasetRoutes: readonly Route[] = [
  { method: "POST", path: base, answer: create },
  {
    method: "GET",
    path: `${base}/{dataset_id}`,
    answer: (call) => jsonReply(200, datasetJson(datasetOf(call), call.nowMs)),
  },
  {
    method: "GET",
    path: `${base}/{dataset_id}/status`,
    // `null` for a V4 dataset, which has no status; what Prolific answers there is not known (API 11.11).
    answer: (call) =>
      jsonReply(200, {
        status: datasetStatusAt(datasetOf(call), call.nowMs),
      }),
  },
  {
    method: "GET",
    path: `${base}/{dataset_id}/imports/{import_id}`,
    answer: readImport,
  },
  {
    method: "GET",
    path: `${base}/{dataset_id}/upload-url/{filename}`,
    answer: uploadUrl,
  },
  { method: "POST", path: `${base}/{dataset_id}/datapoints`, answer: append },
];
