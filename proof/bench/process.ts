/** Runs a program to its end and measures it from outside: time, and the memory of its largest process. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Reading `/proc` this often takes a few per cent of one core, so it is not done while a time is measured. */
const LOOK_EVERY_MS = 4;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Ended {
  /** `process.hrtime` of its start, in milliseconds. */
  readonly startedAt: number;
  readonly tookMs: number;
  /** MiB. NaN unless requested, and without `/proc`. */
  readonly peakMiB: number;
}

/** Monotonic milliseconds. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** @throws if it does not end with exit code 0. */
export function runToEnd(
  { command, args, env }: Program,
  { watchMemory = false } = {},
): Promise<Ended> {
  const { PATH = "" } = process.env;
  return new Promise((resolve, reject) => {
    const startedAt = now();
    const child = spawn(command, args, {
      env: { PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const hear = (text: Buffer) => (said += text.toString());
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    let peakKiB = NaN;
    const look = () => {
      for (const kib of peaksNow(child.pid)) {
        peakKiB = peakKiB > kib ? peakKiB : kib;
      }
    };
    const watch = watchMemory ? setInterval(look, LOOK_EVERY_MS) : undefined;
    child.on("error", reject);
    child.on("exit", (code) => {
      const tookMs = now() - startedAt;
      clearInterval(watch);
      if (code === 0) resolve({ startedAt, tookMs, peakMiB: peakKiB / 1024 });
      else reject(new Error(`${command} ended with ${String(code)}: ${said}`));
    });
  });
}

/** The peak memory of a process and of each of its children so far, in KiB. */
function* peaksNow(pid: number | undefined): Generator<number> {
  const at = `/proc/${String(pid)}`;
  const [, peak] = /^VmHWM:\s+(\d+)/m.exec(textOf(`${at}/status`)) ?? [];
  if (peak === undefined) return; // it has just ended
  yield Number(peak);
  const children = textOf(`${at}/task/${String(pid)}/children`).trim();
  for (const child of children.split(" ")) {
    if (child !== "") yield* peaksNow(Number(child));
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The programs that this machine does not have. */
export function missing(...commands: string[]): string[] {
  return commands.filter(
    (command) => spawnSync(command, ["--version"]).status !== 0,
  );
}
