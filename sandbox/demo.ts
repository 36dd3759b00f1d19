/** `npm run demo`: the committed action against the sandbox, twice, as a runner would show it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "./server.ts";
import { repository, runStep } from "./step.ts";
import { showLogLine, showSummary } from "./terminal.ts";

const EXAMPLE = "examples/data/reviews.csv";
const SETUP_MS = 4_000;

/** Enough for the example file; the action itself never counts records like this. */
function countRecords(csv: string): number {
  const withoutQuoted = csv.replace(/"[^"]*"/g, "");
  return withoutQuoted.trim().split("\n").length - 1;
}

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
      const lines = (rest + text).split("\n");
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

const datapoints = countRecords(
  readFileSync(join(repository, EXAMPLE), "utf8"),
);
const sandbox = await startSandbox({ timing: { setupMs: SETUP_MS } });
try {
  const datasetId = sandbox.addDataset({
    name: "Reviews",
    imports: [{ filename: "reviews.csv", accepted: datapoints }],
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
  const env = { PROLIFIC_URL: sandbox.url, PROLIFIC_TOKEN: sandbox.token };
  const inputs = {
    batch_id: batchId,
    dataset_id: datasetId,
    tasks_per_group: "3",
  };

  console.log(
    `A sandbox of Prolific's API runs at ${sandbox.url}.\n` +
      `It holds a dataset made from ${EXAMPLE} (${String(datapoints)} datapoints) and a batch without tasks.\n` +
      `The committed dist/index.js now runs as a step of a workflow would.`,
  );
  heading("First run: the batch is set up");
  const first = await step(inputs, env);
  heading("Second run, the same inputs: nothing is set up twice");
  const second = await step(inputs, env);
  const posts = sandbox.requests.filter(
    ({ method }) => method === "POST",
  ).length;

  heading("On GitHub");
  console.log(
    `Prolific got ${String(posts)} POST in the two runs. To do the same with your own batch:\n` +
      "  1. Create an API token in Prolific and store it as the repository secret PROLIFIC_TOKEN.\n" +
      "  2. Copy the workflow from the README into .github/workflows/, with your batch_id and dataset_id.\n" +
      "  3. Commit a dataset.\n",
  );
  if (!first || !second || posts !== 1) {
    console.error("The demo did not go as it should.");
    process.exitCode = 1;
  }
} finally {
  await sandbox.close();
}
