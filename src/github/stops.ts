/** Turns the reason why the table stops a run into one message (contract 8). */
import type { Concern } from "../concern.ts";
import type { Awaited, StopReason, Unusable } from "../decision.ts";
import { Stop } from "../errors.ts";
import { counted } from "../figures.ts";
import type { Batch, Dataset, ImportJob } from "../prolific/schema.ts";
import type { View } from "../view.ts";
import { concernInWords } from "./concerns.ts";
import type { Inputs } from "./inputs.ts";

const UPLOAD_V3 =
  "Upload a .csv or .zip file to it (with dataset_file, or in the Prolific app)";
const UPLOAD_V4 =
  "Upload a .csv or .jsonl file to it (with dataset_file, or in the Prolific app)";
const THEN_AGAIN = ", then run this job again.";

/** The message of a stop. */
export function stopFor(reason: StopReason, view: View, inputs: Inputs): Stop {
  const { batchId } = inputs;
  switch (reason.why) {
    case "batch_in_error":
      if (view.used?.which === "copy") {
        return copyInError({ id: batchId, name: view.found?.name ?? "" });
      }
      // The API cannot reset a batch (API 2.1).
      return new Stop({
        title: "The batch is in ERROR at Prolific",
        what: `Batch ${batchId} is in ERROR: Prolific could not make its tasks, and its data may be unusable.`,
        next:
          "An ERROR batch cannot be set up again. Look at its dataset in Prolific, then duplicate the batch or create a new " +
          "one, and put the new id into batch_id.",
      });
    case "already_set_up":
      return new Stop({
        title: "The batch is already set up",
        what: `Batch ${batchId} is ${reason.batch.status}, and if_ready is "fail". Nothing was sent.`,
        next: "Use another batch, or set if_ready to skip (accept the batch as it is) or sync (add tasks for new datapoints).",
      });
    case "dataset_needed":
      return datasetNeeded(reason.batch);
    case "another_dataset":
      return new Stop({
        title: "Another dataset is attached to the batch",
        what: `dataset_id is ${view.datasetId ?? inputs.datasetId ?? ""}, but batch ${batchId} is attached to ${attached(reason.batch)}.`,
        next: "Leave dataset_id empty to use the attached one, or check which batch_id and dataset_id belong together.",
      });
    case "other_format":
      return otherFormat(reason.dataset, view);
    case "no_schema":
      return new Stop({
        title: "The dataset has no schema",
        what: `Dataset ${reason.dataset.id} has no schema yet, so Prolific would put any upload on hold. Nothing was uploaded.`,
        next: "Set the dataset's schema in Prolific (or with PATCH …/datasets/{id}), then run this job again.",
      });
    case "cannot_grow":
      return cannotGrow(reason.batch, reason.dataset, view, inputs);
    case "unusable":
      return unusable(reason.dataset, reason.state);
    case "unaccounted":
      return unaccounted(reason.concern, view);
    case "setup_unconfirmed":
      return new Stop({
        title: "Unknown whether Prolific accepted the setup",
        what: `The setup of batch ${batchId} was answered with a success, but not with HTTP 202, and the batch has not changed.`,
        next: "Check api_url and any proxy on the way, then run this job again: it looks at the batch first.",
      });
    case "ready_but_empty":
      return readyButEmpty(reason.batch);
    case "no_workspace":
      return new Stop({
        title: "The workspace of the batch is not known",
        what: `Prolific does not say which workspace batch ${reason.original.id} is in, so its copies cannot be found. Nothing was made.`,
        next: "Look at the batch in Prolific. To use this batch and no other, set new_batch to never.",
      });
    case "copy_in_error":
      return copyInError(reason.copy);
    case "shared_dataset":
      return new Stop({
        title: "The copy has the dataset of its original",
        what: `Batch ${reason.copy.id} is a copy of batch ${reason.original.id}, and the same dataset is attached to both. A setup would pay for its rows again. No setup was sent.`,
        next: RENAME,
      });
    case "unknown_content":
      return unknownContent(reason.original, reason.dataset);
    case "no_v3_for":
      return new Stop({
        title: "This dataset takes other files",
        what: `${reason.file.relativePath} is a .jsonl file, and the new dataset would be a V3 dataset. Nothing was made.`,
        next: "Commit the rows as a .csv file. Or set dataset_id to a V4 dataset with a schema, and new_batch to all_rows: the new dataset then gets the same schema.",
      });
  }
}

/** The name of a copy is what makes it one (contract 10). */
const RENAME =
  "Change the name of the copy in Prolific, so that it no longer ends in the brackets, then run this job again: it makes a new copy.";

function copyInError({ id, name }: Pick<Batch, "id" | "name">): Stop {
  return new Stop({
    title: "The copy of the batch is in ERROR at Prolific",
    what: `Batch ${id} ("${name}") is the copy for this content of the file, and is in ERROR: Prolific could not make its tasks.`,
    next: `An ERROR batch cannot be set up again. ${RENAME}`,
  });
}

/** The action never guesses which rows already have tasks. */
function unknownContent(original: Batch, dataset: Dataset | undefined): Stop {
  const filename = dataset?.version === 3 ? dataset.filename : undefined;
  const why =
    original.datasets.length > 1
      ? "several datasets are attached to it"
      : filename === undefined
        ? "its dataset does not name the file that it was made from"
        : `the name of its file, "${filename}", does not say which content it has: this action did not upload it`;
  return new Stop({
    title: "It is not known which rows have tasks already",
    what: `Batch ${original.id} has ${counted(original.totalTaskCount, "task")}, and ${why}. So it is not known which rows are new. Nothing was made.`,
    next:
      "Create a new batch without a dataset in Prolific, and put its id into batch_id. Or set new_batch to all_rows: every row " +
      "of the file then gets a task, also those that have one.",
  });
}

/** Mentions what was sent before, so that the reader need not guess (contract 11). */
function unaccounted(concern: Concern, { setup, sync }: View): Stop {
  const { title, what, next } = concernInWords(concern);
  const sent =
    setup?.by === "us" || sync ? "" : " No setup and no sync was sent.";
  return new Stop({ title, what: what + sent, next });
}

function attached({ datasets }: Batch): string {
  return datasets.map(({ id }) => id).join(", ");
}

function datasetNeeded(batch: Batch): Stop {
  return new Stop({
    title: "dataset_id is needed",
    what:
      batch.datasets.length === 0
        ? `Batch ${batch.id} has no dataset attached.`
        : `Batch ${batch.id} has several datasets attached: ${attached(batch)}.`,
    next: "Set dataset_id to the dataset to use.",
  });
}

function otherFormat({ id, version }: Dataset, { file }: View): Stop {
  return new Stop({
    title: "This dataset takes other files",
    what: `${file?.relativePath ?? ""} is a .${file?.format ?? ""} file, and dataset ${id} is a V${String(version)} dataset.`,
    next: `Give a ${version === 3 ? ".csv or .zip" : ".csv or .jsonl"} file in dataset_file, or the id of another dataset.`,
  });
}

/** One word of a command to copy, quoted if a shell would interpret it. */
function inShell(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A V3 dataset with other data. The fix is a new dataset and a duplicate of the batch (contract 5, API 3.8, 4). */
function cannotGrow(
  batch: Batch,
  { id, name, totalDatapointCount }: Dataset,
  { file, used }: View,
  { apiUrl }: Inputs,
): Stop {
  if (used?.which === "copy") {
    return new Stop({
      title: "The copy holds other rows",
      what:
        `Dataset ${id} of batch ${batch.id} holds ${counted(totalDatapointCount, "datapoint")} of another file than the rows ` +
        `of ${file?.relativePath ?? ""} that no other batch has. Nothing was uploaded.`,
      next: RENAME,
    });
  }
  const api = `${apiUrl}/api/v1/data-collection`;
  const post = (path: string, json: Record<string, unknown>) =>
    `curl -X POST -H "Authorization: Token $PROLIFIC_TOKEN" -H "Content-Type: application/json" ` +
    `-d ${inShell(JSON.stringify(json))} ${inShell(`${api}${path}`)}`;
  return new Stop({
    title: "This dataset cannot grow",
    what:
      `Dataset ${id} is a V3 dataset and holds ${counted(totalDatapointCount, "datapoint")} of another file than the ` +
      `committed ${file?.relativePath ?? ""}. Nothing was uploaded.`,
    next:
      "Set new_batch to new_rows: this job then makes a copy of the batch for the rows that are new. By hand: make a new dataset and " +
      "a copy of the batch without its dataset with the two commands below, and put their ids into dataset_id and batch_id. " +
      "(A V4 dataset, one with a schema, can grow.)",
    commands: [
      post("/datasets", {
        name: name || (file?.stem ?? ""),
        workspace_id: batch.workspaceId ?? "YOUR_WORKSPACE_ID",
      }),
      post(`/batches/${batch.id}/duplicate`, { upload_new_dataset: true }),
    ],
  });
}

function readyButEmpty({
  id,
  totalTaskCount: tasks,
  totalTaskGroups: groups,
}: Batch): Stop {
  return new Stop({
    title: "The batch is READY, but empty",
    what:
      `Batch ${id} is READY with ${counted(tasks, "task")}` +
      (groups === undefined ? "." : ` in ${counted(groups, "task group")}.`),
    next: "Participants would see nothing. Check its dataset in Prolific, then duplicate the batch or create a new one.",
  });
}

function unusable({ id }: Dataset, state: Unusable): Stop {
  const { what, words, next } = unusableInWords(state);
  return new Stop({
    title: "The dataset cannot be set up",
    what: `Dataset ${id} ${what}. No setup was sent.`,
    words,
    next,
  });
}

interface Words {
  readonly what: string;
  /** The server's own words. */
  readonly words?: string | undefined;
  readonly next: string;
}

function unusableInWords(state: Unusable): Words {
  switch (state.kind) {
    case "v3_in_error":
      return {
        what: "is in ERROR: Prolific could not process its file",
        next: `Create a new dataset. ${UPLOAD_V3}, attach it to the batch${THEN_AGAIN}`,
      };
    case "empty":
      return {
        what: "is empty",
        next: (state.version === 3 ? UPLOAD_V3 : UPLOAD_V4) + THEN_AGAIN,
      };
    case "no_complete_import":
      return unfinished(state.newest);
  }
}

/** Completes "waiting for …". */
export function awaitedInWords(awaited: Awaited): string {
  switch (awaited.kind) {
    case "upload":
    case "processing":
      return "Prolific to process its file";
    case "imports":
      return `its import ${awaited.jobs.map(named).join(", ")} to end`;
  }
}

function named({ filename, id }: ImportJob): string {
  return filename === undefined ? id : `${id} of "${filename}"`;
}

/** The newest import of a dataset that has no complete import. */
function unfinished(job: ImportJob): Words {
  const { reason, rejectedCount, status } = job;
  const name = `import ${named(job)}`;
  if (status === "pending_schema") {
    return {
      what: `has no schema yet, so its ${name} is parked (pending_schema)`,
      next: `Set the dataset's schema; the import then goes on by itself. Run this job again afterwards.`,
    };
  }
  if (status === "partial") {
    return {
      what:
        `has no complete import: ${name} is partial` +
        (rejectedCount === undefined
          ? ""
          : `, ${counted(rejectedCount, "record")} rejected`),
      next:
        "Put the rejected records, corrected, into a new file (those accepted stay) and upload it to the dataset, or set " +
        "allow_partial to true to go on with the accepted ones" +
        THEN_AGAIN,
    };
  }
  return {
    what: `has no complete import: ${name} ${status}`,
    words: reason,
    next: UPLOAD_V4 + THEN_AGAIN,
  };
}
