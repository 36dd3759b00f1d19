/** What `npm run prolific-cli` makes of a CLI that is not there, or does not do what it has to. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "@jest/globals";

const script = resolve("scripts/clients/prolific-cli.js");
const load = (path: string): Promise<unknown> =>
  import(pathToFileURL(resolve(path)).href);
const { tryCommands } = (await load(script)) as {
  tryCommands: (
    cli: readonly string[],
    sandbox: { url: string; token: string },
  ) => Promise<readonly { what: string; problems: readonly string[] }[]>;
};
const { COMMANDS } = (await load(
  "scripts/clients/prolific-cli-commands.js",
)) as { COMMANDS: readonly string[] };

const folder = mkdtempSync(join(tmpdir(), "no-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program that knows some words and does nothing. */
function program(...words: readonly string[]): readonly string[] {
  const file = join(folder, `${words.join("-")}.cjs`);
  writeFileSync(
    file,
    `process.exitCode = ${JSON.stringify(words)}.includes(process.argv[2]) ? 0 : 1;`,
  );
  return [process.execPath, file];
}
// Nobody asks it anything.
const sandbox = { url: "http://127.0.0.1:9", token: "sandbox-token" };

test("runs every command that the sandbox supports", () => {
  expect([...COMMANDS].sort()).toEqual([
    "batch check",
    "batch create",
    "batch list",
    "batch preview",
    "batch setup",
    "batch sync",
    "batch tasks",
    "batch update",
    "batch view",
    "dataset check",
    "dataset create",
    "dataset upload",
  ]);
});

test("the README of the sandbox lists the same commands", () => {
  const readme = readFileSync("sandbox/README.md", "utf8");
  const rows = [...readme.matchAll(/^\| `((?:batch|dataset) \w+)` +\|/gm)];
  expect(rows.map(([, command]) => command).sort()).toEqual(
    [...COMMANDS].sort(),
  );
});

test("fails and says what to do if the CLI is not installed", () => {
  for (const name of ["no-such-program", join(folder, "no-such-program")]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      env: { ...process.env, PROLIFIC_CLI: name },
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "Prolific's CLI is not installed: install it as https://github.com/prolific-oss/cli says, or set PROLIFIC_CLI to the program.\n",
    );
  }
});

test("reports every command of a CLI without output", async () => {
  const results = await tryCommands(program("taskbuilder"), sandbox);
  expect(results.length).toBeGreaterThanOrEqual(COMMANDS.length);
  for (const { what, problems } of results) {
    expect([what, problems]).not.toEqual([what, []]);
  }
});

test("accepts both words for the Task Builder, the new one first", async () => {
  const word = async (...words: readonly string[]) => {
    const [first] = await tryCommands(program(...words), sandbox);
    return first?.what;
  };
  expect(await word("aitaskbuilder")).toBe("aitaskbuilder dataset create");
  expect(await word("taskbuilder", "aitaskbuilder")).toBe(
    "taskbuilder dataset create",
  );
  await expect(tryCommands(program("study"), sandbox)).rejects.toThrow(
    "has no Task Builder commands",
  );
});
