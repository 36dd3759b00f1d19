// Runs the Task Builder commands of Prolific's own CLI (https://github.com/prolific-oss/cli) against the sandbox, and
// compares what they print and their exit codes with what a user of Prolific sees.
//   npm run prolific-cli
// The CLI is `prolific` on the PATH, or the program that PROLIFIC_CLI names. It opens no browser and reads no settings.
import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { findProgram } from "./find-program.js";
import { RUNS } from "./prolific-cli-commands.js";

/** How to install the CLI. */
const NOT_INSTALLED =
  "Prolific's CLI is not installed: install it as https://github.com/prolific-oss/cli says, or set PROLIFIC_CLI to the program.";

/** `taskbuilder` since CLI 1.3.3, `aitaskbuilder` before. */
async function findWord(cli, env) {
  for (const word of ["taskbuilder", "aitaskbuilder"]) {
    if ((await run(cli, [word, "--help"], env)).code === 0) return word;
  }
  throw new Error(`${cli.join(" ")} has no Task Builder commands.`);
}

/**
 * Runs all commands.
 * @param cli the program and the arguments before the CLI's own
 * @param sandbox an empty one, quick
 * @returns the commands that were run, each with its problems
 */
export async function tryCommands(cli, sandbox) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "prolific-cli-")));
  const more = join(folder, "more.jsonl");
  writeFileSync(
    more,
    '{"review_id":"R-901","product":"Lamp","review":"Bright."}\n{"review_id":"R-902"}\n',
  );
  const env = {
    HOME: folder,
    USERPROFILE: folder,
    PATH: folder, // no browser is found
    SystemRoot: process.env.SystemRoot, // without it, Windows opens no connections
    PROLIFIC_URL: sandbox.url,
    PROLIFIC_TOKEN: sandbox.token,
  };
  const known = { more };
  const results = [];
  try {
    const word = await findWord(cli, env);
    for (const one of RUNS) {
      const args = [word, ...one.command.split(" "), ...one.args(known)];
      let done = await run(cli, args, env);
      for (let tries = 0; one.while?.test(done.out) && tries < 50; tries++) {
        await sleep(100);
        done = await run(cli, args, env);
      }
      results.push({
        what: [args.slice(0, 3).join(" "), one.what].filter(Boolean).join(": "),
        problems: problemsOf(one, done, known),
        log: done.out || done.err,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

/** Returns the problems of a command. Ids for later commands go into `known`. */
function problemsOf({ says, keep = {}, fails }, { code, out }, known) {
  const problems = [];
  const expected = fails === undefined ? 0 : 1;
  if (code !== expected) problems.push(`exit code ${code}, not ${expected}`);
  if (fails !== undefined && !out.includes(fails)) {
    problems.push(`it does not say "${fails}"`);
  }
  for (const [name, pattern] of Object.entries(keep)) {
    known[name] = pattern.exec(out)?.[1] ?? "missing";
    if (known[name] === "missing") problems.push(`no line is ${pattern}`);
  }
  const lines = out.split(/\r?\n/);
  for (const line of says?.(known) ?? []) {
    if (!lines.includes(line)) problems.push(`no line is "${line}"`);
  }
  return problems;
}

function run([program, ...first], args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const done = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      done.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      done.err += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...done, code }));
  });
}

async function main() {
  const cli = findProgram(process.env.PROLIFIC_CLI || "prolific");
  if (cli === undefined) {
    console.error(NOT_INSTALLED);
    return 1;
  }
  const { startSandbox } = await import("../../build/sandbox/server.js");
  const sandbox = await startSandbox({
    timing: { setupMs: 300, importMs: 100, importQueuedMs: 50, syncMs: 100 },
  });
  let exitCode = 0;
  try {
    for (const { what, problems, log } of await tryCommands([cli], sandbox)) {
      console.log(`${problems.length === 0 ? "✓" : "✗"} ${what}`);
      if (problems.length === 0) continue;
      exitCode = 1;
      console.log(problems.concat(log).join("\n").replace(/^/gm, "    "));
    }
  } finally {
    await sandbox.close();
  }
  return exitCode;
}

// Node reports the real path of a module, but the path of a command as it was entered.
const [, command = ""] = process.argv;
if (import.meta.url === pathToFileURL(realpathSync(command)).href) {
  process.exitCode = await main();
}
