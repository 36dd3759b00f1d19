/** The delay after READY and the number of requests, compared with polls at a fixed interval. Exact, in virtual time. */
import { virtualWorld } from "../../simulation/world/world.ts";
import { amount, type Table } from "../table.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const POLL_INTERVAL_MS = 15 * SECOND_MS;

/** Each represents the times from 90 % of it, because a poll is lucky with some times and unlucky with others. */
export const PROCESSING_MS = [
  300,
  2 * SECOND_MS,
  5 * SECOND_MS,
  20 * SECOND_MS,
  100 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
];
const PARTS = [0.9, 0.9171, 0.9343, 0.9557, 0.9789, 1];

export interface Detection {
  /** From READY at Prolific to the end of the step. */
  readonly delayMs: number;
  readonly statusRequests: number;
}

/** The whole program, from its inputs to its verdict, with the default `poll_interval`. */
export async function byThisAction(processingMs: number): Promise<Detection> {
  const world = virtualWorld();
  const { prolific } = world;
  const datasetId = prolific.addDataset({ datapoints: 7 });
  const batchId = prolific.addBatch({ datasetId, setupMs: processingMs });
  const step = await world.run({ batch_id: batchId, timeout: "3h" });
  if (step.outputs.outcome !== "set_up") throw new Error(step.log.join("\n"));
  return {
    delayMs: step.tookMs - processingMs,
    statusRequests: step.requests.filter(({ path }) => path.endsWith("/status"))
      .length,
  };
}

/** POST, pause, check, pause, check …, as Prolific's CLI follows a sync (docs/prolific-api.md, 7). */
export function byFixedPoll(everyMs: number, processingMs: number): Detection {
  const statusRequests = Math.max(1, Math.ceil(processingMs / everyMs));
  return { delayMs: statusRequests * everyMs - processingMs, statusRequests };
}

/** The limit that the README promises, without the time of the requests. */
export function mostDelayMs(processingMs: number): number {
  return Math.min(POLL_INTERVAL_MS, 250 + processingMs / 10);
}

/** The longest delay and the most requests among the represented times. */
export async function worstAround(
  processingMs: number,
  detect: (processingMs: number) => Detection | Promise<Detection>,
): Promise<Detection> {
  const worst = { delayMs: 0, statusRequests: 0 };
  for (const part of PARTS) {
    const detection = await detect(Math.round(processingMs * part));
    worst.delayMs = Math.max(worst.delayMs, detection.delayMs);
    worst.statusRequests = Math.max(
      worst.statusRequests,
      detection.statusRequests,
    );
  }
  return worst;
}

/** "0.7 s, 1" */
export function inCell({ delayMs, statusRequests }: Detection): string {
  return `${amount(delayMs / SECOND_MS, "s")}, ${String(statusRequests)}`;
}

/** "5 min" */
export function spelt(ms: number): string {
  if (ms >= HOUR_MS) return `${String(ms / HOUR_MS)} h`;
  if (ms >= 2 * MINUTE_MS) return `${String(ms / MINUTE_MS)} min`;
  return `${String(ms / SECOND_MS)} s`;
}

export async function compareDelays(
  live: readonly (readonly string[])[],
): Promise<Table> {
  const rows: (readonly string[])[] = [];
  for (const processingMs of PROCESSING_MS) {
    const worst = (detect: (ms: number) => Detection | Promise<Detection>) =>
      worstAround(processingMs, detect).then(inCell);
    rows.push([
      spelt(processingMs),
      await worst(byThisAction),
      amount(mostDelayMs(processingMs) / SECOND_MS, "s"),
      await worst((ms) => byFixedPoll(3 * SECOND_MS, ms)),
      await worst((ms) => byFixedPoll(30 * SECOND_MS, ms)),
    ]);
  }
  return {
    columns: [
      "Prolific takes: delay, status requests",
      "This action",
      "Longest delay allowed",
      "Every 3 s",
      "Every 30 s",
    ],
    rows: [...rows, ...live],
  };
}
