import { Stop } from "../errors.ts";
import { counted } from "../github/report.ts";
import type { Batch, Dataset } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import type { CommittedFile } from "./committed.ts";

/** A V3 dataset with other data: the way out is a new dataset and a duplicate of the batch (contract 5, API 3.8, 4). */
export function cannotGrow(
  run: Run,
  batch: Batch,
  { id, name, totalDatapointCount }: Dataset,
  { file }: CommittedFile,
): Stop {
  const api = `${run.inputs.apiUrl}/api/v1/data-collection`;
  const post = (path: string, json: Record<string, unknown>) =>
    `curl -X POST -H "Authorization: Token $PROLIFIC_TOKEN" -H "Content-Type: application/json" ` +
    `-d '${JSON.stringify(json).replaceAll("'", "'\\''")}' ${api}${path}`;
  return new Stop({
    title: "This dataset cannot grow",
    what:
      `Dataset ${id} is a V3 dataset and holds ${counted(totalDatapointCount, "datapoint")} of another file than the ` +
      `committed ${file.relativePath}. Nothing was uploaded.`,
    next:
      "Make a new dataset and a copy of the batch without its dataset with the two commands below, and put their ids into " +
      "dataset_id and batch_id. (A V4 dataset, one with a schema, can grow.)",
    commands: [
      post("/datasets", {
        name: name || file.stem,
        workspace_id: batch.workspaceId ?? "YOUR_WORKSPACE_ID",
      }),
      post(`/batches/${batch.id}/duplicate`, { upload_new_dataset: true }),
    ],
  });
}
