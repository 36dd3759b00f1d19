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

const routes: readonly Route[] = [me, ...batchRoutes, ...datasetRoutes];

/** Both forms of a path are answered, with and without a trailing slash (API 1). */
function partsIn(route: Route, path: string): Record<string, string> | null {
  const wanted = route.path.replace(/\/$/, "").split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const ids: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    const name = /^\{(.+)\}$/.exec(part)?.[1];
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
  const here = routes.flatMap((route) => {
    const ids = partsIn(route, path);
    return ids === null ? [] : [{ route, ids }];
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
