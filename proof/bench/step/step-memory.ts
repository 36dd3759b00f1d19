/** Peak memory of a whole step of `dist/index.js` with a file: preflight, upload, import, setup. */
import { basename, dirname } from "node:path";
import { startSandbox } from "../../../sandbox/server.ts";
import { contestants, freshJob } from "./contestants.ts";
import { runToEnd } from "../process.ts";

const SCHEMA = {
  strict: true,
  fields: {
    id: { type: "metadata" },
    product: { type: "text" },
    review: { type: "text" },
  },
} as const;

/** In MiB. */
export async function stepPeakMiB(path: string): Promise<number> {
  const sandbox = await startSandbox({ timing: { setupMs: 50 } });
  // The link to a preview is not part of this, and the sandbox would list millions of task groups for it.
  sandbox.fault({ match: "GET /task-groups", kind: "status", status: 503 });
  try {
    const datasetId = sandbox.addDataset({
      datapoints: 0,
      imports: [],
      schema: SCHEMA,
    });
    const job = {
      ...freshJob(sandbox),
      BATCH_ID: sandbox.addBatch({ datasetId }),
    };
    const { env, ...program } = contestants.action(job);
    const { peakMiB } = await runToEnd(
      {
        ...program,
        env: {
          ...env,
          INPUT_DATASET_FILE: basename(path),
          GITHUB_WORKSPACE: dirname(path),
        },
      },
      { watchMemory: true },
    );
    return peakMiB;
  } finally {
    await sandbox.close();
  }
}
