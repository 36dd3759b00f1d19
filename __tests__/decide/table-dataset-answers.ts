/** The possible results of the steps with the dataset. */
import type {
  Dataset,
  DatasetV3,
  DatasetV4,
  ImportJob,
} from "../../src/prolific/schema.ts";
import type { Known } from "../../src/view.ts";
import { OTHER_NAME, nameOf } from "./table-found.ts";
import { type Run, type State, fresh, one, remembered } from "./table-world.ts";
import * as make from "./views.ts";

export type Answer =
  | {
      readonly learned: Partial<Known>;
      /** The dataset at Prolific after a step that does not return it. */
      readonly dataset?: Dataset;
    }
  /** The step throws: the run ends red. */
  | "red";

export const sawDataset = (dataset: Dataset): Answer => ({
  learned: { dataset: fresh(dataset) },
});

/** The possible next states of a dataset. */
export function after(before: Dataset, state: State, run: Run): Dataset[] {
  return before.version === 3
    ? afterV3(before, state, run)
    : movedOn(before, run.size.rows);
}

function afterV3(before: DatasetV3, { known }: State, run: Run): Dataset[] {
  const { status, filename } = before;
  if (status === "READY" || status === "ERROR") return [];
  return processed(
    before,
    known.uploaded ? nameOf(run) : (filename ?? OTHER_NAME),
    run.size.rows,
  );
}

function processed(
  before: DatasetV3,
  filename: string,
  rows: number,
): Dataset[] {
  return (
    [
      { status: "READY", totalDatapointCount: rows },
      { status: "ERROR", totalDatapointCount: 0 },
      { status: "READY", totalDatapointCount: 0 },
      { status: "PROCESSING", totalDatapointCount: 0 },
    ] as const
  ).map((result) => one({ ...before, ...result, filename }));
}

const movedOn = remembered((before: DatasetV4, records: number): Dataset[] =>
  afterV4(before, records).map(one),
);

/** The first import that can continue does, or somebody else uploads a file. */
function afterV4(before: DatasetV4, records: number): DatasetV4[] {
  const { imports } = before;
  const moving = imports.find(({ status }) =>
    ["queued", "processing", "uninitialised"].includes(status),
  );
  if (moving?.status === "uninitialised") {
    return [withJob(before, { ...moving, status: "queued" })];
  }
  if (moving) {
    return (["complete", "failed", "partial"] as const).map((status) =>
      ended(before, { ...moving, status }, records),
    );
  }
  if (imports.length !== 1 || imports[0]?.status !== "complete") return [];
  const filename = "of-somebody-else-eeeeeeeeeeee.csv";
  const started = make.job("processing", { id: "of-somebody-else", filename });
  return [{ ...before, imports: [started, ...imports] }];
}

function ended(dataset: DatasetV4, job: ImportJob, records: number): DatasetV4 {
  const adds = job.status === "complete" || job.status === "partial";
  const grown = withDatapoints(
    dataset,
    dataset.totalDatapointCount + (adds ? records : 0),
  );
  return withJob(grown, { ...job, acceptedCount: records });
}

export function withJob(dataset: DatasetV4, job: ImportJob): DatasetV4 {
  const known = dataset.imports.some(({ id }) => id === job.id);
  const imports = known
    ? dataset.imports.map((other) => (other.id === job.id ? job : other))
    : [job, ...dataset.imports];
  return { ...dataset, imports };
}

export function withDatapoints<T extends Dataset>(
  dataset: T,
  count: number,
): T {
  return { ...dataset, totalDatapointCount: count };
}

export function lookedFor(
  dataset: Dataset,
  jobs: readonly ImportJob[],
  known: Known,
  { size }: Run,
): Answer[] {
  const ids = dataset.version === 3 ? [dataset.id] : jobs.map(({ id }) => id);
  const abandoned = [...known.abandoned, ...ids];
  const arrived = arrivedIn(dataset, jobs, size.rows);
  return [
    { learned: { abandoned, dataset: fresh(dataset) } },
    ...arrived.map(sawDataset),
    ...arrived.map((late) => ({
      learned: { abandoned, dataset: fresh(late) },
    })),
  ];
}

function arrivedIn(
  dataset: Dataset,
  jobs: readonly ImportJob[],
  rows: number,
): Dataset[] {
  if (dataset.version === 3) {
    const { filename = OTHER_NAME } = dataset;
    return processed(dataset, filename, rows);
  }
  const [job] = jobs;
  if (!job) return [];
  return (["processing", "complete", "failed"] as const).map((status) =>
    one(withJob(dataset, { ...job, status, acceptedCount: rows })),
  );
}
