import type { ReadRequest } from "./read-request.ts";
import type { Dataset, Recognition } from "../facts/dataset-facts.ts";
import type { Batch, State } from "../facts/state.ts";
import type { Timing } from "../facts/timing.ts";
import type { WorkspaceScript } from "../facts/workspace.ts";
import { envelope, errorReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import type { ApiRequest } from "../http/request.ts";

/** The state for a request, the time, and a function that replaces the state. */
export interface Surroundings {
  readonly state: State;
  readonly nowMs: number;
  readonly timing: Timing;
  readonly guard: boolean;
  /** What a new dataset does with records that it knows from files. */
  readonly importsRecognised: Recognition;
  readonly workspace: WorkspaceScript;
  /** The address of the storage, without a trailing slash. */
  readonly storageUrl: string;
  readonly newId: () => string;
  readonly write: (state: State) => void;
}

/** The arguments of the function that answers an operation. */
export interface Call extends Surroundings, ReadRequest {
  readonly request: ApiRequest;
}

export type Answer = (call: Call) => Reply;

/** The response to an unknown id (API 1, E3). */
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
