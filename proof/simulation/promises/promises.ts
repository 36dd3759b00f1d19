/** What holds for every step (contract 3, 4, 7 and 8). Each function throws a Violation. */
import { parseDuration } from "../../../src/timing/duration.ts";
import type { Prolific } from "../../../sandbox/model.ts";
import { GREEN_OUTCOMES, RED_OUTCOMES } from "../../../src/github/report.ts";
import { holds } from "./holds.ts";
import { isUnclear } from "./tally.ts";
import type { VirtualRequest, VirtualStep } from "../world/world.ts";

/** The oldest reading that a setup may be based on (contract 4). */
const FRESH_MS = 5_000;
/** How long and how often, at least, the batch is read before a setup without a clear response is sent again (contract 4). */
const GRACE_MS = 20_000;
const LOOKS_IN_GRACE = 3;

/**
 * Before each setup, a fresh reading shows the batch UNINITIALISED. After a setup without a clear response, there are three
 * readings, the last one 20 s later. At most two setups have no clear response, whatever the server does with them
 * (contract 4).
 */
export function holdsLooksFirst({ requests }: VirtualStep): void {
  let unclear = 0;
  let look: VirtualRequest | undefined;
  let looksSince = Infinity;
  let graceUntilMs = -Infinity;
  for (const request of requests) {
    const { method, path, atMs, answer, answeredMs, reply = "" } = request;
    if (method === "GET" && /\/batches\/[^/]+$/.test(path)) {
      if (answer !== 200 || statusIn(reply) === undefined) continue;
      look = request;
      looksSince++;
    }
    if (method !== "POST" || !path.endsWith("/setup")) continue;
    const lookedMs = look?.answeredMs ?? -Infinity;
    holds(atMs - lookedMs <= FRESH_MS, "a setup on the ground of an old look");
    const status = statusIn(look?.reply ?? "");
    holds(
      status === "UNINITIALISED",
      `a setup of a batch that read ${String(status)}`,
    );
    holds(looksSince > 0, "a setup after another, without a look in between");
    if (graceUntilMs > -Infinity) {
      const looks = String(looksSince);
      holds(looksSince >= LOOKS_IN_GRACE, `a setup again after ${looks} looks`);
      const earlyMs = Math.floor(graceUntilMs - (look?.atMs ?? 0)); // sums of fractions are not exact
      holds(earlyMs <= 0, `a setup again ${String(earlyMs)} ms too early`);
    }
    if (answer === "unsent") continue;
    looksSince = 0;
    graceUntilMs = -Infinity;
    if (!isUnclear(answer)) continue;
    unclear++;
    graceUntilMs = (answeredMs ?? atMs) + GRACE_MS;
  }
  holds(unclear <= 2, `${String(unclear)} setups had no clear response`);
}

function statusIn(reply: string): unknown {
  try {
    return (JSON.parse(reply) as { status?: unknown } | null)?.status;
  } catch {
    return undefined;
  }
}

/** Within the budget plus 5 s, and a cancel at once (contract 7). */
export function holdsInTime(
  { tookMs, outputs, summary }: VirtualStep,
  {
    timeoutSeconds,
    cancelAtMs,
  }: { readonly timeoutSeconds: number; readonly cancelAtMs: number | null },
): void {
  const budgetMs = timeoutSeconds * 1_000;
  holds(tookMs <= budgetMs + 5_000, `took ${String(tookMs)} ms`);
  const elapsed = String(Math.floor(tookMs / 1_000));
  holds(outputs.elapsed_seconds === elapsed, `not ${elapsed} s elapsed`);
  const time = /\| Time \| (\w+) \|/.exec(summary)?.[1];
  if (time !== undefined) {
    holds(
      parseDuration(time) === 1_000 * Number(elapsed),
      `the summary says ${time}, not ${elapsed} s`,
    );
  }
  if (outputs.outcome === "timed_out") {
    holds(tookMs >= budgetMs, `timed out after ${String(tookMs)} ms already`);
  }
  if (outputs.outcome === "cancelled") {
    holds(tookMs === cancelAtMs, `cancelled after ${String(tookMs)} ms`);
  } else if (cancelAtMs !== null) {
    holds(tookMs <= cancelAtMs, "went on after it was cancelled");
  }
}

/** The outcome matches the exit code, and the outputs match the outcome (contract 3). */
export function holdsOutcome(
  { green, outputs }: VirtualStep,
  waits: boolean,
): void {
  const { outcome = "" } = outputs;
  const outcomes: readonly string[] = green ? GREEN_OUTCOMES : RED_OUTCOMES;
  holds(outcomes.includes(outcome), `${outcome}, green: ${String(green)}`);
  if (!green) return;
  holds(!waits || outcome !== "accepted", "accepted, though it was to wait");
  if (!waits) return;
  holds(outputs.status === "READY", "green, but the output is not READY");
  holds(Number(outputs.total_task_count) > 0, "green, but puts out no tasks");
}

/** Nothing that anybody can read contains the token or a signature (contract 8). */
export function holdsNoSecret(
  { log, summary, outputs }: VirtualStep,
  { token, state }: Prolific,
): void {
  const texts = [...log, summary, JSON.stringify(outputs)].join("\n");
  holds(!texts.includes(token), "the token is in a text");
  // A storage may repeat an address in another spelling. Its secret parts are masked all the same.
  const plain = texts.replaceAll("&#61;&#42;&#42;&#42;", "=***");
  const address = /X-Signature(?!=\*{3})/i.test(plain);
  holds(!address, "a presigned address is in a text");
  for (const { uploads } of state.datasets.values()) {
    for (const { signature } of uploads) {
      holds(!texts.includes(signature), "a signature is in a text");
    }
  }
}
