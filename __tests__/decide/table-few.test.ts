/**
 * Some runs of the table in this process, for the coverage (table.test.ts walks through all of them in threads). Also checks
 * the messages at their ends.
 */
import { beforeAll, expect, test } from "@jest/globals";
import { concernInWords } from "../../src/github/concerns.ts";
import { stopFor } from "../../src/github/stops.ts";
import { everyRun, hold } from "./table-runs.ts";
import { Walks } from "./table-walk.ts";
import type { Run } from "./table-world.ts";

const ONE_IN = 30;

const runs = everyRun().filter((_, at) => at % ONE_IN === 0);

/** Both tests share the walk. */
let walksOf: { readonly run: Run; readonly walks: Walks }[] = [];
beforeAll(() => {
  walksOf = runs.map((run) => ({ run, walks: new Walks() }));
});

test("some runs follow the rules", () => {
  expect(runs.length).toBeGreaterThan(10);
  for (const { run, walks } of walksOf) {
    const { wrong } = hold(walks, run);
    expect([...wrong.values()].flat()).toEqual([]);
  }
});

test("every stop and every allowed concern has a title, what happened, and what to do", () => {
  const titles = new Set<string>();
  const odd: string[] = [];
  for (const { run, walks } of walksOf) {
    for (const { next, view } of walks.walk(run).places) {
      if (next.do === "allow") {
        const { what } = concernInWords(next.concern);
        if (!/\d/.test(what)) odd.push(what);
      }
      if (next.do !== "stop") continue;
      const stop = stopFor(next.reason, view, run.inputs).parts;
      titles.add(stop.title);
      if (stop.title.length <= 10) odd.push(stop.title);
      if (!stop.what.endsWith(".")) odd.push(stop.what);
      if (!/[.)]$/.test(stop.next ?? "")) odd.push(stop.next ?? "nothing");
    }
  }
  expect([...new Set(odd)]).toEqual([]);
  expect(titles.size).toBeGreaterThan(8);
});
