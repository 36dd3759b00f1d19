/** Settles which batch the run uses (contract 10). */
import type { UseCopy } from "../../decision.ts";
import { counted, figure } from "../../figures.ts";
import { contentHash } from "../../file/content-name.ts";
import { findNewRows } from "../../file/history/new-rows.ts";
import type { DatasetFile } from "../../file/find.ts";
import { quote } from "../../github/foreign-text.ts";
import type { Batch } from "../../prolific/schema.ts";
import {
  type Known,
  type Reading,
  type Seen,
  nothingKnown,
} from "../../view.ts";
import { sawBatch } from "../batch/read-batch.ts";
import type { Needs } from "../tools.ts";

/** Reads the batch of the inputs. Its outputs are only written if it is used. */
export async function readOriginal({
  inputs,
  patience,
  prolific,
}: Needs<"inputs" | "patience" | "prolific">): Promise<Seen<Batch>> {
  const value = await patience.read("deciding", (options) =>
    prolific.batch(inputs.batchId, options),
  );
  return { value, at: patience.now() };
}

/** Uses the batch of the inputs. */
export function useOriginal(
  tools: Needs<"inputs" | "prolific" | "patience" | "log" | "report">,
  { ageMs, value }: Reading<Batch>,
): Partial<Known> {
  sawBatch(tools, value);
  const at = tools.patience.now() - ageMs;
  return { batch: { value, at }, used: { which: "original" } };
}

/** Finds the records that no batch with tasks has. @throws Stop if that cannot be known. */
export async function newRowsOf(
  {
    inputs,
    files,
    git,
    patience,
    log,
  }: Needs<"inputs" | "files" | "git" | "patience" | "log">,
  file: DatasetFile,
  earlier: readonly string[],
): Promise<Partial<Known>> {
  const { workspace } = inputs;
  const { signal } = patience;
  const found = await findNewRows({
    ...{ files, git, workspace, file, earlier, signal },
  });
  const { distinct, records } = found;
  const all = counted(distinct, "different record");
  log.say(
    earlier.length === 0
      ? `${file.relativePath}: ${all}, and no batch has tasks for them yet`
      : `${file.relativePath}: ${figure(records)} of ${all} ${records === 1 ? "is" : "are"} new: no earlier batch has ${records === 1 ? "it" : "them"} ` +
          `(compared with ${counted(earlier.length, "earlier version")} of the file)`,
  );
  const { lineOf } = found;
  const rows = found.file && { ...found.file, lineOf };
  return { newRows: { ...found, file: rows, earlier } };
}

/** Uses a copy: everything is read again, now for the copy. */
export function useCopy(
  { log, report }: Needs<"log" | "report">,
  step: UseCopy,
  known: Known,
): Partial<Known> {
  const { content, copy, file, made, original, others, schema } = step;
  const { redact } = log.runner;
  report.set("original_batch_id", original.id);
  report.set("batch_id", copy.id);
  const of =
    `copy of "${quote(original.name, redact)}" for ${content.file.relativePath} ` +
    `at ${contentHash(content.checked.sha256)}`;
  report.copy = made ? `Made a ${of}` : `Used the ${of}`;
  log.say(`${report.copy}: batch ${copy.id} instead of ${original.id}`);
  tellDifferences(log, original, copy);
  tellOthers(log, others);
  return {
    ...nothingKnown(file),
    ...{ newRows: known.newRows, made: known.made, created: undefined },
    used: { which: "copy", original, id: copy.id, content, schema },
  };
}

/** The API does not promise what a copy contains (API 11.37). */
function tellDifferences(
  log: Needs<"log">["log"],
  original: Batch,
  copy: Batch,
): void {
  const [before = 0, after = 0] = [original, copy].map(
    ({ totalInstructionCount }) => totalInstructionCount,
  );
  if (before === after && original.hasLayout === copy.hasLayout) return;
  const layout = ({ hasLayout }: Batch) =>
    hasLayout ? "a layout" : "no layout";
  log.warn(
    "The copy differs from its original",
    `Batch ${original.id} has ${counted(before, "instruction")} and ${layout(original)}; its copy ${copy.id} has ` +
      `${counted(after, "instruction")} and ${layout(copy)}. They cannot be added after the setup.`,
  );
}

/** Mentions other copies of the same content. Empty ones cost nothing. */
function tellOthers(log: Needs<"log">["log"], others: readonly Batch[]): void {
  const withTasks = others.filter(({ totalTaskCount }) => totalTaskCount > 0);
  const empty = others.filter(({ totalTaskCount }) => totalTaskCount === 0);
  const ids = (batches: readonly Batch[]) =>
    batches.map(({ id }) => id).join(", ");
  if (withTasks.length > 0) {
    log.warn(
      "Another copy for this content has tasks",
      `More than one copy of the batch is for this content of the file, and has tasks: ${ids(withTasks)}. ` +
        "Check them before you publish a study: each task is paid for.",
    );
  }
  if (empty.length > 0) {
    log.note(
      "Another copy for this content is empty",
      `It is not used, and costs nothing: ${ids(empty)}.`,
    );
  }
}
