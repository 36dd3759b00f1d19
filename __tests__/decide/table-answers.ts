/** The possible results of each step, with the fields that the functions in `steps/` return. The usual result comes first. */
import type { Step } from "../../src/decision.ts";
import type { Batch, Dataset, SyncJob } from "../../src/prolific/schema.ts";
import type { Known, Setup, Sync } from "../../src/view.ts";
import {
  type Answer,
  after,
  lookedFor,
  sawDataset,
} from "./table-dataset-answers.ts";
import {
  acceptedAs,
  appended,
  counted,
  followed,
  probed,
  uploaded,
} from "./table-file-answers.ts";
import { batchesFound, datasetsFound, nameOf } from "./table-found.ts";
import {
  type Run,
  type State,
  COUNTED_AT,
  batchesReady,
  fresh,
  movedTo,
  one,
  remembered,
  withCount,
} from "./table-world.ts";
import * as make from "./views.ts";

export function answersTo(step: Step, state: State, run: Run): Answer[] {
  const { known } = state;
  switch (step.do) {
    case "read_batch":
      return batchesAtRead(known, run).map((batch) => ({
        learned: { batch: fresh(batch) },
      }));
    case "use_dataset":
      return [{ learned: { datasetId: step.datasetId } }];
    case "read_dataset": {
      const { batch } = known;
      const before = state.past.dataset;
      if (before) return [before, ...after(before, state, run)].map(sawDataset);
      return batch ? datasetsFound(run, batch.value).map(sawDataset) : [];
    }
    case "check_file": {
      const { distinct, records } = run.size;
      const { checked, file } = make.checkedFile({ distinct, records });
      const format = run.format ?? file.format;
      const remoteName = nameOf(run);
      const good = { file: make.fileOf(format), checked, remoteName };
      return [{ learned: { checked: one(good) } }, "red"];
    }
    case "check_record_lengths":
      return [{ learned: { fits: true } }, "red"];
    case "wait_for_dataset":
      return [...after(step.dataset, state, run), step.dataset].map(
        (dataset) => ({
          learned: { dataset: fresh(dataset), countedAt: undefined },
        }),
      );
    case "look_for_bytes":
      return lookedFor(step.dataset, step.jobs, known, run);
    case "upload":
      return [...[1, 2].map((puts) => uploaded(step.dataset, puts)), "red"];
    case "follow_import":
      return followed(step, run);
    case "probe":
      return probed(step);
    case "append":
      return appended(step, run);
    case "count_again":
      return countedAgain(step, state, run);
    case "allow":
      return [{ learned: { allowed: [...known.allowed, step.concern.what] } }];
    case "accept_file":
      return [acceptedAs(step.how, step.dataset)];
    case "join":
      return [{ learned: { setup: SOMEBODY_ELSE } }];
    case "set_up":
      return setUpAnswers(step.batch.value, datapointsOf(known, run));
    case "confirm_setup":
      return [
        ...["PROCESSING", "UNINITIALISED", "ERROR"].map((status) =>
          movedTo(step.batch, status as Batch["status"]),
        ),
        ...batchesReady(step.batch, datapointsOf(known, run)),
      ].map((batch) => ({ learned: { confirmed: true, batch: fresh(batch) } }));
    case "wait_for_batch":
      return settled(step.batch, datapointsOf(known, run)).map((batch) => ({
        learned: { batch: fresh(batch) },
      }));
    case "sync": {
      const { totalTaskCount: tasksBefore } = step.batch;
      const sync = one({ job: job("queued"), tasksBefore, ended: false });
      return [{ learned: { sync } }, "red"];
    }
    case "follow_sync":
      return [...synced(step.sync, known, run), "red"];
    case "leave_as_it_is":
      return [{ learned: { left: true } }];
    case "verify":
      return [{ learned: { verified: true } }];
    case "find_preview":
      return [{ learned: { previewed: true } }];
    // Contract 10 has a table of its own: `copies.test.ts`.
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "duplicate":
    case "use_copy":
    case "create_dataset":
    case "attach_dataset":
      throw new Error(`${step.do} without new_batch`);
  }
}

/** What the job reports about its tasks, if anything, and what the batch shows. */
function synced(sync: Sync, known: Known, run: Run): Answer[] {
  const { batch } = known;
  if (!batch) return [];
  const batches = settled(batch.value, datapointsOf(known, run));
  return batches.flatMap((after, at) => {
    const created = Math.max(0, after.totalTaskCount - sync.tasksBefore);
    const said = at === 0 ? [created, undefined] : [created];
    return said.map((tasksCreated) => ({
      learned: {
        sync: one({
          ...{ ...sync, ended: true },
          job: { ...job("complete"), tasksCreated },
        }),
        batch: fresh(after),
      },
    }));
  });
}

/** The counts of the dataset, and then the state of the batch. */
function countedAgain(
  { until }: Extract<Step, { do: "count_again" }>,
  { known, past }: State,
  run: Run,
): Answer[] {
  const { batch, brought } = known;
  const before = past.dataset;
  if (!batch || !before) return [];
  if (until.kind === "each_has_a_task") {
    return tasksCounted(before, batch.value, datapointsOf(known, run));
  }
  const first = known.countedAt === undefined;
  const datasets = first ? counted(before, brought, run) : [before];
  const seen = (dataset: Dataset, each: Batch) => ({
    learned: {
      ...{ dataset: fresh(dataset), batch: fresh(each) },
      countedAt: COUNTED_AT,
    },
  });
  const [usual] = datasets;
  return [
    ...datasets.flatMap((dataset) =>
      batchesBeside(batch.value, dataset).map((each) => seen(dataset, each)),
    ),
    ...(usual ? batchesAtRead(known, run).map((b) => seen(usual, b)) : []),
  ];
}

/** With auto sync, tasks may appear automatically. */
function batchesBeside(batch: Batch, dataset: Dataset): Batch[] {
  const { autoSyncEnabled, status } = batch;
  return autoSyncEnabled && status === "READY"
    ? [batch, ...batchesReady(batch, dataset.totalDatapointCount).slice(0, 1)]
    : [batch];
}

/** Each datapoint has a task, or not, or one too many; another datapoint is visible; the deadline comes first. */
function tasksCounted(
  before: Dataset,
  batch: Batch,
  datapoints: number,
): Answer[] {
  const dataset = withCount(before, datapoints);
  const grown = withCount(before, datapoints + 1);
  const [usual, ...others] = batchesReady(batch, datapoints).slice(0, 3);
  return [
    { learned: { tasksCounted: true } },
    ...[usual ?? batch, batch, ...others].map((each) => ({
      learned: {
        ...{ dataset: fresh(dataset), batch: fresh(each) },
        tasksCounted: true,
      },
    })),
    {
      learned: {
        ...{ dataset: fresh(grown), batch: fresh(usual ?? batch) },
        tasksCounted: true,
      },
    },
  ];
}

function batchesAtRead({ batch }: Known, run: Run): Batch[] {
  if (!batch) return batchesFound(run);
  const { value } = batch;
  const others = (["PROCESSING", "ERROR"] as const).map((status) =>
    movedTo(value, status),
  );
  return value.status === "READY"
    ? [value]
    : [
        ...[
          value,
          ...others,
          ...batchesReady(value, run.size.rows).slice(0, 2),
        ],
        movedTo(value, "UNINITIALISED", "other"),
      ];
}

const SOMEBODY_ELSE = one<Setup>({
  ...{ by: "somebody_else", setups: 0, certain: true },
});

const setUpAnswers = remembered(
  (before: Batch, datapoints: number): Answer[] => {
    const { datasets } = before;
    const moved = [
      ...batchesReady(before, datapoints).slice(0, 2),
      movedTo(before, "PROCESSING"),
    ];
    const touched = one({
      ...{ ...before, totalTaskCount: 1 },
      ...(datasets.length === 0 && {
        datasets: [{ id: make.DATASET_ID, totalDatapointCount: datapoints }],
      }),
    });
    const ours = [1, 2].flatMap((setups) => {
      const sure = one<Setup>({ by: "us", setups, certain: true });
      const unsure = one<Setup>({ by: "us", setups, certain: false });
      return [
        ...[before, touched, ...moved].map((batch) => ({ batch, setup: sure })),
        { batch: before, setup: unsure },
      ];
    });
    const theirs = moved.map((batch) => ({ batch, setup: SOMEBODY_ELSE }));
    const stranded = [
      movedTo(before, "ERROR"),
      movedTo(before, "UNINITIALISED", "other"),
      movedTo(before, "READY", "other"),
    ].map((batch) => ({ batch }));
    return [
      ...[...ours, ...theirs, ...stranded].map(({ batch, ...rest }) => ({
        learned: { ...rest, batch: fresh(batch) },
      })),
      "red",
    ];
  },
);

/** READY with all possible counts; then with another dataset, and ERROR. */
const settled = remembered((before: Batch, datapoints: number): Batch[] => [
  ...batchesReady(before, datapoints),
  movedTo({ ...before, totalTaskCount: datapoints }, "READY", "other"),
  movedTo(before, "ERROR"),
]);

function datapointsOf({ datapoints }: Known, { size }: Run): number {
  return datapoints ?? size.rows;
}

function job(status: "queued" | "complete"): SyncJob {
  return {
    ...{ id: "sync", status, reason: undefined },
    ...{ tasksCreated: undefined, groupsCreated: undefined },
  };
}
