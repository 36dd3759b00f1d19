/** The limits of each of the six rules of contract 11. */
import { describe, expect, test } from "@jest/globals";
import * as rules from "../../src/accounted.ts";
import type { Brought } from "../../src/view.ts";
import * as make from "./views.ts";

const ID = make.DATASET_ID;
const batchWith = (...counts: (number | undefined)[]) =>
  make.batch({
    datasets: counts.map((totalDatapointCount, at) => ({
      ...{ id: at === 0 ? ID : `other-${String(at)}`, totalDatapointCount },
    })),
  });
const NO_COUNTS = { records: undefined, distinct: undefined };
/** A ZIP, or another file whose records are not counted. */
const uncounted = make.checkedFile(NO_COUNTS);
const what = (concern: { readonly what: string } | undefined) => concern?.what;

describe("datapoints", () => {
  test.each([
    [batchWith(3, 40), 5, 5],
    [batchWith(5, 40), 3, 5],
    [batchWith(undefined, 40), 3, 3],
    [batchWith(5, 40), undefined, 5],
    [batchWith(undefined, 40), undefined, undefined],
    [batchWith(), undefined, undefined],
  ])(
    "of one dataset are the larger of two readings (%#)",
    (batch, read, all) => {
      expect(rules.ownDatapoints(batch, ID, read)).toBe(all);
    },
  );

  test("are those of the dataset in use, whatever the order", () => {
    expect(rules.ownDatapoints(batchWith(3, 40), "other-1", 5)).toBe(40);
  });

  test.each([
    [batchWith(3, 40), 5, 45, 45],
    [batchWith(3, 40, undefined), 5, 45, undefined],
    [batchWith(undefined, 40), undefined, 40, undefined],
    [batchWith(undefined, 40), 2, 42, 42],
    [batchWith(3), undefined, 3, 3],
  ])(
    "of all datasets are known if each reports them (%#)",
    (batch, read, known, all) => {
      expect(rules.knownDatapoints(batch, ID, read)).toBe(known);
      expect(rules.attachedDatapoints(batch, ID, read)).toBe(all);
    },
  );
});

describe("rule 1", () => {
  const twice = (acceptedCount: number | undefined, duplicateCount?: number) =>
    rules.importedTwice(
      make.v4({
        imports: ["one", "two"].map((id) =>
          make.job("complete", {
            ...{ id, filename: make.NAME, acceptedCount, duplicateCount },
          }),
        ),
      }),
    );

  test("counts imports that added records, also if their number is unknown", () => {
    expect(what(twice(2))).toBe("imported_twice");
    expect(what(twice(undefined))).toBe("imported_twice");
    expect(what(twice(undefined, 2))).toBe("imported_twice");
    expect(what(twice(3, 2))).toBe("imported_twice");
    expect(twice(2, 2)).toBeUndefined();
  });
});

describe("rule 2", () => {
  test.each([
    [3, 3, undefined],
    [4, 3, "more_than_file"],
    [4, undefined, undefined],
  ])("%s datapoints for %s records", (datapoints, records, wanted) => {
    const file = make.checkedFile({ records, distinct: records });
    expect(what(rules.moreThanFile(make.v4(), datapoints, file))).toBe(wanted);
  });
});

describe("rule 3", () => {
  const file = make.checkedFile({ records: 4, distinct: 3 });
  const of = (
    without: number,
    rejected = 0,
    leftOver = false,
    checked = file,
  ): unknown => {
    const concern = rules.unknownWithoutTask(
      ...([10 + without, 10, { rejected, leftOver }, checked] as const),
    );
    return (
      concern?.what === "unknown_without_task" && [
        ...[concern.because, concern.without, concern.distinct],
      ]
    );
  };

  test("applies if more datapoints have no task than the file has records, or all of the file have none", () => {
    expect(of(4)).toEqual(["more", 4, 3]);
    expect(of(3)).toEqual(["all", 3, 3]);
    expect(of(2)).toBe(false);
    expect(of(2, 1)).toEqual(["all", 2, 3]);
    expect(of(1, 3)).toEqual(["all", 1, 3]);
    // Everything has a task, whatever was rejected.
    expect(of(0, 3)).toBe(false);
    expect(of(-1, 4)).toBe(false);
  });

  test("applies to some records of an import from before the run", () => {
    expect(of(1, 0, true)).toEqual(["left_over", 1, 3]);
    expect(of(0, 0, true)).toBe(false);
    expect(of(1, 0, true, uncounted)).toEqual(["left_over", 1, 0]);
    expect(of(9, 0, false, uncounted)).toBe(false);
  });
});

describe("rule 4", () => {
  const brought = make.brought({ accepted: 4 });
  const grown = (
    datapoints: number,
    more: Partial<Brought> = {},
    counts: Parameters<typeof make.checkedFile>[0] = {
      ...{ records: 4, distinct: 4 },
    },
  ) =>
    rules.grownOtherwise(
      ...([make.v4(), datapoints, { ...brought, ...more }] as const),
      make.checkedFile(counts),
    );

  test("an import into an empty dataset adds what it accepted", () => {
    expect(grown(4)).toBeUndefined();
    expect(grown(5)).toMatchObject({ grown: 5, most: 4, least: 4 });
    expect(grown(3)).toMatchObject({ grown: 3, most: 4, least: 4 });
  });

  test("allows for known or repeated records, whichever are more", () => {
    expect(grown(2, { duplicates: 2 })).toBeUndefined();
    expect(grown(1, { duplicates: 2 })).toMatchObject({ least: 2 });
    const repeats = { records: 4, distinct: 3 };
    expect(grown(3, {}, repeats)).toBeUndefined();
    expect(grown(2, {}, repeats)).toMatchObject({ least: 3 });
    expect(grown(2, { duplicates: 2 }, repeats)).toBeUndefined();
    expect(grown(1, { duplicates: 2 }, repeats)).toMatchObject({ least: 2 });
    // The number of distinct records, or of all records, is unknown.
    expect(grown(3, {}, { records: 4, distinct: undefined })).toMatchObject({
      least: 4,
    });
    expect(grown(3, {}, NO_COUNTS)).toMatchObject({ least: 4 });
  });

  test("does not apply to other runs", () => {
    expect(grown(9, { how: "append" })).toBeUndefined();
    expect(grown(9, { datapointsBefore: 1 })).toBeUndefined();
    expect(grown(9, { endedBefore: true })).toBeUndefined();
  });
});

describe("rule 6", () => {
  const made: rules.Made = {
    ...{ tasks: 3, setups: 1, datapoints: 3, others: 0, synced: undefined },
    ...{ rejected: 0, allOfFile: true, syncAllowed: false },
  };
  const file = make.checkedFile({ records: 3, distinct: 3 });
  const found = (
    more: Partial<rules.Made>,
    of: typeof file | undefined = file,
  ) =>
    rules
      .tasksOtherwise({ ...made, ...more }, of)
      .map((one) =>
        one?.what === "more_tasks" ? `more than ${one.than}` : one?.what,
      )
      .filter((one) => one !== undefined);

  test("allows no more tasks than datapoints, or than records of the file and of other datasets", () => {
    expect(found({})).toEqual([]);
    expect(found({ tasks: 4 })).toEqual([
      ...["more than datapoints", "more than records"],
    ]);
    expect(found({ tasks: 4, datapoints: 4 })).toEqual(["more than records"]);
    expect(found({ tasks: 4, datapoints: undefined })).toEqual([
      "more than records",
    ]);
    expect(found({ tasks: 5, datapoints: 5, others: 2 })).toEqual([]);
    expect(found({ tasks: 6, datapoints: 6, others: 2 })).toEqual([
      "more than records",
    ]);
    expect(found({ tasks: 9, datapoints: 9, others: undefined })).toEqual([]);
    expect(found({ tasks: 9, datapoints: 9, allOfFile: false })).toEqual([]);
    expect(found({ tasks: 9, datapoints: 9 }, uncounted)).toEqual([]);
  });

  test("does not allow a sync to make tasks for all records of the file, unless the author allows it", () => {
    const synced = { allOfFile: false, datapoints: 9, tasks: 9 };
    expect(found({ ...synced, synced: 3 })).toEqual(["more_synced"]);
    expect(found({ ...synced, synced: 2 })).toEqual([]);
    expect(found({ ...synced, synced: 2, rejected: 1 })).toEqual([
      "more_synced",
    ]);
    expect(found({ ...synced, synced: 0, rejected: 3 })).toEqual([]);
    expect(found({ ...synced, synced: 3, syncAllowed: true })).toEqual([]);
    expect(found(synced)).toEqual([]);
    expect(found({ ...synced, synced: 3 }, uncounted)).toEqual([]);
  });

  test("requires a task for each datapoint after a sync", () => {
    const synced = { allOfFile: false, synced: 1, tasks: 8 };
    expect(found({ ...synced, datapoints: 9 })).toEqual(["fewer_tasks"]);
    expect(found({ ...synced, datapoints: 8 })).toEqual([]);
    expect(found({ ...synced, datapoints: undefined })).toEqual([]);
    expect(found({ ...synced, synced: undefined, datapoints: 9 })).toEqual([]);
  });
});
