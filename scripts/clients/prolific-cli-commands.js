// The Task Builder commands of Prolific's own CLI, with what they have to print: the life of one batch.
import { fileURLToPath } from "node:url";

const WORKSPACE = "65a1b2c3d4e5f60718293a4b";
const NOBODY = "ba7c4000-0000-4000-8000-0000000000ff";
const REVIEWS = fileURLToPath(
  new URL("../../examples/data/reviews.csv", import.meta.url),
);
const SCHEMA = JSON.stringify({
  fields: {
    review_id: { type: "metadata" },
    product: { type: "text" },
    review: { type: "text" },
  },
});

/**
 * What is run, in this order. `says` are whole lines of the output, `keep` reads an id for later commands, `while`
 * repeats the command as long as it says so, and `fails` is part of the message of a command that has to end with 1.
 */
export const RUNS = [
  {
    command: "dataset create",
    args: () =>
      `--name Reviews --workspace-id ${WORKSPACE} --strict --schema`
        .split(" ")
        .concat(SCHEMA),
    says: () => [
      "Name: Reviews",
      "Total Datapoint Count: 0",
      `Workspace ID: ${WORKSPACE}`,
      "Strict: true",
      "Schema Fields: 3",
    ],
    keep: { dataset: /^ID: (\S+)$/m },
  },
  {
    command: "dataset check",
    args: ({ dataset }) => ["--dataset-id", dataset],
    says: ({ dataset }) => [`Dataset ID: ${dataset}`],
  },
  {
    command: "dataset upload",
    args: ({ dataset }) => ["--dataset-id", dataset, "--file", REVIEWS],
    says: ({ dataset }) => [
      `Upload received for dataset ${dataset}`,
      "Accepted: 20",
      "Rejected: 0",
    ],
  },
  {
    command: "batch create",
    args: ({ dataset }) => [
      ...`--name Labels --workspace-id ${WORKSPACE} --dataset-id ${dataset} --task-name Label`.split(
        " ",
      ),
      ...["--task-introduction", "Label reviews.", "--task-steps", "1. Read."],
    ],
    says: ({ dataset }) => [
      "Name: Labels",
      "Status: UNINITIALISED",
      "Total Task Count: 0",
      `Workspace ID: ${WORKSPACE}`,
      `  Dataset 1: ${dataset} (20 datapoints)`,
      "  Introduction: Label reviews.",
    ],
    keep: { batch: /^ID: (\S+)$/m },
  },
  {
    command: "batch list",
    args: () => ["--workspace-id", WORKSPACE],
    says: ({ batch }) => [
      "Batches: 1",
      `  Batch 1: ${batch} | Name: Labels | Status: UNINITIALISED`,
    ],
  },
  {
    command: "batch update",
    args: ({ batch }) => ["--batch-id", batch, "--name", "Review labels"],
    says: ({ batch }) => [
      `ID: ${batch}`,
      "Name: Review labels",
      "  Introduction: Label reviews.",
    ],
  },
  {
    command: "batch setup",
    args: ({ batch, dataset }) =>
      `--batch-id ${batch} --dataset-id ${dataset} --tasks-per-group 5`.split(
        " ",
      ),
    says: ({ batch }) => [
      `Successfully setup batch ${batch}`,
      "Tasks per Group: 5",
    ],
  },
  {
    command: "batch check",
    args: ({ batch }) => ["--batch-id", batch],
    while: /^Status: (UNINITIALISED|PROCESSING)\r?$/m,
    says: ({ batch }) => [`Batch ID: ${batch}`, "Status: READY"],
  },
  {
    command: "batch setup",
    what: "a second time",
    args: ({ batch, dataset }) => [
      "--batch-id",
      batch,
      "--dataset-id",
      dataset,
    ],
    fails: "cannot be setup",
  },
  {
    command: "batch view",
    args: ({ batch }) => ["--batch-id", batch],
    says: ({ batch, dataset }) => [
      `ID: ${batch}`,
      "Name: Review labels",
      "Status: READY",
      "Total Task Count: 20",
      `  Dataset 1: ${dataset} (20 datapoints)`,
    ],
  },
  {
    command: "batch view",
    what: "a batch that does not exist",
    args: () => ["--batch-id", NOBODY],
    fails: "request failed",
  },
  {
    command: "batch tasks",
    args: ({ batch }) => ["--batch-id", batch],
    says: ({ batch }) => [`Batch ID: ${batch}`, "Total Tasks: 20"],
  },
  {
    command: "batch preview",
    args: ({ batch }) => [batch],
    says: () => ["Opening batch preview in browser..."],
    keep: {
      preview:
        /^https:\/\/app\.prolific\.com\/data-collection-tool\/batches\/\S+\/task-groups\/([\w-]{36})\?preview=true$/m,
    },
  },
  {
    command: "dataset upload",
    what: "a record that a strict schema rejects",
    args: ({ dataset, more }) => ["--dataset-id", dataset, "--file", more],
    says: () => ["Accepted: 1", "Rejected: 1"],
  },
  {
    command: "batch sync",
    args: ({ batch }) => [batch],
    says: ({ batch }) => [
      `Sync complete for batch ${batch}.`,
      "  Tasks created:        1",
      "  Groups created:       1",
    ],
  },
];

/** The commands that are run; sandbox/README.md lists them. */
export const COMMANDS = [...new Set(RUNS.map(({ command }) => command))];
