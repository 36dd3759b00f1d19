/**
 * The table of contract 10, exhaustively: every way to the batch in use, with every possible response of Prolific and
 * result of the history. The rules follow the words of the contract.
 */
import { beforeAll, describe, expect, test } from "@jest/globals";
import { decide } from "../../src/decide.ts";
import type { Decision } from "../../src/decision.ts";
import type { Inputs } from "../../src/github/inputs.ts";
import type { Batch, DatasetV3 } from "../../src/prolific/schema.ts";
import { type Known, lookAt, nothingKnown } from "../../src/view.ts";
import { NOW, answers, copy, keyOf } from "./copies-world.ts";
import * as make from "./views.ts";

interface Place {
  readonly known: Known;
  readonly next: Decision;
  readonly from: Place | undefined;
}

/** The batch in use is known, or it is known that there is none. */
const LAST = ["use_original", "use_copy", "end", "stop"];

function walk(inputs: Inputs): Place[] {
  const places = new Map<string, Place>();
  const add = (known: Known, from?: Place) => {
    const key = keyOf(known);
    if (places.has(key)) return;
    places.set(key, { known, next: decide(lookAt(known, NOW), inputs), from });
  };
  add(nothingKnown(make.fileOf()));
  for (const place of places.values()) {
    const { known, next } = place;
    if (LAST.includes(next.do) || next.do === "end" || next.do === "stop") {
      continue;
    }
    for (const after of answers(next, known)) add(after, place);
  }
  return [...places.values()];
}

const RUNS = (["new_rows", "all_rows"] as const).flatMap((newBatch) =>
  [undefined, make.DATASET_ID, "another"].flatMap((datasetId) =>
    (datasetId === undefined ? [false, true] : [false]).map((dryRun) => ({
      ...{ ...make.INPUTS, newBatch, datasetId, dryRun },
    })),
  ),
);

const isBusy = ({ status }: Batch) =>
  status === "PROCESSING" || status === "READY";
const ofContent = (known: Known) => {
  const { copies, made } = known;
  const listed = copies?.value ?? [];
  const all =
    made && !listed.some(({ id }) => id === made.id)
      ? [...listed, made]
      : listed;
  return all.filter(({ name }) => name.includes("0123456789ab/"));
};
/** Section 5 ends in "this dataset cannot grow". */
const cannotGrow = ({ filename, status, totalDatapointCount }: DatasetV3) =>
  filename !== undefined &&
  filename !== make.NAME &&
  (status === "PROCESSING" || (status === "READY" && totalDatapointCount > 0));

/** The hashes of batches with tasks, except the copy in use for this content. "?" for an unknown hash. */
function paidFor(known: Known, used: Batch | undefined): string[] {
  const original = known.original?.value;
  const dataset = known.dataset?.value;
  const own =
    original && isBusy(original)
      ? [
          original.datasets.length === 1 && dataset?.version === 3
            ? (/-([0-9a-f]{12})\./.exec(dataset.filename ?? "")?.[1] ?? "?")
            : "?",
        ]
      : [];
  const others = (known.copies?.value ?? [])
    .filter((batch) => isBusy(batch) && batch.id !== used?.id)
    .map(({ name }) => /([0-9a-f]{12})\//.exec(name)?.[1] ?? "?");
  return [...new Set([...own, ...others])].sort();
}

type Rule = (place: Place, inputs: Inputs) => string | false | undefined;

const RULES: Record<string, Rule> = {
  "a copy is made only on the ground of a fresh list that shows none of this content":
    ({ known, next }) => {
      if (next.do !== "duplicate") return;
      const { ageMs = Infinity } = lookAt(known, NOW).copies ?? {};
      return (
        (ageMs > 5_000 && `${String(ageMs)} ms old`) ||
        (ofContent(known).length > 0 && "there is one")
      );
    },

  "a copy is made only for a file without defects, and with new_rows only when there are new rows":
    ({ known, next }, { newBatch }) => {
      if (next.do !== "duplicate") return;
      if (!known.checked) return "not checked";
      const { newRows } = known;
      if (newBatch === "all_rows") return newRows && "asked the history";
      return (newRows?.records ?? 0) === 0 && "no new row";
    },

  "new rows are in none of the contents that have tasks": (
    { known, next },
    { newBatch },
  ) => {
    if (newBatch !== "new_rows") return;
    const used = next.do === "use_copy" ? next.copy : undefined;
    if (next.do !== "duplicate" && !used) return;
    if (used && isBusy(used)) return;
    const wanted = paidFor(known, used).join();
    return known.newRows?.earlier.join() !== wanted && `not ${wanted}`;
  },

  "an unknown content is never guessed": ({ known, next }, { newBatch }) => {
    if (newBatch !== "new_rows") return;
    const used = next.do === "use_copy" ? next.copy : undefined;
    if (used && isBusy(used)) return;
    const guesses = ["duplicate", "use_copy", "find_new_rows"];
    return (
      guesses.includes(next.do) &&
      known.copies !== undefined &&
      paidFor(known, ofContent(known)[0]).includes("?") &&
      paidFor(known, used).includes("?") &&
      "guessed"
    );
  },

  "the original is used with new_rows alone, and only while it can take the file":
    ({ known, next }, { newBatch }) => {
      if (next.do !== "use_original") return;
      if (newBatch === "all_rows") return "written to";
      const { original, dataset } = known;
      if (original?.value.status === "ERROR") return;
      if (!dataset) return "no dataset";
      const { value } = dataset;
      return value.version === 3 && cannotGrow(value) && "cannot grow";
    },

  "an original that is not set up is not used beside copies with tasks": ({
    known,
    next,
  }) =>
    next.do === "use_original" &&
    known.original?.value.status === "UNINITIALISED" &&
    (known.copies ? known.copies.value.some(isBusy) && "copies" : "not looked"),

  "with new_rows a batch that can take the file, and has it or can grow, is used itself":
    ({ known, next }, { newBatch }) => {
      const { checked, dataset, original } = known;
      if (newBatch !== "new_rows" || !original || !dataset || !checked) return;
      if (!isBusy(original.value)) return;
      const { value } = dataset;
      const takes = value.version === 4 || !cannotGrow(value);
      const fits = next.do === "use_original" || next.do === "stop";
      return takes && !fits && next.do;
    },

  "of several copies the one furthest on is used, then the oldest; one in ERROR never":
    ({ known, next }) => {
      if (next.do !== "use_copy") return;
      const order = ["READY", "PROCESSING", "with data", "empty", "ERROR"];
      const rank = ({ datasets, status }: Batch) =>
        order.indexOf(
          status !== "UNINITIALISED"
            ? status
            : datasets.length > 0
              ? "with data"
              : "empty",
        );
      const before = ofContent(known).filter(
        (batch) =>
          rank(batch) < rank(next.copy) ||
          (rank(batch) === rank(next.copy) &&
            (batch.createdAt ?? "9") < (next.copy.createdAt ?? "9")),
      );
      const left = ofContent(known).filter(({ id }) => id !== next.copy.id);
      return (
        (next.copy.status === "ERROR" && "in ERROR") ||
        (before.length > 0 && `not ${before[0]?.id ?? ""}`) ||
        (left.length !== next.others.length && "others are not named")
      );
    },

  "the dataset of a copy gets the new rows, or with all_rows the file; a copy with tasks of new rows gets nothing":
    ({ known, next }, { newBatch }) => {
      if (next.do !== "use_copy") return;
      const wanted =
        newBatch === "all_rows"
          ? known.file
          : isBusy(next.copy)
            ? undefined
            : known.newRows?.file;
      return next.file?.path !== wanted?.path && String(next.file?.path);
    },

  "the new dataset is V4 only if that of the original or of dataset_id is": ({
    known,
    next,
  }) => {
    if (next.do !== "use_copy" && next.do !== "duplicate") return;
    const { dataset } = known;
    const isV4 =
      next.do === "duplicate" ? next.version === 4 : next.schema !== undefined;
    return (dataset?.value.version === 4) !== isV4 && "another version";
  },

  "green without a batch means that no row is new, or a dry run": (
    { known, next },
    { dryRun },
  ) => {
    if (next.do !== "end") return;
    if (dryRun && next.outcome === "dry_run") return;
    return known.newRows?.records !== 0 && next.outcome;
  },

  "a dry run ends before the first write, and names it": (
    { next },
    { dryRun },
  ) => {
    const writes = ["duplicate", "create_dataset", "attach_dataset"];
    if (dryRun) return writes.includes(next.do) && next.do;
    return next.do === "end" && next.instead && "a real run";
  },

  "stops report what they found": ({ known, next }) => {
    if (next.do !== "stop") return;
    const { copies, dataset, original } = known;
    const value = original?.value;
    const holds: Partial<Record<typeof next.reason.why, boolean>> = {
      no_workspace: value?.workspaceId === undefined,
      dataset_needed: (value?.datasets.length ?? 0) > 1,
      another_dataset: (value?.datasets.length ?? 0) > 0,
      no_schema: dataset?.value.version === 4 && !dataset.value.schema,
      copy_in_error: ofContent(known).every(({ status }) => status === "ERROR"),
      unknown_content:
        copies !== undefined &&
        (paidFor(known, undefined).includes("?") ||
          paidFor(known, ofContent(known)[0]).includes("?")),
    };
    return holds[next.reason.why] !== true && next.reason.why;
  },
};

describe("every way to the batch that is used", () => {
  let all: { readonly inputs: Inputs; readonly place: Place }[] = [];

  beforeAll(() => {
    all = RUNS.flatMap((inputs) =>
      walk(inputs).map((place) => ({ inputs, place })),
    );
  });

  test("takes all steps, ends and stops between them, and always ends", () => {
    const done = new Set(all.map(({ place }) => gist(place.next)));
    process.stdout.write(
      `The table of contract 10: ${String(all.length)} states\n`,
    );
    expect([...done].sort()).toEqual([
      ...["check_file", "duplicate", "end: already_set_up", "end: dry_run"],
      ...["find_new_rows", "list_copies", "read_dataset", "read_original"],
      ...["stop: another_dataset", "stop: copy_in_error"],
      ...["stop: dataset_needed", "stop: no_schema", "stop: no_workspace"],
      ...["stop: unknown_content", "use_copy", "use_original"],
    ]);
    expect(all.length).toBeGreaterThan(50_000);
  });

  test.each(Object.entries(RULES))("%s", (_, rule) => {
    for (const { inputs, place } of all) {
      const broken = rule(place, inputs);
      if (broken) {
        throw new Error(`${broken}\n${way(place)}\n${JSON.stringify(inputs)}`);
      }
    }
  });

  test("never takes the same step twice without new information", () => {
    for (const { place } of all) {
      const { from, known, next } = place;
      if (from?.next.do !== next.do) continue;
      const again = next.do === "list_copies" && from.known.copies;
      const more = next.do === "find_new_rows" && from.known.newRows;
      if (again || more || keyOf(from.known) !== keyOf(known)) continue;
      throw new Error(way(place));
    }
  });

  test("is not needed with never", () => {
    const { do: first } = decide(
      lookAt(nothingKnown(make.fileOf()), NOW),
      make.INPUTS,
    );
    expect(first).toBe("read_batch");
  });
});

function gist(next: Decision): string {
  if (next.do === "end") return `end: ${next.outcome}`;
  return next.do === "stop" ? `stop: ${next.reason.why}` : next.do;
}

/** The steps to a state, for the message about a broken rule. */
function way(place: Place | undefined): string {
  return place === undefined
    ? ""
    : `${way(place.from)}\n${gist(place.next)} ${JSON.stringify({
        original: place.known.original?.value,
        dataset: place.known.dataset?.value,
        copies: place.known.copies?.value,
      })}`;
}

describe("the dataset of a copy", () => {
  const original = make.batch({ status: "READY" });
  const inputs: Inputs = {
    ...make.INPUTS,
    ...{ newBatch: "new_rows", batchId: "c1" },
  };
  const after = (value: Batch, more: Partial<Known> = {}, ageMs = 0) => {
    const content = make.checkedFile();
    const known: Known = {
      ...nothingKnown(make.fileOf()),
      used: {
        ...{ which: "copy", original, id: "c1", content, schema: undefined },
      },
      found: value,
      batch: { value, at: NOW - ageMs },
      ...more,
    };
    return decide(lookAt(known, NOW), inputs);
  };
  const empty = copy("c1", "0123456789ab", "UNINITIALISED", false);
  const filled = copy("c1", "0123456789ab", "UNINITIALISED", true);

  test.each([
    ["is made if there is none", empty, {}, 0, "create_dataset"],
    ["is not made based on an old reading", empty, {}, 5_001, "read_batch"],
    [
      "is made based on a reading of 5 s ago",
      empty,
      {},
      5_000,
      "create_dataset",
    ],
    [
      "is not made for a copy that is being set up",
      { ...empty, status: "PROCESSING" },
      {},
      0,
      "stop",
    ],
    [
      "is attached after it is made",
      empty,
      { created: "d" },
      0,
      "attach_dataset",
    ],
    [
      "is attached based on a fresh reading",
      empty,
      { created: "d" },
      5_001,
      "read_batch",
    ],
    [
      "is the attached one, even if somebody else attached it",
      filled,
      { created: "d" },
      0,
      "use_dataset",
    ],
  ] as [string, Batch, Partial<Known>, number, string][])(
    "%s",
    (_, batch, more, ageMs, step) => {
      expect(after(batch, more, ageMs).do).toBe(step);
    },
  );

  test.each(["UNINITIALISED", "PROCESSING", "READY"] as const)(
    "is never the original's (%s)",
    (status) => {
      const shared = { ...empty, status, datasets: original.datasets };
      expect(after(shared)).toMatchObject({
        do: "stop",
        reason: { why: "shared_dataset" },
      });
    },
  );
});
