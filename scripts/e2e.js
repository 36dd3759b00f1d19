// The steps of .github/workflows/e2e.yml around the action, and the expected results. All inputs come from the
// environment.
//   node scripts/e2e.js start              starts the sandbox in the background; outputs: url, pid
//   node scripts/e2e.js grow FILE          writes one more record into a CSV of reviews
//   node scripts/e2e.js summary            runs dist/index.js, and looks at the summary that this step gets
//   node scripts/e2e.js check              STEPS (the context of the steps, as JSON) against what is expected
//   node scripts/e2e.js stop               ends the process SANDBOX_PID
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const BATCH = "ba7c4000-0000-4000-8000-000000000008";
const BAD_BATCH = "ba7c4000-0000-4000-8000-000000000006";
/** Of examples/data/reviews.csv. */
const RECORDS = 20;

const GREEN = "success";
const RED = "failure";

/** The expected conclusion and outputs of each step. */
const EXPECTED = {
  dry_run: [GREEN, { outcome: "dry_run", status: "UNINITIALISED" }],
  first: [
    GREEN,
    {
      batch_id: BATCH,
      outcome: "set_up",
      status: "READY",
      accepted_count: `${RECORDS}`,
      total_datapoint_count: `${RECORDS}`,
      total_task_count: `${RECORDS}`,
      total_task_groups: `${RECORDS / 5}`,
    },
  ],
  again: [
    GREEN,
    {
      outcome: "already_set_up",
      status: "READY",
      total_task_count: `${RECORDS}`,
    },
  ],
  grown: [
    GREEN,
    {
      outcome: "synced",
      tasks_created: "1",
      groups_created: "1",
      total_task_count: `${RECORDS + 1}`,
    },
  ],
  red: [RED, { batch_id: BAD_BATCH, outcome: "failed", status: "ERROR" }],
  wrong: [RED, { outcome: "failed", status: undefined }],
};

/** The expected requests that change something at Prolific, in this order. */
const WRITES = [
  "GET upload-url",
  "PUT storage",
  "POST setup",
  "POST datapoints", // the probe
  "POST datapoints",
  "POST sync",
  "POST setup", // of the batch whose setup fails
].join(", ");

/**
 * Returns all problems.
 * @param steps the `steps` context of the workflow
 * @param requests what the sandbox was asked
 * @param batches as the sandbox has them
 */
export function problemsOf(steps, requests, batches) {
  const problems = [];
  const compare = (what, found, expected) => {
    if (found === expected) return;
    problems.push(
      `${what} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    );
  };
  for (const [id, [ending, outputs]] of Object.entries(EXPECTED)) {
    compare(`${id}: outcome`, steps[id]?.outcome, ending);
    for (const [name, value] of Object.entries(outputs)) {
      compare(`${id}: output ${name}`, steps[id]?.outputs?.[name], value);
    }
  }
  const writes = requests.map(asWrite).filter((line) => line !== undefined);
  compare("What was sent", writes.join(", "), WRITES);
  const tasks = (id) =>
    batches.find((batch) => batch.id === id)?.total_task_count;
  compare("The number of tasks", tasks(BATCH), RECORDS + 1);
  return problems;
}

/** For example `POST setup`. Undefined for a request that only reads. */
function asWrite({ method, path }) {
  if (path.startsWith("/storage/")) return `${method} storage`;
  if (path.includes("/upload-url/")) return `${method} upload-url`;
  return method === "GET" ? undefined : `${method} ${path.split("/").at(-1)}`;
}

/** What is missing in the summary of a batch that was already set up. */
export function missingInSummary(markdown) {
  return ["###", "already set up", BATCH, "READY", "Tasks"].filter(
    (text) => !markdown.includes(text),
  );
}

async function start(output) {
  const cli = fileURLToPath(
    new URL("../build/sandbox/cli.js", import.meta.url),
  );
  const log = join(
    mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), "sandbox-")),
    "log",
  );
  const file = openSync(log, "w");
  const times = ["setup", "sync", "import"].flatMap((what) => [
    `--${what}-ms`,
    "1500",
  ]);
  const sandbox = spawn(
    process.execPath,
    [
      cli,
      "--imports-recognised",
      "--token",
      process.env.PROLIFIC_TOKEN ?? "",
      ...times,
    ],
    { detached: true, stdio: ["ignore", file, file] },
  );
  sandbox.unref();
  for (let tries = 0; tries < 100; tries++) {
    await sleep(100);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(
      readFileSync(log, "utf8"),
    )?.[0];
    if (url === undefined) continue;
    appendFileSync(output, `url=${url}\npid=${sandbox.pid}\n`);
    console.log(`The sandbox is at ${url}.`);
    return;
  }
  throw new Error(`The sandbox does not start: ${readFileSync(log, "utf8")}`);
}

function grow(file) {
  appendFileSync(file, "R-9001,Lantern,Lights the whole tent.\n");
}

function summary(file) {
  const action = fileURLToPath(new URL("../dist/index.js", import.meta.url));
  const { status } = spawnSync(process.execPath, [action], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`The action ended with ${status}.`);
  const markdown = readFileSync(file, "utf8");
  const missing = missingInSummary(markdown);
  if (missing.length > 0) {
    throw new Error(`The summary lacks ${missing.join(", ")}:\n${markdown}`);
  }
  console.log(`The summary has ${markdown.length} characters.`);
}

async function check(steps, url) {
  const read = async (what) => (await fetch(`${url}/sandbox/${what}`)).json();
  const { batches } = await read("state");
  const problems = problemsOf(steps, await read("requests"), batches);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log("Everything is as it has to be.");
}

async function main([command, argument = ""]) {
  const { env } = process;
  switch (command) {
    case "start":
      return start(env.GITHUB_OUTPUT);
    case "grow":
      return grow(argument);
    case "summary":
      return summary(env.GITHUB_STEP_SUMMARY);
    case "check":
      return check(JSON.parse(env.STEPS), env.SANDBOX_URL);
    case "stop":
      return process.kill(Number(env.SANDBOX_PID));
    default:
      throw new Error(
        "Usage: node scripts/e2e.js start|grow|summary|check|stop",
      );
  }
}

// Node reports the real path of a module, but the path of a command as it was entered.
const [, command = ""] = process.argv;
if (import.meta.url === pathToFileURL(realpathSync(command)).href) {
  await main(process.argv.slice(2));
}
