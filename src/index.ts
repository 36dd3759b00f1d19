/** The entry: the only side effects on the process. Red until a verdict says otherwise. */
import { systemClock } from "./timing/clock.ts";
import { Cancelled } from "./errors.ts";
import { realFiles } from "./file/disk.ts";
import { realGit } from "./file/history/git.ts";
import { environment, runnerFiles } from "./github/inputs.ts";
import { main } from "./main.ts";
import { sendOverHttp, uploadOverHttp } from "./prolific/http.ts";
import { createRunner } from "./github/runner.ts";

/** A cancelled step that has not ended after this time is forced to end (contract 7: within 2 s). */
const LAST_MOMENT_MS = 1_500;

/** As Node names it. */
const DNS_LOOKUP = "GetAddrInfoReqWrap";

process.exitCode = 1;
process.noDeprecation = true; // @actions/http-client causes a deprecation warning in every run through a proxy

const env = environment();
const runner = createRunner(runnerFiles(env));
const cancel = new AbortController();

// Windows has no SIGTERM: the second signal of a runner is Ctrl+Break there, which Node calls SIGBREAK.
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
  // Exit even if something is still open.
  afterLastWords(() => {
    // process.exit() waits for a DNS lookup that hangs. Only a signal ends that.
    const lookingUp = process.getActiveResourcesInfo().includes(DNS_LOOKUP);
    if (!green && lookingUp) process.kill(process.pid, "SIGKILL");
    process.exit(green ? 0 : 1);
  });
});

/** Waits until stdout is written: on some systems a pipe takes it later, and an exit would lose it. */
function afterLastWords(end: () => void): void {
  process.stdout.write("", end);
}
