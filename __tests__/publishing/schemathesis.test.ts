/** What `npm run schemathesis` says without schemathesis, and that its configuration names what the sandbox holds. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";

const config = readFileSync("scripts/clients/schemathesis.toml", "utf8");

test("fails and says what to do if schemathesis is not installed", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["scripts/clients/schemathesis.js"],
    {
      env: { ...process.env, SCHEMATHESIS: "no-such-program" },
      encoding: "utf8",
    },
  );
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    "schemathesis is not installed: `pip install --require-hashes --requirement .github/python/schemathesis.txt` installs it; or set SCHEMATHESIS to the program.\n",
  );
  expect(readFileSync(".github/python/schemathesis.txt", "utf8")).toMatch(
    /^schemathesis==/m,
  );
});

// That these are the ids of the sandbox's showcase is tested with it.
test("names ids that the sandbox starts with", () => {
  const ids = [...config.matchAll(/^ {2}"(\S+)",$/gm)].map(([, id]) => id);
  const numbered = (start: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${start}${String(index + 1)}`);
  expect(ids).toEqual([
    ...numbered("ba7c4000-0000-4000-8000-00000000000", 8),
    ...numbered("da7a5e70-0000-4000-8000-00000000000", 5),
  ]);
});

test("only names operations that exist", () => {
  const document = parse(
    readFileSync("sandbox/prolific-openapi.yaml", "utf8"),
  ) as { paths: Record<string, Record<string, { operationId?: string }>> };
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const named = [...config.matchAll(/^include-operation-id = "(.*)"$/gm)];
  expect(named).not.toHaveLength(0);
  for (const [, id] of named) expect(operations).toContain(id);
});
