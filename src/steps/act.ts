/** Maps each step of the table to the function that takes it. */
import type { Step } from "../decision.ts";
import type { Known } from "../view.ts";
import { confirmSetup } from "./batch/confirm-setup.ts";
import { findPreview } from "./batch/find-preview.ts";
import { readBatch } from "./batch/read-batch.ts";
import { setUp } from "./batch/set-up.ts";
import { followSync, startSync } from "./batch/sync.ts";
import { verify } from "./batch/verify.ts";
import { waitForBatch } from "./batch/wait-for-batch.ts";
import { attachDataset, createDataset } from "./copy/dataset-of-copy.ts";
import { duplicate } from "./copy/duplicate.ts";
import { listCopies } from "./copy/list-copies.ts";
import {
  newRowsOf,
  readOriginal,
  useCopy,
  useOriginal,
} from "./copy/use-batch.ts";
import { append, probe } from "./dataset/append.ts";
import { checkForBytes } from "./dataset/arrival.ts";
import { checkFile, checkRecordLengths } from "./dataset/check-file.ts";
import { countAgain } from "./dataset/count-again.ts";
import { followImport } from "./dataset/follow-import.ts";
import { readDataset, waitForDataset } from "./dataset/read-dataset.ts";
import { upload } from "./dataset/upload.ts";
import { acceptFile, allow, join, leaveAsItIs, useDataset } from "./tell.ts";
import type { Tools } from "./tools.ts";

/** Takes a step. @returns what the run learns from it. @throws the error that makes the workflow step fail. */
export async function act(
  tools: Tools,
  step: Step,
  known: Known,
): Promise<Partial<Known>> {
  switch (step.do) {
    case "read_batch":
      return {
        batch: await readBatch(tools, known.batch ? "waiting" : "deciding"),
      };
    case "use_dataset":
      return useDataset(tools, step.batch, step.datasetId);
    case "read_dataset": {
      const how = step.again ? "waiting" : "deciding";
      return { dataset: await readDataset(tools, step.datasetId, how) };
    }
    case "check_file":
      return checkFile(tools, step.file, step.dataset);
    case "check_record_lengths":
      return checkRecordLengths(tools, step.file);
    case "wait_for_dataset":
      return waitForDataset(tools, step.dataset, step.awaited, known.waiting);
    case "look_for_bytes":
      return checkForBytes(tools, step.dataset, step.jobs, known.abandoned);
    case "upload":
      return upload(tools, step.dataset, step.file);
    case "follow_import":
      return followImport(tools, step, known.uploaded?.puts ?? 0);
    case "probe":
      return probe(tools, step.batch, step.dataset, step.file, step.most);
    case "append": {
      const { batch, dataset, file, before } = step;
      return append(tools, batch, dataset, file, before);
    }
    case "count_again":
      return countAgain(tools, step, known);
    case "allow":
      return allow(tools, step.concern, known.allowed);
    case "accept_file":
      return acceptFile(tools, step.how, step.dataset, step.file);
    case "join":
      return join(tools, step.found);
    case "set_up":
      return setUp(tools, step.batch, step.dataset);
    case "confirm_setup":
      return confirmSetup(tools, step.batch);
    case "wait_for_batch":
      return { batch: await waitForBatch(tools, step.batch) };
    case "sync":
      return startSync(tools, step.batch);
    case "follow_sync":
      return followSync(tools, step.sync);
    case "leave_as_it_is":
      return leaveAsItIs(tools, step.why, step.datasetId);
    case "verify":
      return verify(tools, step.batch, step.datapoints, step.how);
    case "find_preview":
      return findPreview(tools);
    case "read_original":
      return { original: await readOriginal(tools) };
    case "list_copies":
      return { copies: await listCopies(tools, step.original, "deciding") };
    case "find_new_rows":
      return newRowsOf(tools, step.file, step.earlier);
    case "use_original":
      return useOriginal(tools, step.original);
    case "duplicate":
      return duplicate(tools, step);
    case "use_copy":
      return useCopy(tools, step, known);
    case "create_dataset":
      return createDataset(tools, step.copy, step.file, step.schema);
    case "attach_dataset":
      return attachDataset(tools, step.copy, step.datasetId);
  }
}
