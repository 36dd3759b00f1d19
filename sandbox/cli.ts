/**
 * `npm run sandbox [-- --port N --setup-ms N …]`: the sandbox as a command. Prints its address and what is in
 * it, and runs until Ctrl-C.
 */
import { parseArgs } from "node:util";
import type { Sandbox } from "./server.ts";
import { fillShowcase } from "./seeds/showcase.ts";
import type { Exhibit } from "./seeds/showcase.ts";

const usage = `Usage: npm run sandbox [-- OPTION…]

  --port N              port on 127.0.0.1 (default: any free one)
  --token TEXT          the token that is let in
  --setup-ms N          from the accepted setup to READY or ERROR (default 20000)
  --visible-after-ms N  how long after it the batch still reads UNINITIALISED (default 0)
  --sync-ms N           how long a sync job is processing (default 5000)
  --import-ms N         how long an import of a file is processing (default 5000)
  --dataset-ms N        how long a V3 dataset is processing its file (default 5000)
  --imports-recognised  records that came in files are recognised, by appends and by further files
  --help                this text
`;

/** @throws TypeError for an unknown option or an invalid number. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      token: { type: "string" },
      "setup-ms": { type: "string", default: "20000" },
      "visible-after-ms": { type: "string", default: "0" },
      "sync-ms": { type: "string", default: "5000" },
      "import-ms": { type: "string", default: "5000" },
      "dataset-ms": { type: "string", default: "5000" },
      "imports-recognised": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const whole = (
    name: Exclude<keyof typeof values, "token" | "imports-recognised" | "help">,
  ): number => {
    if (/^\d{1,9}$/.test(values[name])) return Number(values[name]);
    throw new TypeError(
      `--${name} has to be a whole number, not "${values[name]}"`,
    );
  };
  return {
    help: values.help,
    port: whole("port"),
    importsRecognised: values["imports-recognised"],
    ...(values.token !== undefined && { token: values.token }),
    timing: {
      setupMs: whole("setup-ms"),
      visibleAfterMs: whole("visible-after-ms"),
      syncQueuedMs: 1000,
      syncMs: whole("sync-ms"),
      importQueuedMs: 1000,
      importMs: whole("import-ms"),
      datasetMs: whole("dataset-ms"),
    },
  };
}

function welcome({ url, token, prolific }: Sandbox): string {
  const { batches, datasets } = fillShowcase({ prolific });
  const lines = (exhibits: readonly Exhibit[]) =>
    exhibits.map(({ id, about }) => `  ${id}  ${about}`);
  const path = `/api/v1/data-collection/batches/${batches[0]?.id ?? ""}`;
  const curl = `curl -sS -H "Authorization: Token $PROLIFIC_TOKEN"`;
  return [
    `Prolific's sandbox is at ${url} (Ctrl-C stops it)`,
    "",
    `  export PROLIFIC_URL=${url} PROLIFIC_TOKEN=${token}`,
    "",
    "Batches",
    ...lines(batches),
    "Datasets",
    ...lines(datasets),
    "",
    "Set the first batch up and look at it:",
    `  ${curl} -i -H "Content-Type: application/json" -d '{"tasks_per_group":3}' $PROLIFIC_URL${path}/setup`,
    `  ${curl} $PROLIFIC_URL${path}/status`,
    "Let the next setup lose its answer, and see what was asked so far:",
    `  curl -sS -d '{"match":"POST /setup","kind":"reset","when":"after"}' $PROLIFIC_URL/sandbox/faults`,
    "  curl -sS $PROLIFIC_URL/sandbox/requests",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const { help, ...options } = readOptions();
  if (help) {
    process.stdout.write(usage);
    return;
  }
  // Loading it takes longer than everything before.
  const { startSandbox } = await import("./server.ts");
  const sandbox = await startSandbox(options);
  process.stdout.write(`${welcome(sandbox)}\n`);
  // After the server is closed, nothing keeps the process alive, and it ends with exit code 0.
  const stop = () => void sandbox.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n\n${usage}`);
  process.exitCode = 1;
}
