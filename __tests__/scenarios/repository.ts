/** A committed file, its batch and its dataset, for scenarios with `dataset_file`. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatasetOptions } from "../../sandbox/server.ts";
import { type Stage, type Transcript, workspaceWith } from "./transcript.ts";

export const FILE = "data/reviews.csv";

const SCHEMA = {
  strict: true,
  fields: {
    id: { type: "metadata" },
    review: { type: "text" },
  },
};
export const EMPTY_V4: DatasetOptions = {
  datapoints: 0,
  imports: [],
  schema: SCHEMA,
};
export const EMPTY_V3: DatasetOptions = { version: 3, datapoints: 0 };

export function csv(count: number, first = 1): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const id = String(first + n);
    return `${id},"Review ${id}, in\r\ntwo lines"\r\n`;
  });
  return `id,review\r\n${rows.join("")}`;
}

export const nameOf = (content: string, stem = "reviews", extension = "csv") =>
  `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 12)}.${extension}`;

/** A batch on a dataset, a workspace with the file, and a way to commit and run. */
export function repositoryOn(
  stage: Stage,
  dataset: DatasetOptions,
  content: string,
  file = FILE,
) {
  const { sandbox } = stage;
  const datasetId = sandbox.addDataset(dataset);
  const batchId = sandbox.addBatch({ datasetId });
  const folder = workspaceWith({ [file]: content });
  return {
    datasetId,
    batchId,
    folder,
    commit: (changed: string) => {
      writeFileSync(join(folder, file), changed);
    },
    run: (inputs: Record<string, string> = {}) =>
      stage.step(
        { batch_id: batchId, dataset_file: file, ...inputs },
        { env: { GITHUB_WORKSPACE: folder } },
      ),
    ids: () =>
      sandbox.prolific
        .records(datasetId)
        .map(({ record }) => Number(record.id)),
  };
}

/** Method and last part of the path of requests that can change something. */
export function writes({ traffic }: Transcript): string[] {
  return traffic
    .filter((line) => !line.startsWith("GET") || line.includes("/upload-url/"))
    .map((line) => {
      const [method = "", path = ""] = line.split(" ");
      return path.startsWith("/storage/")
        ? `${method} /storage`
        : `${method} ${path.replace(/^\/(datasets|batches)\/[^/]+/, "")}`;
    });
}

export function annotations({ log }: Transcript): string[] {
  return log.filter((line) => /^::(error|warning) .*\bfile=/.test(line));
}
