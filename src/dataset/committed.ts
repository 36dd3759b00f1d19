/** The committed file of a run: checked as a whole before anything is sent (contract 5.1). */
import { Stop } from "../errors.ts";
import { counted, figure } from "../github/report.ts";
import type { Dataset } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import {
  type DatasetFile,
  type DatasetFormat,
  remoteName,
} from "../file/find.ts";
import { type Preflight, preflight } from "../file/preflight.ts";
import { tellOfRows } from "../github/rows.ts";

export interface CommittedFile {
  readonly file: DatasetFile;
  readonly checked: Preflight;
  /** Carries the content: `<stem>-<12 hex>.<ext>`. */
  readonly remoteName: string;
}

/** API 2.3. */
const FORMATS: Readonly<Record<3 | 4, readonly DatasetFormat[]>> = {
  3: ["csv", "zip"],
  4: ["csv", "jsonl"],
};

/**
 * Checks a file by itself and, with a dataset, by what that dataset takes.
 * @throws Stop when it has defects; all that were found are told.
 */
export async function examine(
  run: Run,
  file: DatasetFile,
  dataset: Dataset | undefined,
): Promise<CommittedFile> {
  if (dataset) checkFormat(file, dataset);
  const schema = dataset?.version === 4 ? dataset.schema : undefined;
  const { signal } = run.budget;
  const checked = await preflight(run.files, file, schema, signal);
  if (checked.defectCount > 0) {
    tellOfRows(run, {
      file: file.relativePath,
      title: "Defect in the dataset file",
      noun: "defect",
      level: "error",
      rows: checked.defects,
      total: checked.defectCount,
    });
    throw new Stop({
      title: "The dataset file has defects",
      what: `${file.relativePath} has ${counted(checked.defectCount, "defect")}. It was not uploaded.`,
      next: "Mend the file and commit it; the lines are in the annotations, in the log and in the job summary.",
    });
  }
  const name = remoteName(file, checked.sha256);
  const content =
    checked.records === undefined
      ? `${figure(file.bytes)} bytes`
      : counted(checked.records, "record");
  run.say(
    `${file.relativePath}: ${content}, no defects; its name at Prolific: ${name}`,
  );
  return { file, checked, remoteName: name };
}

function checkFormat(file: DatasetFile, dataset: Dataset): void {
  const { id, version } = dataset;
  if (!FORMATS[version].includes(file.format)) {
    throw new Stop({
      title: "This dataset takes other files",
      what: `${file.relativePath} is a .${file.format} file, and dataset ${id} is a V${String(version)} dataset.`,
      next: `Give a ${FORMATS[version].map((format) => `.${format}`).join(" or ")} file in dataset_file, or the id of another dataset.`,
    });
  }
  if (dataset.version === 4 && dataset.schema === undefined) {
    throw new Stop({
      title: "The dataset has no schema",
      what: `Dataset ${id} has no schema yet, so Prolific would park whatever is uploaded to it. Nothing was uploaded.`,
      next: "Set the dataset's schema in Prolific (or with PATCH …/datasets/{id}), then run this job again.",
    });
  }
}
