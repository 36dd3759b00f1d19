/** Messages for concerns: the numbers, their cost in tasks, and what to do, the safe way first (contract 11). */
import type { Concern, WithoutTask } from "../concern.ts";
import type { Duplicate } from "../decision.ts";
import { counted, figure } from "../figures.ts";
import type { ImportJob } from "../prolific/schema.ts";

export interface ConcernWords {
  readonly title: string;
  readonly what: string;
  readonly next: string;
}

const LOOK = "Look at the dataset in Prolific before anything is paid for.";
const NEW_DATASET =
  "If records are there twice, create a new dataset and a new batch, and upload the file there.";
const ALLOW =
  "If tasks for all of them are what you want, set extra_datapoints to allow and run this job again.";
const WAYS_OUT = `${LOOK} ${NEW_DATASET} ${ALLOW}`;
const DO_NOT_PUBLISH =
  "Do not publish a study with this batch before you know why: each task is paid for.";

/** The message of a concern, the same for a stop and for a warning. */
export function concernInWords(concern: Concern): ConcernWords {
  switch (concern.what) {
    case "imported_twice":
      return importedTwice(concern.dataset, concern.imports);
    case "more_than_file": {
      const { dataset, datapoints, records } = concern;
      return {
        title: "The dataset holds more than the file",
        what:
          `Dataset ${dataset} has ${counted(datapoints, "datapoint")}, and the committed file has ${counted(records, "record")}. ` +
          `A setup would make ${counted(datapoints - records, "task")} more than the commit has records.`,
        next: WAYS_OUT,
      };
    }
    case "unknown_without_task":
      return unknownWithoutTask(concern);
    case "grown_otherwise":
      return grownOtherwise(concern);
    case "none_recognised": {
      const { dataset, probe, datapoints } = concern;
      return {
        title: "Prolific recognizes none of the records",
        what:
          `Dataset ${dataset} had ${counted(datapoints, "datapoint")}. Of the committed file, ${counted(probe, "record")} ` +
          `were appended first, and all of them were added as new. The rest was not sent: tasks for all records could be paid for twice.`,
        next:
          `Look at the dataset in Prolific. If most rows are the same as before, create a new dataset and a new batch, and upload ` +
          `the file there. If every row really is new, set extra_datapoints to allow and run this job again.`,
      };
    }
    case "another_file":
      return anotherFile(concern.dataset, concern.filename, concern.datapoints);
    case "more_tasks":
      return moreTasks(concern);
    case "more_synced": {
      const { created, distinct } = concern;
      return {
        title: "The sync made a task for every record of the file",
        what:
          `The sync made ${counted(created, "task")} beside those that were there, and the committed file has ` +
          `${counted(distinct, "record")}: records may have two tasks now.`,
        next: `${DO_NOT_PUBLISH} Look at the dataset in Prolific. ${ALLOW}`,
      };
    }
    case "fewer_tasks": {
      const { tasks, datapoints } = concern;
      return {
        title: "Datapoints have no task after the sync",
        what: `The batch has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")} after the sync: ${counted(datapoints - tasks, "datapoint")} without a task.`,
        next: "Run this job again with if_ready: sync. If this keeps happening, ask Prolific's support, or set extra_datapoints to allow to accept it.",
      };
    }
  }
}

function importedTwice(
  dataset: string,
  imports: readonly ImportJob[],
): ConcernWords {
  const accepted = imports.map(({ acceptedCount = 0 }) => acceptedCount);
  const extra = accepted.slice(0, -1).reduce((sum, count) => sum + count, 0);
  const [{ filename = "" } = { filename: "" }] = imports;
  return {
    title: "The file is in the dataset twice",
    what:
      `Dataset ${dataset} lists ${figure(imports.length)} imports of "${filename}" (${imports.map(({ id }) => id).join(", ")}): ` +
      `${accepted.map(figure).join(" and ")} records were accepted. Tasks for all of them could be ` +
      `${counted(extra, "task")} more than the commit has records.`,
    next: WAYS_OUT,
  };
}

function unknownWithoutTask(concern: WithoutTask): ConcernWords {
  const { because, datapoints, distinct, tasks, without } = concern;
  const numbers =
    `The batch has ${counted(tasks, "task")} for ${counted(datapoints, "datapoint")}, so a sync would make ` +
    counted(without, "task");
  switch (because) {
    case "more":
      return {
        title: "A sync would pay for unknown datapoints",
        what: `${numbers}: ${counted(without - distinct, "task")} more than the commit has records (${figure(distinct)}).`,
        next: WAYS_OUT,
      };
    case "all":
      return {
        title: "Every record would get a task beside those that are there",
        what:
          `${numbers}: one for every record of the committed file, as if none of them had a task yet. ` +
          "Prolific has recognized no record of the file.",
        next: WAYS_OUT,
      };
    case "left_over":
      return {
        title: "Datapoints of another commit have no task",
        what: `${numbers}, and the committed file was in the dataset before: these datapoints belong to another commit.`,
        next: WAYS_OUT,
      };
  }
}

function anotherFile(
  dataset: string,
  filename: string | undefined,
  datapoints: number,
): ConcernWords {
  if (filename === undefined) {
    return {
      title: "Unknown which file the dataset holds",
      what:
        `Dataset ${dataset} is a V3 dataset with ${counted(datapoints, "datapoint")}, and Prolific does not say of which file. ` +
        "Whether it is the committed one cannot be known.",
      next:
        "Look at the dataset in Prolific. If it holds the committed file, set extra_datapoints to allow and run this job again. " +
        "Otherwise create a new dataset and a new batch.",
    };
  }
  return {
    title: "The dataset holds another file",
    what:
      `Dataset ${dataset} is a V3 dataset and holds "${filename}" with ${counted(datapoints, "datapoint")}, not the committed file: ` +
      "another upload took its place.",
    next: `Look at the dataset in Prolific; create a new dataset and a new batch for the committed file. ${ALLOW}`,
  };
}

function grownOtherwise({
  dataset,
  grown,
  least,
  most,
  puts,
}: Extract<Concern, { what: "grown_otherwise" }>): ConcernWords {
  const sent =
    puts > 1 ? ` The file was sent ${String(puts)} times in this run.` : "";
  const numbers =
    `Prolific accepted ${counted(most, "record")}, and dataset ${dataset} has grown by ` +
    `${counted(grown, "datapoint")}.${sent}`;
  return grown > most
    ? {
        title: "Records may be in the dataset twice",
        what:
          `${numbers} Tasks for all of them would be ${counted(grown - most, "task")} more than ` +
          "the commit has records.",
        next: WAYS_OUT,
      }
    : {
        title: "Records are missing in the dataset",
        what: `${numbers} ${counted(least - grown, "record")} would get no task.`,
        next:
          "Run this job again in a few minutes: the counts may be late. If this keeps happening, look at the dataset in Prolific, or " +
          "set extra_datapoints to allow to go on with what is there.",
      };
}

function moreTasks({
  tasks,
  most,
  setups,
  than,
}: Extract<Concern, { what: "more_tasks" }>): ConcernWords {
  const many = counted(tasks - most, "task");
  const sent =
    setups > 1
      ? ` ${counted(setups, "setup")} of this run may have arrived.`
      : "";
  const next = `${DO_NOT_PUBLISH} Ask Prolific's support, or duplicate the batch with a new dataset. ${ALLOW}`;
  return than === "datapoints"
    ? {
        title: "The batch has more tasks than datapoints",
        what: `The batch has ${counted(tasks, "task")} for ${counted(most, "datapoint")}: ${many} too many.${sent}`,
        next,
      }
    : {
        title: "The batch has more tasks than the file has records",
        what: `The batch has ${counted(tasks, "task")} for ${counted(most, "record")}: ${many} too many.${sent}`,
        next,
      };
}

/**
 * With `all_rows`, records may have tasks in earlier batches. Without the history of the file it is not known how many, so
 * the message counts these tasks. Undefined if there are none.
 */
export function paidAgain({
  paid,
}: Pick<Duplicate, "paid">): string | undefined {
  if (paid.length === 0) return undefined;
  const tasks = paid.reduce((sum, batch) => sum + batch.totalTaskCount, 0);
  const batches =
    paid.length === 1
      ? "an earlier batch"
      : `${figure(paid.length)} earlier batches`;
  return `records that have one of the ${counted(tasks, "task")} in ${batches} as well are paid for again`;
}
