/**
 * Judges exchanges by sandbox/prolific-openapi.yaml, for every test that has requests on record:
 *
 *     expect(sandbox.requests.flatMap(checkExchange)).toEqual([]);
 *
 * The request is always checked; the reply only when no fault had a hand in it. Uploads to the storage are passed over.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { written } from "../../sandbox/api/document.ts";
import type { RecordedRequest } from "../../sandbox/server.ts";

/** What has to be known of an exchange to judge it. */
export type Exchange = Pick<
  RecordedRequest,
  | "method"
  | "path"
  | "headers"
  | "body"
  | "fault"
  | "status"
  | "responseHeaders"
  | "responseBody"
>;

type Json = Record<string, unknown>;

/** A part of the document, with the JSON pointer that leads to it. */
interface Part {
  readonly pointer: string;
  readonly value: Json;
}

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly part: Part;
  readonly parameters: readonly Part[];
}

const documentId = "prolific-openapi";
const document: Json = written;

// Its schemas have a test of their own (openapi.test.ts), which takes too long for every file that uses them.
const ajv = new Ajv2020({
  ...{ strict: false, allErrors: true, validateSchema: false },
  code: { optimize: false },
});
formats.default(ajv);
ajv.addSchema(document, documentId, undefined, false);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const escaped = (key: string): string =>
  encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

const unescaped = (key: string): string =>
  decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");

/** A part by its pointer, `$ref`s followed. */
function partAt(pointer: string): Part | null {
  let value: unknown = document;
  for (const key of pointer.split("/").slice(1)) {
    value = (value as Json | undefined)?.[unescaped(key)];
  }
  if (!isObject(value)) return null;
  const { $ref } = value;
  return typeof $ref === "string"
    ? partAt($ref.replace(/^#/, ""))
    : { pointer, value };
}

const child = (part: Part, ...keys: string[]): Part | null =>
  partAt([part.pointer, ...keys.map(escaped)].join("/"));

function children(part: Part, key: string): Part[] {
  const list = part.value[key];
  return Array.isArray(list)
    ? list.flatMap((_, index) => child(part, key, String(index)) ?? [])
    : [];
}

const methods = ["get", "put", "post", "patch", "delete"];

/** Every operation that is described. */
export const operations: readonly Operation[] = Object.keys(
  document.paths as Json,
).flatMap((template) => {
  const item = partAt(`/paths/${escaped(template)}`);
  if (item === null) return [];
  return methods.flatMap((name): Operation[] => {
    const part = child(item, name);
    if (part === null) return [];
    const parameters = [
      ...children(item, "parameters"),
      ...children(part, "parameters"),
    ];
    const id = part.value.operationId as string;
    return [{ id, method: name.toUpperCase(), template, part, parameters }];
  });
});

/** What is wrong with the schemas of the document themselves, by JSON Schema. */
export function schemaComplaints(): string[] {
  const found: string[] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) {
        visit(item, `${pointer}/${String(at)}`);
      }
    } else if (isObject(value)) {
      for (const [key, part] of Object.entries(value)) {
        const at = `${pointer}/${key}`;
        const isSchema =
          key === "schema" || pointer.endsWith("/components/schemas");
        if (isSchema && !ajv.validateSchema(part as Json)) {
          found.push(`${at}: ${ajv.errorsText(ajv.errors)}`);
        }
        visit(part, at);
      }
    }
  };
  visit(document, "");
  return found;
}

const validators = new Map<string, ValidateFunction>();

/** Complaints of the schema at a pointer about a value. */
function complaints(pointer: string, value: unknown, what: string): string[] {
  const validate =
    validators.get(pointer) ??
    ajv.compile({ $ref: `${documentId}#${pointer}` });
  validators.set(pointer, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = "is wrong", params }) =>
      `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoded as it should be; the schema then judges it as it came.
    return segment;
  }
}

function match(
  method: string,
  path: string,
): { operation: Operation; values: Json } | null {
  const [place = "", search] = path.split("?");
  const given = place.split("/");
  for (const operation of operations) {
    const wanted = operation.template.split("/");
    if (operation.method !== method || wanted.length !== given.length) continue;
    const values: Json = {};
    const fits = wanted.every((part, index) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1];
      const value = given[index] ?? "";
      if (name === undefined) return part === value;
      values[name] = decoded(value);
      return true;
    });
    const query = queryOf(operation, search);
    if (fits && query !== null) {
      return { operation, values: { ...values, ...query } };
    }
  }
  return null;
}

/** The operation of an exchange, e.g. to prove that a test covers all of them. */
export function operationId({ method, path }: Exchange): string | null {
  return match(method, path)?.operation.id ?? null;
}

/** The parameters of a query; those that are not described belong to no operation. */
function queryOf(
  { parameters }: Operation,
  query: string | undefined,
): Json | null {
  const names = parameters
    .filter(({ value }) => value.in === "query")
    .map(({ value }) => value.name as string);
  const given = [...new URLSearchParams(query)];
  return given.every(([name]) => names.includes(name))
    ? Object.fromEntries(given)
    : null;
}

/** A body against the `content` of a request or response. */
function checkContent(
  holder: Part,
  headers: Readonly<Record<string, string>>,
  body: string,
  what: string,
): string[] {
  const type = (headers["content-type"] ?? "").replace(/;.*/s, "").trim();
  const schema = child(holder, "content", type, "schema");
  const media = child(holder, "content", type);
  if (media === null) {
    return [`${what} has the content type "${type}", which is not listed`];
  }
  // The schema's own place, not where a $ref in it leads to: ajv follows those.
  const pointer = `${media.pointer}/schema`;
  if (schema === null) return [];
  if (type !== "application/json") return complaints(pointer, body, what);
  try {
    return complaints(pointer, JSON.parse(body), what);
  } catch {
    return [`${what} is not JSON`];
  }
}

function checkRequest(
  { headers, body }: Exchange,
  { part, parameters }: Operation,
  values: Json,
): string[] {
  const problems = parameters.flatMap((parameter) => {
    const name = parameter.value.name as string;
    const pointer = `${parameter.pointer}/schema`;
    const place = parameter.value.in as string;
    if (!Object.hasOwn(values, name)) {
      return parameter.value.required === true
        ? [`${place} parameter ${name} is missing`]
        : [];
    }
    return complaints(pointer, values[name], `${place} parameter ${name}`);
  });
  if (!/^Token \S+$/.test(headers.authorization ?? "")) {
    problems.push("the Authorization header is not the word Token and a token");
  }
  const described = child(part, "requestBody");
  if (described === null) {
    if (body !== "") problems.push("there is a request body, but none is due");
  } else if (body !== "") {
    problems.push(...checkContent(described, headers, body, "request body"));
  } else if (described.value.required === true) {
    problems.push("the request body is missing");
  }
  return problems;
}

function checkResponse(
  { status, responseHeaders, responseBody }: Exchange,
  { part }: Operation,
): string[] {
  if (status === null) return ["there is no response"];
  const listed = child(part, "responses", String(status));
  const response = listed ?? child(part, "responses", "default");
  if (response === null) return [`the status ${status} is not listed`];
  if (responseBody === "") {
    // "Anything else" may be empty, by its description.
    const due = response.value.content !== undefined && listed !== null;
    return due ? ["the response body is missing"] : [];
  }
  if (response.value.content === undefined) {
    return ["there is a response body, but none is due"];
  }
  return checkContent(response, responseHeaders, responseBody, "response body");
}

/** What is wrong with an exchange; nothing when it is as described. */
export function checkExchange(exchange: Exchange): string[] {
  const { method, path, fault } = exchange;
  // The storage is not part of Prolific's API.
  if (path.startsWith("/storage/")) return [];
  const found = match(method, path);
  const problems =
    found === null
      ? ["no such operation is described"]
      : [
          ...checkRequest(exchange, found.operation, found.values),
          ...(fault === null ? checkResponse(exchange, found.operation) : []),
        ];
  return problems.map((problem) => `${method} ${path}: ${problem}`);
}
