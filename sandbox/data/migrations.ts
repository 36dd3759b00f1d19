/** Changes the schema of a V4 dataset, which starts a migration (API 4.3). */
import { datapointCountAt } from "./counts.ts";
import { withSchema } from "./imports.ts";
import { groupField } from "../facts/dataset-facts.ts";
import type {
  Dataset,
  DatasetSchema,
  Migration,
} from "../facts/dataset-facts.ts";
import type { Timing } from "../facts/timing.ts";
import { envelope } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";

interface World {
  readonly nowMs: number;
  readonly timing: Timing;
  readonly newId: () => string;
}

/**
 * `PATCH /datasets/{dataset_id}`: the dataset with its schema, and the migration that the change starts. The first schema
 * starts none.
 *
 * @throws Refused with 400 for a V3 dataset, for a group field that moves under data, and for several of them.
 */
export function changeSchema(
  dataset: Dataset,
  schema: DatasetSchema,
  { nowMs, timing, newId }: World,
): { dataset: Dataset; migration: Migration | null } {
  refuseGroups(schema);
  if (dataset.version !== 4) {
    throw new Refused(envelope(400, "Only V4 datasets have a schema."));
  }
  if (dataset.schema === null) {
    const released = withSchema(dataset, schema, { ...timing, nowMs });
    return { dataset: released, migration: null };
  }
  const datapoints = datapointCountAt(dataset, nowMs);
  if (datapoints > 0 && groupField(schema) !== groupField(dataset.schema)) {
    const detail =
      "The task_group_id field cannot change once there are datapoints.";
    throw new Refused(envelope(400, { schema: [detail] }));
  }
  const { script } = dataset;
  const migration: Migration = {
    id: newId(),
    createdMs: nowMs,
    endMs: nowMs + (script.migrationMs ?? timing.migrationMs),
    schemaNumber: dataset.migrations.length + 2,
    datapoints,
    endsIn: script.migrationEndsIn ?? "complete",
  };
  const migrations = [...dataset.migrations, migration];
  const grouped = groupField(schema) !== null;
  return { dataset: { ...dataset, schema, grouped, migrations }, migration };
}

/** The one limit of a schema that the document cannot express (API 2.4). */
export function refuseGroups(schema: DatasetSchema): void {
  const groups = Object.values(schema.fields).filter(
    ({ type }) => type === "task_group_id",
  );
  if (groups.length > 1) {
    const detail = "Has several task_group_id fields.";
    throw new Refused(envelope(400, { schema: [detail] }));
  }
}

/** True while a migration is running. Appends are refused then (API 4.2). */
export function isMigrating(dataset: Dataset, nowMs: number): boolean {
  return dataset.migrations.some(({ endMs }) => nowMs < endMs);
}

/** The migration job as the API shows it. */
export function migrationJson(
  dataset: Dataset,
  job: Migration,
  nowMs: number,
): Record<string, unknown> {
  const ended = nowMs >= job.endMs;
  const complete = ended && job.endsIn === "complete";
  const failed = ended && job.endsIn === "failed";
  return {
    dataset_id: dataset.id,
    job_id: job.id,
    schema_version: job.schemaNumber,
    created_at: new Date(job.createdMs).toISOString(),
    updated_at: new Date(ended ? job.endMs : job.createdMs).toISOString(),
    status: ended ? job.endsIn : "processing",
    ...(complete && { reprocessed_count: job.datapoints }),
    ...(failed && { reason: "The datapoints could not be migrated." }),
  };
}
