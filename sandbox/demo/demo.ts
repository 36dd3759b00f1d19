/** `npm run demo`: the committed action against the sandbox, as a runner would show it: a dataset that grows, and one that cannot. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startSandbox } from "../server.ts";
import { repository } from "../step.ts";
import { heading, showOutcome, showStep } from "./show.ts";
import { twoBatches } from "./two-batches.ts";

const EXAMPLE = "examples/data/reviews.csv";
const FILE = "data/reviews.csv";
const MORE_ROWS =
  'R-021,Kettle,"Whistles, as promised."\nR-022,Notebook,Lies flat.\n';
const SETUP_MS = 4_000;

const workspace = mkdtempSync(join(tmpdir(), "demo-"));
const file = join(workspace, FILE);
mkdirSync(dirname(file));
copyFileSync(join(repository, EXAMPLE), file);
const sandbox = await startSandbox({
  timing: { setupMs: SETUP_MS, importMs: 1_500, syncMs: 1_500 },
  importsRecognised: "by appends",
});
try {
  const datasetId = sandbox.addDataset({
    name: "Reviews",
    datapoints: 0,
    imports: [],
    schema: {
      strict: true,
      fields: {
        review_id: { type: "metadata" },
        product: { type: "text" },
        review: { type: "text" },
      },
    },
  });
  const batchId = sandbox.addBatch({ name: "Review labels", datasetId });
  const env = {
    PROLIFIC_URL: sandbox.url,
    PROLIFIC_TOKEN: sandbox.token,
    GITHUB_WORKSPACE: workspace,
  };
  const inputs = {
    batch_id: batchId,
    dataset_file: FILE,
    tasks_per_group: "3",
  };
  const step = async (): Promise<boolean> => {
    const result = await showStep(inputs, env);
    showOutcome(result);
    return result.exitCode === 0;
  };
  const tasks = () => Number(sandbox.prolific.batch(batchId).total_task_count);
  const writes = () =>
    sandbox.requests
      .filter(({ method }) => method !== "GET")
      .map(({ path }) => path.replace(/\?.*/, "").split("/").at(-1));

  console.log(
    `A sandbox of Prolific's API runs at ${sandbox.url}. It holds an empty dataset and a batch without tasks.\n` +
      `A workspace holds ${FILE}, a copy of ${EXAMPLE}.\n` +
      "The committed dist/index.js now runs as a step of a workflow would.",
  );
  heading("First commit: the file is uploaded, the batch is set up");
  const first = (await step()) && tasks() === 20;
  heading("The same commit again: nothing is sent");
  const before = writes().length;
  const second = (await step()) && writes().length === before;
  heading("A commit with two more rows: they are added, and get tasks");
  appendFileSync(file, MORE_ROWS);
  const third = (await step()) && tasks() === 22;
  console.log(`\nThree runs sent: ${writes().join(", ")}.`);
  const fourth = await twoBatches(sandbox, join(repository, EXAMPLE));

  heading("On GitHub");
  console.log(
    `To do the same with your own batch:\n` +
      "  1. Create an API token in Prolific and store it as the repository secret PROLIFIC_TOKEN.\n" +
      "  2. Copy the workflow from the README into .github/workflows/, with your batch_id and dataset_file.\n" +
      "  3. Commit a dataset.\n",
  );
  if (!first || !second || !third || !fourth) {
    console.error("The demo did not go as it should.");
    process.exitCode = 1;
  }
} finally {
  await sandbox.close();
  rmSync(workspace, { recursive: true, force: true });
}
