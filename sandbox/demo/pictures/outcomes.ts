/** Runs the committed action with each outcome on the example dataset, for pictures of its job summary. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BatchOptions, DatasetOptions, Sandbox } from "../../server.ts";
import { startSandbox } from "../../server.ts";
import type { StepOptions, StepResult } from "../../step.ts";
import { repository, runStep } from "../../step.ts";
import type { Timing } from "../../facts/timing.ts";

const EXAMPLE = "examples/data/reviews.csv";
const FILE = "data/reviews.csv";
const MORE_ROWS =
  'R-021,Kettle,"Whistles, as promised."\nR-022,Notebook,Lies flat.\n';

/** Long enough to be visible in a summary, short enough to wait for. */
const TIMING = { importMs: 3_000, setupMs: 14_000, syncMs: 5_000 };

/** What a picture shows: a world, and the step in it. */
interface Scene {
  readonly batch?: BatchOptions;
  readonly dataset?: DatasetOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Without the committed file. */
  readonly bare?: boolean;
  /** The number of commits before. Each of them runs a step, and adds two rows afterwards. */
  readonly earlier?: boolean;
  /** When the step is cancelled, in milliseconds after its start. */
  readonly cancelAfterMs?: number;
  readonly faults?: Parameters<Sandbox["fault"]>;
}

const FILLED: DatasetOptions = { imports: [{ accepted: 20 }] };

const SCENES = {
  set_up: {},
  set_up_with_warnings: {
    bare: true,
    dataset: { ...FILLED, groups: 4 },
    batch: { instructions: 0 },
  },
  already_set_up: {
    bare: true,
    dataset: FILLED,
    batch: { status: "READY", tasksPerGroup: 3 },
  },
  synced: { earlier: true },
  joined: {
    bare: true,
    dataset: FILLED,
    batch: { status: "PROCESSING", tasksPerGroup: 3, setupMs: 9_000 },
  },
  accepted: { inputs: { wait: "false" } },
  dry_run: { inputs: { dry_run: "true" } },
  dry_run_without_token: {
    inputs: { dry_run: "true" },
    env: { PROLIFIC_TOKEN: "" },
  },
  rejected: {
    dataset: {
      script: {
        rejects: [
          {
            field: "review",
            pattern: "broken|office",
            reason: "value is on the list of blocked words",
          },
          {
            field: "product",
            pattern: "^Plant pot$",
            reason: "value is not one of the allowed products",
          },
        ],
      },
    },
  },
  rejected_in_part: {
    inputs: { allow_partial: "true" },
    dataset: {
      setupTakesPartial: true,
      script: {
        rejects: [
          {
            field: "review",
            pattern: "broken",
            reason: "value is on the list of blocked words",
          },
        ],
      },
    },
  },
  defects: {
    dataset: {
      schema: {
        strict: true,
        fields: {
          review_id: { type: "metadata" },
          review: { type: "text" },
          product: { type: "text" },
          rating: { type: "text" },
        },
      },
    },
  },
  unauthorised: { env: { PROLIFIC_TOKEN: "revoked-token" } },
  refused: {
    bare: true,
    dataset: FILLED,
    faults: [
      {
        match: "POST /setup",
        kind: "status",
        status: 400,
        errorShape: "E2",
        text: "The dataset of this batch is being deleted.",
      },
    ],
  },
  cannot_grow: { dataset: { version: 3, datapoints: 20 } },
  bad_inputs: {
    inputs: { timeout: "30", batch_id: "42", wait: "yes" },
  },
  error: { bare: true, dataset: FILLED, batch: { setupEndsIn: "ERROR" } },
  timed_out: { inputs: { timeout: "8s" }, batch: { setupMs: 600_000 } },
  cancelled: {
    bare: true,
    dataset: FILLED,
    batch: { setupMs: 600_000 },
    cancelAfterMs: 4_000,
  },
} as const satisfies Record<string, Scene>;

export type SceneName = keyof typeof SCENES;
export const SCENE_NAMES = Object.keys(SCENES) as readonly SceneName[];

/** Runs the committed action in one of the scenes. The ids are always the same. */
export async function play(
  name: SceneName,
  timing: Partial<Timing> = TIMING,
): Promise<StepResult> {
  const scene: Scene = SCENES[name];
  const workspace = mkdtempSync(join(tmpdir(), "picture-"));
  const file = join(workspace, FILE);
  mkdirSync(dirname(file));
  copyFileSync(join(repository, EXAMPLE), file);
  const sandbox = await startSandbox({
    ...{ uuid: sameIds(), timing },
    importsRecognised: "by appends",
  });
  try {
    const step = { ...worldOf(scene, sandbox), cwd: workspace };
    const env = { GITHUB_WORKSPACE: workspace, ...step.env };
    if (scene.earlier === true) {
      await runStep({ ...step, env });
      appendFileSync(file, MORE_ROWS);
    }
    return await runStep({ ...step, env });
  } finally {
    await sandbox.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

function worldOf(scene: Scene, sandbox: Sandbox): StepOptions {
  const datasetId = sandbox.addDataset({
    name: "Reviews",
    imports: [],
    schema: {
      strict: true,
      fields: {
        review_id: { type: "metadata" },
        product: { type: "text" },
        review: { type: "text" },
      },
    },
    ...scene.dataset,
  });
  const batchId = sandbox.addBatch({
    name: "Product reviews, round 1",
    datasetId,
    ...scene.batch,
  });
  sandbox.fault(...(scene.faults ?? []));
  const { cancelAfterMs } = scene;
  return {
    inputs: {
      batch_id: batchId,
      tasks_per_group: "3",
      ...(scene.bare === true ? {} : { dataset_file: FILE }),
      ...scene.inputs,
    },
    env: {
      PROLIFIC_URL: sandbox.url,
      PROLIFIC_TOKEN: sandbox.token,
      ...scene.env,
    },
    onStart(step) {
      if (cancelAfterMs === undefined) return;
      setTimeout(() => step.kill("SIGINT"), cancelAfterMs);
    },
  };
}

/** Ids that look random, but are the same in every run. */
function sameIds(): () => string {
  let count = 0;
  return () => {
    const hex = createHash("sha256").update(String(count++)).digest("hex");
    return hex.replace(
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
      "$1-$2-4$3-a$4-$5",
    );
  };
}
