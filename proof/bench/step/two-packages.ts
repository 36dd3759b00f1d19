/**
 * The same job with the packages that the action uses, used as their READMEs show: the minimum cost of any action that is
 * written with them. Bundled by ncc like the action.
 */
import * as core from "@actions/core";
import { HttpClient } from "@actions/http-client";

const { PROLIFIC_URL, PROLIFIC_TOKEN = "", DATASET_ID } = process.env;
const batch = `${String(PROLIFIC_URL)}/api/v1/data-collection/batches/${core.getInput("batch_id")}`;

core.setSecret(PROLIFIC_TOKEN);
core.info("Set up a batch");
const client = new HttpClient("two-packages", [], {
  headers: { Authorization: `Token ${PROLIFIC_TOKEN}` },
});
await client.postJson(`${batch}/setup`, { dataset_id: DATASET_ID });
let status: string | undefined;
while (status !== "READY") {
  if (status !== undefined) await new Promise((end) => setTimeout(end, 3_000));
  const { result } = await client.getJson<{ status: string }>(
    `${batch}/status`,
  );
  status = result?.status;
  if (status === "ERROR") throw new Error(status);
}
core.setOutput("status", status);
