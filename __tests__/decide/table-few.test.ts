/**
 * Some runs of the table in this process, where Jest sees which code they reach (table.test.ts walks all of them in threads).
 * And what they end with is told in words.
 */
import { expect, test } from "@jest/globals";
import { concernInWords } from "../../src/github/concerns.ts";
import { stopFor } from "../../src/github/stops.ts";
import { everyRun, hold } from "./table-runs.ts";
import { Walks } from "./table-walk.ts";

const ONE_IN = 10;

const runs = everyRun().filter((_, at) => at % ONE_IN === 0);

test("some runs hold the rules", () => {
  expect(runs.length).toBeGreaterThan(10);
  for (const run of runs) {
    const { wrong } = hold(new Walks(), run);
    expect([...wrong.values()].flat()).toEqual([]);
  }
});

test("what they stop at, and what is allowed, has a title, says what happened, and what to do", () => {
  const titles = new Set<string>();
  for (const run of runs) {
    for (const { next, view } of new Walks().walk(run).places) {
      if (next.do === "allow") {
        const { what } = concernInWords(next.concern);
        expect(what).toMatch(/\d/);
      }
      if (next.do !== "stop") continue;
      const {
        title,
        what,
        next: todo,
      } = stopFor(next.reason, view, run.inputs).parts;
      titles.add(title);
      expect(title.length).toBeGreaterThan(10);
      expect(what).toMatch(/\.$/);
      expect(todo).toMatch(/[.)]$/);
    }
  }
  expect(titles.size).toBeGreaterThan(8);
});
