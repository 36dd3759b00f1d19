import { setupTimes } from "../model/batches.ts";
import { datapointCountAt } from "../data/counts.ts";
import { workspace } from "./seed-dataset.ts";
import { yesterday } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";
import type {
  Batch,
  BatchScript,
  BatchStatus,
  Setup,
  State,
} from "../facts/state.ts";

/** A batch of the initial state. The fields of `BatchScript` decide how it behaves later. Plain JSON. */
export interface BatchOptions extends BatchScript {
  readonly id?: string;
  readonly name?: string;
  readonly workspaceId?: string;
  /** Attached dataset. Default none. */
  readonly datasetId?: string;
  /** Several attached datasets. */
  readonly datasetIds?: readonly string[];
  /** Status now, default UNINITIALISED. PROCESSING ends after `setupMs`; READY and ERROR were reached a day ago. */
  readonly status?: BatchStatus;
  /** READY and PROCESSING: how many datapoints its setup covers. Default: all current ones of the dataset. */
  readonly tasks?: number;
  /** READY and PROCESSING: `tasks_per_group` of that setup. Default 1. */
  readonly tasksPerGroup?: number;
  /** `total_instruction_count`. Default 2. */
  readonly instructions?: number;
  readonly batchItems?: readonly unknown[] | null;
  readonly autoSyncEnabled?: boolean;
}

/** Makes a batch from its options, with the setup that its status implies. */
export function batchFrom(
  options: BatchOptions,
  state: State,
  around: Surroundings,
): Batch {
  const {
    id,
    name,
    workspaceId,
    datasetId,
    datasetIds,
    status,
    tasks,
    tasksPerGroup,
    instructions,
    batchItems,
    autoSyncEnabled,
    ...script
  } = options;
  const attached = datasetIds ?? (datasetId === undefined ? [] : [datasetId]);
  return {
    id: (id ?? around.newId()).toLowerCase(),
    createdMs: yesterday(around),
    name: name ?? "Review labels",
    workspaceId: workspaceId ?? workspace,
    taskDetails: {
      task_name: "Label a review",
      task_introduction: "<p>Read the review.</p>",
      task_steps: "<ol><li>Read</li><li>Answer</li></ol>",
    },
    batchItems: batchItems ?? null,
    instructionCount: instructions ?? 2,
    autoSyncEnabled: autoSyncEnabled ?? false,
    datasetIds: attached.map((each) => each.toLowerCase()),
    setups: setupsFor(
      { status, tasks, tasksPerGroup, script },
      attached[0],
      state,
      around,
    ),
    syncs: [],
    script,
  };
}

function setupsFor(
  past: {
    status: BatchStatus | undefined;
    tasks: number | undefined;
    tasksPerGroup: number | undefined;
    script: BatchScript;
  },
  datasetId: string | undefined,
  state: State,
  around: Surroundings,
): Setup[] {
  const { status, script } = past;
  if (status === undefined || status === "UNINITIALISED") return [];
  const dataset = state.datasets.get(datasetId?.toLowerCase() ?? "");
  if (dataset === undefined) {
    throw new Error(`A batch that is ${status} needs a dataset.`);
  }
  const setupMs = script.setupMs ?? around.timing.setupMs;
  const times =
    status === "PROCESSING"
      ? setupTimes(around.nowMs, { setupMs, visibleAfterMs: 0 })
      : setupTimes(yesterday(around), { setupMs: 0, visibleAfterMs: 0 });
  const there = datapointCountAt(dataset, around.nowMs);
  return [
    {
      ...times,
      datasetId: dataset.id,
      tasksPerGroup: past.tasksPerGroup ?? 1,
      datapoints: script.makesNoTasks === true ? 0 : (past.tasks ?? there),
      endsIn:
        status === "PROCESSING" ? (script.setupEndsIn ?? "READY") : status,
      seeded: true,
    },
  ];
}
