/** From a commit to datapoints, through the committed `dist/index.js` (contract 5). */
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { DatasetOptions, Fault } from "../../sandbox/server.ts";
import { type Transcript, openStage, workspaceWith } from "./transcript.ts";

const stage = openStage();
const FILE = "data/reviews.csv";

const SCHEMA = {
  strict: true,
  fields: {
    id: { type: "metadata" },
    review: { type: "text" },
  },
};
const EMPTY_V4: DatasetOptions = { datapoints: 0, imports: [], schema: SCHEMA };
const EMPTY_V3: DatasetOptions = { version: 3, datapoints: 0 };

function csv(count: number, first = 1): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const id = String(first + n);
    return `${id},"Review ${id}, in\r\ntwo lines"\r\n`;
  });
  return `id,review\r\n${rows.join("")}`;
}

const nameOf = (content: string, stem = "reviews", extension = "csv") =>
  `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 12)}.${extension}`;

/** A batch on a dataset, a workspace with the file, and a way to commit and run. */
function repository(dataset: DatasetOptions, content: string, file = FILE) {
  const { sandbox } = stage;
  const datasetId = sandbox.addDataset(dataset);
  const batchId = sandbox.addBatch({ datasetId });
  const folder = workspaceWith({ [file]: content });
  return {
    datasetId,
    batchId,
    folder,
    commit: (changed: string) => {
      writeFileSync(join(folder, file), changed);
    },
    run: (inputs: Record<string, string> = {}) =>
      stage.step(
        { batch_id: batchId, dataset_file: file, ...inputs },
        { env: { GITHUB_WORKSPACE: folder } },
      ),
    ids: () =>
      sandbox.prolific
        .records(datasetId)
        .map(({ record }) => Number(record.id)),
  };
}

/** Method and last part of the path of what can change something. */
function writes({ traffic }: Transcript): string[] {
  return traffic
    .filter((line) => !line.startsWith("GET") || line.includes("/upload-url/"))
    .map((line) => {
      const [method = "", path = ""] = line.split(" ");
      return path.startsWith("/storage/")
        ? `${method} /storage`
        : `${method} ${path.replace(/^\/(datasets|batches)\/[^/]+/, "")}`;
    });
}

function annotations({ log }: Transcript): string[] {
  return log.filter((line) => /^::(error|warning) .*\bfile=/.test(line));
}

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
    expect(writes(grown)).toEqual(["POST /datapoints", "POST /sync"]);
    expect(grown.summary).toContain(
      "12 new datapoints, 12 new tasks in 4 groups",
    );
    expect(grown.log).toMatchSnapshot();

    const again = await repo.run();
    expect(again.outputs).toMatchObject({
      outcome: "already_set_up",
      total_task_count: "16",
    });
    expect(again.outputs.sync_id).toBeUndefined();
    expect(writes(again)).toEqual(["POST /datapoints"]);
    expect(again.summary).toContain("Nothing new");
    expect(repo.ids()).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
  });

  test("the same commit again uploads nothing", async () => {
    const repo = repository(EMPTY_V4, csv(4));
    await repo.run();
    const again = await repo.run();
    expect(again.outputs.outcome).toBe("already_set_up");
    expect(writes(again)).toEqual([]);
  });

  test("JSONL goes up and is appended as it is written", async () => {
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

  test("are red, on their lines", async () => {
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
    expect(transcript.log).toContain(
      `${FILE}:8: record 4 (line 8), field "review": too rude`,
    );
    expect(transcript.summary).toContain("too rude");
    expect(writes(transcript)).not.toContain("POST /setup");
  });

  test("are taken with allow_partial", async () => {
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

  test("are red with allow_partial as well when nothing was accepted", async () => {
    const all = [{ field: "id", pattern: ".", reason: "no" }];
    const repo = repository({ ...EMPTY_V4, script: { rejects: all } }, csv(12));
    const transcript = await repo.run({ allow_partial: "true" });
    expect(transcript.exitCode).toBe(1);
    expect(annotations(transcript)).toHaveLength(9);
    expect(transcript.outputs.rejected_count).toBe("12");
    expect(
      transcript.log.filter((line) => /^data\/reviews\.csv:\d/.test(line)),
    ).toHaveLength(12);
  });

  test("of an append are found in its second request, too, and all requests are sent", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    await repo.run();
    stage.sandbox.prolific.changeDataset(repo.datasetId, { rejects });
    const rows = csv(2_500)
      .replace("Review 1500,", "BAD,")
      .replace("Review 2400,", "BAD,");
    repo.commit(rows);
    const transcript = await repo.run();
    expect(transcript.exitCode).toBe(1);
    expect(writes(transcript)).toEqual(Array(3).fill("POST /datapoints"));
    // Each record takes two lines, after the header.
    expect(lines(transcript)).toEqual(["3000", "4800"]);
    expect(transcript.outputs).toMatchObject({
      accepted_count: "2498",
      rejected_count: "2",
    });
  });

  test("that the server does not list all are counted", async () => {
    const all = [{ field: "id", pattern: "^1", reason: "no" }];
    const script = { rejects: all, errorsListed: 2 };
    const repo = repository({ ...EMPTY_V4, script }, csv(12));
    const transcript = await repo.run();
    expect(annotations(transcript)).toHaveLength(2);
    const verdict = transcript.log.at(-1) ?? transcript.log.join("\n");
    expect(transcript.log.join("\n")).toContain("lists 2 of them");
    expect(verdict).toBeDefined();
  });

  test("without an index are put on the file", async () => {
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

  test("pending_schema: refused before the upload, and red when it is there already", async () => {
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

describe("appending", () => {
  test("waits while the dataset is busy (409)", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    await repo.run();
    repo.commit(csv(5));
    stage.sandbox.prolific.changeDataset(repo.datasetId, {
      appendBusyUntilMs: Date.now() + 1_500,
    });
    const grown = await repo.run();
    expect(grown.outputs).toMatchObject({
      outcome: "synced",
      total_task_count: "5",
    });
    expect(
      writes(grown).filter((line) => line === "POST /datapoints").length,
    ).toBeGreaterThan(1);
    expect(grown.log.join("\n")).toContain("HTTP 409");
  });

  test("that writes the records of a file import again is stopped before its second request", async () => {
    const script = { deduplicates: "appended" } as const;
    const repo = repository({ ...EMPTY_V4, script }, csv(1_200));
    await repo.run();
    repo.commit(csv(1_300));
    const stopped = await repo.run();
    expect(stopped.exitCode).toBe(1);
    expect(writes(stopped)).toEqual(["POST /datapoints"]);
    expect(stopped.log.join("\n")).toContain(
      "Records may be in the dataset twice",
    );
    // A re-run does not make tasks for them either.
    const again = await repo.run();
    expect(again.exitCode).toBe(1);
    expect(writes(again)).not.toContain("POST /sync");
    expect(again.log.join("\n")).toContain(
      "Records may be in the dataset twice",
    );
  });

  test("mentions auto-sync, and rows that stay", async () => {
    const repo = repository(EMPTY_V4, csv(5));
    await repo.run();
    stage.sandbox.prolific.act("PATCH", `/batches/${repo.batchId}`, {
      auto_sync_enabled: true,
    });
    repo.commit(csv(2).replace("Review 1", "Edited 1"));
    const grown = await repo.run();
    expect(grown.outputs).toMatchObject({
      outcome: "synced",
      total_datapoint_count: "6",
      total_task_count: "6",
    });
    const log = grown.log.join("\n");
    expect(log).toContain("auto_sync_enabled is on");
    expect(log).toContain("More datapoints than records");
    expect(grown.summary).toContain("1 new datapoint, 1 new task in 1 group");
  });
});

describe("an upload that goes wrong", () => {
  const PUT = "PUT ~^/storage/";

  test.each<[string, Fault, number]>([
    [
      "503 after the bytes arrived",
      { match: PUT, kind: "status", status: 503, when: "after" },
      1,
    ],
    [
      "lost after the bytes arrived",
      { match: PUT, kind: "reset", when: "after" },
      1,
    ],
  ])("%s: it is looked for, and not sent again", async (_, fault, puts) => {
    const repo = repository(EMPTY_V4, csv(3));
    stage.sandbox.fault(fault);
    const transcript = await repo.run();
    expect(transcript.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "3",
    });
    expect(
      writes(transcript).filter((line) => line.startsWith("PUT")),
    ).toHaveLength(puts);
    expect(transcript.log).toContain("The upload has arrived");
  });

  test("503 before the bytes arrived: it is looked for, then sent again with a fresh address", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    stage.sandbox.fault({ match: PUT, kind: "status", status: 503 });
    const transcript = await repo.run();
    expect(transcript.outputs).toMatchObject({
      outcome: "set_up",
      total_datapoint_count: "3",
    });
    expect(writes(transcript).map((line) => line.split(" ")[0])).toEqual([
      "GET",
      "PUT",
      "GET",
      "PUT",
      "POST",
    ]);
    const [first, second] = transcript.traffic.flatMap((line, at) =>
      line.startsWith("PUT") ? [at] : [],
    );
    const looks = transcript.traffic
      .slice(first, second)
      .filter((line) => line.includes("/imports/"));
    expect(looks.length).toBeGreaterThanOrEqual(3);
    expect(repo.ids()).toEqual([1, 2, 3]);
  });

  test("the address and the token keep apart, and neither is shown, also with debug logging", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    const transcript = await stage.step(
      { batch_id: repo.batchId, dataset_file: FILE },
      { env: { GITHUB_WORKSPACE: repo.folder, RUNNER_DEBUG: "1" } },
    );
    const put = stage.sandbox.requests.find(({ method }) => method === "PUT");
    expect(put?.headers.authorization).toBeUndefined();
    expect(put?.headers["content-length"]).toBe(String(csv(3).length));
    const signature = /X-Signature=([^&]+)/.exec(put?.path ?? "")?.[1] ?? "";
    expect(signature.length).toBeGreaterThan(15);
    const shown = transcript.stdout
      .split("\n")
      .filter((line) => !line.startsWith("::add-mask::"))
      .join("\n");
    expect(
      shown + transcript.summary + JSON.stringify(transcript.outputs),
    ).not.toContain(signature);
    expect(transcript.stdout).toContain("::debug::PUT to 127.0.0.1");
  });
});

describe("refused before any request that changes something", () => {
  const media = {
    strict: false,
    fields: { clip: { type: "audio_url" } },
  };
  interface Refusal {
    readonly name: string;
    readonly content?: string | Buffer;
    readonly file?: string;
    readonly dataset?: DatasetOptions;
    readonly says: string;
    /** Lines of the annotations. */
    readonly lines?: readonly number[];
    readonly arrange?: (folder: string) => void;
  }
  const REFUSALS: readonly Refusal[] = [
    { name: "missing", file: "data/none.csv", says: "actions/checkout" },
    { name: "empty", content: "", says: "empty" },
    {
      name: "a directory",
      file: "data/folder.csv",
      arrange: (folder) => {
        mkdirSync(join(folder, "data/folder.csv"));
      },
      says: "directory",
    },
    { name: "outside", file: "../outside.csv", says: "outside" },
    {
      name: "outside through a symbolic link",
      file: "data/link.csv",
      arrange: (folder) => {
        const elsewhere = workspaceWith({ "secret.csv": csv(1) });
        symlinkSync(
          join(elsewhere, "secret.csv"),
          join(folder, "data/link.csv"),
        );
      },
      says: "outside",
    },
    {
      name: "a Git LFS pointer",
      content:
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
      says: "lfs: true",
    },
    {
      name: "not UTF-8",
      content: Buffer.concat([
        Buffer.from("id,review\n1,a\n2,"),
        Buffer.from([0xe4, 0x0a]),
      ]),
      says: "UTF-8",
      lines: [3],
    },
    {
      name: "a header without a name",
      content: "id,\n1,a\n",
      says: "name",
      lines: [1, 1],
    },
    {
      name: "a repeated name",
      content: "id,id\n1,a\n",
      says: "id",
      lines: [1, 1],
    },
    {
      name: "ragged rows",
      content: 'id,review\n1,"a\nb"\n2\n3,c,d\n4,e\n',
      says: "2 defects",
      lines: [4, 5],
    },
    {
      name: "an unterminated quote",
      content: 'id,review\n1,a\n2,"b\n3,c\n',
      says: "quote",
      lines: [3],
    },
    {
      name: "JSONL that is no object",
      file: "data/r.jsonl",
      content: '{"id":"1","review":"a"}\n\n[1]\n{"id":\n',
      says: "2 defects",
      lines: [3, 4],
    },
    // On the file, not on a line of it.
    {
      name: "no records",
      content: "id,review\n",
      says: "no record",
      lines: [NaN],
    },
    {
      name: "a ZIP for V4",
      file: "data/r.zip",
      content: Buffer.from("PK\u0003\u0004rest"),
      says: ".zip",
    },
    {
      name: "JSONL for V3",
      file: "data/r.jsonl",
      content: '{"id":"1"}\n',
      dataset: EMPTY_V3,
      says: ".jsonl",
    },
    {
      name: "a missing field",
      content: "id,text\n1,a\n",
      says: "review",
      lines: [1],
    },
    {
      name: "media of a wrong kind",
      content: "clip\nhttps://example.org/a.mp3\nhttps://example.org/a.txt\n",
      dataset: { ...EMPTY_V4, schema: media },
      says: "clip",
      lines: [3],
    },
  ];

  test.each(REFUSALS)("$name", async (given) => {
    const { content = csv(1), file = FILE, dataset = EMPTY_V4 } = given;
    const datasetId = stage.sandbox.addDataset(dataset);
    const batchId = stage.sandbox.addBatch({ datasetId });
    const folder = workspaceWith(
      given.file !== undefined && given.content === undefined
        ? { [FILE]: csv(1) }
        : { [file]: content },
    );
    given.arrange?.(folder);
    const transcript = await stage.step(
      { batch_id: batchId, dataset_file: file },
      { env: { GITHUB_WORKSPACE: folder } },
    );
    expect(transcript.exitCode).toBe(1);
    expect(writes(transcript)).toEqual([]);
    const error =
      transcript.log.find((line) => /^::error (?!.*file=)/.test(line)) ?? "";
    expect(error).toContain(given.says);
    expect(
      annotations(transcript).map((text) =>
        Number(/line=(\d+)/.exec(text)?.[1]),
      ),
    ).toEqual(given.lines ?? []);
    expect(transcript.outputs.outcome).toBe("failed");
  });
});
