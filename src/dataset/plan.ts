/** What has to be done with a committed file, from what the dataset holds already: pure (contract 5, "upload once"). */
import type {
  Dataset,
  DatasetV3,
  DatasetV4,
  ImportJob,
} from "../prolific/schema.ts";
import { isSameFile } from "../file/find.ts";
import { type Unusable, V3_IN_ERROR } from "./readiness.ts";

export type IngestStep =
  /** The file is in the dataset. */
  | { readonly kind: "nothing" }
  /** Prolific is still working; `what` completes "waiting for …". */
  | { readonly kind: "wait"; readonly what: string }
  /** An import of this very file has no bytes yet, as far as it shows. */
  | { readonly kind: "look"; readonly job: ImportJob }
  /** An import of this very file is there: its end decides. */
  | { readonly kind: "follow"; readonly job: ImportJob }
  | { readonly kind: "upload" }
  | { readonly kind: "append"; readonly dataset: DatasetV4 }
  | ImpossibleStep;

export type ImpossibleStep =
  /** A V3 dataset that holds something else cannot take the file. */
  | { readonly kind: "cannot_grow" }
  /** V3 that could not be processed. */
  | { readonly kind: "unusable"; readonly state: Unusable };

export type PossibleStep = Exclude<IngestStep, ImpossibleStep>;

/**
 * The next step for the file with this content name.
 * @param abandoned imports that are known to never get their bytes.
 */
export function nextStep(
  dataset: Dataset,
  remoteName: string,
  abandoned: ReadonlySet<string> = new Set(),
): IngestStep {
  return dataset.version === 3
    ? nextStepV3(dataset, remoteName)
    : nextStepV4(dataset, remoteName, abandoned);
}

function nextStepV3(dataset: DatasetV3, remoteName: string): IngestStep {
  const { status, filename } = dataset;
  switch (status) {
    case "UNINITIALISED":
      return { kind: "upload" };
    case "ERROR":
      return { kind: "unusable", state: V3_IN_ERROR };
    case "PROCESSING":
      return filename === undefined || isSameFile(filename, remoteName)
        ? { kind: "wait", what: "Prolific to process its file" }
        : { kind: "cannot_grow" };
    case "READY":
      if (isSameFile(filename, remoteName)) return { kind: "nothing" };
      return dataset.totalDatapointCount === 0
        ? { kind: "upload" }
        : { kind: "cannot_grow" };
  }
}

function nextStepV4(
  dataset: DatasetV4,
  remoteName: string,
  abandoned: ReadonlySet<string>,
): IngestStep {
  const { imports, totalDatapointCount } = dataset;
  const sameFile = imports.filter(({ filename }) =>
    isSameFile(filename, remoteName),
  );
  // One that failed, or never got its bytes, does not stand for the file (contract 5).
  const standing = sameFile.find(
    ({ status }) => status !== "failed" && status !== "uninitialised",
  );
  if (standing) return { kind: "follow", job: standing };
  const running = imports.find(
    ({ status }) => status === "queued" || status === "processing",
  );
  if (running) {
    return { kind: "wait", what: `its import ${running.id} to end` };
  }
  const waiting = sameFile.find(
    ({ id, status }) => status === "uninitialised" && !abandoned.has(id),
  );
  if (waiting) return { kind: "look", job: waiting };
  return totalDatapointCount === 0
    ? { kind: "upload" }
    : { kind: "append", dataset };
}
