import { Prolific } from "../../sandbox/model.ts";
import type { ProlificOptions } from "../../sandbox/model.ts";

/** A Prolific with a clock that only moves when told to. */
export function worldOf(options: Partial<ProlificOptions> = {}) {
  let nowMs = Date.UTC(2026, 7, 21, 8);
  const prolific = new Prolific({
    now: () => nowMs,
    timing: { setupMs: 1000, syncQueuedMs: 100, syncMs: 200 },
    ...options,
  });
  return {
    prolific,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Status and parsed body (text when it is not JSON) of a request by another client. */
    ask: (method: string, path: string, body?: unknown) => {
      const reply = prolific.act(method, path, body);
      const type = reply.headers["content-type"];
      return {
        status: reply.status,
        body:
          type === "application/json"
            ? (JSON.parse(reply.body) as unknown)
            : reply.body,
      };
    },
    statusOf: (batchId: string) => prolific.batch(batchId).status,
  };
}
