/** Repeated records are reported before anything is sent, because each is paid for (contract 11). */
import { expect, test } from "@jest/globals";
import { virtualWorld } from "../../proof/simulation/world/world.ts";

async function runWith(
  text: string,
  inputs: Record<string, string> = {},
  name = "reviews.csv",
) {
  const world = virtualWorld();
  const datasetId = world.prolific.addDataset({
    datapoints: 0,
    imports: [],
    schema: { strict: false, fields: {} },
  });
  const batchId = world.prolific.addBatch({ datasetId });
  world.files.set(name, text);
  const step = await world.run({
    batch_id: batchId,
    dataset_file: name,
    ...inputs,
  });
  const notices = step.log.filter((line) => line.includes("repeat"));
  return { ...step, notices };
}

const OFFLINE = { dry_run: "true", api_token: "" };

test("one is reported with both lines, and the step goes on", async () => {
  const { outputs, notices, summary } = await runWith(
    'id,text\n1,"a\nb"\n\n2,c\n1,"a\nb"\n',
  );
  const words =
    "reviews.csv: 1 of 3 records repeats an earlier one: record 3 (line 6) repeats record 1 (line 2). " +
    "It is a datapoint that is paid for, unless Prolific recognizes it.";
  expect(outputs.outcome).toBe("set_up");
  expect(notices).toEqual([expect.stringContaining(words)]);
  expect(summary).toContain("record 3 (line 6) repeats record 1 (line 2)");
});

test("many are reported once: the first ten, and the number of the others", async () => {
  const { notices, requests } = await runWith(
    `{"id":1,"of":2}\n${'{"of":2,"id":1}\n'.repeat(1_015)}`,
    OFFLINE,
    "reviews.jsonl",
  );
  expect(requests).toEqual([]);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain("1,015 of 1,016 records repeat an earlier one:");
  expect(notices[0]).toContain(
    "record 11 (line 11) repeats record 1 (line 1); and 1,005 more. Each is a datapoint",
  );
  expect(notices[0]).not.toContain("record 12");
});

test("none: no message", async () => {
  const { notices, outputs } = await runWith("id\n1\n2\n", OFFLINE);
  expect(outputs.outcome).toBe("dry_run");
  expect(notices).toEqual([]);
});

test("with more records than are compared, only those found are reported", async () => {
  const rows = Array.from({ length: 1_000_001 }, (_, at) => at.toString(36));
  rows[3] = "2";
  rows[1_000_000] = "1"; // the first record that is not compared
  const { log, notices } = await runWith(`id\n${rows.join("\n")}\n`, OFFLINE);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain(
    "some records repeat an earlier one: record 4 (line 5) repeats record 3 (line 4). Each is",
  );
  expect(log.join("\n")).toContain(
    "more than 1,000,000 records are too many to compare with each other",
  );
});
