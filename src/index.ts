/** The entry: the only side effects on the process. Red until a verdict says otherwise. */
import { systemClock } from "./timing/clock.ts";
import { Cancelled } from "./errors.ts";
import { realFiles } from "./file/disk.ts";
import { realGit } from "./file/history/git.ts";
import { environment, runnerFiles } from "./github/inputs.ts";
import { main } from "./main.ts";
import { sendOverHttp, uploadOverHttp } from "./prolific/http.ts";
import { createRunner } from "./github/runner.ts";

/** A cancelled step that has not ended by then is ended (contract 7: within 2 s). */
const LAST_MOMENT_MS = 1_500;

/** As Node names it. */
const DNS_LOOKUP = "GetAddrInfoReqWrap";

process.exitCode = 1;
process.noDeprecation = true; // the tunnel of @actions/http-client warns about itself in every run through a proxy

const env = environment();
const runner = createRunner(runnerFiles(env));
const cancel = new AbortController();

// Windows knows no SIGTERM: the second signal of a runner is Ctrl+Break there, which Node calls SIGBREAK.
for (const name of ["SIGINT", "SIGTERM", "SIGBREAK"] as const) {
  process.on(name, () => {
    cancel.abort(new Cancelled(name));
    void systemClock.sleep(LAST_MOMENT_MS).then(() => process.exit(1));
  });
}
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    runner.error("This action has a defect", `Unexpected: ${String(error)}`);
    afterLastWords(() => process.exit(1));
  });
}
process.on("beforeExit", () => {
  runner.error(
    "This action has a defect",
    "The step ended without a verdict. Run the job again.",
  );
  afterLastWords(() => process.exit(1));
});

void main({
  env,
  runner,
  clock: systemClock,
  random: Math.random,
  files: realFiles,
  git: realGit,
  send: sendOverHttp,
  upload: uploadOverHttp,
  cancelled: cancel.signal,
}).then((green) => {
  // Nothing that is still open can keep the step alive.
  afterLastWords(() => {
    // An exit waits for a look-up of a name that hangs, and nothing else ends one.
    const lookingUp = process.getActiveResourcesInfo().includes(DNS_LOOKUP);
    if (!green && lookingUp) process.kill(process.pid, "SIGKILL");
    process.exit(green ? 0 : 1);
  });
});

/** What was written to stdout goes out first: not on every system does a pipe take it at once, and an exit loses the rest. */
function afterLastWords(end: () => void): void {
  process.stdout.write("", end);
}
