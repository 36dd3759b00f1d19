/** What goes wrong between a commit and its datapoints, through the committed `dist/index.js` (contract 5). */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { DatasetOptions, Fault } from "../../sandbox/server.ts";
import {
  EMPTY_V3,
  EMPTY_V4,
  FILE,
  annotations,
  csv,
  repositoryOn,
  writes,
} from "./repository.ts";
import { SHORT_PAUSES } from "../fixtures/clocks.ts";
import { openStage, workspaceWith } from "./transcript.ts";

const stage = openStage({ importsRecognised: "by appends" }, SHORT_PAUSES);
const repository = (dataset: DatasetOptions, content: string, file?: string) =>
  repositoryOn(stage, dataset, content, file);

describe("appending", () => {
  test("waits while the dataset is busy (409)", async () => {
    const repo = repository(EMPTY_V4, csv(3));
    await repo.run();
    repo.commit(csv(5));
    const busyUntil = (appendBusyUntilMs: number) => {
      stage.sandbox.prolific.changeDataset(repo.datasetId, {
        appendBusyUntilMs,
      });
    };
    busyUntil(Date.now() + 60_000);
    stage.sandbox.onRequest = ({ path }) => {
      if (!path.endsWith("/datapoints")) return;
      stage.sandbox.onRequest = null;
      busyUntil(Date.now() + 500);
    };
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

  test("stops before its second request if it writes the records of an import again", async () => {
    const script = { deduplicates: "appended" } as const;
    const repo = repository({ ...EMPTY_V4, script }, csv(1_200));
    await repo.run();
    repo.commit(csv(1_300));
    const stopped = await repo.run();
    expect(stopped.exitCode).toBe(1);
    expect(writes(stopped)).toEqual(["POST /datapoints"]);
    expect(stopped.log.join("\n")).toContain(
      "Prolific recognizes none of the records",
    );
    // A re-run does not make tasks for them either.
    const again = await repo.run();
    expect(again.exitCode).toBe(1);
    expect(writes(again)).not.toContain("POST /sync");
    expect(again.log.join("\n")).toContain(
      "Every record would get a task beside those that are there",
    );
  });

  test("mentions auto-sync, and rows that stay in the dataset", async () => {
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
  ])("%s: the bytes are found, and not sent again", async (_, fault, puts) => {
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

  test("503 before the bytes arrived: they are not found, and sent again to a new address", async () => {
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

  test("the address never gets the token, and neither is shown, even with debug logging", async () => {
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
      name: "JSONL that is not an object",
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
    const errors = transcript.log.filter((line) => line.startsWith("::error"));
    expect(errors.join("\n")).toContain(given.says);
    expect(
      annotations(transcript).map((text) =>
        Number(/line=(\d+)/.exec(text)?.[1]),
      ),
    ).toEqual(given.lines ?? []);
    expect(transcript.outputs.outcome).toBe("failed");
  });
});
