/** The same job by this action, by bash with curl and jq, and by a plain Node script: start, total time, memory. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CERTIFICATE, PRIVATE_KEY } from "../../../__tests__/fixtures/tls.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { repository } from "../../../sandbox/step.ts";
import {
  bundleTwoPackages,
  type Contestant,
  contestants,
  freshJob,
  type Job,
  NEEDED_BY_SHELL,
} from "./contestants.ts";
import { missing, now, type Program, runToEnd } from "../process.ts";
import { median, takeTurns } from "../rounds.ts";
import { amount, ratio, type Table } from "../table.ts";

const ROUNDS = 21;
const ROUNDS_OF_MEMORY = 5;
/** How many times as long as a plain script until the first request. */
const MOST_TIMES = 1.5;
const MOST_BYTES = 400_000;

interface Run {
  /** From the start of the process until its first request is there. */
  readonly firstRequestMs: number;
  readonly tookMs: number;
  readonly peakMiB: number;
}

const ABSENT: Run = { firstRequestMs: NaN, tookMs: NaN, peakMiB: NaN };

type Runs = Record<Contestant, Run[]>;

export async function compareOnTheSameJob(): Promise<Table> {
  const tools = missing(...NEEDED_BY_SHELL);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const certificate = join(folder, "ca.pem");
  writeFileSync(certificate, CERTIFICATE);
  bundleTwoPackages();
  const rounds = async (
    count: number,
    { overTls = false, watchMemory = false },
  ): Promise<Runs> => {
    const tls = { cert: CERTIFICATE, key: PRIVATE_KEY };
    const sandbox = await startSandbox({
      timing: { setupMs: 0 },
      ...(overTls && { tls }),
    });
    const turn = (name: Contestant) => () => {
      if (name === "shell" && tools.length > 0) return Promise.resolve(ABSENT);
      const job = () => freshJob(sandbox, overTls ? certificate : undefined);
      return run(sandbox, contestants[name], job, folder, watchMemory);
    };
    const all = {
      action: turn("action"),
      twoPackages: turn("twoPackages"),
      shell: turn("shell"),
      bareRequire: turn("bareRequire"),
      bareImport: turn("bareImport"),
    };
    try {
      return await takeTurns(count, all, { warmUp: !watchMemory });
    } finally {
      await sandbox.close();
    }
  };
  try {
    const plain = await rounds(ROUNDS, {});
    const overTls = await rounds(ROUNDS, { overTls: true });
    const watched = await rounds(ROUNDS_OF_MEMORY, { watchMemory: true });
    const row = (
      what: string,
      runs: Runs,
      unit: string,
      of: (run: Run) => number,
      bound?: number,
    ) => {
      const medianOf = (name: Contestant) => median(runs[name].map(of));
      return [
        what,
        amount(medianOf("action"), unit),
        amount(medianOf("twoPackages"), unit),
        amount(medianOf("shell"), unit),
        amount(medianOf("bareRequire"), unit),
        amount(medianOf("bareImport"), unit),
        ratio(medianOf("action"), medianOf("bareRequire"), bound),
        ratio(medianOf("action"), medianOf("bareImport"), bound),
      ];
    };
    const firstRequest = ({ firstRequestMs }: Run) => firstRequestMs;
    const took = ({ tookMs }: Run) => tookMs;
    const { size } = statSync(join(repository, "dist", "index.js"));
    const bytes = size.toLocaleString("en");
    const most = MOST_BYTES.toLocaleString("en");
    return {
      columns: [
        "The same job",
        "This action",
        "Its two packages",
        "bash, curl, jq",
        "Node, `require`",
        "Node, `import`",
        "to `require`",
        "to `import`",
      ],
      rows: [
        row(
          "Start to first request, over TLS",
          overTls,
          "ms",
          firstRequest,
          MOST_TIMES,
        ),
        row("Start to first request", plain, "ms", firstRequest, MOST_TIMES),
        row("Whole time, READY at once", plain, "ms", took),
        row("Peak memory", watched, "MiB", ({ peakMiB }) => peakMiB),
        ["Bytes of `dist/index.js`", bytes, "", "", "", "", `(≤ ${most})`, ""],
      ],
      remarks:
        tools.length === 0
          ? []
          : [`bash, curl, jq: not measured, for want of ${tools.join(", ")}.`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  sandbox: Sandbox,
  program: (job: Job) => Program,
  freshJob: () => Job,
  folder: string,
  watchMemory: boolean,
): Promise<Run> {
  sandbox.reset();
  let firstAt = NaN;
  sandbox.onRequest = () => {
    if (Number.isNaN(firstAt)) firstAt = now();
  };
  const { env, ...rest } = program(freshJob());
  const ended = await runToEnd(
    { ...rest, env: { ...env, ...filesOfRunner(folder) } },
    { watchMemory },
  );
  return { ...ended, firstRequestMs: firstAt - ended.startedAt };
}

/** Empty, as a runner makes them for each step. */
function filesOfRunner(folder: string): Record<string, string> {
  const files = {
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
  for (const path of Object.values(files)) writeFileSync(path, "");
  return files;
}
