/** `GET /batches`. Its order, its paging, and how soon it shows a new batch are unknown (API 11.36). */
import { createHash } from "node:crypto";
import type { Call } from "./calls.ts";
import type { Batch } from "../facts/state.ts";
import type { WorkspaceScript } from "../facts/workspace.ts";
import { jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { batchJson } from "../model/batches.ts";

/** The batches of a workspace, without those of others. */
export function list({ state, query, nowMs, workspace }: Call): Reply {
  const { batchListedAfterMs = 0, mostListed } = workspace;
  const there = [...state.batches.values()]
    .filter(({ workspaceId }) => workspaceId === query.workspace_id)
    .filter(({ script }) => script.forbidden !== true)
    .filter(({ createdMs }) => nowMs >= createdMs + batchListedAfterMs);
  const results = ordered(there, workspace, nowMs)
    .slice(0, mostListed ?? there.length)
    .map((batch) => batchJson(batch, state, nowMs));
  return jsonReply(200, { results, meta: { count: there.length } });
}

function ordered(
  batches: readonly Batch[],
  { batchOrder = "oldest first" }: WorkspaceScript,
  nowMs: number,
): readonly Batch[] {
  switch (batchOrder) {
    case "oldest first":
      return batches;
    case "newest first":
      return [...batches].reverse();
    case "changing": {
      const place = ({ id }: Batch) =>
        createHash("sha256")
          .update(`${id}/${String(nowMs)}`)
          .digest("hex");
      return batches
        .map((batch) => ({ batch, at: place(batch) }))
        .sort((one, two) => (one.at < two.at ? -1 : 1))
        .map(({ batch }) => batch);
    }
  }
}
