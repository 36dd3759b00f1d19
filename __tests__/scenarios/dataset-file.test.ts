/** From a commit to datapoints, through the committed `dist/index.js` (contract 5). */
import { describe, expect, test } from "@jest/globals";
import type { DatasetOptions } from "../../sandbox/server.ts";
import {
  EMPTY_V3,
  EMPTY_V4,
  FILE,
  annotations,
  csv,
  nameOf,
  repositoryOn,
  writes,
} from "./repository.ts";
import { SHORT_PAUSES } from "../fixtures/clocks.ts";
import { type Transcript, openStage } from "./transcript.ts";

const stage = openStage({ importsRecognised: "by appends" }, SHORT_PAUSES);
const repository = (dataset: DatasetOptions, content: string, file?: string) =>
  repositoryOn(stage, dataset, content, file);

describe("a V3 dataset", () => {
  test("first commit, the same again, and a changed file", async () => {
    const content = "id,review\n1,Good\n2,Bad\n3,So so\n";
    const repo = repository(EMPTY_V3, content);

    const first = await repo.run();
    expect(first.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "3",
      total_task_count: "3",
    });
    expect(writes(first)).toEqual([
      `GET /upload-url/${nameOf(content)}`,
      "PUT /storage",
      "POST /setup",
    ]);
    expect(first.summary).toContain(
      "3 new datapoints, 3 new tasks in 3 groups",
    );

    const same = await repo.run();
    expect(same.outputs.outcome).toBe("already_set_up");
    expect(writes(same)).toEqual([]);
    expect(same.summary).toContain("Nothing new");

    repo.commit(`${content}4,New\n`);
    const changed = await repo.run();
    expect(changed.exitCode).toBe(1);
    expect(writes(changed)).toEqual([]);
    const error = changed.log.find((line) => line.startsWith("::error")) ?? "";
    expect(error).toContain("This dataset cannot grow");
    expect(error).toContain("/datasets");
    expect(error).toContain(`/batches/${repo.batchId}/duplicate`);
    expect(error).toContain('{"upload_new_dataset":true}');
    expect(error).toContain("$PROLIFIC_TOKEN");
  });
});

describe("a V4 dataset", () => {
  test("first commit, a grown file, the same again", async () => {
    const repo = repository(EMPTY_V4, csv(4));

    const first = await repo.run({ tasks_per_group: "3" });
    expect(first.outputs).toMatchObject({
      outcome: "set_up",
      accepted_count: "4",
      total_task_count: "4",
      total_task_groups: "2",
    });
    expect(first.outputs.import_id).toBeDefined();
    expect(writes(first)).toEqual([
      `GET /upload-url/${nameOf(csv(4))}`,
      "PUT /storage",
      "POST /setup",
    ]);
    expect(first.log).toMatchSnapshot();

    repo.commit(csv(16));
    const grown = await repo.run({ tasks_per_group: "3" });
    expect(grown.outputs).toMatchObject({
      outcome: "synced",
      accepted_count: "16",
      duplicate_count: "4",
      total_datapoint_count: "16",
      total_task_count: "16",
      tasks_created: "12",
      groups_created: "4",
    });
    // The first request is a probe (contract 11).
    expect(writes(grown)).toEqual([
      "POST /datapoints",
      "POST /datapoints",
      "POST /sync",
    ]);
    expect(grown.summary).toContain(
      "12 new datapoints, 12 new tasks in 4 groups",
    );
    expect(grown.log).toMatchSnapshot();

    // Nothing is new, but counts may lag: a sync with nothing to do is harmless (contract 11).
    const again = await repo.run();
    expect(again.outputs).toMatchObject({
      outcome: "synced",
      tasks_created: "0",
      total_task_count: "16",
    });
    expect(writes(again)).toEqual([
      "POST /datapoints",
      "POST /datapoints",
      "POST /sync",
    ]);
    expect(again.summary).toContain("Nothing new");
    // Those of the probe come first.
    const ids = [...repo.ids()].sort((one, other) => one - other);
    expect(ids).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
  });

  test("the same commit again uploads nothing", async () => {
    const repo = repository(EMPTY_V4, csv(4));
    await repo.run();
    const again = await repo.run();
    expect(again.outputs.outcome).toBe("already_set_up");
    expect(writes(again)).toEqual([]);
  });

  test("JSONL is uploaded and appended as it is written", async () => {
    const line = (id: number) =>
      `{"id": ${String(id)}.0, "review": "No. ${String(id)}"}`;
    const repo = repository(EMPTY_V4, `${line(1)}\n\n${line(2)}`, "r.jsonl");
    const first = await repo.run();
    expect(first.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "2",
    });
    repo.commit([1, 2, 3].map(line).join("\r\n"));
    const grown = await repo.run();
    expect(grown.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "3",
    });
    const append = stage.sandbox.requests.find(({ path }) =>
      path.endsWith("/datapoints"),
    );
    expect(append?.body).toBe(`${[1, 2, 3].map(line).join("\n")}\n`);
  });
});

describe("rejected records", () => {
  const rejects = [{ field: "review", pattern: "^BAD", reason: "too rude" }];
  const content =
    '\uFEFFid,review\r\n\r\n1,"a\r\nb"\r\n2,BAD one\r\n\r\n3,"c ""d"""\r\n4,"BAD\r\ntwo"\r\n5,e\r\n';
  const lines = (transcript: Transcript) =>
    annotations(transcript).map((text) => /line=(\d+)/.exec(text)?.[1]);

  test("are red, and annotated on their lines", async () => {
    const repo = repository({ ...EMPTY_V4, script: { rejects } }, content);
    const transcript = await repo.run();
    expect(transcript.exitCode).toBe(1);
    expect(transcript.outputs).toMatchObject({
      outcome: "failed",
      accepted_count: "3",
      rejected_count: "2",
    });
    expect(lines(transcript)).toEqual(["5", "8"]);
    expect(annotations(transcript)[0]).toBe(
      `::error title=Prolific rejected a record,file=${FILE},line=5::record 2 (line 5), field "review": too rude`,
    );
    const told = transcript.log.filter((line) => line.includes("too rude"));
    expect(told).toHaveLength(2); // the log shows annotations
    expect(transcript.summary).toContain("too rude");
    expect(writes(transcript)).not.toContain("POST /setup");
  });

  test("are accepted with allow_partial", async () => {
    const dataset = {
      ...EMPTY_V4,
      setupTakesPartial: true,
      script: { rejects },
    };
    const repo = repository(dataset, content);
    const transcript = await repo.run({ allow_partial: "true" });
    expect(annotations(transcript).map((text) => text.slice(0, 10))).toEqual([
      "::warning ",
      "::warning ",
    ]);
    expect(transcript.outputs).toMatchObject({
      outcome: "set_up",
      rejected_count: "2",
      total_task_count: "3",
    });
  });

  test("are red even with allow_partial if nothing was accepted", async () => {
    const all = [{ field: "id", pattern: ".", reason: "no" }];
    const repo = repository({ ...EMPTY_V4, script: { rejects: all } }, csv(12));
    const transcript = await repo.run({ allow_partial: "true" });
    expect(transcript.exitCode).toBe(1);
    expect(annotations(transcript)).toHaveLength(9);
    expect(transcript.outputs.rejected_count).toBe("12");
    const others = transcript.log.filter((line) => line.startsWith(FILE));
    expect(
      others.slice(-3).map((line) => /record \d+/.exec(line)?.[0]),
    ).toEqual(["record 10", "record 11", "record 12"]);
  });

  test("of an append are also found in its second request, and all requests are sent", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    await repo.run();
    stage.sandbox.prolific.changeDataset(repo.datasetId, { rejects });
    const rows = csv(2_500)
      .replace("Review 1500,", "BAD,")
      .replace("Review 2400,", "BAD,");
    repo.commit(rows);
    const transcript = await repo.run();
    expect(transcript.exitCode).toBe(1);
    expect(writes(transcript)).toEqual(Array(1 + 3).fill("POST /datapoints"));
    // Each record takes two lines, after the header.
    expect(lines(transcript)).toEqual(["3000", "4800"]);
    expect(transcript.outputs).toMatchObject({
      accepted_count: "2498",
      rejected_count: "2",
    });
  });

  test("that the server does not list completely are counted", async () => {
    const all = [{ field: "id", pattern: "^1", reason: "no" }];
    const script = { rejects: all, errorsListed: 2 };
    const repo = repository({ ...EMPTY_V4, script }, csv(12));
    const transcript = await repo.run();
    expect(annotations(transcript)).toHaveLength(2);
    const verdict = transcript.log.at(-1) ?? transcript.log.join("\n");
    expect(transcript.log.join("\n")).toContain("lists 2 of them");
    expect(verdict).toBeDefined();
  });

  test("without an index are annotated on the file", async () => {
    const script = { rejects, errorsWithoutIndex: true };
    const repo = repository({ ...EMPTY_V4, script }, content);
    const transcript = await repo.run();
    expect(lines(transcript)).toEqual([undefined, undefined]);
    expect(annotations(transcript)).toHaveLength(2);
  });
});

describe("imports that end badly", () => {
  test("failed", async () => {
    const script = {
      importEndsIn: "failed",
      importReason: "no such codec",
    } as const;
    const repo = repository({ ...EMPTY_V4, script }, csv(3));
    const transcript = await repo.run();
    expect(transcript.exitCode).toBe(1);
    expect(transcript.log.join("\n")).toContain(
      'Prolific says: "no such codec"',
    );
    expect(writes(transcript)).not.toContain("POST /setup");
    // A failed import does not stand for the file: it goes up again.
    stage.sandbox.prolific.changeDataset(repo.datasetId, {
      importEndsIn: null,
    });
    const again = await repo.run();
    expect(again.outputs).toMatchObject({
      outcome: "set_up",
      total_task_count: "3",
    });
  });

  test("pending_schema: refused before the upload, and red if it already exists", async () => {
    const repo = repository({ ...EMPTY_V4, schema: null }, csv(3));
    const refused = await repo.run();
    expect(refused.exitCode).toBe(1);
    expect(writes(refused)).toEqual([]);
    expect(refused.log.join("\n")).toContain("has no schema yet");

    const parked = repository(
      {
        ...EMPTY_V4,
        imports: [{ filename: nameOf(csv(3)), status: "pending_schema" }],
      },
      csv(3),
    );
    const red = await parked.run();
    expect(red.exitCode).toBe(1);
    expect(writes(red)).toEqual([]);
    expect(red.log.join("\n")).toContain("pending_schema");
  });
});
