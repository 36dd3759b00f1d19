import { afterAll, describe, expect, test } from "@jest/globals";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILED } from "../fixtures/compiled.ts";
import { ask, clientOf } from "./client.ts";
import { until } from "./until.ts";

const source = fileURLToPath(new URL("../../sandbox/", import.meta.url));
const cli = join(COMPILED, "sandbox", "cli.js");
let child: ChildProcess | undefined;

afterAll(() => {
  child?.kill("SIGKILL");
});

const run = (...args: string[]) =>
  spawnSync(process.execPath, [cli, ...args], {
    encoding: "utf8",
    timeout: 10_000,
  });

/** Starts the CLI somewhere else and waits for the end of its greeting. */
async function start(...args: string[]) {
  child = spawn(process.execPath, [cli, ...args], {
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes("/sandbox/requests\n")) break;
  }
  const [, url = "", token = ""] =
    /export PROLIFIC_URL=(\S+) PROLIFIC_TOKEN=(\S+)/.exec(text) ?? [];
  return { text, url, token, child };
}

test("only imports its own files, Node, a CSV parser, and libraries for its document", () => {
  const seen = new Set(["cli.ts"]);
  const outside: string[] = [];
  for (const name of seen) {
    const text = readFileSync(join(source, name), "utf8");
    for (const [, from = ""] of text.matchAll(
      /^(?:import|export) [^;]*?from "([^"]+)";$/gm,
    )) {
      const file = posix.join(posix.dirname(name), from);
      if (/^\.{1,2}\//.test(from) && !file.startsWith("..")) seen.add(file);
      else if (!from.startsWith("node:")) outside.push(`${name}: ${from}`);
    }
  }
  expect(seen).toContain("model.ts");
  expect(seen).toContain("wire/wire.ts");
  expect(outside.sort()).toEqual([
    "api/complaints.ts: ajv",
    "api/document.ts: ajv-formats",
    "api/document.ts: openapi-backend",
    "api/document.ts: openapi-backend",
    "api/document.ts: yaml",
    "api/read-request.ts: openapi-backend",
    "data/uploaded-file.ts: papaparse",
  ]);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "prints its address and contents, responds, and exits with 0 on %s",
  async (signal) => {
    const {
      text,
      url,
      token,
      child: running,
    } = await start("--setup-ms", "30", "--token", "mine");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(token).toBe("mine");
    const api = clientOf({ url, token });
    const statuses: unknown[] = [];
    const ids = [...text.matchAll(/^ {2}(ba7c4000-\S+) /gm)];
    for (const [, id = ""] of ids) {
      const { body } = await api("GET", `/batches/${id}/status`);
      statuses.push((JSON.parse(body) as { status: string }).status);
    }
    expect(statuses).toEqual([
      "UNINITIALISED",
      "UNINITIALISED",
      "READY",
      "READY",
      "PROCESSING",
      "UNINITIALISED",
      "UNINITIALISED",
      "UNINITIALISED",
      "READY",
    ]);
    const after: unknown[] = [];
    for (const [, id = ""] of ids) {
      after.push((await api("POST", `/batches/${id}/setup`, {})).status);
    }
    expect(after).toEqual([202, 202, 400, 400, 400, 202, 400, 400, 400]);
    const broken = ids[5]?.[1] ?? "";
    const startMs = performance.now();
    let body: string;
    do ({ body } = await api("GET", `/batches/${broken}/status`));
    while (body.includes("PROCESSING") && performance.now() - startMs < 5000);
    expect(body).toBe('{"status":"ERROR"}');
    const grown = await api("POST", `/batches/${ids[2]?.[1] ?? ""}/sync`);
    expect(grown.status).toBe(202);

    running.kill(signal);
    // Windows has no signals: there it means the end, on the spot.
    expect(await once(running, "exit")).toEqual(
      process.platform === "win32" ? [null, signal] : [0, null],
    );
  },
);

test("its curl lines name an existing batch", async () => {
  const { text, child: running } = await start();
  const [, id] = /curl .*\/batches\/(\S+)\/setup$/m.exec(text) ?? [];
  expect(text).toContain(`  ${id ?? "none"}  UNINITIALISED`);
  running.kill("SIGINT");
  await once(running, "exit");
});

describe("options", () => {
  test.each([
    [["--imports-recognised"], 2],
    [[], 4],
  ])(
    "%j: two rows, uploaded and appended, become %d datapoints",
    async (args, all) => {
      const times = ["--import-ms", "0", "--port", "0"];
      const { url, token, child: running } = await start(...times, ...args);
      const api = clientOf({ url, token });
      const path = "/datasets/da7a5e70-0000-4000-8000-000000000005";
      const made = await api("GET", `${path}/upload-url/reviews.csv`);
      const { upload_url } = JSON.parse(made.body) as { upload_url: string };
      const rows = ["R-1,Lamp,Bright.", "R-2,Desk,Flat."];
      await ask(upload_url, {
        method: "PUT",
        headers: { "content-type": "text/csv" },
        body: ["review_id,product,review", ...rows].join("\n"),
      });
      const read = async () =>
        JSON.parse((await api("GET", path)).body) as {
          total_datapoint_count: number;
        };
      await until(async () => (await read()).total_datapoint_count === 2);
      const records = rows.map((row) => {
        const [review_id, product, review] = row.split(",");
        return JSON.stringify({ review_id, product, review });
      });
      await api("POST", `${path}/datapoints`, undefined, {
        headers: { "content-type": "application/x-ndjson" },
        body: records.join("\n"),
      });
      expect((await read()).total_datapoint_count).toBe(all);
      running.kill("SIGINT");
      await once(running, "exit");
    },
  );

  test("--help prints help and exits", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run sandbox/);
  });

  test.each([
    [["--port", "http"], '--port has to be a whole number, not "http"'],
    [["--setup-ms", "-1"], "--setup-ms"],
    [["--speed", "9"], "--speed"],
  ])("%j is refused", (args, complaint) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(complaint);
    expect(stderr).toContain("Usage:");
  });
});
