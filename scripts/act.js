// Runs the workflows of examples/, unchanged, and .github/workflows/e2e.yml in a workflow engine on this machine: act
// (https://github.com/nektos/act), against the sandbox, without a container. Only e2e.yml needs the
// network, for npm ci.
//   npm run act                        all of them
//   npm run act -- e2e.yml on-push.yml some of them
// What is not as on GitHub: act leaves out actions/checkout, because the files are there already; it takes the action
// from a folder with action.yml and dist/; the Node that runs it is the one on the PATH; paths, branches and concurrency
// of a workflow are not looked at.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "../build/sandbox/server.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const REVIEWS = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const PHOTOS = "3a9e5d17-2c64-4b0f-8f7e-51c0d2a9b846";
const ACTION = "OWNER/prolific-setup-batch@v1";

/** Every example: how it is started, and its expected result. */
const EXAMPLES = {
  "on-push.yml": { event: "push", tasks: { [REVIEWS]: 20 }, grows: true },
  "new-batch-per-commit.yml": {
    event: "push",
    tasks: { [REVIEWS]: 20 },
    says: "Success - Main Make a draft study",
  },
  "several-datasets.yml": {
    event: "push",
    tasks: { [REVIEWS]: 20, [PHOTOS]: 6 },
  },
  "use-the-outputs.yml": {
    event: "push",
    tasks: { [REVIEWS]: 20 },
    says: "The batch is ready with 20 tasks",
  },
  "scheduled.yml": { event: "schedule", tasks: { [REVIEWS]: 20 } },
  "by-hand.yml": {
    event: "workflow_dispatch",
    inputs: {
      batch_id: REVIEWS,
      dataset_file: "data/reviews.csv",
      dry_run: "false",
    },
    tasks: { [REVIEWS]: 20 },
  },
  "pull-request-preview.yml": {
    event: "pull_request",
    tasks: { [REVIEWS]: 0 },
    says: "A real run would upload",
  },
};

const version = spawnSync("act", ["--version"], { encoding: "utf8" });
if (version.error || version.status !== 0) {
  console.error(
    "act is not installed, so nothing was run. It is a single program: https://nektosact.com/installation/",
  );
  process.exit(1);
}
console.log(
  `${version.stdout.trim()}, Node ${process.version} in the place of node24`,
);

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "act-")));
let failures = 0;
try {
  const action = join(scratch, "action");
  for (const name of ["action.yml", "dist"]) {
    cpSync(join(root, name), join(action, name), { recursive: true });
  }
  const names = readdirSync(join(root, "examples")).filter((name) =>
    name.endsWith(".yml"),
  );
  const wanted = process.argv.slice(2);
  const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
  for (const name of names.filter(isWanted)) {
    await runExample(name, EXAMPLES[name], action);
  }
  if (isWanted("e2e.yml")) await runEndToEnd();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failures > 0) {
  console.error(`${failures} of what was to be seen was not.`);
  process.exitCode = 1;
} else {
  console.log("Everything came to what it has to.");
}

/** The example on a fresh sandbox: run, run again, and, once, with a grown file and with a broken one. */
async function runExample(name, example, action) {
  if (!example) throw new Error(`What is ${name} to come to? Say so here.`);
  const { event, inputs = {}, tasks, says, grows } = example;
  const folder = repositoryWith(name);
  const sandbox = await startSandbox({
    timing: { setupMs: 500, importMs: 300, syncMs: 300 },
    importsRecognised: "by appends",
  });
  try {
    for (const id of Object.keys(tasks)) addBatch(sandbox, id);
    // The sandbox has no studies.
    const studies = "POST ~^/api/v1/studies/$";
    sandbox.fault({ match: studies, kind: "status", status: 201, times: null });
    const run = () =>
      act(
        [
          event,
          "--workflows",
          join(".github", "workflows", name),
          "--local-repository",
          `${ACTION}=${action}`,
          "--env",
          `PROLIFIC_URL=${sandbox.url}`,
          ...["--secret", "PROLIFIC_TOKEN"],
          ...Object.entries(inputs).flatMap(([key, value]) => [
            "--input",
            `${key}=${value}`,
          ]),
        ],
        folder,
        { PROLIFIC_TOKEN: sandbox.token },
      );
    const setups = () =>
      sandbox.requests.filter(
        ({ method, path }) => method === "POST" && path.endsWith("/setup"),
      ).length;
    const tasksNow = () =>
      Object.fromEntries(
        Object.keys(tasks).map((id) => [
          id,
          Number(sandbox.prolific.batch(id).total_task_count ?? 0),
        ]),
      );
    const expectedSetups = Object.values(tasks).filter((n) => n > 0).length;

    const first = await run();
    see(`${name}: green`, first.status === 0, first.log);
    see(`${name}: its tasks are there`, same(tasksNow(), tasks), first.log);
    see(`${name}: its setups`, setups() === expectedSetups, first.log);
    if (says) see(`${name}: "${says}"`, first.log.includes(says), first.log);

    const again = await run();
    see(`${name}, again: green`, again.status === 0, again.log);
    see(
      `${name}, again: nothing more`,
      same(tasksNow(), tasks) && setups() === expectedSetups,
      again.log,
    );
    if (!grows) return;

    const file = join(folder, "data", "reviews.csv");
    appendFileSync(file, "R-9001,Lantern,Lights the whole tent.\n");
    const grown = await run();
    see(
      `${name}, a record more: one task more`,
      grown.status === 0 && tasksNow()[REVIEWS] === 21,
      grown.log,
    );
    appendFileSync(file, "R-9002,Lantern\n");
    const broken = await run();
    see(
      `${name}, a broken record: red, with its line, and nothing more`,
      broken.status !== 0 &&
        /data\/reviews\.csv/.test(broken.log) &&
        tasksNow()[REVIEWS] === 21,
      broken.log,
    );
  } finally {
    await sandbox.close();
  }
}

/** The workflow that tests the action on GitHub, with everything that it installs and builds. */
async function runEndToEnd() {
  const name = "e2e.yml";
  const folder = join(scratch, "clone");
  // Committed and new files. The workflow itself creates node_modules/ and build/.
  const { stdout } = git(
    root,
    "ls-files",
    "--cached",
    "--others",
    "-z",
    "--exclude-standard",
  );
  for (const file of stdout.split("\0").filter((path) => path !== "")) {
    cpSync(join(root, file), join(folder, file));
  }
  commit(folder);
  const workflow = readFileSync(
    join(folder, ".github/workflows", name),
    "utf8",
  );
  const setUpNode = /actions\/setup-node@[0-9a-f]{40}/.exec(workflow)?.[0];
  const nothing = join(scratch, "nothing");
  mkdirSync(nothing);
  writeFileSync(
    join(nothing, "action.yml"),
    "name: Node is here\nruns:\n  using: composite\n  steps:\n    - run: node --version\n      shell: bash\n",
  );
  const { status, log } = await act(
    [
      "push",
      "--workflows",
      join(".github", "workflows", name),
      "--matrix",
      "os:ubuntu-latest",
      "--local-repository",
      `${setUpNode}=${nothing}`,
      ...settingsOfNpm().flatMap((setting) => ["--env", setting]),
    ],
    folder,
    {},
  );
  const matches = log.match(/Everything is as it has to be/g) ?? [];
  see(`${name}: green`, status === 0, log);
  see(
    `${name}: with the committed and a fresh dist`,
    matches.length === 2,
    log,
  );
}

/** The npm settings of this machine, which the shell of a workflow does not inherit. */
function settingsOfNpm() {
  const names =
    /^(npm_config_(userconfig|registry|cafile|cache)|NODE_EXTRA_CA_CERTS|(https?|no)_proxy)$/i;
  return Object.entries(process.env)
    .filter(([name]) => names.test(name))
    .map(([name, value]) => `${name}=${value}`);
}

function addBatch(sandbox, id) {
  const schema =
    id === PHOTOS
      ? { photo_id: "metadata", photo: "image_url", caption: "text" }
      : { review_id: "metadata", product: "text", review: "text" };
  const datasetId = sandbox.addDataset({
    datapoints: 0,
    imports: [],
    schema: {
      strict: true,
      fields: Object.fromEntries(
        Object.entries(schema).map(([field, type]) => [field, { type }]),
      ),
    },
  });
  sandbox.addBatch({ id, datasetId });
}

/** A repository as a user would have it: data/ and the workflow. */
function repositoryWith(name) {
  const folder = join(scratch, name.replace(/\.yml$/, ""));
  const workflow = join(folder, ".github", "workflows", name);
  mkdirSync(dirname(workflow), { recursive: true });
  cpSync(join(root, "examples", name), workflow);
  cpSync(join(root, "examples", "data"), join(folder, "data"), {
    recursive: true,
  });
  commit(folder);
  return folder;
}

function commit(folder) {
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  const me = ["-c", "user.name=act", "-c", "user.email=act@example.com"];
  git(folder, ...me, "commit", "--quiet", "--message=Data");
}

function git(cwd, ...args) {
  const done = spawnSync("git", args, { cwd, encoding: "utf8" });
  if (done.status !== 0) throw done.error ?? new Error(done.stderr);
  return done;
}

/** Runs act without a container, in a new home folder: it does not use settings or caches of the user. */
function act(args, cwd, secrets) {
  const home = join(scratch, "home");
  mkdirSync(join(home, "act"), { recursive: true });
  writeFileSync(join(home, "act", "actrc"), "");
  return new Promise((resolve, reject) => {
    const child = spawn(
      "act",
      [...args, "--platform", "ubuntu-latest=-self-hosted"],
      {
        cwd,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH: process.env.PATH,
          HOME: home,
          XDG_CONFIG_HOME: home,
          XDG_CACHE_HOME: join(home, "cache"),
          ...secrets,
        },
      },
    );
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        log += text;
      });
    }
    child.on("error", reject).on("close", (status) => resolve({ status, log }));
  });
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function see(what, seen, log) {
  console.log(`${seen ? "✓" : "✗"} ${what}`);
  if (seen) return;
  failures += 1;
  console.error(log.replace(/^/gm, "    "));
}
