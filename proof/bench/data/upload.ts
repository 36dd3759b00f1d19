/** Time and memory of an upload compared with `curl -T`, and memory of a whole step, for a small and a large file. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CERTIFICATE } from "../../../__tests__/fixtures/tls.ts";
import { generateCsv } from "./generate.ts";
import { missing, type Program, runToEnd } from "../process.ts";
import { median, takeTurns } from "../rounds.ts";
import { stepPeakMiB } from "../step/step-memory.ts";
import { amount, ratio } from "../table.ts";

const MB = 1_000_000;
const ROUNDS_OF_MEMORY = 3;
/** For buffers, and 48 for the hashes of a million records (contract 11). */
const MORE_MIB = 40 + 48;
const here = dirname(fileURLToPath(import.meta.url));

interface Size {
  readonly name: string;
  readonly megabytes: number;
  readonly rounds: number;
  /** How many times as long as curl it may take. No limit if the start of Node takes most of the time. */
  readonly bound?: number;
}

const SIZES: readonly Size[] = [
  { name: "10 MB", megabytes: 10, rounds: 11 },
  { name: "1 GB", megabytes: 1_000, rounds: 5, bound: 1.7 },
];

/** Rows of the table of files. */
export async function compareUploads(): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const certificate = join(folder, "ca.pem");
  writeFileSync(certificate, CERTIFICATE);
  const server = spawn(process.execPath, [join(here, "storage-server.js")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const port = await new Promise<string>((resolve) => {
      server.stdout.once("data", (text: Buffer) => {
        resolve(text.toString().trim());
      });
    });
    const url = `https://localhost:${port}/file`;
    const rows: string[][] = [];
    const file = (megabytes: number) =>
      join(folder, `${String(megabytes)}.csv`);
    for (const size of SIZES) {
      const path = file(size.megabytes);
      generateCsv(path, size.megabytes * MB, { lineBreaks: false });
      rows.push(...(await uploads(size, path, url, certificate)));
    }
    const peaks = await takeTurns(
      ROUNDS_OF_MEMORY,
      {
        small: () => stepPeakMiB(file(10)),
        large: () => stepPeakMiB(file(1_000)),
      },
      { warmUp: false },
    );
    const [small, large] = [median(peaks.small), median(peaks.large)];
    rows.push([
      "Peak memory of a step, 1 GB file",
      amount(large, "MiB"),
      `10 MB file: ${amount(small, "MiB")}`,
      `+${amount(Math.max(0, large - small), "MiB")} (≤ ${String(MORE_MIB)})`,
    ]);
    return rows;
  } finally {
    server.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function uploads(
  { name, megabytes, rounds, bound }: Size,
  path: string,
  url: string,
  certificate: string,
): Promise<string[][]> {
  const our: Program = {
    command: process.execPath,
    args: [join(here, "upload-once.js"), path, url],
    env: { NODE_EXTRA_CA_CERTS: certificate },
  };
  const curl: Program = {
    command: "curl",
    args: [
      ...["--silent", "--fail", "--http1.1", "--cacert", certificate],
      ...["-H", "Expect:", "-H", "Content-Type: text/csv", "-T", path, url],
    ],
    env: {},
  };
  const absent = missing("curl").length > 0;
  const compare = async (count: number, watchMemory: boolean) => {
    const { ours, curls } = await takeTurns(
      count,
      {
        ours: () => runToEnd(our, { watchMemory }),
        curls: async () =>
          absent ? undefined : runToEnd(curl, { watchMemory }),
      },
      { warmUp: !watchMemory },
    );
    const values = (of: "tookMs" | "peakMiB") =>
      [ours, curls].map((ends) => median(ends.map((end) => end?.[of] ?? NaN)));
    return values(watchMemory ? "peakMiB" : "tookMs");
  };
  const [ourMs = NaN, curlMs = NaN] = await compare(rounds, false);
  const [ourMiB = NaN, curlMiB = NaN] = await compare(ROUNDS_OF_MEMORY, true);
  const speed = (ms: number) =>
    `${amount(ms, "ms")} (${amount((megabytes / ms) * 1_000, "MB/s")})`;
  const beside = absent ? "curl: not on this machine" : "curl -T: ";
  return [
    [
      `Upload of ${name} over TLS`,
      speed(ourMs),
      absent ? beside : beside + speed(curlMs),
      ratio(ourMs, curlMs, bound),
    ],
    [
      "Its peak memory",
      amount(ourMiB, "MiB"),
      absent ? "" : beside + amount(curlMiB, "MiB"),
      "",
    ],
  ];
}
