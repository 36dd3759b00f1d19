/** The contestants: each sets up one batch of a sandbox and waits until it is READY. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox/server.ts";
import { repository } from "../../../sandbox/step.ts";
import type { Program } from "../process.ts";

/** What each contestant needs to know about a batch, as environment variables. */
export type Job = Readonly<
  Record<"PROLIFIC_URL" | "PROLIFIC_TOKEN" | "BATCH_ID" | "DATASET_ID", string>
>;

/** A fresh batch with a dataset of 7 datapoints. With TLS, also the file of the certificate to trust. */
export function freshJob(sandbox: Sandbox, certificate?: string): Job {
  const datasetId = sandbox.addDataset({ datapoints: 7 });
  return {
    ...(certificate && {
      NODE_EXTRA_CA_CERTS: certificate,
      CURL_CA_BUNDLE: certificate,
    }),
    PROLIFIC_URL: sandbox.url,
    PROLIFIC_TOKEN: sandbox.token,
    BATCH_ID: sandbox.addBatch({ datasetId }),
    DATASET_ID: datasetId,
  };
}

const inNode =
  (...path: string[]) =>
  (job: Job): Program => ({
    command: process.execPath,
    args: [join(repository, ...path)],
    env: { ...job, INPUT_BATCH_ID: job.BATCH_ID },
  });

export const contestants = {
  action: inNode("dist", "index.js"),
  twoPackages: inNode("build", "two-packages", "index.js"),
  shell: (job: Job): Program => ({
    command: "bash",
    args: [join(repository, "proof", "bench", "step", "same-job.sh")],
    env: job,
  }),
  bareRequire: inNode("proof", "bench", "step", "bare.cjs"),
  bareImport: inNode("proof", "bench", "step", "bare-import.mjs"),
};

export type Contestant = keyof typeof contestants;

/** Builds the contestant `twoPackages`, as `npm run build` builds the action. */
export function bundleTwoPackages(): void {
  const ncc = join("node_modules", "@vercel", "ncc", "dist", "ncc", "cli.js");
  const entry = join("proof", "bench", "step", "two-packages.ts");
  const out = join("build", "two-packages");
  execFileSync(
    process.execPath,
    [ncc, "build", entry, "--out", out, "--target", "es2022"],
    { cwd: repository, stdio: ["ignore", "ignore", "inherit"] },
  );
}

/** What the contestant in bash needs in addition to Node. */
export const NEEDED_BY_SHELL = ["bash", "curl", "jq"] as const;
