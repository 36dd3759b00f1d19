import { describe, expect, test } from "@jest/globals";
import { checkExchange, operations, schemaComplaints } from "./openapi.ts";
import type { Exchange } from "./openapi.ts";

const id = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const base = "/api/v1/data-collection";
const json = { "content-type": "application/json" };

const setup: Exchange = {
  method: "POST",
  path: `${base}/batches/${id}/setup`,
  headers: { ...json, authorization: "Token abc" },
  body: '{"tasks_per_group":3}',
  fault: null,
  status: 202,
  responseHeaders: {},
  responseBody: "",
};

const status: Exchange = {
  ...setup,
  method: "GET",
  path: `${base}/batches/${id}/status`,
  body: "",
  status: 200,
  responseHeaders: json,
  responseBody: '{"status":"READY"}',
};

const refused: Exchange = {
  ...setup,
  status: 400,
  responseHeaders: json,
  responseBody: '{"detail":"No."}',
};

const append: Exchange = {
  ...setup,
  path: `${base}/datasets/${id}/datapoints`,
  headers: {
    authorization: "Token abc",
    "content-type": "application/x-ndjson; charset=utf-8",
  },
  body: '{"text":"Good"}\n',
  status: 200,
  responseHeaders: json,
  responseBody: '{"accepted":1,"rejected":0,"errors":[]}',
};

const list: Exchange = {
  ...status,
  path: `${base}/batches?workspace_id=w`,
  responseBody: '{"results":[],"meta":{"count":0}}',
};

test("every operation of the document is found", () => {
  expect(operations).toHaveLength(19);
  expect(operations.map(({ id: name }) => name)).toContain(
    "setup-task-builder-batch",
  );
});

test("every schema of the document is valid JSON Schema", () => {
  expect(schemaComplaints()).toEqual([]);
});

describe("good exchanges pass", () => {
  test.each([
    ["a setup", setup],
    ["a setup answered 204", { ...setup, status: 204 }],
    ["a refused setup", refused],
    ["a status", status],
    ["a status without a status", { ...status, responseBody: "{}" }],
    ["an append", append],
    ["a list", list],
    [
      "an HTML page with a status that is not listed",
      {
        ...status,
        status: 502,
        responseHeaders: { "content-type": "text/html; charset=utf-8" },
        responseBody: "<h1>Bad Gateway</h1>",
      },
    ],
    [
      "an empty body with a status that is not listed",
      { ...status, status: 502, responseHeaders: {}, responseBody: "" },
    ],
    [
      "a duplicate without a body, as it is optional",
      {
        ...refused,
        path: `${base}/batches/${id}/duplicate`,
        body: "",
      },
    ],
    [
      "an unusual response caused by a fault",
      { ...status, fault: "malformed", responseBody: "[]" },
    ],
    [
      "no response because of a fault",
      { ...setup, fault: "reset", status: null },
    ],
  ] satisfies [string, Exchange][])("%s", (_, exchange) => {
    expect(checkExchange(exchange)).toEqual([]);
  });
});

describe("a mutated exchange is reported", () => {
  test.each([
    [
      "an unknown path",
      { ...setup, path: `${base}/batches/${id}/launch` },
      "no such operation",
    ],
    [
      "a trailing slash",
      { ...status, path: `${status.path}/` },
      "no such operation",
    ],
    [
      "a query",
      { ...status, path: `${status.path}?fresh=1` },
      "no such operation",
    ],
    ["another method", { ...setup, method: "PUT" }, "no such operation"],
    [
      "an id that is not a UUID",
      { ...setup, path: `${base}/batches/7/setup` },
      "path parameter batch_id must match format",
    ],
    [
      "a list without a workspace",
      { ...list, path: `${base}/batches` },
      "query parameter workspace_id is missing",
    ],
    [
      "a list with a parameter that is not described",
      { ...list, path: `${list.path}&limit=200` },
      "no such operation",
    ],
    ["no token", { ...setup, headers: json }, "Authorization"],
    [
      "a Bearer token",
      { ...setup, headers: { ...json, authorization: "Bearer abc" } },
      "Authorization",
    ],
    [
      "two spaces before the token",
      { ...setup, headers: { ...json, authorization: "Token  abc" } },
      "Authorization",
    ],
    [
      "an unknown field",
      { ...setup, body: '{"tasks_per_grop":3}' },
      "additional properties",
    ],
    [
      "a number as text",
      { ...setup, body: '{"tasks_per_group":"3"}' },
      "request body/tasks_per_group must be integer",
    ],
    [
      "a number below 1",
      { ...setup, body: '{"tasks_per_group":0}' },
      "must be >= 1",
    ],
    [
      "an invalid dataset id",
      { ...setup, body: '{"dataset_id":"x"}' },
      "must match format",
    ],
    [
      "a request that is not JSON",
      { ...setup, body: "{" },
      "request body is not JSON",
    ],
    [
      "a required body that is missing",
      { ...setup, body: "" },
      "request body is missing",
    ],
    ["an unexpected body", { ...status, body: "{}" }, "none is due"],
    [
      "JSON sent as something else",
      { ...setup, headers: { ...setup.headers, "content-type": "text/plain" } },
      "not listed",
    ],
    [
      "CSV appended",
      { ...append, headers: { ...append.headers, "content-type": "text/csv" } },
      "not listed",
    ],
    [
      "a faulted exchange with a bad request",
      { ...setup, fault: "reset", status: null, body: "[]" },
      "request body must be object",
    ],
    ["no answer", { ...setup, status: null }, "there is no response"],
    [
      "a body with the 202",
      { ...setup, responseHeaders: json, responseBody: "{}" },
      "none is due",
    ],
    [
      "an unknown status word",
      { ...status, responseBody: '{"status":"ACTIVE"}' },
      "response body/status",
    ],
    [
      "a response without its body",
      { ...status, responseBody: "" },
      "response body is missing",
    ],
    [
      "a response that is not JSON",
      { ...status, responseBody: "{" },
      "response body is not JSON",
    ],
    [
      "a 400 as HTML",
      { ...refused, responseHeaders: { "content-type": "text/html" } },
      "not listed",
    ],
    [
      "a 400 in no known shape",
      { ...refused, responseBody: '{"oops":1}' },
      "response body",
    ],
    [
      "a batch without its id",
      {
        ...status,
        path: `${base}/batches/${id}`,
        responseBody: '{"name":"x"}',
      },
      "required property 'id'",
    ],
  ] as [string, Exchange, string][])("%s", (_, exchange, complaint) => {
    const problems = checkExchange(exchange);
    expect(problems.join("\n")).toMatch(new RegExp(complaint));
    expect(problems[0]).toContain(`${exchange.method} ${exchange.path}: `);
  });
});
