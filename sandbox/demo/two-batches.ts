/**
 * A team whose dataset is V3, which takes one file: it commits, adds rows, and reverts. Three runs, two batches, and no row is
 * paid for twice.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../server.ts";
import { heading, showStep } from "./show.ts";

const FILE = "reviews.csv";
const NEW_ROWS = 'R-023,Lamp,"Bright enough."\nR-024,Chair,It squeaks.\n';

/** Runs the story. @returns whether it had the expected result. */
export async function twoBatches(
  sandbox: Sandbox,
  example: string,
): Promise<boolean> {
  const workspace = mkdtempSync(join(tmpdir(), "demo-"));
  const git = (...args: string[]) =>
    spawnSync("git", ["-C", workspace, ...AUTHOR, ...args]).status === 0;
  heading("Another team: a V3 dataset, which cannot grow");
  try {
    if (!git("init", "--quiet")) {
      console.log("git is not installed here, so this part is left out.");
      return true;
    }
    const { prolific } = sandbox;
    const datasetId = sandbox.addDataset({ version: 3, datapoints: 0 });
    const batchId = sandbox.addBatch({ name: "Wave", datasetId });
    const inputs = {
      ...{ batch_id: batchId, dataset_file: FILE, new_batch: "new_rows" },
    };
    const env = {
      PROLIFIC_URL: sandbox.url,
      PROLIFIC_TOKEN: sandbox.token,
      GITHUB_WORKSPACE: workspace,
    };
    const used: string[] = [];
    const commit = async (about: string, text: string): Promise<boolean> => {
      heading(about);
      writeFileSync(join(workspace, FILE), text);
      git("add", "."); // and commits, because the runner checks out a commit
      git("commit", "--quiet", "--allow-empty", "--message", about);
      const { exitCode, outputs, stderr } = await showStep(inputs, env);
      if (stderr !== "") console.error(stderr);
      used.push(outputs.batch_id ?? "");
      return exitCode === 0;
    };
    const rows = readFileSync(example, "utf8");
    const green =
      (await commit("It commits 20 rows", rows)) &&
      (await commit(
        "It adds two rows: a copy of the batch",
        rows + NEW_ROWS,
      )) &&
      (await commit("It reverts: nothing is sent", rows));
    const [first = "", second = "", third] = used;
    const tasks = [first, second].map((id) => prolific.tasks(id).length);
    console.log(
      `\nThree runs, two batches, with ${tasks.join(" and ")} tasks: no row is paid for twice.`,
    );
    return green && third === first && tasks.join() === "20,2";
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Independent of the Git user of this machine. */
const AUTHOR = [
  ...["-c", "user.name=A team", "-c", "user.email=team@example.org"],
  ...["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"],
];
