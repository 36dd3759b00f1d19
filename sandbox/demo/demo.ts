/** `npm run demo`: the committed action against the sandbox, three commits long, as a runner would show it. */
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
import { repository, runStep } from "../step.ts";
import { showLogLine, showSummary } from "./terminal.ts";

const EXAMPLE = "examples/data/reviews.csv";
const FILE = "data/reviews.csv";
const MORE_ROWS =
  'R-021,Kettle,"Whistles, as promised."\nR-022,Notebook,Lies flat.\n';
const SETUP_MS = 4_000;

function heading(text: string): void {
  console.log(
    `\n\u001b[1;36m── ${text} ${"─".repeat(Math.max(0, 74 - text.length))}\u001b[0m`,
  );
}

async function step(
  inputs: Record<string, string>,
  env: Record<string, string>,
): Promise<boolean> {
  heading("The step's log");
  let rest = "";
  const result = await runStep({
    inputs,
    env,
    onOutput(text) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const shown = showLogLine(line);
        if (shown !== undefined) console.log(shown);
      }
    },
  });
  heading("Its outputs");
  for (const [name, value] of Object.entries(result.outputs)) {
    console.log(`  ${name.padEnd(24)} ${value}`);
  }
  heading("Its job summary");
  console.log(showSummary(result.summary));
  if (result.stderr !== "") console.error(result.stderr);
  return result.exitCode === 0;
}

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
  const first = (await step(inputs, env)) && tasks() === 20;
  heading("The same commit again: nothing is sent");
  const before = writes().length;
  const second = (await step(inputs, env)) && writes().length === before;
  heading("A commit with two more rows: they are added, and get tasks");
  appendFileSync(file, MORE_ROWS);
  const third = (await step(inputs, env)) && tasks() === 22;

  heading("On GitHub");
  console.log(
    `Three runs sent: ${writes().join(", ")}. To do the same with your own batch:\n` +
      "  1. Create an API token in Prolific and store it as the repository secret PROLIFIC_TOKEN.\n" +
      "  2. Copy the workflow from the README into .github/workflows/, with your batch_id and dataset_file.\n" +
      "  3. Commit a dataset.\n",
  );
  if (!first || !second || !third) {
    console.error("The demo did not go as it should.");
    process.exitCode = 1;
  }
} finally {
  await sandbox.close();
  rmSync(workspace, { recursive: true, force: true });
}
