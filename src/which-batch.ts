/**
 * The table of contract 10: whether to use the batch of the inputs or a copy of it, and what has to be known and created
 * before that. Pure.
 */
import { copiedContent, copiesOf, copyName, hasTasks } from "./copies.ts";
import { type Decision, FRESH_MS, type Step, stop } from "./decision.ts";
import { contentHash, hashOf, isSameFile } from "./file/content-name.ts";
import type { DatasetFile } from "./file/find.ts";
import type { Inputs } from "./github/inputs.ts";
import type { Batch, Dataset, DatasetV3 } from "./prolific/schema.ts";
import type { CheckedFile, Reading, View } from "./view.ts";

/** The next step until it is known which batch to use. Undefined once it is known, and always with `never`. */
export function whichBatch(view: View, inputs: Inputs): Decision | undefined {
  const { file, original: reading, used } = view;
  if (inputs.newBatch === "never" || used || !file) return undefined;
  if (!reading) return { do: "read_original" };
  const original = reading.value;
  const useOriginal = { do: "use_original", original: reading } as const;
  const all = inputs.newBatch === "all_rows";
  if (!all && original.status === "ERROR") return useOriginal;
  const dataset = datasetToLookAt(view, original, inputs);
  if (dataset.next) return dataset.next;
  if (!all && dataset.value?.version === 4 && hasTasks(original)) {
    return useOriginal; // it can grow, and no copy is in use
  }
  const unfit = unfitFor(dataset.value, file);
  if (unfit) return unfit;
  const { checked } = view;
  if (!checked) return { do: "check_file", file, dataset: dataset.value };
  const takesFile = !all && dataset.value && canTake(dataset.value, checked);
  if (takesFile && hasTasks(original)) return useOriginal;
  const listed = listOf(view, original);
  if (!("copies" in listed)) return listed;
  // Rows that have tasks in a copy must not get tasks again in an original without any.
  if (takesFile && !listed.copies.some(hasTasks)) return useOriginal;
  return copyFor(view, inputs, original, dataset.value, listed.copies, checked);
}

/** Reads the original's dataset: it shows whether it can take the file, or what the new one must be like. */
function datasetToLookAt(
  { dataset }: View,
  original: Batch,
  { datasetId, newBatch }: Inputs,
):
  | { readonly next: Decision }
  | { readonly next?: undefined; readonly value: Dataset | undefined } {
  if (datasetId === undefined && original.datasets.length === 0) {
    return { value: undefined };
  }
  // A dataset that serves as a template need not be attached.
  const isTemplate = newBatch === "all_rows" && datasetId !== undefined;
  const meant = isTemplate ? datasetId : datasetOf(original, datasetId);
  if (typeof meant !== "string") return { next: meant };
  return dataset
    ? { value: dataset.value }
    : { next: { do: "read_dataset", datasetId: meant, again: false } };
}

/** The dataset of a batch: the one given, else the only one attached (contract 2). */
export function datasetOf(
  batch: Batch,
  given: string | undefined,
): string | Extract<Decision, { do: "stop" }> {
  const attached = batch.datasets.map(({ id }) => id);
  if (given !== undefined) {
    return attached.length === 0 || attached.includes(given)
      ? given
      : stop({ why: "another_dataset", batch });
  }
  const [only, ...others] = attached;
  return only !== undefined && others.length === 0
    ? only
    : stop({ why: "dataset_needed", batch });
}

/**
 * Stops for a file that the dataset can never take (API 2.3). Without a dataset, for one that a new V3 dataset cannot take.
 */
export function unfitFor(
  dataset: Dataset | undefined,
  file: DatasetFile,
): Decision | undefined {
  const formats = dataset?.version === 4 ? ["csv", "jsonl"] : ["csv", "zip"];
  if (!formats.includes(file.format)) {
    return dataset
      ? stop({ why: "other_format", dataset })
      : stop({ why: "no_v3_for", file });
  }
  const withoutSchema = dataset?.version === 4 && !dataset.schema;
  return withoutSchema ? stop({ why: "no_schema", dataset }) : undefined;
}

/** False if section 5 of the contract ends in "this dataset cannot grow". */
function canTake(dataset: Dataset, { remoteName }: CheckedFile): boolean {
  return dataset.version === 4 || takesFile(dataset, remoteName);
}

/** A V3 dataset takes one file: it takes a new one only if it is empty (API 2.3). Without a name, that is not known. */
export function takesFile(
  { filename, status, totalDatapointCount }: DatasetV3,
  remoteName: string,
): boolean {
  const isOther = filename !== undefined && !isSameFile(filename, remoteName);
  switch (status) {
    case "UNINITIALISED":
    case "ERROR": // it cannot be repaired
      return true;
    case "PROCESSING":
      return !isOther;
    case "READY":
      return !isOther || totalDatapointCount === 0;
  }
}

/** The copies of the original, from a fresh list. */
function listOf(
  { copies, made }: View,
  original: Batch,
): Decision | { readonly copies: readonly Batch[] } {
  if (original.workspaceId === undefined) {
    return stop({ why: "no_workspace", original });
  }
  if (!copies) return { do: "list_copies", original };
  // The list may not show a copy that was just created.
  const isListed = copies.value.some(({ id }) => id === made?.id);
  return {
    copies: made && !isListed ? [...copies.value, made] : copies.value,
  };
}

/** One copy for each content: the existing one, or a new one. */
function copyFor(
  view: View,
  inputs: Inputs,
  original: Batch,
  dataset: Dataset | undefined,
  copies: readonly Batch[],
  content: CheckedFile,
): Decision {
  const { made, newRows } = view;
  const { file } = content;
  const hash = contentHash(content.checked.sha256);
  const [copy, ...others] = copiesOf(copies, original, hash);
  if (copy?.status === "ERROR") return stop({ why: "copy_in_error", copy });
  const all = inputs.newBatch === "all_rows";
  const schema = dataset?.version === 4 ? dataset.schema?.json : undefined;
  const use = (rows: typeof view.file): Step | undefined =>
    copy && {
      ...{ do: "use_copy", original, copy, others, content, file: rows },
      ...{ schema, made: copy.id === made?.id },
    };
  // With only the new rows, it never gets more. With all rows, section 5 decides by its dataset.
  const used = all ? use(file) : copy && hasTasks(copy) && use(undefined);
  if (used) return used;
  if (!all) {
    const paid = [...(hasTasks(original) ? [original] : []), ...copies].filter(
      (batch) => hasTasks(batch) && batch.id !== copy?.id,
    );
    const earlier = contentsOf(paid, original, dataset);
    if (!earlier) return stop({ why: "unknown_content", original, dataset });
    if (newRows?.earlier.join() !== earlier.join()) {
      return { do: "find_new_rows", file, earlier };
    }
    if (newRows.records === 0) return { do: "end", outcome: "already_set_up" };
    const rest = use(newRows.file);
    if (rest) return rest;
  }
  if ((view.copies?.ageMs ?? Infinity) > FRESH_MS) {
    return { do: "list_copies", original };
  }
  const name = copyName(original, file.stem, hash);
  const records = all ? content.checked.records : newRows?.records;
  return {
    ...{ do: "duplicate", original, name, hash, file: content, records },
    version: schema === undefined ? 3 : 4,
    paid: all ? [original, ...copies].filter(hasTasks) : [],
  };
}

/** The contents that batches were made of, each once. Undefined if the original's is not known. */
function contentsOf(
  batches: readonly Batch[],
  original: Batch,
  dataset: Dataset | undefined,
): readonly string[] | undefined {
  const hashes = new Set<string>();
  for (const { datasets, id, name } of batches) {
    if (id !== original.id) {
      hashes.add(copiedContent(name, original.id) ?? "");
      continue;
    }
    const [only, ...others] = datasets;
    const isRead = only?.id === dataset?.id && others.length === 0;
    const filename = dataset?.version === 3 ? dataset.filename : undefined;
    const hash = hashOf(filename ?? "");
    if (!isRead || hash === undefined) return undefined;
    hashes.add(hash);
  }
  return [...hashes].sort();
}

/** Gives a copy its dataset: exactly one, which its original does not have. Undefined once it is there. */
export function datasetOfCopy(
  { created, used }: View,
  { ageMs, value: copy }: Reading<Batch>,
): Decision | undefined {
  if (used?.which !== "copy") return undefined;
  const { content, original, schema } = used;
  const taken = new Set(original.datasets.map(({ id }) => id));
  if (copy.datasets.some(({ id }) => taken.has(id))) {
    return stop({ why: "shared_dataset", original, copy });
  }
  if (copy.datasets.length > 0 || copy.status !== "UNINITIALISED") {
    return undefined;
  }
  if (ageMs > FRESH_MS) return { do: "read_batch" };
  return created === undefined
    ? { do: "create_dataset", copy, file: content, schema }
    : { do: "attach_dataset", copy, datasetId: created };
}
