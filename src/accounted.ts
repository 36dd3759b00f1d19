/**
 * Each record once: the committed file accounts for everything that would get a task, or it is a concern (contract 11).
 * Pure, like the table that calls it. R, D, T, P and U of the contract are `records`, `distinct`, `tasks`, `datapoints`
 * and `without`.
 */
import { isSameFile } from "./file/content-name.ts";
import type { Concern, WithoutTask } from "./concern.ts";
import type { Batch, Dataset, ImportJob } from "./prolific/schema.ts";
import {
  type Brought,
  type CheckedFile,
  type Probed,
  hasRecords,
} from "./view.ts";

/** The number of distinct records of a file; of all records if there are too many to compare. Undefined for a ZIP. */
export function distinctOf({ checked }: CheckedFile): number | undefined {
  return checked.distinct ?? checked.records;
}

/**
 * The datapoints of one dataset. Counts only grow, so the larger of two readings is the newer one.
 * @param read the count in the latest response about the dataset itself.
 */
export function ownDatapoints(
  { datasets }: Batch,
  datasetId: string,
  read: number | undefined,
): number | undefined {
  const listed = datasets.find(({ id }) => id === datasetId);
  const counts = [read, listed?.totalDatapointCount].filter(
    (count) => count !== undefined,
  );
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** The datapoints of all attached datasets that report a count. There may be more. */
export function knownDatapoints(
  batch: Batch,
  datasetId: string,
  read: number | undefined,
): number {
  return batch.datasets.reduce(
    (sum, { id, totalDatapointCount: n = 0 }) =>
      id === datasetId ? sum : sum + n,
    ownDatapoints(batch, datasetId, read) ?? 0,
  );
}

/** P of the contract. Undefined if one of the attached datasets does not report a count. */
export function attachedDatapoints(
  batch: Batch,
  datasetId: string,
  read: number | undefined,
): number | undefined {
  const others = batch.datasets.filter(({ id }) => id !== datasetId);
  const all =
    ownDatapoints(batch, datasetId, read) !== undefined &&
    others.every(
      ({ totalDatapointCount }) => totalDatapointCount !== undefined,
    );
  return all ? knownDatapoints(batch, datasetId, read) : undefined;
}

/** Rule 1. An import is harmless if Prolific knew all of its records. */
export function importedTwice(dataset: Dataset): Concern | undefined {
  if (dataset.version === 3) return undefined;
  const ended = dataset.imports.filter(hasNewRecords);
  for (const { filename } of ended) {
    if (filename === undefined) continue;
    const imports = ended.filter((job) => isSameFile(job.filename, filename));
    if (imports.length > 1) {
      return { what: "imported_twice", dataset: dataset.id, imports };
    }
  }
  return undefined;
}

function hasNewRecords(job: ImportJob): boolean {
  const { acceptedCount, duplicateCount = 0 } = job;
  return (
    hasRecords(job) &&
    (acceptedCount === undefined || acceptedCount > duplicateCount)
  );
}

/** The probe that an append starts with. */
export function noneRecognised(
  { id: dataset }: Dataset,
  probed: Probed | undefined,
): Concern | undefined {
  if (!probed) return undefined;
  const { accepted, before, grown } = probed;
  return grown >= accepted
    ? {
        what: "none_recognised",
        ...{ dataset, probe: accepted, datapoints: before },
      }
    : undefined;
}

/** Rule 2. The number of records in a ZIP is not known. */
export function moreThanFile(
  { id: dataset }: Dataset,
  datapoints: number,
  { checked: { records } }: CheckedFile,
): Concern | undefined {
  return records !== undefined && datapoints > records
    ? { what: "more_than_file", dataset, datapoints, records }
    : undefined;
}

/**
 * Rule 3.
 * @param datapoints of all attached datasets that report a count.
 * @param known how many records this run had rejected, and whether the file was imported before this run.
 */
export function unknownWithoutTask(
  datapoints: number,
  tasks: number,
  {
    rejected,
    leftOver,
  }: { readonly rejected: number; readonly leftOver: boolean },
  file: CheckedFile,
): Concern | undefined {
  const without = datapoints - tasks;
  const distinct = distinctOf(file);
  const concern = (
    because: WithoutTask["because"],
    known: number,
  ): Concern => ({
    what: "unknown_without_task",
    ...{ because, without, distinct: known, datapoints, tasks },
  });
  if (distinct !== undefined) {
    if (without > distinct) return concern("more", distinct);
    // Records that were just rejected are not datapoints.
    if (without > 0 && without >= distinct - rejected) {
      return concern("all", distinct);
    }
  }
  return leftOver && without > 0
    ? concern("left_over", distinct ?? 0)
    : undefined;
}

/** Rule 4, for an import that this run made into an empty dataset. */
export function grownOtherwise(
  { id: dataset }: Dataset,
  datapoints: number,
  brought: Brought,
  { checked: { records, distinct } }: CheckedFile,
): Concern | undefined {
  const { accepted, datapointsBefore, duplicates = 0, how, puts } = brought;
  const intoEmpty = how === "import" && datapointsBefore === 0;
  if (!intoEmpty || brought.endedBefore) return undefined;
  const grown = datapoints - datapointsBefore;
  // Prolific may have recognised the repeated rows of the file and not counted them.
  const repeated = (records ?? 0) - (distinct ?? records ?? 0);
  const least = accepted - Math.max(duplicates, repeated);
  return grown > accepted || grown < least
    ? { what: "grown_otherwise", dataset, grown, least, most: accepted, puts }
    : undefined;
}

/** Rule 5. Without a file name, only the counts can show it, and only for a file that this run uploaded. */
export function anotherFile(
  dataset: Dataset,
  brought: Brought,
  { remoteName }: CheckedFile,
): Concern | undefined {
  if (dataset.version === 4) return undefined;
  const { filename, id, totalDatapointCount: datapoints } = dataset;
  const known = filename !== undefined;
  if (known ? isSameFile(filename, remoteName) : brought.how === "processed") {
    return undefined;
  }
  return { what: "another_file", dataset: id, filename, datapoints };
}

export interface Made {
  readonly tasks: number;
  /** How many setups of this run may have arrived. */
  readonly setups: number;
  /** The datapoints of all attached datasets. */
  readonly datapoints: number | undefined;
  /** The datapoints of the attached datasets that the file does not belong to. */
  readonly others: number | undefined;
  /** The number of tasks that this run's sync reports. Undefined if this run did not sync. */
  readonly synced: number | undefined;
  /** How many records of the file Prolific rejected in this run. */
  readonly rejected: number;
  /** True if all tasks come from this file: after this run's first setup, or with a V3 dataset. */
  readonly allOfFile: boolean;
  /** True if the author allowed tasks for all records of the file. */
  readonly syncAllowed: boolean;
}

/** Rule 6. The first concern that applies is reported. */
export function tasksOtherwise(
  made: Made,
  file: CheckedFile | undefined,
): readonly (Concern | undefined)[] {
  const {
    allOfFile,
    datapoints,
    others,
    rejected,
    setups,
    synced,
    syncAllowed,
    tasks,
  } = made;
  const records = file?.checked.records;
  const distinct = file && distinctOf(file);
  const most =
    allOfFile && records !== undefined && others !== undefined
      ? records + others
      : undefined;
  return [
    datapoints !== undefined && tasks > datapoints
      ? {
          what: "more_tasks",
          tasks,
          most: datapoints,
          than: "datapoints",
          setups,
        }
      : undefined,
    most !== undefined && tasks > most
      ? { what: "more_tasks", tasks, most, than: "records", setups }
      : undefined,
    // The same as rule 3, for counts that were only visible after the sync was sent.
    synced && !syncAllowed && distinct && synced >= distinct - rejected
      ? { what: "more_synced", created: synced, distinct }
      : undefined,
    file &&
    synced !== undefined &&
    datapoints !== undefined &&
    tasks < datapoints
      ? { what: "fewer_tasks", tasks, datapoints }
      : undefined,
  ];
}
