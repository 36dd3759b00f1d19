// Runs schemathesis (https://schemathesis.io) against the sandbox: requests that it makes up from the OpenAPI document, good
// ones and bad ones, each answer judged by the document.
//   npm run schemathesis [-- OPTION…]   options of `schemathesis run`
// schemathesis is the one on the PATH, or the program that SCHEMATHESIS names.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "./find-program.js";

const NOT_INSTALLED =
  "schemathesis is not installed: `pip install --require-hashes --requirement .github/python/schemathesis.txt` installs it; or set SCHEMATHESIS to the program.";

const TOKEN = "sandbox-token";
const root = fileURLToPath(new URL("../..", import.meta.url));

async function main() {
  const program = findProgram(process.env.SCHEMATHESIS || "schemathesis");
  if (program === undefined) {
    console.error(NOT_INSTALLED);
    return 1;
  }
  // As `npm run sandbox` starts it, with its batches and datasets.
  const sandbox = spawn(
    process.execPath,
    [
      join(root, "build/sandbox/cli.js"),
      ...["--token", TOKEN],
      ...["setup", "sync", "import", "dataset"].flatMap((what) => [
        `--${what}-ms`,
        "50",
      ]),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    return await run(program, await addressOf(sandbox));
  } finally {
    sandbox.kill();
  }
}

/** The address that it prints. */
async function addressOf({ stdout }) {
  let said = "";
  for await (const text of stdout.setEncoding("utf8")) {
    said += text;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`The sandbox does not start: ${said}`);
}

/** Its exit code: 0 if it found nothing. */
function run(program, url) {
  const child = spawn(
    program,
    [
      "--config-file=scripts/clients/schemathesis.toml",
      "run",
      "sandbox/prolific-openapi.yaml",
      `--url=${url}`,
      ...process.argv.slice(2),
    ],
    {
      cwd: root,
      env: { ...process.env, PROLIFIC_TOKEN: TOKEN },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
