/** Short waits of whole processes in real time, compared with the bash script that polls every 3 s. */
import { startSandbox } from "../../../sandbox/server.ts";
import {
  type Contestant,
  contestants,
  freshJob,
  NEEDED_BY_SHELL,
} from "../step/contestants.ts";
import { missing, now, runToEnd } from "../process.ts";
import { type Detection, inCell, PROCESSING_MS, spelt } from "./waiting.ts";

/** Longer ones are only waited for in virtual time. */
const LONGEST_MS = 20_000;

/** Rows of the table of waiting. */
export async function waitForReal(): Promise<string[][]> {
  const lacking = missing(...NEEDED_BY_SHELL).length > 0;
  const rows: string[][] = [];
  for (const processingMs of PROCESSING_MS) {
    if (processingMs > LONGEST_MS) continue;
    // Both at once: they spend their time waiting.
    const [action, shell] = await Promise.all([
      detected("action", processingMs),
      lacking ? undefined : detected("shell", processingMs),
    ]);
    rows.push([
      `${spelt(processingMs)} in real time, process and all`,
      inCell(action),
      "",
      shell ? `${inCell(shell)} (bash)` : "—",
      "",
    ]);
  }
  return rows;
}

async function detected(
  name: Contestant,
  processingMs: number,
): Promise<Detection> {
  const sandbox = await startSandbox({ timing: { setupMs: processingMs } });
  let readyAt = NaN;
  sandbox.onRequest = ({ method }) => {
    if (method === "POST") readyAt = now() + processingMs;
  };
  try {
    const ended = await runToEnd(contestants[name](freshJob(sandbox)));
    const checks = sandbox.requests.filter(({ path }) =>
      path.endsWith("/status"),
    );
    return {
      delayMs: ended.startedAt + ended.tookMs - readyAt,
      statusRequests: checks.length,
    };
  } finally {
    await sandbox.close();
  }
}
