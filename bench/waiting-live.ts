/** One wait in real time, of whole processes, beside the bash script that polls every 3 s. */
import { startSandbox } from "../sandbox/server.ts";
import {
  type Contestant,
  contestants,
  freshJob,
  NEEDED_BY_SHELL,
} from "./contestants.ts";
import { missing, now, runToEnd } from "./process.ts";
import { type Detection, inCell } from "./waiting.ts";

const SETUP_MS = 7_000;

export async function waitForReal(): Promise<string[]> {
  const lacking = missing(...NEEDED_BY_SHELL).length > 0;
  const [action, shell] = await Promise.all([
    detected("action"),
    lacking ? undefined : detected("shell"),
  ]);
  return [
    `${String(SETUP_MS / 1_000)} s in real time, process and all`,
    inCell(action),
    "",
    shell ? `${inCell(shell)} (bash)` : "—",
    "",
  ];
}

async function detected(name: Contestant): Promise<Detection> {
  const sandbox = await startSandbox({ timing: { setupMs: SETUP_MS } });
  let readyAt = NaN;
  sandbox.onRequest = ({ method }) => {
    if (method === "POST") readyAt = now() + SETUP_MS;
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
