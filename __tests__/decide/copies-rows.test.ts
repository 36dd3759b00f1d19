/** Single rows of the table of contract 10 that the walk through all of it (copies.test.ts) does not distinguish. */
import { describe, expect, test } from "@jest/globals";
import { copiesOf, copyName } from "../../src/copies.ts";
import { decide } from "../../src/decide.ts";
import type { Decision } from "../../src/decision.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import { type Known, lookAt, nothingKnown } from "../../src/view.ts";
import { NOW, answers, copy } from "./copies-world.ts";
import * as make from "./views.ts";

const HASH = "0123456789ab";
const OTHER = "aaaaaaaaaaaa";
const INPUTS: Inputs = { ...make.INPUTS, newBatch: "new_rows" };
const ALL_ROWS: Inputs = { ...INPUTS, newBatch: "all_rows" };

const seen = <T>(value: T, ageMs = 0) => ({ value, at: NOW - ageMs });
const original = make.batch({ status: "READY", workspaceId: "w" });
/** Set up with another content, so that the file needs a copy. */
const dataset = seen(make.v3({ filename: `reviews-${OTHER}.csv` }));

/** The next step once the list of copies is known. */
function next(more: Partial<Known>, inputs = INPUTS): Decision {
  const known: Known = {
    ...nothingKnown(make.fileOf()),
    ...{ original: seen(original), dataset, checked: make.checkedFile() },
    ...more,
  };
  return decide(lookAt(known, NOW), inputs);
}

/** The result of the step that finds new rows. */
function withRows(more: Partial<Known>): Partial<Known> {
  const step = next(more);
  if (step.do !== "find_new_rows") throw new Error(`not ${step.do}`);
  const all = answers(step, { ...nothingKnown(make.fileOf()), ...more });
  return { ...more, newRows: all.at(-1)?.newRows };
}

describe("before a copy is made", () => {
  test.each([
    [0, "duplicate"],
    [5_000, "duplicate"],
    [5_001, "list_copies"],
  ])("a list that is %i ms old leads to %s", (ageMs, step) => {
    const { newRows } = withRows({ copies: seen([]) });
    expect(next({ copies: seen([], ageMs), newRows })).toMatchObject({
      do: step,
      original: { id: original.id },
    });
  });

  test("the dataset of the original is read for the first time", () => {
    expect(next({ dataset: undefined })).toEqual({
      ...{ do: "read_dataset", datasetId: make.DATASET_ID, again: false },
    });
  });

  test("new_rows pays for nothing again, and all_rows for what the original has", () => {
    const rows = withRows({ copies: seen([]) });
    expect(next(rows)).toMatchObject({ do: "duplicate", paid: [] });
    expect(next({ copies: seen([]) }, ALL_ROWS)).toMatchObject({
      ...{ do: "duplicate", paid: [{ id: original.id }] },
    });
  });
});

test("the contents with tasks have the same order, whatever the order of the list", () => {
  const copies = ["ffffffffffff", "bbbbbbbbbbbb"].map((hash) =>
    copy(hash, hash, "READY", true),
  );
  for (const list of [copies, copies.toReversed()]) {
    expect(next({ copies: seen(list) })).toMatchObject({
      do: "find_new_rows",
      earlier: [OTHER, "bbbbbbbbbbbb", "ffffffffffff"],
    });
  }
});

test("a copy that was just made is used while the list only shows others", () => {
  const made = copy("made", HASH, "UNINITIALISED", false);
  const other = copy("other", "bbbbbbbbbbbb", "UNINITIALISED", false);
  expect(next(withRows({ copies: seen([other]), made }))).toMatchObject({
    ...{ do: "use_copy", copy: { id: "made" }, made: true },
  });
});

test("of two equal copies, the one with the smaller id comes first, whatever the order of the list", () => {
  const copies = ["a", "b", "c"].map((id) =>
    copy(id, HASH, "UNINITIALISED", false),
  );
  for (const list of [copies, copies.toReversed()]) {
    const ids = copiesOf(list, original, HASH).map(({ id }) => id);
    expect(ids).toEqual(["a", "b", "c"]);
  }
});

test("the name of a copy has no spaces around the name of the original", () => {
  const name = copyName({ ...original, name: "  Spaced " }, "reviews", HASH);
  expect(name).toBe(`Spaced [reviews-${HASH}/00000000]`);
});
