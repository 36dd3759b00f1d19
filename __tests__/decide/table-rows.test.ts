/** The tables of contract 4, 5 and 11, row by row: what a run writes, waits for and ends with if all results are the usual ones. */
import { describe, expect, test } from "@jest/globals";
import {
  type IfReady,
  EXTRA_DATAPOINTS,
  IF_READY,
} from "../../src/github/inputs.ts";
import {
  type Dataset,
  type ImportStatus,
  BATCH_STATUSES,
} from "../../src/prolific/schema.ts";
import { OTHER_NAME } from "./table-found.ts";
import { story } from "./table-walk.ts";
import { type Run, FEW, MANY, batchOf } from "./table-world.ts";
import * as make from "./views.ts";

const imported = (
  filename: string,
  status: ImportStatus,
  datapoints = status === "complete" ? 2 : 0,
) =>
  make.v4({
    imports: [make.job(status, { filename, acceptedCount: 2 })],
    totalDatapointCount: datapoints,
  });

const TWICE = ["one", "two"].map((id) =>
  make.job("complete", { id, filename: make.NAME, acceptedCount: 2 }),
);

const DATASETS = new Map<string | undefined, Dataset>([
  ["V4 empty", make.v4({ totalDatapointCount: 0 })],
  ["V4 other data", imported(OTHER_NAME, "complete")],
  ["V4 other import", imported(OTHER_NAME, "processing")],
  ["V4 this file", imported(make.NAME, "complete")],
  ["V4 this import", imported(make.NAME, "processing")],
  ["V4 failed", imported(make.NAME, "failed")],
  ["V4 abandoned", imported(make.NAME, "uninitialised")],
  ["V4 this and more", imported(make.NAME, "complete", 3)],
  ["V4 much more", imported(OTHER_NAME, "complete", 4)],
  ["V4 this twice", make.v4({ imports: TWICE, totalDatapointCount: 4 })],
  ["V3 no name", make.v3({ filename: undefined, totalDatapointCount: 2 })],
  ["V3 grown", make.v3({ filename: make.NAME, totalDatapointCount: 4 })],
  ["V3 empty", make.v3({ status: "UNINITIALISED", totalDatapointCount: 0 })],
  ["V3 other data", make.v3({ filename: OTHER_NAME, totalDatapointCount: 2 })],
  ["V3 this file", make.v3({ filename: make.NAME, totalDatapointCount: 2 })],
]);

const FILES = new Map<string, Omit<Run, "inputs">>([
  ["no", { format: undefined, size: FEW }],
  ["csv", { format: "csv", size: FEW }],
  ["large", { format: "csv", size: MANY }],
]);

// batch         | if_ready  | wait  | file | dataset         | what is done
const TABLE = `
  UNINITIALISED  | any       | true  | no   | V4 other data   | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | false | no   | V4 other data   | set_up, confirm_setup, end: accepted
  UNINITIALISED  | any       | true  | no   | V4 other import | wait_for_dataset, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | no   | V4 empty        | stop: unusable
  UNINITIALISED  | any       | true  | no   | V3 other data   | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | no   | V3 empty        | stop: unusable
  UNINITIALISED  | any       | true  | csv  | V4 empty        | upload, follow_import, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | false | csv  | V4 empty        | upload, follow_import, set_up, confirm_setup, end: accepted
  UNINITIALISED  | any       | true  | csv  | V4 other data   | append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 other import | wait_for_dataset, append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 this file    | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 this import  | follow_import, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 failed       | upload, follow_import, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 abandoned    | look_for_bytes, upload, follow_import, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V3 empty        | upload, wait_for_dataset, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V3 this file    | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V3 other data   | stop: cannot_grow

  PROCESSING     | any       | true  | no   | V4 other data   | wait_for_batch, end: joined
  PROCESSING     | any       | false | no   | V4 other data   | end: joined
  PROCESSING     | any       | true  | no   | V4 empty        | wait_for_batch, end: joined
  PROCESSING     | auto sync | true  | csv  | V4 other data   | wait_for_batch, append, sync, follow_sync, end: synced
  PROCESSING     | auto sync | false | csv  | V4 other data   | wait_for_batch, append, sync, end: accepted
  PROCESSING     | skip      | true  | csv  | V4 other data   | wait_for_batch, end: joined
  PROCESSING     | skip      | false | csv  | V4 other data   | end: joined
  PROCESSING     | fail      | true  | csv  | V4 other data   | stop: already_set_up
  PROCESSING     | auto sync | true  | csv  | V3 this file    | wait_for_batch, end: joined
  PROCESSING     | auto sync | true  | csv  | V3 other data   | stop: cannot_grow

  READY          | auto skip | true  | no   | V4 other data   | end: already_set_up
  READY          | sync      | true  | no   | V4 other data   | sync, follow_sync, end: synced
  READY          | sync      | false | no   | V4 other data   | sync, end: accepted
  READY          | sync      | true  | no   | V3 other data   | end: already_set_up
  READY          | fail      | true  | no   | V4 other data   | stop: already_set_up
  READY          | auto sync | true  | csv  | V4 other data   | append, sync, follow_sync, end: synced
  READY          | auto sync | false | csv  | V4 other data   | append, sync, end: accepted
  READY          | auto      | true  | csv  | V4 this file    | end: already_set_up
  READY          | sync      | true  | csv  | V4 this file    | sync, follow_sync, end: synced
  READY          | auto sync | true  | csv  | V3 this file    | end: already_set_up
  READY          | auto sync | true  | csv  | V3 other data   | stop: cannot_grow
  READY          | skip      | any   | csv  | V4 other data   | end: already_set_up
  READY          | skip      | any   | csv  | V3 other data   | end: already_set_up
  READY          | fail      | any   | csv  | V4 other data   | stop: already_set_up

  UNINITIALISED  | any       | true  | large | V4 empty        | upload, follow_import, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | large | V4 other data   | probe, append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | large | V4 other import | wait_for_dataset, probe, append, set_up, wait_for_batch, end: set_up
  PROCESSING     | auto sync | true  | large | V4 other data   | wait_for_batch, probe, append, sync, follow_sync, end: synced
  READY          | auto sync | true  | large | V4 other data   | probe, append, sync, follow_sync, end: synced
  READY          | skip      | true  | large | V4 other data   | end: already_set_up

  UNINITIALISED  | any       | true  | csv  | V4 this and more | stop: more_than_file
  UNINITIALISED  | any       | true  | csv  | V4 much more    | stop: more_than_file
  UNINITIALISED  | any       | true  | no   | V4 much more    | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 this twice   | stop: imported_twice
  UNINITIALISED  | any       | true  | csv  | V3 grown        | stop: more_than_file
  UNINITIALISED  | any       | true  | csv  | V3 no name      | stop: another_file
  READY          | auto sync | true  | csv  | V4 this and more | stop: unknown_without_task
  READY          | auto sync | true  | csv  | V4 much more    | stop: unknown_without_task
  READY          | auto sync | true  | csv  | V4 this twice   | stop: imported_twice
  READY          | auto sync | true  | csv  | V3 no name      | stop: another_file
  READY          | sync      | true  | no   | V4 this and more | sync, follow_sync, end: synced
  READY          | skip      | true  | csv  | V4 this twice   | end: already_set_up

  ERROR          | any       | any   | no   | V4 other data   | stop: batch_in_error
  ERROR          | any       | any   | csv  | V4 empty        | stop: batch_in_error
`;

// Rows above that stop or start with a probe, with extra_datapoints: allow.
const ALLOWED = `
  UNINITIALISED  | any       | true  | large | V4 other import | wait_for_dataset, append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | large | V4 other data   | append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 this and more | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 much more    | append, set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V4 this twice   | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V3 grown        | set_up, wait_for_batch, end: set_up
  UNINITIALISED  | any       | true  | csv  | V3 no name      | set_up, wait_for_batch, end: set_up
  READY          | auto sync | true  | csv  | V4 this and more | sync, follow_sync, end: synced
  READY          | auto sync | true  | csv  | V4 much more    | append, sync, follow_sync, end: synced
  READY          | auto sync | true  | csv  | V4 this twice   | sync, follow_sync, end: synced
  READY          | auto sync | true  | csv  | V3 no name      | end: already_set_up
`;

const rows = [
  ...rowsOf(TABLE).map((row) => ["stop", ...row]),
  ...rowsOf(ALLOWED).map((row) => ["allow", ...row]),
];

function rowsOf(table: string): string[][] {
  return table
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

describe.each(rows)(
  "with extra_datapoints %s, a batch that reads %s, if_ready %s, wait %s, %s file, %s",
  (extra, status, ifReady, wait, file = "", which, done = "") => {
    const only = <T extends string>(all: readonly T[], word?: string): T => {
      const [meant] = all.filter((one) => one === word);
      if (meant === undefined) throw new Error(`No such word: ${word}`);
      return meant;
    };
    const among = <T extends string>(all: readonly T[], words = ""): T[] =>
      words === "any" ? [...all] : all.filter((one) => words.includes(one));

    function does(given: IfReady, waits: boolean): string {
      const found = only(BATCH_STATUSES, status);
      const dataset = DATASETS.get(which);
      const committed = FILES.get(file);
      if (!dataset || !committed) throw new Error(`No such row: ${status}`);
      const batch = batchOf({
        ...{ status: found, attached: "this", groups: undefined },
        ...{ datapoints: 2, tasks: found === "READY" ? 2 : 0, autoSync: false },
      });
      const inputs = {
        ...{ ...make.INPUTS, ifReady: given, wait: waits },
        extraDatapoints: only(EXTRA_DATAPOINTS, extra),
      };
      const run = { inputs, ...committed };
      return story(run, batch, dataset).join(", ");
    }

    test.each(among(IF_READY, ifReady))(`${done} (%s)`, (given) => {
      const ways = among(["true", "false"], wait);
      expect(ways.length).toBeGreaterThan(0);
      for (const way of ways) expect(does(given, way === "true")).toBe(done);
    });
  },
);
