import { batchAnswers } from "./batch-routes.ts";
import { notFound } from "./calls.ts";
import type { Answer, Surroundings } from "./calls.ts";
import { datasetAnswers } from "./dataset-routes.ts";
import { operationIds, router } from "./document.ts";
import { readRequest } from "./read-request.ts";
import type { ReadRequest } from "./read-request.ts";
import { envelope, jsonReply } from "../http/error-bodies.ts";
import type { Reply } from "../http/error-bodies.ts";
import { Refused } from "../http/refused.ts";
import type { ApiRequest } from "../http/request.ts";
import { researcherId } from "../data/datasets.ts";

/** The function that answers each operation of the document. */
const answers: Readonly<Record<string, Answer>> = {
  "x-me": () =>
    jsonReply(200, {
      id: researcherId,
      name: "Sandbox Researcher",
      email: "researcher@example.com",
    }),
  ...batchAnswers,
  ...datasetAnswers,
};

const missing = operationIds.filter((id) => !Object.hasOwn(answers, id));
if (missing.length > 0) {
  throw new Error(`The sandbox does not serve ${missing.join(", ")}.`);
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * The response to a request with a valid token. Unknown path: 404 in E3; known path, wrong method: 405; an id that is
 * not a UUID: a debug page (API 1); anything else that does not match the document: 400, 415 or 422.
 */
export function answer(request: ApiRequest, around: Surroundings): Reply {
  try {
    const { answering, read } = understood(request);
    return answering({ ...around, ...read, request });
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

interface Understood {
  readonly answering: Answer;
  readonly read: ReadRequest;
}

/** A GET only depends on its path, and polling repeats the same path hundreds of times. */
const understoodBefore = new Map<string, Understood>();
const mostKept = 1000;

/** @throws Refused if no function answers it, or if it does not match the document. */
function understood(request: ApiRequest): Understood {
  const { method, path } = request;
  const before = method === "GET" ? understoodBefore.get(path) : undefined;
  if (before !== undefined) return before;
  const operation = router.matchOperation({ method, path, headers: {} });
  const answering = answers[operation?.operationId ?? ""];
  if (operation === undefined || answering === undefined) {
    throw new Refused(notServed(method, path));
  }
  const now = { answering, read: readRequest(operation, request) };
  if (method === "GET") {
    if (understoodBefore.size >= mostKept) understoodBefore.clear();
    understoodBefore.set(path, now);
  }
  return now;
}

function notServed(asked: string, path: string): Reply {
  const allowed = methods.filter((method) =>
    router.matchOperation({ method, path, headers: {} }),
  );
  if (allowed.length === 0) return notFound();
  const reply = envelope(405, `Method "${asked}" not allowed.`);
  const allow = allowed.join(", ");
  return { ...reply, headers: { ...reply.headers, allow } };
}
