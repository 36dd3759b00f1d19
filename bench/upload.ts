/** Time of an upload beside `curl -T`, and memory of the whole action for a small and a large file. */
import { spawn, spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CERTIFICATE } from "../__tests__/fixtures/tls.ts";
import { startSandbox } from "../sandbox/server.ts";
import { repository, runStep } from "../sandbox/step.ts";
import { generateCsv } from "./generate.ts";
import { median } from "./median.ts";

const MB = 1_000_000;
const ROUNDS = 5;
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-"));

function timed(command: string, args: readonly string[], env = {}): number {
  const startedAt = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

/** Alternating, so that a slow moment of the machine hits both. */
async function compareUploads(path: string): Promise<void> {
  const certificate = join(folder, "ca.pem");
  writeFileSync(certificate, CERTIFICATE);
  const server = spawn(process.execPath, [join(here, "storage-server.js")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) => {
    server.stdout.once("data", (text: Buffer) => {
      resolve(text.toString().trim());
    });
  });
  const url = `https://localhost:${port}/file`;
  const { size } = statSync(path);
  const ours: number[] = [];
  const curls: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const curl = timed("curl", [
      "--silent",
      "--fail",
      "--http1.1",
      ...["--cacert", certificate],
      ...["-H", "Expect:", "-H", "Content-Type: text/csv"],
      ...["-T", path],
      url,
    ]);
    const our = timed(
      process.execPath,
      [join(here, "upload-once.js"), path, url],
      { NODE_EXTRA_CA_CERTS: certificate },
    );
    if (round === 0) continue; // warms the file cache
    curls.push(curl);
    ours.push(our);
  }
  server.stdin.end();
  const [curl, our] = [median(curls), median(ours)];
  console.log(
    `| Upload of ${String(Math.round(size / MB))} MB over TLS | ${our.toFixed(0)} ms | curl -T: ${curl.toFixed(0)} ms | ${(our / curl).toFixed(2)} (≤ 1.7) |`,
  );
}

/** Peak memory of a whole step in MiB: preflight, upload, import, setup. */
async function peakMemory(path: string): Promise<number> {
  const sandbox = await startSandbox({ timing: { setupMs: 50 } });
  try {
    const datasetId = sandbox.addDataset({
      datapoints: 0,
      imports: [],
      schema: {
        strict: true,
        fields: {
          id: { type: "metadata" },
          product: { type: "text" },
          review: { type: "text" },
        },
      },
    });
    const peakFile = join(folder, "peak");
    const step = await runStep({
      inputs: {
        batch_id: sandbox.addBatch({ datasetId }),
        dataset_file: path,
        api_url: sandbox.url,
        api_token: sandbox.token,
      },
      env: {
        GITHUB_WORKSPACE: folder,
        NODE_OPTIONS: `--require ${join(repository, "bench", "peak-memory.cjs")}`,
        PEAK_MEMORY_FILE: peakFile,
      },
    });
    if (step.exitCode !== 0) throw new Error(step.stdout);
    return Number(readFileSync(peakFile, "utf8")) / 1024;
  } finally {
    await sandbox.close();
  }
}

try {
  const [small, large] = [join(folder, "small.csv"), join(folder, "large.csv")];
  generateCsv(small, 10 * MB);
  generateCsv(large, 1_000 * MB);
  await compareUploads(large);
  const peaks = { small: [] as number[], large: [] as number[] };
  for (let round = 0; round < 3; round++) {
    peaks.small.push(await peakMemory(small));
    peaks.large.push(await peakMemory(large));
  }
  const [of10, of1000] = [median(peaks.small), median(peaks.large)];
  console.log(
    `| Peak memory of a step, 1 GB file | ${of1000.toFixed(0)} MiB | 10 MB file: ${of10.toFixed(0)} MiB | +${(of1000 - of10).toFixed(0)} MiB (≤ 40) |`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
