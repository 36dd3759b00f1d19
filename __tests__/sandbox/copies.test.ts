/** A batch for every content: the list, copies, their datasets, and what goes wrong on the way (API 3.5, 3.8, 3.10, 4). */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { BatchScript } from "../../sandbox/facts/state.ts";
import type { WorkspaceScript } from "../../sandbox/facts/workspace.ts";
import type { FaultEffect } from "../../sandbox/faults/faults.ts";
import type { BatchOptions, Sandbox } from "../../sandbox/server.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import { checkExchange } from "./openapi.ts";
import { worldOf } from "./world.ts";

const workspaceId = "65a1b2c3d4e5f60718293a4b";
const schema = { strict: true, fields: { text: { type: "text" } } };

interface Listed {
  readonly results: readonly { readonly id: string; readonly name: string }[];
  readonly meta: { readonly count: number };
}

function listWorld(workspace: WorkspaceScript = {}) {
  const world = worldOf({ workspace });
  const { prolific, ask } = world;
  const original = prolific.addBatch({ name: "B" });
  const list = () =>
    ask("GET", `/batches?workspace_id=${workspaceId}`).body as Listed;
  return {
    ...{ ...world, original, list },
    names: () => list().results.map(({ name }) => name),
    copy: (name: string, from = original) =>
      ask("POST", `/batches/${from}/duplicate`, {
        name,
        upload_new_dataset: true,
      }).body as Record<string, unknown> & { id: string },
  };
}

describe("the list of batches", () => {
  test("shows a copy at once, with the same fields as the copy itself", () => {
    const { copy, list, prolific, original } = listWorld();
    const { id } = copy("C");
    expect(list()).toEqual({
      results: [prolific.batch(original), prolific.batch(id)],
      meta: { count: 2 },
    });
  });

  test("can omit a new batch for a while, although its id can be read", () => {
    const { copy, names, list, pass, ask } = listWorld({
      batchListedAfterMs: 14_000,
    });
    const { id } = copy("C");
    pass(13_999);
    expect(names()).toEqual(["B"]);
    expect(list().meta.count).toBe(1);
    expect(ask("GET", `/batches/${id}`).status).toBe(200);
    pass(1);
    expect(names()).toEqual(["B", "C"]);
  });

  test("can be incomplete: the count is complete, the results are not", () => {
    const { copy, names, list, prolific } = listWorld({ mostListed: 2 });
    copy("C");
    copy("D");
    expect(names()).toEqual(["B", "C"]);
    expect(list().meta.count).toBe(3);
    prolific.changeWorkspace({ batchOrder: "newest first" });
    expect(names()).toEqual(["D", "C"]);
    prolific.changeWorkspace({ mostListed: 0 });
    expect(list()).toEqual({ results: [], meta: { count: 3 } });
    prolific.changeWorkspace({ mostListed: null });
    expect(names()).toEqual(["D", "C", "B"]);
  });

  test("can change its order with each request, and nothing else", () => {
    const { copy, names, pass } = listWorld({ batchOrder: "changing" });
    for (const name of ["C", "D", "E"]) copy(name);
    const orders = new Set<string>();
    for (let at = 0; at < 20; at += 1) {
      expect([...names()].sort()).toEqual(["B", "C", "D", "E"]);
      expect(names()).toEqual(names());
      orders.add(names().join());
      pass(1);
    }
    expect(orders.size).toBeGreaterThan(5);
  });
});

describe("a copy", () => {
  const layout = [
    { rows: [{ columns: [{ items: [{ type: "free_text" }] }] }] },
  ];
  const options: BatchOptions = { batchItems: layout, instructions: 3 };

  test("has the layout, the instructions and the task details of its original, but no dataset", () => {
    const { prolific, copy } = listWorld();
    const datasetId = prolific.addDataset({ version: 3, datapoints: 4 });
    const given = { ...options, datasetId, autoSyncEnabled: true };
    const from = prolific.addBatch({ ...given, status: "READY" });
    const { id, ...made } = copy("C", from);
    const { task_details } = prolific.batch(from);
    expect(made).toMatchObject({
      ...{ name: "C", status: "UNINITIALISED", datasets: [] },
      ...{ total_task_count: 0, total_instruction_count: 3 },
      ...{ batch_items: layout, task_details, auto_sync_enabled: true },
    });
    expect(prolific.tasks(id)).toEqual([]);
    expect(prolific.batch(from)).toMatchObject({
      ...{ status: "READY", total_task_count: 4 },
      datasets: [{ id: datasetId }],
    });
  });

  test.each([
    [["layout"], { batch_items: null, total_instruction_count: 0 }],
    [["task_details"], { task_details: null, total_instruction_count: 3 }],
  ] as [BatchScript["copiesLack"], Record<string, unknown>][])(
    "can lack the %p of its original",
    (copiesLack, lacks) => {
      const { prolific, copy } = listWorld();
      const lacking = copiesLack === undefined ? {} : { copiesLack };
      const from = prolific.addBatch({ ...options, ...lacking });
      expect(copy("C", from)).toMatchObject(lacks);
      expect(prolific.batch(from)).toMatchObject({
        batch_items: layout,
        total_instruction_count: 3,
      });
    },
  );

  test("of a batch in ERROR is UNINITIALISED, and follows the script of its original", () => {
    const { prolific, copy, pass, ask } = listWorld();
    const datasetId = prolific.addDataset();
    const broken = prolific.addBatch({
      ...{ datasetId, forcedStatus: "ERROR", setupMs: 700 },
      copies: { setupEndsIn: "ERROR" },
    });
    const { id, status } = copy("C", broken);
    expect(status).toBe("UNINITIALISED");
    expect(prolific.batch(broken).status).toBe("ERROR");
    const body = { dataset_id: datasetId };
    expect(ask("POST", `/batches/${id}/setup`, body).status).toBe(202);
    pass(699);
    expect(prolific.batch(id).status).toBe("PROCESSING");
    pass(1);
    expect(prolific.batch(id).status).toBe("ERROR");
  });
});

describe("a dataset attached by PATCH", () => {
  test.each([
    [undefined, ["two"]],
    ["replaces", ["two"]],
    ["adds", ["one", "two"]],
  ] as ["replaces" | "adds" | undefined, string[]][])(
    "next to another one: %s",
    (patchedDataset, attached) => {
      const { prolific, ask } = listWorld();
      const [one, two] = ["one", "two"].map((name) =>
        prolific.addDataset({ name }),
      );
      const script = patchedDataset === undefined ? {} : { patchedDataset };
      const id = prolific.addBatch({ datasetId: one ?? "", ...script });
      for (let again = 0; again < 2; again += 1) {
        const { status } = ask("PATCH", `/batches/${id}`, { dataset_id: two });
        expect(status).toBe(200);
        expect(prolific.batch(id).datasets).toMatchObject(
          attached.map((name) => ({ name })),
        );
      }
    },
  );

  test("that is unknown is refused", () => {
    const { ask, original, prolific } = listWorld();
    const body = { dataset_id: original };
    expect(ask("PATCH", `/batches/${original}`, body)).toMatchObject({
      status: 400,
      body: { error: { detail: { dataset_id: [expect.any(String)] } } },
    });
    expect(prolific.batch(original).datasets).toEqual([]);
  });
});

describe("a workspace without V4", () => {
  test.each([400, 403, 404] as const)(
    "refuses a dataset with a schema (%d), and creates one without",
    (v4Refusal) => {
      const { ask, prolific } = listWorld({ v4Refusal });
      const body = { name: "D", workspace_id: workspaceId };
      const refused = ask("POST", "/datasets", { ...body, schema });
      expect(refused).toMatchObject({
        status: v4Refusal,
        body: { error: { detail: expect.stringContaining("this feature") } },
      });
      expect(prolific.state.datasets.size).toBe(0);
      expect(ask("POST", "/datasets", body)).toMatchObject({
        status: 201,
        body: { schema_version: 3, status: "UNINITIALISED" },
      });
      prolific.changeWorkspace({ v4Refusal: null });
      expect(ask("POST", "/datasets", { ...body, schema }).status).toBe(201);
    },
  );
});

describe("over a connection", () => {
  let sandbox: Sandbox;
  let api: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    sandbox = await startSandbox();
    api = clientOf(sandbox);
  });
  afterAll(() => sandbox.close());

  /** Each request with what shows that it was done. */
  const requests = {
    "POST /duplicate": {
      send: (batchId: string) =>
        api("POST", `/batches/${batchId}/duplicate`, {
          name: "C",
          upload_new_dataset: true,
        }),
      done: () => sandbox.prolific.state.batches.size === 2,
    },
    "POST /datasets": {
      send: () => {
        const body = { name: "D", workspace_id: workspaceId, schema };
        return api("POST", "/datasets", body);
      },
      done: () => sandbox.prolific.state.datasets.size === 2,
    },
    "PATCH /batches/*": {
      send: (batchId: string) => {
        const [dataset_id] = [...sandbox.prolific.state.datasets.keys()];
        return api("PATCH", `/batches/${batchId}`, { dataset_id });
      },
      done: (batchId: string) =>
        (sandbox.prolific.batch(batchId).datasets as unknown[]).length === 1,
    },
  };

  const effects: readonly [FaultEffect, number | null][] = [
    [{ kind: "status", status: 503 }, 503],
    [{ kind: "status", status: 429, headers: { "retry-after": "2" } }, 429],
    [{ kind: "status", status: 403, errorShape: "E3", text: "No." }, 403],
    [{ kind: "status", status: 409, errorShape: "E2" }, 409],
    [{ kind: "reset" }, null],
    [{ kind: "garbage" }, null],
    [{ kind: "html" }, 200],
  ];
  const table = (Object.keys(requests) as (keyof typeof requests)[]).flatMap(
    (match) =>
      effects.flatMap(([effect, status]) =>
        (["before", "after"] as const).map((when) => ({
          ...{ match, when },
          ...{ effect, status },
        })),
      ),
  );

  test.each(table)(
    "$match with $effect.kind $when the work (HTTP $status)",
    async ({ match, when, effect, status }) => {
      sandbox.reset();
      sandbox.addDataset();
      const batchId = sandbox.addBatch();
      const { send, done } = requests[match];
      sandbox.fault({ match, ...effect, when } as Parameters<
        typeof sandbox.fault
      >[0]);
      expect((await send(batchId)).status).toBe(status);
      expect(done(batchId)).toBe(when === "after");
      expect((await send(batchId)).status).toBe(
        match.startsWith("POST") ? 201 : 200,
      );
      expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
    },
  );

  test("the list can lag, fail and be cut off, and the control endpoint changes workspaces", async () => {
    sandbox.reset();
    const batchId = sandbox.addBatch();
    const list = async () => {
      const { status, body, error } = await api(
        "GET",
        `/batches?workspace_id=${workspaceId}`,
      );
      if (status !== 200 || error !== null) return error ?? status;
      return (JSON.parse(body) as Listed).meta.count;
    };
    await requests["POST /duplicate"].send(batchId);
    const match = "GET /batches";
    sandbox.fault(
      { match, kind: "lag", times: 1 },
      { match, kind: "status", status: 502, body: "" },
      { match, kind: "cutBody" },
    );
    expect(await list()).toBe(1);
    expect(await list()).toBe(502);
    expect(await list()).toBe("ECONNRESET");
    expect(await list()).toBe(2);
    const { status } = await control({ batchListedAfterMs: 3_600_000 });
    expect(status).toBe(204);
    expect(await list()).toBe(1);
    expect((await control({ batchListedAfterMs: 0 })).status).toBe(204);
    expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
  });

  const control = (script: WorkspaceScript) =>
    fetch(`${sandbox.url}/sandbox/workspace`, {
      method: "PATCH",
      body: JSON.stringify(script),
    });
});
