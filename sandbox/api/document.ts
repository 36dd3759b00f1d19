/**
 * Loads sandbox/prolific-openapi.yaml into the library. The sandbox routes and checks requests with the same document that
 * the tests use to check what the action sends.
 */
import { existsSync, readFileSync } from "node:fs";
import formats from "ajv-formats";
import { OpenAPIRouter, OpenAPIValidator } from "openapi-backend";
import type { Document, Operation } from "openapi-backend";
import { parse } from "yaml";
import { isObject } from "../facts/json.ts";

/** The endpoint that checks a token (API 1), which is not part of the document. */
const tokenCheck = {
  "/api/v1/users/me": { get: { operationId: "x-me", responses: {} } },
};

/** Finds the document from the sources and from their build below build/. */
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

/** The document as written, with its `$ref`s. */
export const written = parse(readFileSync(documentFile(), "utf8")) as Readonly<
  Record<string, object>
>;

function load(): Document {
  const whole = { ...written, paths: { ...written.paths, ...tokenCheck } };
  return withoutReferences(whole, whole) as Document;
}

/** The document with every `$ref` replaced by its target. None refers to itself. */
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

/** Caches its list of operations, which a simulation needs a million times. */
class Router extends OpenAPIRouter {
  #operations: Operation[] | undefined;
  override getOperations(): Operation[] {
    return (this.#operations ??= super.getOperations());
  }
}

const definition = load();

/** Finds the operation of a request. */
export const router = new Router({ definition });

/** Checks a request. Reports every complaint with its value. */
export const validator = new OpenAPIValidator({
  definition,
  router,
  lazyCompileValidators: true,
  coerceTypes: true,
  // A test checks the schemas (sandbox/openapi.test.ts). Without these two options, compiling them takes four times as long.
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
