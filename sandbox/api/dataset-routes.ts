import { append } from "./append.ts";
import { datasetOf, notFound } from "./calls.ts";
import type { Answer, Call } from "./calls.ts";
import { uploadUrl } from "./uploads.ts";
import { groupField } from "../facts/dataset-facts.ts";
import type { Dataset, DatasetSchema } from "../facts/dataset-facts.ts";
import { noIdentities } from "../facts/identities.ts";
import { withDataset } from "../facts/state.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import { datasetJson, datasetStatusAt } from "../data/datasets.ts";
import { importJson } from "../data/imports.ts";
import {
  changeSchema,
  migrationJson,
  refuseGroups,
} from "../data/migrations.ts";

/** Creates a V4 dataset with a schema, or a V3 dataset without one (API 2.3). */
function create(call: Call) {
  const { fields } = call;
  const schema = (fields.schema as DatasetSchema | undefined) ?? null;
  if (schema !== null) {
    refuseWithoutFeature(call);
    refuseGroups(schema);
  }
  const version = schema === null ? 3 : 4;
  const dataset: Dataset = {
    id: call.newId(),
    createdMs: call.nowMs,
    name: fields.name as string,
    workspaceId: fields.workspace_id as string,
    version,
    schemaVersion: version,
    status: "UNINITIALISED",
    untilMs: call.nowMs,
    filename: null,
    unseen: null,
    schema,
    imports: [],
    migrations: [],
    uploads: [],
    datapoints: [],
    imported: noIdentities,
    appended: noIdentities,
    grouped: groupField(schema) !== null,
    setupTakesPartial: false,
    forbidden: false,
    script: { importsRecognised: call.importsRecognised },
  };
  call.write(withDataset(call.state, dataset));
  return jsonReply(201, datasetJson(dataset, call.nowMs));
}

/** The real text is not known. A test fixture of the CLI has a text about permission (API 11.38). */
function refuseWithoutFeature({ workspace }: Call): void {
  const status = workspace.v4Refusal ?? null;
  if (status === null) return;
  const detail = "You do not have permission to use this feature.";
  throw new Refused(envelope(status, detail));
}

function update(call: Call) {
  const schema = call.fields.schema as DatasetSchema;
  const { dataset, migration } = changeSchema(datasetOf(call), schema, call);
  call.write(withDataset(call.state, dataset));
  return jsonReply(200, {
    ...datasetJson(dataset, call.nowMs),
    ...(migration !== null && { migration_job_id: migration.id }),
  });
}

function readMigration(call: Call) {
  const dataset = datasetOf(call);
  const job = dataset.migrations.find(({ id }) => id === call.ids.job_id);
  return job === undefined
    ? notFound()
    : jsonReply(200, migrationJson(dataset, job, call.nowMs));
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

/** The endpoints of API 4, by the ids of the document. */
export const datasetAnswers: Readonly<Record<string, Answer>> = {
  "create-task-builder-dataset": create,
  "get-task-builder-dataset": (call) =>
    jsonReply(200, datasetJson(datasetOf(call), call.nowMs)),
  "update-task-builder-dataset": update,
  // `null` for a V4 dataset, which has no status. What Prolific responds is not known (API 11.11).
  "get-task-builder-dataset-status": (call) =>
    jsonReply(200, { status: datasetStatusAt(datasetOf(call), call.nowMs) }),
  "get-dataset-upload-url": uploadUrl,
  "get-dataset-import-status": readImport,
  "append-dataset-datapoints": append,
  "get-schema-migration-status": readMigration,
};
