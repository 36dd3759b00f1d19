/**
 * Each record once: what would get a task is accounted for by the committed file, or it is a concern (contract 11).
 * Pure, like the table that asks. R, D, T, P and U of the contract are `records`, `distinct`, `tasks`, `datapoints` and
 * `without`.
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

/** Distinct records of a file; all records of a very large one, which has too many to compare. Undefined for a ZIP. */
export function distinctOf({ checked }: CheckedFile): number | undefined {
  return checked.distinct ?? checked.records;
}

/**
 * Of one dataset: counts only grow, so the larger of two readings is the newer one.
 * @param read by the latest answer about the dataset itself.
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

/** Of all attached datasets that say how many they have: there may be more. */
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

/** P of the contract; undefined when one of the attached datasets does not say how many it has. */
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

/** Rule 1. An import whose records were all known did no harm. */
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

/** The probe of an append. */
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
 * @param datapoints of all attached datasets that say how many they have.
 * @param known records that were rejected in this run; whether the file was imported before it.
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
    // Records that were rejected just now are no datapoints.
    if (without > 0 && without >= distinct - rejected) {
      return concern("all", distinct);
    }
  }
  return leftOver && without > 0
    ? concern("left_over", distinct ?? 0)
    : undefined;
}

/** Rule 4, of an import of this run into an empty dataset. */
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
  // Prolific may have recognised the rows that repeat an earlier one of the file, without counting them.
  const repeated = (records ?? 0) - (distinct ?? records ?? 0);
  const least = accepted - Math.max(duplicates, repeated);
  return grown > accepted || grown < least
    ? { what: "grown_otherwise", dataset, grown, least, most: accepted, puts }
    : undefined;
}

/** Rule 5. Without a name only the numbers can tell, and only what this run has uploaded. */
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
  /** Setups of this run that may have arrived. */
  readonly setups: number;
  /** Of all attached datasets. */
  readonly datapoints: number | undefined;
  /** Of the attached datasets that the file is not for. */
  readonly others: number | undefined;
  /** Tasks that a sync of this run says it made; undefined when there was none. */
  readonly synced: number | undefined;
  /** Records of the file that were rejected in this run. */
  readonly rejected: number;
  /** All tasks come from this file: the first setup of this run, or a V3 dataset. */
  readonly allOfFile: boolean;
  /** Tasks for all records of the file were allowed. */
  readonly syncAllowed: boolean;
}

/** Rule 6, in the order in which it is said. */
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
    // As rule 3 has it, for counts that showed later than the sync was sent.
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
