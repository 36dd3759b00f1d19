/** The table of contract 4 and 5, row by row: what a run writes and waits for, and how it ends, when every answer is the usual one. */
import { describe, expect, test } from "@jest/globals";
import { type IfReady, IF_READY } from "../../src/github/inputs.ts";
import {
  type Dataset,
  type ImportStatus,
  BATCH_STATUSES,
} from "../../src/prolific/schema.ts";
import { OTHER_NAME } from "./table-found.ts";
import { story } from "./table-walk.ts";
import { FEW, batchOf } from "./table-world.ts";
import * as make from "./views.ts";

const imported = (filename: string, status: ImportStatus) =>
  make.v4({
    imports: [make.job(status, { filename, acceptedCount: 2 })],
    totalDatapointCount: status === "complete" ? 2 : 0,
  });

const DATASETS = new Map<string | undefined, Dataset>([
  ["V4 empty", make.v4({ totalDatapointCount: 0 })],
  ["V4 other data", imported(OTHER_NAME, "complete")],
  ["V4 other import", imported(OTHER_NAME, "processing")],
  ["V4 this file", imported(make.NAME, "complete")],
  ["V4 this import", imported(make.NAME, "processing")],
  ["V4 failed", imported(make.NAME, "failed")],
  ["V4 abandoned", imported(make.NAME, "uninitialised")],
  ["V3 empty", make.v3({ status: "UNINITIALISED", totalDatapointCount: 0 })],
  ["V3 other data", make.v3({ filename: OTHER_NAME, totalDatapointCount: 2 })],
  ["V3 this file", make.v3({ filename: make.NAME, totalDatapointCount: 2 })],
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

  ERROR          | any       | any   | no   | V4 other data   | stop: batch_in_error
  ERROR          | any       | any   | csv  | V4 empty        | stop: batch_in_error
`;

const rows = TABLE.split("\n")
  .filter((line) => line.includes("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe.each(rows)(
  "a batch that reads %s, with if_ready %s, wait %s, %s file, %s",
  (status, ifReady, wait, file, which, done = "") => {
    const among = <T extends string>(all: readonly T[], words = ""): T[] =>
      words === "any" ? [...all] : all.filter((one) => words.includes(one));

    function does(given: IfReady, waits: boolean): string {
      const [found] = BATCH_STATUSES.filter((one) => one === status);
      const dataset = DATASETS.get(which);
      if (!found || !dataset) throw new Error(`No such row: ${status}`);
      const batch = batchOf({
        ...{ status: found, attached: "this", groups: undefined },
        ...{ datapoints: 2, tasks: found === "READY" ? 2 : 0, autoSync: false },
      });
      const inputs = { ...make.INPUTS, ifReady: given, wait: waits };
      const format = file === "csv" ? file : undefined;
      return story({ inputs, format, size: FEW }, batch, dataset).join(", ");
    }

    test.each(among(IF_READY, ifReady))(`${done} (%s)`, (given) => {
      const ways = among(["true", "false"], wait);
      expect(ways.length).toBeGreaterThan(0);
      for (const way of ways) expect(does(given, way === "true")).toBe(done);
    });
  },
);
