/** What the steps of a run work with. The signature of a step lists the tools that it needs. */
import type { Files } from "../file/disk.ts";
import type { Git } from "../file/history/git.ts";
import type { Inputs } from "../github/inputs.ts";
import type { RejectedFile } from "../github/handover/rejected-file.ts";
import type { Log } from "../github/log.ts";
import type { Progress, Report } from "../github/report.ts";
import type { ConnectionError } from "../errors.ts";
import type { Prolific } from "../prolific/client.ts";
import type { CallOptions } from "../prolific/exchange.ts";
import { type PostResult, attempt } from "../prolific/post.ts";
import type { Storage } from "../prolific/storage.ts";
import type { Patience } from "./patience.ts";

export interface Tools {
  readonly inputs: Inputs;
  readonly prolific: Prolific;
  readonly storage: Storage;
  readonly files: Files;
  readonly git: Git;
  readonly patience: Patience;
  readonly log: Log;
  readonly report: Report;
  readonly rejected: RejectedFile;
}

/** Some of the tools. */
export type Needs<K extends keyof Tools> = Pick<Tools, K>;

/** What a time-out or a cancel means while a write has no response, and after it was accepted (contract 7). */
export interface Meaning {
  readonly unanswered: Progress;
  readonly accepted: Progress;
}

/** Nothing was sent: logs that, and waits before the retry. */
export async function couldNotConnect(
  { log, patience }: Needs<"log" | "patience">,
  tries: number,
  error: ConnectionError,
): Promise<void> {
  log.sayOfTry(
    tries,
    `Could not connect, nothing was sent; retrying: ${error.reason}`,
  );
  await patience.backOff(tries, error);
}

/**
 * Sends a request, and retries while it is certain that nothing was sent.
 * @param request is called with the number of the attempt, from 1.
 */
export async function sendOut<T>(
  tools: Needs<"log" | "patience" | "report">,
  meaning: Meaning,
  request: (options: CallOptions) => Promise<T>,
): Promise<Exclude<PostResult<T>, { readonly kind: "not_sent" }>> {
  const { patience, report } = tools;
  const { signal } = patience;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const result = await send(report, meaning, () =>
      request({ signal, attempt }),
    );
    if (result.kind !== "not_sent") return result;
    await couldNotConnect(tools, attempt, result.error);
  }
}

/** Sends a POST once. If it is cut off before the response, the report says what that means. */
export async function send<T>(
  report: Report,
  { unanswered, accepted }: Meaning,
  post: () => Promise<T>,
): Promise<PostResult<T>> {
  const before = report.progress;
  report.progress = unanswered;
  const result = await attempt(post);
  if (result.kind === "accepted") report.progress = accepted;
  if (result.kind === "refused" || result.kind === "not_sent") {
    report.progress = before;
  }
  return result;
}
