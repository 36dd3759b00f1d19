/** Every module that a step loads costs time in every workflow (docs/design.md, "dist"). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import { repository, runStep } from "../../sandbox/step.ts";

test("a step never loads parts of Node that it does not use", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loaded-"));
  const sandbox = await startSandbox();
  try {
    const datasetId = sandbox.addDataset();
    const file = join(folder, "loaded");
    const fixture = join(repository, "__tests__", "fixtures", "loaded.cjs");
    const { exitCode } = await runStep({
      inputs: {
        batch_id: sandbox.addBatch({ datasetId, status: "READY" }),
        api_url: sandbox.url,
        api_token: sandbox.token,
      },
      env: {
        NODE_OPTIONS: `--require "${fixture.replaceAll("\\", "/")}"`,
        LOADED_FILE: file,
      },
    });
    expect(exitCode).toBe(0);
    const loaded = readFileSync(file, "utf8").split("\n");
    expect(loaded).toContain("NativeModule http"); // the list is not empty
    const unwanted = ["undici/undici", "http2", "child_process", "perf_hooks"];
    const found = loaded.filter((name) =>
      unwanted.some(
        (part) => name.endsWith(` ${part}`) || name.endsWith(`/${part}`),
      ),
    );
    expect(found).toEqual([]);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
