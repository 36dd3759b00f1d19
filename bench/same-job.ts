/** The same job, done by this action, by bash with curl and jq, and by a bare Node script: start, whole time, memory. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { repository } from "../sandbox/step.ts";
import {
  type Contestant,
  contestants,
  freshJob,
  NEEDED_BY_SHELL,
} from "./contestants.ts";
import { missing, now, runToEnd } from "./process.ts";
import { median, takeTurns } from "./rounds.ts";
import { amount, ratio, type Table } from "./table.ts";

const ROUNDS = 21;
const ROUNDS_OF_MEMORY = 5;
const MOST_BYTES = 400_000;

interface Run {
  /** From the start of the process until its first request is there. */
  readonly firstRequestMs: number;
  readonly tookMs: number;
  readonly peakMiB: number;
}

const ABSENT: Run = { firstRequestMs: NaN, tookMs: NaN, peakMiB: NaN };

export async function compareOnTheSameJob(): Promise<Table> {
  const tools = missing(...NEEDED_BY_SHELL);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const sandbox = await startSandbox({ timing: { setupMs: 0 } });
  const rounds = (count: number, watchMemory: boolean) => {
    const turn = (name: Contestant) => () =>
      name === "shell" && tools.length > 0
        ? Promise.resolve(ABSENT)
        : run(sandbox, name, folder, watchMemory);
    return takeTurns(
      count,
      {
        action: turn("action"),
        shell: turn("shell"),
        bareRequire: turn("bareRequire"),
        bareImport: turn("bareImport"),
      },
      { warmUp: !watchMemory },
    );
  };
  try {
    const timed = await rounds(ROUNDS, false);
    const watched = await rounds(ROUNDS_OF_MEMORY, true);
    const row = (
      what: string,
      [runs, unit]: readonly [typeof timed, string],
      of: (run: Run) => number,
      bound?: number,
    ) => {
      const medianOf = (name: Contestant) => median(runs[name].map(of));
      return [
        what,
        amount(medianOf("action"), unit),
        amount(medianOf("shell"), unit),
        amount(medianOf("bareRequire"), unit),
        amount(medianOf("bareImport"), unit),
        ratio(medianOf("action"), medianOf("bareRequire"), bound),
        ratio(medianOf("action"), medianOf("bareImport"), bound),
      ];
    };
    const time = [timed, "ms"] as const;
    const memory = [watched, "MiB"] as const;
    const { size } = statSync(join(repository, "dist", "index.js"));
    const bytes = size.toLocaleString("en");
    const most = MOST_BYTES.toLocaleString("en");
    return {
      columns: [
        "The same job",
        "This action",
        "bash, curl, jq",
        "Node, `require`",
        "Node, `import`",
        "to `require`",
        "to `import`",
      ],
      rows: [
        row("Start to first request", time, (run) => run.firstRequestMs, 1.5),
        row("Whole time, READY at once", time, (run) => run.tookMs),
        row("Peak memory", memory, (run) => run.peakMiB),
        ["Bytes of `dist/index.js`", bytes, "", "", "", `(≤ ${most})`, ""],
      ],
      remarks:
        tools.length === 0
          ? []
          : [`bash, curl, jq: not measured, for want of ${tools.join(", ")}.`],
    };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  sandbox: Sandbox,
  name: Contestant,
  folder: string,
  watchMemory: boolean,
): Promise<Run> {
  sandbox.reset();
  let firstAt = NaN;
  sandbox.onRequest = () => {
    if (Number.isNaN(firstAt)) firstAt = now();
  };
  const program = contestants[name](freshJob(sandbox));
  const ended = await runToEnd(
    { ...program, env: { ...program.env, ...filesOfRunner(folder) } },
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
