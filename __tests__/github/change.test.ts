import { expect, test } from "@jest/globals";
import { type Change, changeInWords } from "../../src/github/change.ts";

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
