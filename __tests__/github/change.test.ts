import { expect, test } from "@jest/globals";
import {
  type Change,
  changeInWords,
  reportEnd,
} from "../../src/github/change.ts";
import type { Log } from "../../src/github/log.ts";
import { Report } from "../../src/github/report.ts";
import type { SyncJob } from "../../src/prolific/schema.ts";
import type { View } from "../../src/view.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";
import * as make from "../decide/views.ts";

const NOTHING: Change = {
  newDatapoints: 0,
  newTasks: 0,
  newGroups: 0,
  pending: false,
};

test.each<[Partial<Change>, string]>([
  [
    { newDatapoints: 12, newTasks: 12, newGroups: 4 },
    "12 new datapoints, 12 new tasks in 4 groups",
  ],
  [
    { newDatapoints: 1, newTasks: 1, newGroups: 1 },
    "1 new datapoint, 1 new task in 1 group",
  ],
  [
    { newDatapoints: 2, newTasks: 2 },
    "2 new datapoints, 2 new tasks in groups that had room",
  ],
  [
    { newDatapoints: 2, newTasks: 2, newGroups: undefined },
    "2 new datapoints, 2 new tasks",
  ],
  [{ newDatapoints: 2 }, "2 new datapoints, no new tasks"],
  [{ newTasks: 3, newGroups: 1 }, "0 new datapoints, 3 new tasks in 1 group"],
  [
    { newDatapoints: undefined, newTasks: 3, newGroups: 1 },
    "3 new tasks in 1 group",
  ],
  [{}, "Nothing new: no datapoints, no tasks"],
  [{ newDatapoints: undefined }, "Nothing new: no datapoints, no tasks"],
  [
    { newDatapoints: 5, pending: true },
    "5 new datapoints; Prolific is at work on the tasks",
  ],
  [
    { newDatapoints: undefined, pending: true },
    "Prolific is at work on the tasks",
  ],
])("%j: %s", (change, words) => {
  expect(changeInWords({ ...NOTHING, ...change })).toBe(words);
});

/** What the log says at the end of a run. */
function toldAt(view: Partial<View>): string[] {
  const told: string[] = [];
  const log = { say: (text: string) => told.push(text) } as unknown as Log;
  const report = new Report(new FakeClock({ auto: false }), () => undefined);
  const teller = { inputs: make.INPUTS, log, report };
  reportEnd(teller, make.view(view), { outcome: "synced" });
  return told;
}

test("the end of a run describes what changed between the counts before and after", () => {
  const job: SyncJob = {
    id: "s",
    status: "complete",
    ...{ reason: undefined, tasksCreated: 2, groupsCreated: 1 },
  };
  const sync = { job, tasksBefore: 3, ended: true };
  const found = make.batch({ totalTaskCount: 3, totalTaskGroups: 1 });
  const after = { ...found, totalTaskCount: 5, totalTaskGroups: 2 };
  expect(toldAt({ sync, found, batch: { value: after, ageMs: 0 } })).toEqual([
    "2 new tasks in 1 group",
  ]);
  const untold = { ...found, totalTaskGroups: undefined };
  const batch = { value: { ...after, totalTaskGroups: undefined }, ageMs: 0 };
  expect(toldAt({ sync, found, batch })).toEqual(["2 new tasks"]);
  expect(toldAt({ sync, found: untold, batch })).toEqual(["2 new tasks"]);
  expect(toldAt({ sync, found: undefined, batch: undefined })).toEqual([
    "Nothing new: no datapoints, no tasks",
  ]);
  expect(toldAt({})).toEqual([]);
});
