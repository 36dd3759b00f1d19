/** The copies of a batch in its workspace (contract 10, API 3.10). */
import { copiedContent } from "../../copies.ts";
import { Stop } from "../../errors.ts";
import { counted, figure } from "../../figures.ts";
import type { Batch, BatchList } from "../../prolific/schema.ts";
import type { Copies, Seen } from "../../view.ts";
import type { How } from "../patience.ts";
import type { Needs } from "../tools.ts";

type Reader = Needs<"prolific" | "patience">;

/**
 * Lists every copy of the original, with any content.
 * @throws Stop if the list is incomplete, because it then proves nothing (API 11.36); any final error of a read.
 */
export async function listCopies(
  { patience, prolific }: Reader,
  original: Batch,
  how: How,
): Promise<Seen<Copies>> {
  const { id, workspaceId = "" } = original;
  const isCopy = (name: string) => copiedContent(name, id) !== undefined;
  const list = await patience.read(how, (options) =>
    prolific.batches(workspaceId, isCopy, options),
  );
  if (list.listed < list.count) throw incomplete(list, workspaceId);
  // A batch is never its own copy, even if its name looks like one.
  const value = list.batches.filter((batch) => batch.id !== id);
  return { value, at: patience.now() };
}

function incomplete({ count, listed }: BatchList, workspaceId: string): Stop {
  return new Stop({
    title: "The list of batches is incomplete",
    what: `Prolific lists ${figure(listed)} of ${counted(count, "batch", "batches")} in workspace ${workspaceId}, so a copy may be among the others.`,
    next: "Run this job again. If this keeps happening, move batches that you no longer need to another workspace, or set new_batch to never.",
  });
}
