/** What holds for every step, whatever it was for (contract 3, 4, 7 and 8). Each throws a Violation. */
import { parseDuration } from "../src/duration.ts";
import { GREEN_OUTCOMES, RED_OUTCOMES } from "../src/outcome.ts";
import { holds } from "./holds.ts";
import type { VirtualRequest, VirtualStep } from "./world.ts";

/** Answers that say what became of a POST: accepted, refused, or to be sent later. */
const CLEAR = [200, 202, 204, 400, 401, 403, 404, 405, 409, 422, 429];

/** No reading is a ground for a setup for longer (contract 4). */
const FRESH_MS = 5_000;

/**
 * A setup follows a fresh look that showed the batch UNINITIALISED, and another look the setup before it; at most two of them
 * have no clear answer, whatever the server makes of them (contract 4).
 */
export function holdsLooksFirst({ requests }: VirtualStep): void {
  let unclear = 0;
  let look: VirtualRequest | undefined;
  let setupSince = false;
  for (const request of requests) {
    const { method, path, atMs, answer, reply = "" } = request;
    if (method === "GET" && /\/batches\/[^/]+$/.test(path)) {
      if (answer !== 200 || statusIn(reply) === undefined) continue;
      look = request;
      setupSince = false;
    }
    if (method !== "POST" || !path.endsWith("/setup")) continue;
    const lookedMs = look?.answeredMs ?? -Infinity;
    holds(atMs - lookedMs <= FRESH_MS, "a setup on the ground of an old look");
    const status = statusIn(look?.reply ?? "");
    holds(
      status === "UNINITIALISED",
      `a setup of a batch that read ${String(status)}`,
    );
    holds(!setupSince, "a setup after another, without a look in between");
    if (answer === "unsent") continue;
    setupSince = true;
    if (answer === "lost" || !CLEAR.includes(Number(answer))) unclear++;
  }
  holds(unclear <= 2, `${String(unclear)} setups had no clear answer`);
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

/** The outcome is one of those that fit the exit, and the outputs are those that go with it (contract 3). */
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

/** Neither the token nor a signature in what anybody can read (contract 8). */
export function holdsNoSecret(step: VirtualStep, token: string): void {
  const texts = [...step.log, step.summary, JSON.stringify(step.outputs)];
  for (const text of texts) {
    holds(!text.includes(token), "the token is in a text");
    holds(!/X-Signature/i.test(text), "a presigned address is in a text");
  }
}
