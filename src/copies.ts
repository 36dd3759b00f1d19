/** Copies of a batch, one for each content of the file. Only the name of a copy records which content (contract 10). */
import type { Batch, BatchStatus } from "./prolific/schema.ts";

/** How many characters of the original's name a copy keeps. */
const LONGEST_NAME = 100;
const ID_DIGITS = 8;
/** The end of a copy's name: the content and the original. The text before it is not compared. */
const ENDING = /\[.*-([0-9a-f]{12})\/([0-9a-f]{8})\]\s*$/is;

/** The name of the copy of a batch for a file: `<name> [<stem>-<12 hex>/<8 characters of the batch's id>]`. */
export function copyName(
  original: Pick<Batch, "id" | "name">,
  stem: string,
  hash: string,
): string {
  // Cut by code points: Prolific would not return half of one as it was sent.
  const name = Array.from(original.name).slice(0, LONGEST_NAME).join("").trim();
  const ending = `[${stem}-${hash}/${original.id.slice(0, ID_DIGITS)}]`;
  return name === "" ? ending : `${name} ${ending}`;
}

/** The content that a batch of this name is a copy for. Undefined if it is not a copy of the original. */
export function copiedContent(
  name: string,
  originalId: string,
): string | undefined {
  const [, hash, id] = ENDING.exec(name) ?? [];
  const isCopy = id?.toLowerCase() === originalId.slice(0, ID_DIGITS);
  return isCopy ? hash?.toLowerCase() : undefined;
}

/** True if a batch has tasks or will get them, so its rows must not be paid for again. A batch in ERROR does not count. */
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
 * The copies of one content, the best one first: by status, then the oldest, then the smallest id. Two runs that read the
 * same list choose the same copy.
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
