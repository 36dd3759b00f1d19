/** Appends records to a V4 dataset (API 4.2), and starts syncs (API 6). */
import { batchStatusAt } from "../model/batches.ts";
import { datasetOf } from "./calls.ts";
import type { Call } from "./calls.ts";
import type { Dataset } from "../facts/dataset-facts.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { withIdentities } from "../facts/identities.ts";
import { header } from "../http/request.ts";
import { isImporting } from "../data/imports.ts";
import { isMigrating } from "../data/migrations.ts";
import { keysFor, knownToAppends, take } from "../data/ingest.ts";
import { Refused } from "../http/refused.ts";
import { startSync } from "../model/setup.ts";
import { withBatch, withDataset } from "../facts/state.ts";
import type { State } from "../facts/state.ts";
import { rowsOfLines } from "../data/uploaded-file.ts";
import type { Row } from "../facts/data-record.ts";

/** Records per request (API 5). */
const most = 1000;

const refuse = (status: number, detail: string): Refused =>
  new Refused(envelope(status, detail));

/** @throws Refused if the dataset or the body is not valid for an append. */
function rowsFor(dataset: Dataset, call: Call): Row[] {
  const contentType = header(call.request, "content-type") ?? "";
  if (!/^application\/x-ndjson\s*(;|$)/i.test(contentType)) {
    throw refuse(400, "The content type has to be application/x-ndjson.");
  }
  if (dataset.version !== 4) {
    throw refuse(400, "Only V4 datasets can be appended to.");
  }
  if (dataset.schema === null) throw refuse(400, "The dataset has no schema.");
  const { nowMs } = call;
  const busyUntilMs = dataset.script.appendBusyUntilMs ?? -Infinity;
  const busy = isImporting(dataset, nowMs) || isMigrating(dataset, nowMs);
  if (busy || nowMs < busyUntilMs) {
    throw refuse(409, "An import or a schema migration is in progress.");
  }
  const rows = rowsOfLines(call.request.body);
  if (rows.length === 0) throw refuse(400, "There are no records.");
  if (rows.length > most) {
    throw refuse(400, `There are ${rows.length} records, more than ${most}.`);
  }
  return rows;
}

/** `POST /datasets/{dataset_id}/datapoints`. 200 even if every record is rejected. */
export function append(call: Call): Reply {
  const dataset = datasetOf(call);
  const rows = rowsFor(dataset, call);
  const { appended, script } = dataset;
  const counts = script.appendCounts ?? null;
  const { accepted, rejected, records, identities } = take(
    dataset,
    rows.slice(0, counts?.takes),
    knownToAppends(dataset),
  );
  if (records.length > 0) {
    const added = {
      atMs: call.nowMs,
      count: records.length,
      keys: keysFor(dataset, records),
      via: "append",
      records,
    } as const;
    const grown: Dataset = {
      ...dataset,
      datapoints: [...dataset.datapoints, added],
      appended: withIdentities(appended, identities),
    };
    call.write(autoSynced(withDataset(call.state, grown), grown, call));
  }
  if (counts !== null) {
    const { accepted, rejected } = counts;
    return jsonReply(200, { accepted, rejected, errors: [] });
  }
  return jsonReply(200, {
    accepted,
    rejected: rejected.length,
    errors: rejected.map(({ index, field, reason }) => ({
      record_index: index + 1,
      field,
      reason,
    })),
  });
}

/** The state with a sync started for every batch with auto-sync. No response has its id (API 6). */
function autoSynced(state: State, { id }: Dataset, call: Call): State {
  let synced = state;
  for (const batch of state.batches.values()) {
    const datasetId = batch.setups.at(-1)?.datasetId ?? batch.datasetIds[0];
    if (!batch.autoSyncEnabled || datasetId !== id) continue;
    if (batchStatusAt(batch, state, call.nowMs, "true") !== "READY") continue;
    const job = startSync(state, batch, { ...call, id: call.newId() });
    const syncs = [...batch.syncs, { ...job, automatic: true }];
    synced = withBatch(synced, { ...batch, syncs });
  }
  return synced;
}
