/** Reads a request, and checks it with the document (document.ts). */
import type { Operation } from "openapi-backend";
import { refusalOf } from "./complaints.ts";
import { validator } from "./document.ts";
import { envelope } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import { header } from "../http/request.ts";
import type { ApiRequest } from "../http/request.ts";

export interface ReadRequest {
  /** Ids in the path, in lower case, by their name in the path. */
  readonly ids: Readonly<Record<string, string>>;
  /** The file name at the end of the path, decoded. */
  readonly filename: string;
  /** The described parameters of the query. */
  readonly query: Readonly<Record<string, string>>;
  /** The fields of a JSON body. Empty without a body. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads a request of this operation.
 *
 * @throws Refused if it does not match the document: 400, 415 or 422.
 */
export function readRequest(
  operation: Operation,
  request: ApiRequest,
): ReadRequest {
  const { method, path } = request;
  const query = queryOf(operation, path);
  const body = jsonOf(operation, request);
  const headers = { "content-type": header(request, "content-type") ?? "" };
  const asked = { method, path, headers, query, body };
  const { errors, coerced } = decoding(() =>
    validator.validateRequest(asked, operation),
  );
  const refusal = refusalOf(errors ?? []);
  if (refusal !== null) throw new Refused(refusal);
  const { params } = coerced as { params?: Record<string, string> };
  const { filename = "", ...ids } = params ?? {};
  const lower = Object.entries(ids).map(([id, value]) => [
    id,
    value.toLowerCase(),
  ]);
  return {
    ids: Object.fromEntries(lower) as Record<string, string>,
    filename,
    query,
    fields: (body ?? {}) as Record<string, unknown>,
  };
}

/** The library decodes the path, and throws if that fails. */
function decoding<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    const detail = "The path is not percent-encoded UTF-8.";
    throw new Refused(envelope(400, detail));
  }
}

/** Ignores query parameters that the document does not describe. */
function queryOf(operation: Operation, path: string): Record<string, string> {
  const given = new URLSearchParams(path.split("?")[1]);
  const names = (operation.parameters ?? []).flatMap((parameter) =>
    "in" in parameter && parameter.in === "query" ? [parameter.name] : [],
  );
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** The JSON body. `undefined` if the operation has none, or if an optional one is missing. */
function jsonOf(operation: Operation, request: ApiRequest): unknown {
  const { requestBody } = operation;
  if (requestBody === undefined || !("content" in requestBody)) return;
  if (!("application/json" in requestBody.content)) return;
  if (request.body === "" && requestBody.required !== true) return;
  const type = header(request, "content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    const detail = `Unsupported media type "${type}" in request.`;
    throw new Refused(envelope(415, detail));
  }
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    throw new Refused(envelope(400, "JSON parse error."));
  }
}
