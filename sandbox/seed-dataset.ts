import type {
  Dataset,
  DatasetSchema,
  DatasetStatus,
  Import,
  ImportError,
  ImportStatus,
  Timing,
} from "./state.ts";

/** A dataset to start with. Plain JSON; every field has a default. */
export interface DatasetOptions {
  readonly id?: string;
  readonly name?: string;
  readonly workspaceId?: string;
  /** Default 4. */
  readonly version?: 3 | 4;
  /** `schema_version` as written into the JSON: 3, "3", 4, "4", 5, …; `null` leaves it out. Default the version as a string. */
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
  /** V4: `null` for none yet. */
  readonly schema?: DatasetSchema | null;
  /** V4: oldest first (the API shows the newest first). */
  readonly imports?: readonly ImportOptions[];
  /** Setup takes a dataset whose finished imports are all `partial`. Default false (API 11.9). */
  readonly setupTakesPartial?: boolean;
  /** Every request for the dataset is answered 403. */
  readonly forbidden?: boolean;
}

/** An import job to start with. It is `queued`, then `processing`, then `status`. */
export interface ImportOptions {
  readonly id?: string;
  readonly filename?: string | null;
  /** Where it ends; `uninitialised`, `queued` and `processing` never end. Default `complete`. */
  readonly status?: ImportStatus;
  /** Default 0 and 0: it has ended already. */
  readonly queuedMs?: number;
  readonly processingMs?: number;
  /** `accepted_count`, duplicates included. Default 7, or 0 when nothing was ingested. */
  readonly accepted?: number;
  readonly duplicates?: number;
  /** `rejected_count`. Default the number of `errors`. */
  readonly rejected?: number;
  readonly errors?: readonly ImportError[];
  readonly reason?: string;
}

/** What a new thing in the sandbox needs from its surroundings. */
export interface Surroundings {
  readonly nowMs: number;
  readonly newId: () => string;
  readonly timing: Timing;
}

export const workspace = "65a1b2c3d4e5f60718293a4b";
const dayMs = 86_400_000;

/** Seeded things were made a day ago, so that a reader that lags behind still finds them. */
export const yesterday = ({ nowMs }: Surroundings): number => nowMs - dayMs;

/** Group keys for `count` datapoints that come after `before` others. */
export function groupKeys(
  groups: number | readonly string[] | undefined,
  count: number,
  before: number,
): readonly string[] | null {
  if (groups === undefined) return null;
  return Array.from({ length: count }, (_, index) =>
    typeof groups === "number"
      ? `group-${((before + index) % groups) + 1}`
      : (groups[index] ?? ""),
  );
}

function importFrom(
  options: ImportOptions,
  groups: DatasetOptions["groups"],
  around: Surroundings,
): Import {
  const queuedMs = options.queuedMs ?? 0;
  const processingMs = options.processingMs ?? 0;
  const endsIn = options.status ?? "complete";
  const brings = endsIn === "complete" || endsIn === "partial";
  const acceptedCount = options.accepted ?? (brings ? 7 : 0);
  const running = queuedMs + processingMs > 0;
  return {
    id: options.id ?? around.newId(),
    filename:
      options.filename === undefined ? "reviews.jsonl" : options.filename,
    createdMs: running ? around.nowMs : yesterday(around),
    queuedMs,
    processingMs,
    endsIn,
    acceptedCount,
    rejectedCount: options.rejected ?? options.errors?.length ?? 0,
    duplicateCount: options.duplicates ?? null,
    errors: options.errors ?? [],
    reason: options.reason ?? "The file could not be read.",
    keys: groupKeys(groups, acceptedCount, 0),
  };
}

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
  const defaultFile = count > 0 ? "reviews.csv" : null;
  return {
    id: (options.id ?? around.newId()).toLowerCase(),
    createdMs: yesterday(around),
    name: options.name ?? "Reviews",
    workspaceId: options.workspaceId ?? workspace,
    version,
    schemaVersion:
      options.schemaVersion === undefined
        ? String(version)
        : options.schemaVersion,
    status: ends,
    untilMs,
    filename: options.filename === undefined ? defaultFile : options.filename,
    schema:
      options.schema === undefined && version === 4
        ? schemaFor(options.groups !== undefined)
        : (options.schema ?? null),
    imports: imports.map((job) => importFrom(job, options.groups, around)),
    datapoints: [
      {
        atMs: untilMs,
        count: loose,
        keys: groupKeys(options.groups, loose, 0),
      },
    ],
    grouped: options.groups !== undefined,
    setupTakesPartial: options.setupTakesPartial ?? false,
    forbidden: options.forbidden ?? false,
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
