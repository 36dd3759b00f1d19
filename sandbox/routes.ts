import { batchRoutes } from "./batch-routes.ts";
import { notFound } from "./calls.ts";
import type { Call, Route } from "./calls.ts";
import { datasetRoutes } from "./dataset-routes.ts";
import { researcherId } from "./datasets.ts";
import { debugPage, envelope, jsonReply } from "./error-bodies.ts";
import type { Reply } from "./error-bodies.ts";
import { Refused, uuidPattern } from "./request-bodies.ts";

const me: Route = {
  method: "GET",
  path: "/api/v1/users/me/",
  answer: () =>
    jsonReply(200, {
      id: researcherId,
      name: "Sandbox Researcher",
      email: "researcher@example.com",
    }),
};

/** The parts of a path; both its forms are answered, with and without a trailing slash (API 1). */
const partsOf = (path: string) => path.replace(/\/$/, "").split("/");

const routes = [me, ...batchRoutes, ...datasetRoutes].map((route) => ({
  route,
  wanted: partsOf(route.path).map((part) => ({
    part,
    name: /^\{(.+)\}$/.exec(part)?.[1],
  })),
}));

/** The ids in a path, by the names that the route gives them; `null` for another path. */
function idsIn(
  { wanted }: (typeof routes)[number],
  given: readonly string[],
): Record<string, string> | null {
  if (wanted.length !== given.length) return null;
  const ids: Record<string, string> = {};
  for (const [index, { part, name }] of wanted.entries()) {
    const value = given[index] ?? "";
    if (name === "filename") ids[name] = value;
    else if (name !== undefined) ids[name] = value.toLowerCase();
    else if (part !== value) return null;
  }
  return ids;
}

/**
 * The answer to a request whose token was found good. Unknown path: 404 in E3; known path, wrong method:
 * 405; an id that is no UUID: a debug page (API 1).
 */
export function answer(
  method: string,
  path: string,
  call: Omit<Call, "ids" | "filename">,
): Reply {
  const given = partsOf(path);
  const here = routes.flatMap((each) => {
    const ids = idsIn(each, given);
    return ids === null ? [] : [{ route: each.route, ids }];
  });
  if (here.length === 0) return notFound();
  const match = here.find(({ route }) => route.method === method);
  if (match === undefined) {
    const allow = here.map(({ route }) => route.method).join(", ");
    const reply = envelope(405, `Method "${method}" not allowed.`);
    return { ...reply, headers: { ...reply.headers, allow } };
  }
  const { filename = "", ...ids } = match.ids;
  const bad = Object.values(ids).find((id) => !uuidPattern.test(id));
  if (bad !== undefined) return debugPage(bad);
  try {
    return match.route.answer({ ...call, ids, filename });
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}
