/** Every batch and every dataset that a run may find. */
import type {
  Batch,
  BatchStatus,
  Dataset,
  ImportJob,
  ImportStatus,
} from "../../src/prolific/schema.ts";
import {
  type Attached,
  type BatchParts,
  type Run,
  FEW,
  MANY,
  OF_OTHER_DATASET,
  REPEATED,
  attachedTo,
  batchOf,
  one,
} from "./table-world.ts";
import * as make from "./views.ts";

/** Every batch that a run may find. Fewer for a run that only differs in the name of its dataset or file. */
export function batchesFound({ inputs, format, size }: Run): Batch[] {
  const { rows } = size;
  const isGiven = inputs.datasetId !== undefined;
  const isSpecial = format === "jsonl" || size === MANY || size === REPEATED;
  const known = ["none", "both"] as const;
  const tasks = [rows, 0, rows - 1, 2 * rows, 2 * rows + 1];
  const attachedWith = (attached: Attached, numbers: readonly number[]) =>
    foundWith(attached, numbers, rows);
  const ready = found("this", "READY", rows);
  const withBoth = [rows + OF_OTHER_DATASET];
  return [
    ...attachedWith(
      "this",
      isGiven || isSpecial ? [rows - 1, 2 * rows + 1] : tasks,
    ),
    batchOf({ ...ready, tasks: rows, groups: 0 }),
    ...(format && !isGiven
      ? [batchOf({ ...ready, tasks: rows, autoSync: true })]
      : []),
    ...(isSpecial ? [] : known).flatMap((attached) =>
      attachedWith(attached, withBoth),
    ),
    ...(isGiven ? attachedWith("other", withBoth) : []),
    ...(isGiven && !isSpecial ? attachedWith("vague", withBoth) : []),
  ];
}

/** @param tasks of a READY batch: fewer, as many and more than the datapoints, before and after they grow. */
function foundWith(
  attached: Attached,
  tasks: readonly number[],
  rows: number,
): Batch[] {
  const ready = found(attached, "READY", rows);
  return [
    ...(["UNINITIALISED", "PROCESSING", "ERROR"] as const).map((status) =>
      batchOf(found(attached, status, rows)),
    ),
    ...tasks.map((n) => batchOf({ ...ready, tasks: n })),
  ];
}

function found(
  attached: Attached,
  status: BatchStatus,
  datapoints: number,
): BatchParts {
  const counts = { tasks: 0, groups: undefined, datapoints };
  return { attached, status, autoSync: false, ...counts };
}

export const OTHER_NAME = "others-ffffffffffff.csv";

/** The name of the committed file at Prolific. */
export function nameOf({ format = "csv" }: Run): string {
  return make.NAME.replace("csv", format);
}

/** The same content, uploaded when the file had another name. */
function renamed(run: Run): string {
  return nameOf(run).replace("reviews", "before");
}

/** Whether it is a name of the committed content. */
export function isOfFile(filename: string | undefined, run: Run): boolean {
  return filename === nameOf(run) || filename === renamed(run);
}

/** Every dataset that a run may find. Fewer if the batch or the inputs are special. */
export function datasetsFound(run: Run, batch: Batch): Dataset[] {
  const { inputs, format, size } = run;
  const isPlain =
    inputs.datasetId === undefined &&
    inputs.extraDatapoints === "stop" &&
    (format === undefined || format === "csv") &&
    (size === FEW || batch.status !== "PROCESSING") &&
    attachedTo(batch) === "this" &&
    !batch.autoSyncEnabled &&
    (batch.status !== "READY" || batch.totalTaskCount === size.rows);
  const isUsual = inputs.wait && inputs.ifReady === "auto";
  if (isPlain && isUsual && size === FEW) {
    return [
      ...pool(run, ALL_LISTS, true),
      ...pool(run, SOME_LISTS, false),
      ...poolV3(run),
    ];
  }
  return [
    ...pool(run, isPlain ? SOME_LISTS : FEW_LISTS, true),
    ...pool(run, ["other:complete"], false),
    ...poolV3(run).filter((_, at) => at % 5 === 0),
  ];
}

/** Datapoints of a dataset that a run finds. */
const countsOf = ({ size }: Run) => [size.rows, 0];

function poolV3(run: Run): Dataset[] {
  const names = [nameOf(run), OTHER_NAME, undefined, renamed(run)];
  const statuses = ["READY", "UNINITIALISED", "PROCESSING", "ERROR"] as const;
  return statuses.flatMap((status) =>
    names.flatMap((filename) =>
      countsOf(run).map((totalDatapointCount) =>
        one(make.v3({ status, filename, totalDatapointCount })),
      ),
    ),
  );
}

function pool(run: Run, lists: readonly string[], schema: boolean): Dataset[] {
  const more = schema ? {} : { schema: undefined };
  return lists.flatMap((words) => {
    const jobs = words.split(" ").filter(Boolean);
    const imports = jobs.map((job, at) => jobOf(run, job, at));
    return countsOf(run).map((totalDatapointCount) =>
      one(make.v4({ imports, totalDatapointCount, ...more })),
    );
  });
}

/** For example "this:partial" or "other:queued". "barren" is partial with no accepted records. */
function jobOf(run: Run, words: string, at: number): ImportJob {
  const [whose = "", word = ""] = words.split(":");
  const status = (word === "barren" ? "partial" : word) as ImportStatus;
  const filename = {
    ...{ this: nameOf(run), renamed: renamed(run), other: OTHER_NAME },
  }[whose];
  const acceptedCount = word === "barren" ? 0 : run.size.rows;
  return make.job(status, { id: `${whose}-${at}`, filename, acceptedCount });
}

const WORDS = [
  ...["uninitialised", "queued", "processing", "complete"],
  ...["partial", "barren", "failed", "pending_schema"],
];

/** The imports of a dataset, newest first. */
const SOME_LISTS = [
  ...["", "this:complete", "this:processing", "other:complete"],
  ...["this:uninitialised other:complete", "other:queued other:complete"],
  ...["this:failed other:partial"],
];

const FEW_LISTS = ["", "this:complete", "this:failed other:complete"];

const ALL_LISTS = [
  "",
  ...WORDS.flatMap((word) => [`this:${word}`, `other:${word}`]),
  ...["nobody:complete", "nobody:queued", "renamed:complete"],
  ...["this:uninitialised renamed:processing", "renamed:failed other:partial"],
  ...["this:uninitialised", "this:failed", "this:complete"].flatMap((ours) =>
    ["complete", "partial", "queued", "uninitialised"].flatMap((word) => [
      `${ours} other:${word}`,
      `other:${word} ${ours}`,
    ]),
  ),
  ...["this:failed this:complete", "this:uninitialised this:uninitialised"],
  ...["this:partial other:processing", "other:failed other:partial"],
  ...["other:processing other:queued", "other:pending_schema other:complete"],
  "this:uninitialised other:processing other:complete",
];
