/** Who does the same job: sets up one batch of a sandbox and waits until it is READY. */
import { join } from "node:path";
import type { Sandbox } from "../sandbox/server.ts";
import { repository } from "../sandbox/step.ts";
import type { Program } from "./process.ts";

/** What everybody has to know about a batch, as environment variables. */
export type Job = Readonly<
  Record<"PROLIFIC_URL" | "PROLIFIC_TOKEN" | "BATCH_ID" | "DATASET_ID", string>
>;

/** A fresh batch with a dataset of 7 datapoints. */
export function freshJob(sandbox: Sandbox): Job {
  const datasetId = sandbox.addDataset({ datapoints: 7 });
  return {
    PROLIFIC_URL: sandbox.url,
    PROLIFIC_TOKEN: sandbox.token,
    BATCH_ID: sandbox.addBatch({ datasetId }),
    DATASET_ID: datasetId,
  };
}

const inNode =
  (folder: string, file: string) =>
  (job: Job): Program => ({
    command: process.execPath,
    args: [join(repository, folder, file)],
    env: { ...job, INPUT_BATCH_ID: job.BATCH_ID },
  });

export const contestants = {
  action: inNode("dist", "index.js"),
  shell: (job: Job): Program => ({
    command: "bash",
    args: [join(repository, "bench", "same-job.sh")],
    env: job,
  }),
  bareRequire: inNode("bench", "bare.cjs"),
  bareImport: inNode("bench", "bare-import.mjs"),
};

export type Contestant = keyof typeof contestants;

/** What the one in bash needs besides Node. */
export const NEEDED_BY_SHELL = ["bash", "curl", "jq"] as const;
