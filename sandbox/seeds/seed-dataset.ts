import { groupField } from "../facts/dataset-facts.ts";
import type {
  Dataset,
  DatasetSchema,
  DatasetScript,
  DatasetStatus,
} from "../facts/dataset-facts.ts";
import {
  identityOf,
  noIdentities,
  withIdentities,
} from "../facts/identities.ts";
import { importFrom } from "./seed-import.ts";
import type { ImportOptions } from "./seed-import.ts";
import { groupKeys, yesterday } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";

/** A dataset of the initial state. Plain JSON. Every field has a default. */
export interface DatasetOptions {
  readonly id?: string;
  readonly name?: string;
  readonly workspaceId?: string;
  /** Default 4. */
  readonly version?: 3 | 4;
  /** `schema_version` as written in the JSON: 3, "3", 4, "4", 5, …. `null` leaves it out. Default: the version as a number. */
  readonly schemaVersion?: number | string | null;
  /**
   * How many datapoints it holds. Default 7, or 0 when `imports` are given. A V4 dataset without `imports`
   * gets one complete import that brought them all; with `imports: []` they were appended.
   */
  readonly datapoints?: number;
  /**
   * The data decides the groups (API 2.5): how many, datapoints dealt out in turn, or one key a datapoint.
   */
  readonly groups?: number | readonly string[];
  /** V3: status now. Default READY, or UNINITIALISED without datapoints. */
  readonly status?: DatasetStatus;
  /** V3 that is PROCESSING: for how long, and where it ends (default READY). */
  readonly readyAfterMs?: number;
  readonly endsIn?: "READY" | "ERROR";
  /** V3: default `reviews.csv`, or none without datapoints. */
  readonly filename?: string | null;
  /** V4: `null` for no schema yet. */
  readonly schema?: DatasetSchema | null;
  /** V4: oldest first (the API shows the newest first). */
  readonly imports?: readonly ImportOptions[];
  /** A setup accepts a dataset with only `partial` imports. Default false (API 11.9). */
  readonly setupTakesPartial?: boolean;
  /** Every request for the dataset is answered with 403. */
  readonly forbidden?: boolean;
  /** How it behaves later. */
  readonly script?: DatasetScript;
}

export const workspace = "65a1b2c3d4e5f60718293a4b";

/** Makes a dataset from its options. */
export function datasetFrom(
  options: DatasetOptions,
  around: Surroundings,
): Dataset {
  const version = options.version ?? 4;
  const count = options.datapoints ?? (options.imports === undefined ? 7 : 0);
  const wholeImport =
    version === 4 && options.imports === undefined && count > 0;
  const imports = wholeImport ? [{ accepted: count }] : (options.imports ?? []);
  const status = options.status ?? (count > 0 ? "READY" : "UNINITIALISED");
  const processing = version === 3 && status === "PROCESSING";
  const untilMs = processing
    ? around.nowMs + (options.readyAfterMs ?? around.timing.datasetMs)
    : -Infinity;
  const ends = processing ? (options.endsIn ?? "READY") : status;
  const loose = wholeImport || (version === 3 && ends !== "READY") ? 0 : count;
  const schema =
    options.schema === undefined && version === 4
      ? schemaFor(options.groups !== undefined)
      : (options.schema ?? null);
  const jobs = imports.map((job) =>
    importFrom(job, { groups: options.groups, schema }, around),
  );
  const known = jobs
    .filter(({ endMs }) => endMs < Infinity)
    .flatMap(({ records }) => records ?? []);
  const defaultFile = count > 0 ? "reviews.csv" : null;
  return {
    id: (options.id ?? around.newId()).toLowerCase(),
    createdMs: yesterday(around),
    name: options.name ?? "Reviews",
    workspaceId: options.workspaceId ?? workspace,
    version,
    schemaVersion:
      options.schemaVersion === undefined ? version : options.schemaVersion,
    status: ends,
    untilMs,
    filename: options.filename === undefined ? defaultFile : options.filename,
    unseen: null,
    schema,
    imports: jobs,
    migrations: [],
    uploads: [],
    datapoints: [
      {
        atMs: untilMs,
        count: loose,
        keys: groupKeys(options.groups, loose, 0),
        via: "seed",
        records: null,
      },
    ],
    imported: withIdentities(noIdentities, new Set(known.map(identityOf))),
    appended: noIdentities,
    grouped: options.groups !== undefined || groupField(schema) !== null,
    setupTakesPartial: options.setupTakesPartial ?? false,
    forbidden: options.forbidden ?? false,
    script: options.script ?? {},
  };
}

function schemaFor(grouped: boolean): DatasetSchema {
  return {
    strict: false,
    fields: {
      text: { type: "text", label: "Review" },
      origin: { type: "metadata" },
      ...(grouped && { thread: { type: "task_group_id" } }),
    },
  };
}
