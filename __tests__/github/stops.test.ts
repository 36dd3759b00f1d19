/** The commands of a stop. */
import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import type { StopReason } from "../../src/decision.ts";
import { stopFor } from "../../src/github/stops.ts";
import { lookAt, nothingKnown } from "../../src/view.ts";
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
])("commands to copy quote %s for a shell", (apiUrl, name) => {
  const commands = words(apiUrl, name);
  expect(commands.map((all) => all.at(-1))).toEqual([
    `${apiUrl}/api/v1/data-collection/datasets`,
    expect.stringMatching(/\/batches\/[\w-]+\/duplicate$/),
  ]);
  expect(commands[1]?.at(-1)?.startsWith(`${apiUrl}/`)).toBe(true);
  const [body] = commands[0]?.slice(-2) ?? [];
  expect(JSON.parse(body ?? "")).toMatchObject({ name });
});

test.each<StopReason>([
  { why: "batch_in_error" },
  { why: "already_set_up", batch: make.batch({ status: "READY" }) },
  { why: "dataset_needed", batch: make.batch({ datasets: [] }) },
  { why: "another_dataset", batch: make.batch() },
  { why: "other_format", dataset: make.v4() },
  { why: "no_schema", dataset: make.v4() },
  { why: "cannot_grow", batch: make.batch(), dataset: make.v3() },
  { why: "setup_unconfirmed" },
  { why: "ready_but_empty", batch: make.batch() },
  { why: "no_workspace", original: make.batch() },
  { why: "copy_in_error", copy: make.batch() },
  { why: "shared_dataset", original: make.batch(), copy: make.batch() },
  { why: "unknown_content", original: make.batch(), dataset: make.v3() },
  { why: "no_v3_for", file: make.fileOf("jsonl") },
])(
  "$why has a title and says what to do, even if little is known",
  (reason) => {
    const nothing = lookAt(nothingKnown(undefined), 0);
    const content = make.checkedFile();
    const copied = {
      which: "copy",
      ...{ original: make.batch(), id: "c", content, schema: undefined },
    } as const;
    for (const used of [undefined, copied]) {
      const { title, what, next } = stopFor(
        reason,
        { ...nothing, used },
        make.INPUTS,
      ).parts;
      expect(title).toMatch(/^\S.*\S$/);
      expect(what).toMatch(/\.$/);
      expect(next).toMatch(/[.)]$/);
      expect(`${title} ${what} ${String(next)}`).not.toContain("undefined");
    }
  },
);
