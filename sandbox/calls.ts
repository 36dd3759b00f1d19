import type { Dataset } from "./dataset-facts.ts";
import { envelope, errorReply } from "./error-bodies.ts";
import type { Reply } from "./error-bodies.ts";
import { Refused } from "./request-bodies.ts";
import type { Batch, State } from "./state.ts";
import type { Timing } from "./timing.ts";

/** What a route gets: the request, the time, and a way to put a new state in place. */
export interface Call {
  readonly state: State;
  readonly nowMs: number;
  readonly timing: Timing;
  readonly guard: boolean;
  readonly contentType: string;
  readonly body: string;
  /** Where the storage is, without a trailing slash. */
  readonly storageUrl: string;
  /** The file name at the end of the path, as it came. */
  readonly filename: string;
  /** Ids in the path, in lower case, by their name in the path. */
  readonly ids: Readonly<Record<string, string>>;
  readonly newId: () => string;
  readonly write: (state: State) => void;
}

export interface Route {
  readonly method: string;
  /** With `{name}` for an id. */
  readonly path: string;
  readonly answer: (call: Call) => Reply;
}

/** The answer to an id that Prolific does not know (API 1, E3). */
export const notFound = (): Reply => errorReply("E3", 404, "Not found.");

/** @throws Refused with 404 for an unknown batch, 403 for a forbidden one. */
export function batchOf({ state, ids }: Call): Batch {
  const batch = state.batches.get(ids.batch_id ?? "");
  if (batch === undefined) throw new Refused(notFound());
  if (batch.script.forbidden === true) throw new Refused(forbidden());
  return batch;
}

/** @throws Refused with 404 for an unknown dataset, 403 for a forbidden one. */
export function datasetOf({ state, ids }: Call): Dataset {
  const dataset = state.datasets.get(ids.dataset_id ?? "");
  if (dataset === undefined) throw new Refused(notFound());
  if (dataset.forbidden) throw new Refused(forbidden());
  return dataset;
}

const forbidden = (): Reply =>
  envelope(403, "You do not have permission to perform this action.");
