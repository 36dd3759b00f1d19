/** The name of a copy, which is all that contract 10 remembers, and the choice among several copies. */
import { describe, expect, test } from "@jest/globals";
import {
  copiedContent,
  copiesOf,
  copyName,
  hasTasks,
} from "../../src/copies.ts";
import { contentHash } from "../../src/file/content-name.ts";
import { stopFor } from "../../src/github/stops.ts";
import { paidAgain } from "../../src/github/concerns.ts";
import * as make from "./views.ts";

const ID = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const HASH = "0123456789ab";
const NAME = `A batch [reviews-${HASH}/6f0d3c2a]`;

describe("the name of a copy", () => {
  test.each([
    ["Review labels", "reviews", `Review labels [reviews-${HASH}/6f0d3c2a]`],
    ["", "reviews", `[reviews-${HASH}/6f0d3c2a]`],
    ["a".repeat(120), "r", `${"a".repeat(100)} [r-${HASH}/6f0d3c2a]`],
    ["Wave [1]", "a-[b]", `Wave [1] [a-[b]-${HASH}/6f0d3c2a]`],
  ])("of %j for %j", (name, stem, wanted) => {
    const made = copyName({ id: ID, name }, stem, HASH);
    expect(made).toBe(wanted);
    expect(copiedContent(made, ID)).toBe(HASH);
    expect(copiedContent(`Other words ${made} `.toUpperCase(), ID)).toBe(HASH);
  });

  test.each([
    `[reviews-${HASH}/00000000]`,
    `[reviews-${HASH}/6f0d3c2a] and more`,
    `reviews-${HASH}/6f0d3c2a]`,
    `[reviews-0123/6f0d3c2a]`,
    "",
  ])("%j is not the name of a copy", (name) => {
    expect(copiedContent(name, ID)).toBeUndefined();
  });

  test("contains the first 12 digits of the hash", () => {
    expect(contentHash(`${HASH.toUpperCase()}ff`)).toBe(HASH);
  });
});

describe("of several copies", () => {
  const copy = (id: string, more: Parameters<typeof make.batch>[0] = {}) =>
    make.batch({ id, name: NAME, datasets: [], ...more });

  test("the best status comes first, then the oldest copy, then the smallest id", () => {
    const attached = [{ id: "d", totalDatapointCount: 0 }];
    const old = { createdAt: "2026-01-01T00:00:00Z" };
    const copies = [
      copy("error", { status: "ERROR", ...old }),
      copy("never", { createdAt: "never" }),
      copy("b"),
      copy("a"),
      copy("young", { createdAt: "2026-02-01T00:00:00Z" }),
      copy("old", old),
      copy("attached", { datasets: attached }),
      copy("busy", { status: "PROCESSING" }),
      copy("ready", { status: "READY" }),
      copy("other", { status: "READY", name: "A batch" }),
    ];
    expect(copiesOf(copies, { id: ID }, HASH).map(({ id }) => id)).toEqual([
      ...["ready", "busy", "attached", "old", "young"],
      ...["a", "b", "never", "error"],
    ]);
  });

  test("a copy that is set up or being set up has tasks, and so has one that reports some", () => {
    expect(hasTasks(copy("a"))).toBe(false);
    expect(hasTasks(copy("a", { status: "ERROR" }))).toBe(false);
    // Contract 10: earlier batches are PROCESSING or READY. A batch in ERROR has no tasks to do.
    expect(hasTasks(copy("a", { status: "ERROR", totalTaskCount: 1 }))).toBe(
      false,
    );
    expect(hasTasks(copy("a", { totalTaskCount: 1 }))).toBe(true);
    expect(hasTasks(copy("a", { status: "READY" }))).toBe(true);
    expect(hasTasks(copy("a", { status: "PROCESSING" }))).toBe(true);
  });
});

describe("messages", () => {
  const original = make.batch({ status: "READY", totalTaskCount: 3 });
  const words = (...[reason]: Parameters<typeof stopFor>) => {
    const { title, what, next } = stopFor(
      reason,
      make.view(),
      make.INPUTS,
    ).parts;
    return [title, what, next].join("\n");
  };

  test.each([
    [undefined, /does not name the file/],
    ["by-hand.csv", /"by-hand\.csv", does not say which content/],
  ])("say why a content is not known (%j)", (filename, why) => {
    const dataset = make.v3({ filename });
    const reason = { why: "unknown_content", original, dataset } as const;
    expect(words(reason, make.view(), make.INPUTS)).toMatch(why);
  });

  test("name several datasets of the original as a reason", () => {
    const [one] = original.datasets;
    const datasets = one ? [one, { ...one, id: "two" }] : [];
    const reason = {
      why: "unknown_content",
      original: { ...original, datasets },
      dataset: undefined,
    } as const;
    expect(words(reason, make.view(), make.INPUTS)).toMatch(/several datasets/);
  });

  test.each([
    [0, undefined],
    [1, /3 tasks in an earlier batch/],
    [2, /6 tasks in 2 earlier batches/],
  ])(
    "say that the records of %i earlier batches are paid for again",
    (count, wanted) => {
      const paid = Array.from({ length: count }, () => original);
      const said = paidAgain({ paid });
      if (wanted === undefined) expect(said).toBeUndefined();
      else expect(said).toMatch(wanted);
    },
  );
});
