/**
 * Controls the sandbox from outside, without a token. Bodies are JSON.
 *
 *     GET    /sandbox/state                     { batches: […], datasets: […] } as the API shows them
 *     POST   /sandbox/datasets                  DatasetOptions (seeds/seed-dataset.ts) -> 201 { id }
 *     POST   /sandbox/datasets/{id}/datapoints  { count, groups? } -> 200, the dataset
 *     GET    /sandbox/datasets/{id}/records     [{ via, record }], every datapoint in the order of ingestion
 *     PUT    /sandbox/datasets/{id}/schema      a schema (API 2.4) -> 200, the dataset; by another client
 *     PATCH  /sandbox/datasets/{id}             DatasetScript (facts/dataset-facts.ts) -> 200, the dataset
 *     POST   /sandbox/batches                   BatchOptions (seeds/seed-batch.ts) -> 201 { id }
 *     PATCH  /sandbox/batches/{id}              BatchScript (facts/state.ts) -> 200, the batch
 *     GET    /sandbox/batches/{id}/tasks        [{ id, datasetId, index, record }], every task (model/tasks.ts)
 *     PATCH  /sandbox/workspace                 WorkspaceScript (facts/workspace.ts) -> 204
 *     GET    /sandbox/faults                    [{ fault, hits }]
 *     POST   /sandbox/faults                    a Fault (faults/faults.ts) or a list of them -> 201
 *     DELETE /sandbox/faults                    -> 204
 *     GET    /sandbox/requests                  the request log, oldest first (record.ts)
 *     DELETE /sandbox/requests                  -> 204
 *     POST   /sandbox/reset                     forgets batches, datasets, faults and requests -> 204
 *
 * Invalid requests are answered with 400 and `{ "error": text }`.
 */
import { jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import type { Fault } from "../faults/faults.ts";
import type { DatasetScript } from "../facts/dataset-facts.ts";
import { isObject } from "../facts/json.ts";
import type { BatchOptions } from "../seeds/seed-batch.ts";
import type { DatasetOptions } from "../seeds/seed-dataset.ts";
import type { Sandbox } from "./sandbox.ts";
import type { BatchScript } from "../facts/state.ts";
import type { WorkspaceScript } from "../facts/workspace.ts";

const done: Reply = { status: 204, headers: {}, body: "" };

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Answers a request under `/sandbox/`. */
export function control(sandbox: Sandbox, request: ControlRequest): Reply {
  try {
    return (
      perform(sandbox, request) ??
      jsonReply(404, { error: "The sandbox has no such control." })
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return jsonReply(400, { error: text });
  }
}

function perform(sandbox: Sandbox, request: ControlRequest): Reply | null {
  const { prolific, faults, requests } = sandbox;
  const [, , what = "", id = "", more = ""] = request.path.split("/");
  const call = [request.method, what, id && "{id}", more]
    .filter((part) => part !== "")
    .join(" ");
  switch (call) {
    case "GET state":
      return jsonReply(200, {
        batches: [...prolific.state.batches.keys()].map((key) => ({
          ...prolific.batch(key),
          accepted_setups: prolific.acceptedSetups(key),
        })),
        datasets: [...prolific.state.datasets.keys()].map((key) =>
          prolific.dataset(key),
        ),
      });
    case "POST datasets": {
      const options: DatasetOptions = objectIn(request);
      return jsonReply(201, { id: prolific.addDataset(options) });
    }
    case "POST datasets {id} datapoints": {
      const { count, groups } = objectIn(request) as {
        count?: unknown;
        groups?: number;
      };
      if (!Number.isSafeInteger(count)) {
        throw new TypeError("count has to be an integer.");
      }
      prolific.addDatapoints(id, Number(count), groups);
      return jsonReply(200, prolific.dataset(id));
    }
    case "GET datasets {id} records":
      return jsonReply(200, prolific.records(id));
    case "PUT datasets {id} schema": {
      const schema: unknown = objectIn(request);
      const reply = prolific.act("PATCH", `/datasets/${id}`, { schema });
      if (reply.status !== 200) throw new TypeError(reply.body);
      return jsonReply(200, prolific.dataset(id));
    }
    case "PATCH datasets {id}": {
      const script: DatasetScript = objectIn(request);
      prolific.changeDataset(id, script);
      return jsonReply(200, prolific.dataset(id));
    }
    case "POST batches": {
      const options: BatchOptions = objectIn(request);
      return jsonReply(201, { id: prolific.addBatch(options) });
    }
    case "PATCH batches {id}": {
      const script: BatchScript = objectIn(request);
      prolific.changeBatch(id, script);
      return jsonReply(200, prolific.batch(id));
    }
    case "GET batches {id} tasks":
      return jsonReply(200, prolific.tasks(id));
    case "PATCH workspace": {
      const script: WorkspaceScript = objectIn(request);
      prolific.changeWorkspace(script);
      return done;
    }
    case "GET faults":
      return jsonReply(200, faults.list());
    case "POST faults": {
      const given: unknown = JSON.parse(request.body);
      for (const fault of Array.isArray(given) ? given : [given]) {
        faults.add(fault as Fault);
      }
      return jsonReply(201, faults.list());
    }
    case "DELETE faults":
      faults.clear();
      return done;
    case "GET requests":
      return jsonReply(200, requests);
    case "DELETE requests":
      requests.length = 0;
      return done;
    case "POST reset":
      sandbox.reset();
      return done;
    default:
      return null;
  }
}

function objectIn({ body }: ControlRequest): Record<string, unknown> {
  const value: unknown = body === "" ? {} : JSON.parse(body);
  if (!isObject(value)) throw new TypeError("The body has to be an object.");
  return value;
}
