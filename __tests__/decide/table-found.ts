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
  RECORDS,
  attachedTo,
  batchOf,
  one,
} from "./table-world.ts";
import * as make from "./views.ts";

/** Every batch that a run may find; fewer for a run that differs in nothing else than how its dataset or file is named. */
export function batchesFound({ inputs, format }: Run): Batch[] {
  const isGiven = inputs.datasetId !== undefined;
  const isJsonl = format === "jsonl";
  const known = ["none", "both"] as const;
  return [
    ...foundWith("this", isGiven || isJsonl ? [1, 5] : [2, 0, 1, 4, 5]),
    batchOf({ ...found("this", "READY"), tasks: 2, groups: 0 }),
    ...(isJsonl ? [] : known).flatMap((attached) => foundWith(attached, [12])),
    ...(isGiven ? foundWith("other", [12]) : []),
    ...(isGiven && !isJsonl ? foundWith("vague", [12]) : []),
  ];
}

/** @param tasks of a READY batch: fewer, as many and more than the datapoints, before and after they grow. */
function foundWith(attached: Attached, tasks: readonly number[]): Batch[] {
  return [
    batchOf(found(attached, "UNINITIALISED")),
    batchOf(found(attached, "PROCESSING")),
    batchOf(found(attached, "ERROR")),
    ...tasks.map((n) => batchOf({ ...found(attached, "READY"), tasks: n })),
  ];
}

function found(attached: Attached, status: BatchStatus): BatchParts {
  const counts = { tasks: 0, groups: undefined, datapoints: RECORDS };
  return { attached, status, ...counts };
}

export const OTHER_NAME = "others-ffffffffffff.csv";

/** The name of the committed file at Prolific. */
export function nameOf({ format = "csv" }: Run): string {
  return make.NAME.replace("csv", format);
}

/** Every dataset that a run may find; a choice of them where the batch or the inputs are the special thing. */
export function datasetsFound(run: Run, batch: Batch): Dataset[] {
  const { inputs, format } = run;
  const isPlain =
    inputs.datasetId === undefined &&
    inputs.extraDatapoints === "stop" &&
    (format === undefined || format === "csv") &&
    attachedTo(batch) === "this" &&
    (batch.status !== "READY" || batch.totalTaskCount === RECORDS);
  if (isPlain && inputs.wait && inputs.ifReady === "auto") {
    return [...pool(run, MANY, true), ...pool(run, FEW, false), ...poolV3(run)];
  }
  return [
    ...pool(run, isPlain ? FEW : FEWER, true),
    ...pool(run, ["other:complete"], false),
    ...poolV3(run).filter((_, at) => at % 5 === 0),
  ];
}

const COUNTS = [RECORDS, 0];

function poolV3(run: Run): Dataset[] {
  const names = [nameOf(run), OTHER_NAME, undefined];
  const statuses = ["READY", "UNINITIALISED", "PROCESSING", "ERROR"] as const;
  return statuses.flatMap((status) =>
    names.flatMap((filename) =>
      COUNTS.map((totalDatapointCount) =>
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
    return COUNTS.map((totalDatapointCount) =>
      one(make.v4({ imports, totalDatapointCount, ...more })),
    );
  });
}

/** Such as "this:partial" or "other:queued"; "barren" is partial, too, with nothing accepted. */
function jobOf(run: Run, words: string, at: number): ImportJob {
  const [whose = "", word = ""] = words.split(":");
  const status = (word === "barren" ? "partial" : word) as ImportStatus;
  const filename = { this: nameOf(run), other: OTHER_NAME }[whose];
  const acceptedCount = word === "barren" ? 0 : RECORDS;
  return make.job(status, { id: `${whose}-${at}`, filename, acceptedCount });
}

const WORDS = [
  ...["uninitialised", "queued", "processing", "complete"],
  ...["partial", "barren", "failed", "pending_schema"],
];

/** The imports of a dataset, newest first. */
const FEW = [
  ...["", "this:complete", "this:processing", "other:complete"],
  ...["this:uninitialised other:complete", "other:queued other:complete"],
  ...["this:failed other:partial"],
];

const FEWER = ["", "this:complete", "this:failed other:complete"];

const MANY = [
  "",
  ...WORDS.flatMap((word) => [`this:${word}`, `other:${word}`]),
  ...["nobody:complete", "nobody:queued"],
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
