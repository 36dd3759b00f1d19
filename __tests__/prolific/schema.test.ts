/** API 2 and 11: malformed responses are read again, unknown words are final. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { ContractError } from "../../src/errors.ts";
import { isTransient } from "../../src/prolific/retry.ts";
import {
  BATCH_STATUSES,
  type Parse,
  parseBatch,
  parseBatchList,
  parseBatchStatus,
  parseCreated,
  parseDataset,
  parseIds,
  parseAppendResult,
  parseImportJob,
  parseSyncJob,
  parseUploadTarget,
} from "../../src/prolific/schema.ts";

const WHERE = { method: "GET", path: "/somewhere" };
const BATCH = {
  id: "6F0D3C2A-9C1E-4D55-8F0B-2B7A4F6E1D90",
  name: "A batch",
  status: "READY",
  datasets: [
    { id: "0B9E1F8A-77AA-4B1C-9D2E-AAAAAAAAAAAA", total_datapoint_count: 7 },
  ],
  total_task_count: 7,
  total_task_groups: 2,
  total_instruction_count: 1,
  batch_items: [{ rows: [] }],
};
const V3 = {
  id: "one",
  name: "A dataset",
  schema_version: 3,
  status: "READY",
  total_datapoint_count: 7,
  has_predetermined_grouping_id: true,
};
const V4 = {
  id: "one",
  name: "A dataset",
  schema_version: 4,
  total_datapoint_count: 7,
  imports: [
    {
      import_id: "i",
      filename: "a.csv",
      status: "partial",
      accepted_count: 5,
      rejected_count: 2,
      duplicate_count: 1,
      errors: [
        { record_index: 3, field: "prompt", reason: "too long" },
        { record_index: null, field: null, reason: null },
      ],
      reason: null,
    },
  ],
  schema: {
    strict: true,
    fields: { prompt: { type: "text" }, key: { type: "task_group_id" } },
  },
};
const TARGET = {
  dataset_id: "one",
  upload_url: "https://storage.example/raw/a.csv?signature=abc",
  http_method: "PUT",
  content_type: "text/csv",
  import_id: "i",
};
const APPENDED = {
  accepted: 1,
  rejected: 1,
  errors: [{ record_index: 2, field: "text", reason: "missing" }],
};
const SYNC = {
  sync_id: "s",
  status: "complete",
  tasks_created: 3,
  groups_created: 1,
};

/** The error of a parser for a response. */
function refusal(parse: Parse<unknown>, json: unknown): ContractError {
  try {
    parse(json, WHERE);
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(json)}`);
}

/** A malformed response: a retry may help. */
function expectMalformed(parse: Parse<unknown>, json: unknown, name?: string) {
  const error = refusal(parse, json);
  expect(error.where).toBe(WHERE);
  expect(isTransient(error)).toBe(true);
  if (name !== undefined) expect(error.problem).toContain(`"${name}"`);
}

/** A response for which a retry does not help. */
function expectFinal(parse: Parse<unknown>, json: unknown, word: string) {
  const error = refusal(parse, json);
  expect(isTransient(error)).toBe(false);
  expect(error.problem).toContain(word);
}

const NO_OBJECTS = [null, undefined, [], [BATCH], "READY", 5, true];
/** Wrong values for a string, a list or a count in a malformed response. */
const WRONG = [undefined, null, 5, -1, 1.5, true, {}, ""];

const PARSERS: [string, Parse<unknown>, object][] = [
  ["parseBatch", parseBatch, BATCH],
  ["parseBatchStatus", parseBatchStatus, { status: "READY" }],
  ["parseDataset of a V3", parseDataset, V3],
  ["parseDataset of a V4", parseDataset, V4],
  ["parseSyncJob", parseSyncJob, SYNC],
  ["parseImportJob", parseImportJob, V4.imports[0] ?? {}],
  ["parseUploadTarget", parseUploadTarget, TARGET],
  ["parseAppendResult", parseAppendResult, APPENDED],
];

describe.each(PARSERS)("%s", (_, parse, good) => {
  test("regards anything but an object as a failed read", () => {
    for (const json of NO_OBJECTS) {
      expectMalformed(parse, json);
      expect(refusal(parse, json).problem).toBe(
        "the response is not a JSON object",
      );
    }
    expectMalformed(parse, {});
  });

  test("ignores unknown fields", () => {
    const more = { ...good, new_field: { x: [1] }, another: null };
    expect(parse(more, WHERE)).toEqual(parse(good, WHERE));
  });

  test("never throws another error, whatever is wrong", () => {
    const names = Object.keys(good);
    const value = fc.oneof(
      fc.constantFrom<unknown>(...WRONG, [], [null], [{}], ["x"], "READY", 3),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, wrong) => {
        try {
          parse({ ...good, [name]: wrong }, WHERE);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }),
    );
  });
});

describe("an upload target", () => {
  test("is read completely", () => {
    expect(parseUploadTarget(TARGET, WHERE)).toEqual({
      url: TARGET.upload_url,
      method: "PUT",
      contentType: "text/csv",
      importId: "i",
    });
  });

  test.each(["PUT", "POST"])("may require a %s", (method) => {
    const json = { ...TARGET, http_method: method };
    expect(parseUploadTarget(json, WHERE)).toMatchObject({ method });
  });

  test("may lack its content type and, for V3, its import", () => {
    for (const absent of [undefined, null, ""]) {
      const json = { ...TARGET, content_type: absent, import_id: absent };
      expect(parseUploadTarget(json, WHERE)).toMatchObject({
        contentType: undefined,
        importId: undefined,
      });
    }
  });

  test("never shows its address in an error", () => {
    const wrong = { ...TARGET, upload_url: "storage.example/?signature=abc" };
    const error = refusal(parseUploadTarget, wrong);
    expect(error.message).not.toContain("abc");
    expectMalformed(parseUploadTarget, wrong, "upload_url");
    expectFinal(parseUploadTarget, { ...TARGET, http_method: "GET" }, "GET");
  });
});

describe("the result of an append", () => {
  test("is read completely, with the indices of the endpoint", () => {
    expect(parseAppendResult(APPENDED, WHERE)).toEqual({
      accepted: 1,
      rejected: 1,
      errors: [{ recordIndex: 2, field: "text", reason: "missing" }],
    });
  });

  test("needs both counts", () => {
    expectMalformed(parseAppendResult, { ...APPENDED, accepted: null });
    expectMalformed(parseAppendResult, { ...APPENDED, rejected: "1" });
  });
});

describe("a batch", () => {
  test("is read completely, with its ids in lower case", () => {
    expect(parseBatch(BATCH, WHERE)).toEqual({
      id: BATCH.id.toLowerCase(),
      name: "A batch",
      workspaceId: undefined,
      autoSyncEnabled: false,
      status: "READY",
      datasets: [
        {
          id: "0b9e1f8a-77aa-4b1c-9d2e-aaaaaaaaaaaa",
          totalDatapointCount: 7,
        },
      ],
      totalTaskCount: 7,
      totalTaskGroups: 2,
      totalInstructionCount: 1,
      hasLayout: true,
    });
  });

  test.each(BATCH_STATUSES)("may have the status %s", (status) => {
    expect(parseBatch({ ...BATCH, status }, WHERE).status).toBe(status);
    expect(parseBatchStatus({ status }, WHERE)).toBe(status);
  });

  test("has its workspace, and whether it syncs automatically", () => {
    const json = { ...BATCH, workspace_id: "w", auto_sync_enabled: true };
    expect(parseBatch(json, WHERE)).toMatchObject({
      workspaceId: "w",
      autoSyncEnabled: true,
    });
  });

  test("needs an id, a status, its datasets and a number of tasks", () => {
    for (const name of ["id", "status", "datasets", "total_task_count"]) {
      for (const wrong of WRONG) {
        if (name === "total_task_count" && wrong === 5) continue;
        if (name === "status" && wrong === "") continue;
        expectMalformed(parseBatch, { ...BATCH, [name]: wrong }, name);
      }
    }
    expectMalformed(parseBatch, { ...BATCH, status: "" }, "status");
    expectMalformed(parseBatch, { ...BATCH, total_task_count: "7" });
    expectMalformed(parseBatch, { ...BATCH, total_task_count: 2 ** 53 });
    expectMalformed(parseBatch, { ...BATCH, datasets: [null] });
    expectMalformed(parseBatch, { ...BATCH, datasets: [{}] }, "id");
  });

  test("needs nothing else", () => {
    const { id, status, datasets, total_task_count } = BATCH;
    const bare = { id, status, datasets, total_task_count };
    expect(parseBatch(bare, WHERE)).toMatchObject({
      name: "",
      totalTaskGroups: undefined,
      totalInstructionCount: undefined,
      hasLayout: false,
    });
    for (const wrong of [null, -1, 1.5, "x", {}]) {
      const odd = {
        ...BATCH,
        name: wrong === "x" ? 5 : wrong,
        total_task_groups: wrong,
        total_instruction_count: wrong,
        batch_items: wrong,
        datasets: [{ id: "d", total_datapoint_count: wrong }],
      };
      expect(parseBatch(odd, WHERE)).toMatchObject({
        name: "",
        totalTaskGroups: undefined,
        totalInstructionCount: undefined,
        hasLayout: false,
        datasets: [{ id: "d", totalDatapointCount: undefined }],
      });
    }
  });

  test.each(["ACTIVE", "ready", "Ready", " READY", "READY\n", "constructor"])(
    "with the unknown status %j is a final error",
    (status) => {
      expectFinal(parseBatch, { ...BATCH, status }, status);
      expectFinal(parseBatchStatus, { status }, status);
    },
  );

  test("may have no dataset or several", () => {
    expect(parseBatch({ ...BATCH, datasets: [] }, WHERE).datasets).toEqual([]);
    const datasets = [{ id: "A" }, { id: "B", total_datapoint_count: 0 }];
    expect(parseBatch({ ...BATCH, datasets }, WHERE).datasets).toEqual([
      { id: "a", totalDatapointCount: undefined },
      { id: "b", totalDatapointCount: 0 },
    ]);
  });

  test.each([
    [undefined, false],
    [null, false],
    [[], false],
    [[{}], true],
  ])("with the layout %j: %s", (batch_items, hasLayout) => {
    expect(parseBatch({ ...BATCH, batch_items }, WHERE).hasLayout).toBe(
      hasLayout,
    );
  });
});

describe("a status", () => {
  test.each(WRONG)("of %j is a failed read", (status) => {
    expectMalformed(parseBatchStatus, { status }, "status");
  });
});

describe("a dataset", () => {
  test("of version 3 is read completely", () => {
    expect(parseDataset(V3, WHERE)).toEqual({
      id: "one",
      name: "A dataset",
      version: 3,
      status: "READY",
      totalDatapointCount: 7,
      groupsItself: true,
    });
  });

  test("of version 3 has the name of its file", () => {
    const json = { ...V3, filename: "a-0123456789ab.csv" };
    expect(parseDataset(json, WHERE)).toMatchObject({
      filename: json.filename,
    });
    expect(parseDataset({ ...V3, filename: 5 }, WHERE)).toMatchObject({
      filename: undefined,
    });
  });

  test("of version 4 is read completely", () => {
    expect(parseDataset(V4, WHERE)).toEqual({
      id: "one",
      name: "A dataset",
      version: 4,
      totalDatapointCount: 7,
      groupsItself: true,
      imports: [
        {
          id: "i",
          filename: "a.csv",
          status: "partial",
          acceptedCount: 5,
          rejectedCount: 2,
          duplicateCount: 1,
          errors: [
            { recordIndex: 3, field: "prompt", reason: "too long" },
            { recordIndex: undefined, field: undefined, reason: undefined },
          ],
          reason: undefined,
        },
      ],
      schema: {
        strict: true,
        fields: new Map([
          ["prompt", "text"],
          ["key", "task_group_id"],
        ]),
        json: V4.schema,
      },
    });
  });

  test("of version 4 without a schema has none", () => {
    for (const schema of [null, undefined]) {
      const dataset = parseDataset({ ...V4, schema }, WHERE);
      expect(dataset).toMatchObject({ schema: undefined, groupsItself: false });
    }
  });

  test("of version 4 is only strict if it says so", () => {
    for (const strict of [false, undefined, "true"]) {
      const schema = { ...V4.schema, strict };
      expect(parseDataset({ ...V4, schema }, WHERE)).toMatchObject({
        schema: { strict: false },
      });
    }
  });

  test.each([3, "3", 3.0, "3.0"])("with schema_version %j is V3", (version) => {
    const json = { ...V3, schema_version: version };
    expect(parseDataset(json, WHERE).version).toBe(3);
  });

  test.each<unknown>([5, "x", true, [4], {}, { toString: 0 }])(
    "with schema_version %j is unknown",
    (version) => {
      const json = { ...V4, schema_version: version };
      expectFinal(parseDataset, json, "schema_version");
    },
  );

  test.each([4, "4"])("with schema_version %j is V4", (version) => {
    const json = { ...V4, schema_version: version };
    expect(parseDataset(json, WHERE).version).toBe(4);
  });

  test.each([undefined, null])(
    "with schema_version %j is judged by its fields",
    (version) => {
      const [v3, v4] = [V3, V4].map((dataset) => ({
        ...dataset,
        schema_version: version,
      }));
      expect(parseDataset(v3, WHERE).version).toBe(3);
      expect(parseDataset({ ...v3, imports: null }, WHERE).version).toBe(3);
      expect(parseDataset(v4, WHERE).version).toBe(4);
      expect(parseDataset({ ...v4, imports: [] }, WHERE).version).toBe(4);
      expectFinal(
        parseDataset,
        { ...v4, imports: null, status: null },
        "schema_version",
      );
    },
  );

  test.each([5, "5", 2, 0, "", "four", 3.5, true, {}, "v4", -4])(
    "with the unknown schema_version %j is a final error",
    (version) => {
      for (const dataset of [V3, V4]) {
        const json = { ...dataset, schema_version: version };
        expectFinal(parseDataset, json, JSON.stringify(version));
      }
    },
  );

  test("needs an id and a number of datapoints", () => {
    for (const dataset of [V3, V4]) {
      for (const name of ["id", "total_datapoint_count"]) {
        for (const wrong of [undefined, null, -1, 1.5, {}, true]) {
          expectMalformed(parseDataset, { ...dataset, [name]: wrong }, name);
        }
      }
    }
  });

  test("of version 3 needs a known status", () => {
    for (const status of WRONG) {
      expectMalformed(parseDataset, { ...V3, status }, "status");
    }
    expectFinal(parseDataset, { ...V3, status: "complete" }, "complete");
  });

  test("of version 4 needs no status, and may have no imports and no schema", () => {
    for (const nothing of [undefined, null]) {
      const json = { ...V4, imports: nothing, schema: nothing };
      expect(parseDataset(json, WHERE)).toMatchObject({
        imports: [],
        groupsItself: false,
      });
    }
  });

  test("may have no name, no fields in its schema, and an import without an id", () => {
    const json = {
      ...V4,
      name: null,
      schema: { fields: null },
      imports: [{ status: "queued" }],
    };
    expect(parseDataset(json, WHERE)).toMatchObject({
      name: "",
      schema: { strict: false, fields: new Map() },
      imports: [{ id: "" }],
    });
  });

  test.each([
    "uninitialised",
    "queued",
    "processing",
    "complete",
    "partial",
    "failed",
    "pending_schema",
  ])("may have an import that is %s", (status) => {
    const json = { ...V4, imports: [{ import_id: "i", status }] };
    expect(parseDataset(json, WHERE)).toMatchObject({ imports: [{ status }] });
  });

  test("with an import in a missing or unknown status cannot be judged", () => {
    for (const status of WRONG) {
      expectMalformed(parseDataset, { ...V4, imports: [{ status }] }, "status");
    }
    expectMalformed(parseDataset, { ...V4, imports: [null] });
    const imports = [{ status: "complete" }, { status: "cancelled" }];
    expectFinal(parseDataset, { ...V4, imports }, "cancelled");
  });

  test("keeps its imports in the order of the server", () => {
    const imports = ["c", "a", "b"].map((import_id) => ({
      import_id,
      status: "complete",
    }));
    expect(parseDataset({ ...V4, imports }, WHERE)).toMatchObject({
      imports: [{ id: "c" }, { id: "a" }, { id: "b" }],
    });
  });

  test("decides its groups only if a column or a field does so", () => {
    for (const flag of [false, null, undefined, "true", 1]) {
      const json = { ...V3, has_predetermined_grouping_id: flag };
      expect(parseDataset(json, WHERE).groupsItself).toBe(false);
    }
    const fields = { a: { type: "text" }, b: { type: "metadata" } };
    for (const schema of [{}, { fields: {} }, { fields }]) {
      expect(parseDataset({ ...V4, schema }, WHERE).groupsItself).toBe(false);
    }
  });
});

describe("a sync", () => {
  test("is read completely", () => {
    expect(parseSyncJob(SYNC, WHERE)).toEqual({
      id: "s",
      status: "complete",
      tasksCreated: 3,
      groupsCreated: 1,
      reason: undefined,
    });
    const failed = { sync_id: "s", status: "failed", reason: "No." };
    expect(parseSyncJob(failed, WHERE)).toMatchObject({ reason: "No." });
  });

  test("needs an id and a known status", () => {
    for (const wrong of WRONG) {
      expectMalformed(parseSyncJob, { ...SYNC, sync_id: wrong }, "sync_id");
      expectMalformed(parseSyncJob, { ...SYNC, status: wrong }, "status");
    }
    expectFinal(parseSyncJob, { ...SYNC, status: "done" }, "done");
    expectFinal(parseSyncJob, { ...SYNC, status: "COMPLETE" }, "COMPLETE");
  });
});

describe("a list of ids", () => {
  test("is an array of strings", () => {
    expect(parseIds([], WHERE)).toEqual([]);
    expect(parseIds(["a", "b"], WHERE)).toEqual(["a", "b"]);
  });

  test.each([null, {}, "a", 5, [1], ["a", null], [""], { results: ["a"] }])(
    "is not %j",
    (json) => {
      expectMalformed(parseIds, json);
      expect(refusal(parseIds, json).problem).toBe(
        "the response is not a list of ids",
      );
    },
  );
});

describe("the examples of the specification", () => {
  interface Content {
    examples?: Record<string, unknown>;
    example?: unknown;
  }
  interface Operation {
    responses?: Record<string, { content?: Record<string, Content> }>;
  }
  const specification = parseYaml(
    readFileSync("sandbox/prolific-openapi.yaml", "utf8"),
  ) as { paths: Record<string, Record<string, Operation>> };

  /** Follows a reference within the specification. */
  const resolve = (value: unknown): unknown => {
    const pointer = (value as { $ref?: string }).$ref;
    if (pointer === undefined) return value;
    return pointer
      .split("/")
      .slice(1)
      .reduce<unknown>(
        (node, key) => (node as Record<string, unknown>)[key],
        specification,
      );
  };

  /** The example responses of an endpoint, by name. */
  function examples(method: string, path: string, status: number) {
    const [, endpoint] =
      Object.entries(specification.paths).find(([known]) =>
        known.endsWith(path),
      ) ?? [];
    const answer = endpoint?.[method]?.responses?.[String(status)];
    const content = answer?.content?.["application/json"];
    const found = Object.entries(content?.examples ?? {}).map(
      ([name, example]): [string, unknown] => [
        name,
        (resolve(example) as { value: unknown }).value,
      ],
    );
    expect(found).not.toEqual([]);
    return found;
  }

  test.each<[string, string, number, Parse<unknown>]>([
    ["get", "/batches/{batch_id}", 200, parseBatch],
    ["get", "/batches/{batch_id}/status", 200, parseBatchStatus],
    ["get", "/datasets/{dataset_id}", 200, parseDataset],
    ["post", "/batches/{batch_id}/sync", 202, parseSyncJob],
    ["get", "/batches/{batch_id}/syncs/{sync_id}", 200, parseSyncJob],
    ["get", "/datasets/{dataset_id}/imports/{import_id}", 200, parseImportJob],
  ])("of %s %s are understood", (method, path, status, parse) => {
    for (const [, json] of examples(method, path, status)) {
      const given = json as Record<string, unknown>;
      if (parse === parseBatchStatus && typeof given.status !== "string") {
        expectMalformed(parse, json, "status"); // "enum or null" (API 3.3)
        continue;
      }
      const value = parse(json, WHERE);
      if (typeof value === "string") expect(value).toBe(given.status);
      else if (given.status !== undefined)
        expect(value).toMatchObject({ status: given.status });
      else expect(value).toMatchObject({ version: 4, id: given.id });
    }
  });
});

describe("a list of batches", () => {
  const named = (id: string, name: string, more = {}) => ({
    ...{ id, name, status: "READY", datasets: [], total_task_count: 1 },
    ...more,
  });
  const parse = parseBatchList((name) => name.startsWith("Wave"));

  test("returns the wanted ones, and counts each one once", () => {
    const results = [
      named("ONE", "Wave 1", { created_at: "2026-01-01T00:00:00Z" }),
      named("two", "Another", { status: "ACTIVE", total_task_count: null }),
      named("one", "Wave 1", { created_at: "2026-01-01T00:00:00Z" }),
    ];
    const list = parse({ results, meta: { count: 3 } }, WHERE);
    expect(list).toMatchObject({ listed: 2, count: 3 });
    expect(list.batches).toHaveLength(1);
    expect(list.batches[0]).toMatchObject({
      ...{ id: "one", createdAt: "2026-01-01T00:00:00Z" },
    });
  });

  test.each([
    { results: [] },
    { results: [], meta: null },
    { results: [], meta: { count: "3" } },
    { meta: { count: 0 } },
    { results: [{ name: "Wave" }], meta: { count: 1 } },
    { results: [named("one", "Wave", { status: null })], meta: { count: 1 } },
  ])("that is malformed is a failed read: %j", (json) => {
    expect(() => parse(json, WHERE)).toThrow(ContractError);
  });
});

test("something that was created is identified by its id", () => {
  expect(parseCreated({ id: "ONE", name: "x" }, WHERE)).toBe("one");
  expect(() => parseCreated({ name: "x" }, WHERE)).toThrow(ContractError);
});
