/**
 * sandbox/prolific-openapi.yaml as the library reads it. The sandbox routes and checks its requests by the same document by
 * which the tests judge what the action sends.
 */
import { existsSync, readFileSync } from "node:fs";
import formats from "ajv-formats";
import { OpenAPIRouter, OpenAPIValidator } from "openapi-backend";
import type { Document, Operation } from "openapi-backend";
import { parse } from "yaml";
import { isObject } from "../facts/json.ts";

/** Not a part of the described subset: what a token is checked with (API 1). */
const tokenCheck = {
  "/api/v1/users/me": { get: { operationId: "x-me", responses: {} } },
};

/** Found from the sources as well as from what is built of them, below build/. */
function documentFile(): URL {
  const name = "prolific-openapi.yaml";
  for (let folder = new URL(".", import.meta.url); ;) {
    const places = [name, `sandbox/${name}`].map((at) => new URL(at, folder));
    const file = places.find((place) => existsSync(place));
    if (file !== undefined) return file;
    const above = new URL("..", folder);
    if (above.href === folder.href) throw new Error(`${name} is missing.`);
    folder = above;
  }
}

/** The document as it is written, with its `$ref`s. */
export const written = parse(readFileSync(documentFile(), "utf8")) as Readonly<
  Record<string, object>
>;

function load(): Document {
  const whole = { ...written, paths: { ...written.paths, ...tokenCheck } };
  return withoutReferences(whole, whole) as Document;
}

/** The document with every `$ref` replaced by what it refers to. None leads back to itself. */
function withoutReferences(value: unknown, root: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withoutReferences(item, root));
  }
  if (!isObject(value)) return value;
  const { $ref, ...rest } = value;
  const target = typeof $ref === "string" ? partAt($ref, root) : {};
  const entries = Object.entries({ ...(target as object), ...rest });
  return Object.fromEntries(
    entries.map(([key, part]) => [key, withoutReferences(part, root)]),
  );
}

function partAt(reference: string, root: unknown): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce((part, key) => (part as Record<string, unknown>)[key], root);
}

/** Keeps its list of operations: a simulation asks for it a million times. */
class Router extends OpenAPIRouter {
  #operations: Operation[] | undefined;
  override getOperations(): Operation[] {
    return (this.#operations ??= super.getOperations());
  }
}

const definition = load();

/** Finds the operation of a request. */
export const router = new Router({ definition });

/** Checks a request by the document. Every complaint is reported, with the value that it is about. */
export const validator = new OpenAPIValidator({
  definition,
  router,
  lazyCompileValidators: true,
  coerceTypes: true,
  // The document is checked by a test (sandbox/openapi.test.ts); without these two the sandbox starts four times as slowly.
  ajvOpts: {
    ...{ allErrors: true, verbose: true },
    ...{ validateSchema: false, code: { optimize: false } },
  },
  customizeAjv: (ajv) => {
    formats.default(ajv);
    return ajv;
  },
});

/** The ids of all operations, in the order of the document. */
export const operationIds: readonly string[] = router
  .getOperations()
  .map(({ operationId = "" }) => operationId);
