/** Creates views and inputs from the parts that matter to a test. */
import type { Brought, CheckedFile, Setup, View } from "../../src/view.ts";
import { lookAt, nothingKnown } from "../../src/view.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { DatasetFile, DatasetFormat } from "../../src/file/find.ts";
import type { Preflight } from "../../src/file/preflight.ts";
import type {
  Batch,
  DatasetV3,
  DatasetV4,
  ImportJob,
  ImportStatus,
} from "../../src/prolific/schema.ts";

export const BATCH_ID = "00000000-0000-4000-8000-00000000000b";
export const DATASET_ID = "00000000-0000-4000-8000-00000000000d";
/** Of the committed file at Prolific. */
export const NAME = "reviews-0123456789ab.csv";

export const INPUTS: Inputs = {
  batchId: BATCH_ID,
  datasetId: undefined,
  tasksPerGroup: undefined,
  wait: true,
  apiToken: "token",
  apiUrl: "https://api.prolific.com",
  timeoutMs: 1_800_000,
  pollIntervalMs: 15_000,
  datasetFile: "data/reviews.csv",
  ifReady: "auto",
  extraDatapoints: "stop",
  newBatch: "never",
  allowPartial: false,
  dryRun: false,
  workspace: "/workspace",
};

export function batch(more: Partial<Batch> = {}): Batch {
  return {
    id: BATCH_ID,
    name: "A batch",
    workspaceId: undefined,
    autoSyncEnabled: false,
    status: "UNINITIALISED",
    datasets: [{ id: DATASET_ID, totalDatapointCount: 3 }],
    totalTaskCount: 0,
    totalTaskGroups: undefined,
    totalInstructionCount: 2,
    hasLayout: false,
    createdAt: undefined,
    ...more,
  };
}

const DATASET = {
  id: DATASET_ID,
  name: "",
  groupsItself: false,
  totalDatapointCount: 3,
};

export function v3(more: Partial<DatasetV3> = {}): DatasetV3 {
  return {
    ...DATASET,
    version: 3,
    status: "READY",
    filename: undefined,
    ...more,
  };
}

export function v4(more: Partial<DatasetV4> = {}): DatasetV4 {
  const fields = new Map([["id", "text"]]);
  const schema = { strict: false, fields, json: { fields: {} } };
  return { ...DATASET, version: 4, imports: [], schema, ...more };
}

export function job(
  status: ImportStatus,
  more: Partial<ImportJob> = {},
): ImportJob {
  return {
    id: `id-${status}`,
    filename: undefined,
    status,
    acceptedCount: undefined,
    rejectedCount: undefined,
    duplicateCount: undefined,
    errors: [],
    reason: undefined,
    ...more,
  };
}

export function fileOf(format: DatasetFormat = "csv"): DatasetFile {
  return {
    path: `/workspace/data/reviews.${format}`,
    relativePath: `data/reviews.${format}`,
    name: `reviews.${format}`,
    stem: "reviews",
    format,
    bytes: 30,
    modifiedMs: 0,
  };
}

/** @param counts records and distinct records. Undefined if they are not counted. */
export function checkedFile(
  counts: Pick<Preflight, "records" | "distinct"> = { records: 3, distinct: 3 },
): CheckedFile {
  const checked = {
    sha256: "0123456789ab".padEnd(64, "0"),
    seals: [],
    repeats: [],
    repeatCount: 0,
    ...counts,
    columns: ["id"],
    defects: [],
    defectCount: 0,
  };
  return { file: fileOf(), checked, remoteName: NAME };
}

/** An import of three records into an empty dataset. */
export function brought(more: Partial<Brought> = {}): Brought {
  return {
    ...{ how: "import", version: 4, accepted: 3, rejected: 0, puts: 1 },
    ...{ duplicates: undefined, endedBefore: false, datapointsBefore: 0 },
    ...{ besideImport: false, ...more },
  };
}

/** A setup that somebody else sent. */
export const THEIRS: Setup = {
  ...{ by: "somebody_else", setups: 0, certain: true },
};

/** The batch and its dataset were read just now, and the file, if there is one, was checked. */
export function view(more: Partial<View> = {}): View {
  const found = more.batch?.value ?? batch();
  return {
    ...lookAt(nothingKnown(undefined), 0),
    found,
    batch: { value: found, ageMs: 0 },
    datasetId: DATASET_ID,
    ...more,
  };
}
