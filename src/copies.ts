/** Copies of a batch, one for each content of the file. The name of a copy says which: nothing else is remembered (contract 10). */
import type { Batch, BatchStatus } from "./prolific/schema.ts";

/** How much of the original's name a copy keeps. */
const LONGEST_NAME = 100;
const ID_DIGITS = 8;
/** What the name of a copy ends in: the content and the original. The words before do not count. */
const ENDING = /\[.*-([0-9a-f]{12})\/([0-9a-f]{8})\]\s*$/is;

/** The name of the copy of a batch for a file: `<name> [<stem>-<12 hex>/<8 characters of the batch's id>]`. */
export function copyName(
  original: Pick<Batch, "id" | "name">,
  stem: string,
  hash: string,
): string {
  // By characters: half of one would not come back as it was sent.
  const name = Array.from(original.name).slice(0, LONGEST_NAME).join("").trim();
  const ending = `[${stem}-${hash}/${original.id.slice(0, ID_DIGITS)}]`;
  return name === "" ? ending : `${name} ${ending}`;
}

/** The content that a batch of this name is a copy for; undefined when it is no copy of the original. */
export function copiedContent(
  name: string,
  originalId: string,
): string | undefined {
  const [, hash, id] = ENDING.exec(name) ?? [];
  const isCopy = id?.toLowerCase() === originalId.slice(0, ID_DIGITS);
  return isCopy ? hash?.toLowerCase() : undefined;
}

/** True when a batch has tasks, or is about to get them: its rows are not to be paid for again. Those of ERROR are of no use. */
export function hasTasks({
  status,
  totalTaskCount,
}: Pick<Batch, "status" | "totalTaskCount">): boolean {
  switch (status) {
    case "PROCESSING":
    case "READY":
      return true;
    case "UNINITIALISED":
      return totalTaskCount > 0;
    case "ERROR":
      return false;
  }
}

const RANKS: Readonly<Record<BatchStatus, number>> = {
  READY: 0,
  PROCESSING: 1,
  UNINITIALISED: 2,
  ERROR: 4,
};

function rankOf({ datasets, status }: Batch): number {
  const withoutDataset = status === "UNINITIALISED" && datasets.length === 0;
  return RANKS[status] + (withoutDataset ? 1 : 0);
}

function createdAt({ createdAt: text }: Batch): number {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? Infinity : time;
}

/**
 * The copies of one content, the one that is used first: what is furthest on, then the oldest, then the smallest id. Two runs
 * that look at the same list choose the same.
 */
export function copiesOf(
  batches: readonly Batch[],
  original: Pick<Batch, "id">,
  hash: string,
): readonly Batch[] {
  return batches
    .filter(({ name }) => copiedContent(name, original.id) === hash)
    .sort((one, other) => {
      const rank = rankOf(one) - rankOf(other);
      if (rank !== 0) return rank;
      const [before, after] = [createdAt(one), createdAt(other)];
      if (before !== after) return before < after ? -1 : 1;
      return one.id < other.id ? -1 : 1;
    });
}
