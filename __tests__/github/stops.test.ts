/** What a stop gives to copy. */
import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { stopFor } from "../../src/github/stops.ts";
import * as make from "../decide/views.ts";

/** The commands for a V3 dataset that cannot grow, as a shell reads them: `curl` itself prints what it was given. */
function words(apiUrl: string, name: string): string[][] {
  const file = make.fileOf();
  const view = make.view({ file });
  const { commands = [] } = stopFor(
    { why: "cannot_grow", batch: make.batch(), dataset: make.v3({ name }) },
    view,
    { ...make.INPUTS, apiUrl },
  ).parts;
  return commands.map((command) =>
    execFileSync("sh", ["-c", `curl() { printf '%s\n' "$@"; }\n${command}`], {
      encoding: "utf8",
      env: { ...process.env, PROLIFIC_TOKEN: "t0ken" },
    })
      .trim()
      .split("\n"),
  );
}

test.each([
  ["https://api.prolific.com", "Reviews"],
  ["https://host/a;b$(echo x)&c'd'`e`*(f)", `It's "5" $HOME \`ls\``],
])("commands to copy name %s to a shell", (apiUrl, name) => {
  const commands = words(apiUrl, name);
  expect(commands.map((all) => all.at(-1))).toEqual([
    `${apiUrl}/api/v1/data-collection/datasets`,
    expect.stringMatching(/\/batches\/[\w-]+\/duplicate$/),
  ]);
  expect(commands[1]?.at(-1)?.startsWith(`${apiUrl}/`)).toBe(true);
  const [body] = commands[0]?.slice(-2) ?? [];
  expect(JSON.parse(body ?? "")).toMatchObject({ name });
});
