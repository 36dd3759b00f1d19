/** Simulates a Windows runner on any system: its signals, and slow pipes. */
import { expect, test } from "@jest/globals";
import { runStep } from "../../sandbox/step.ts";
import { openStage } from "./transcript.ts";

const stage = openStage();

/** A step that waits for its batch, with a few lines of JavaScript loaded before it. */
function stepWith(script: string) {
  const { sandbox } = stage;
  const batchId = sandbox.addBatch({
    datasetId: sandbox.addDataset(),
    setupMs: 60_000,
  });
  return runStep({
    inputs: { batch_id: batchId, timeout: "20s" },
    env: {
      PROLIFIC_URL: sandbox.url,
      PROLIFIC_TOKEN: sandbox.token,
      NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(script)}"`,
    },
  });
}

// Windows cannot send a signal to another process; Node makes these of Ctrl+C and Ctrl+Break, which a runner sends.
test.each(["SIGINT", "SIGBREAK"])(
  "%s cancels the step, outputs and summary written",
  async (signal) => {
    const { exitCode, outputs, summary, stdout } = await stepWith(
      `setTimeout(() => process.emit("${signal}"), 500);`,
    );
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "cancelled" });
    expect(summary).toContain("Cancelled");
    expect(stdout).toContain(`Cancelled by ${signal}.`);
  },
);

test("the last words of a defect arrive through a slow pipe", async () => {
  const { exitCode, stdout } = await stepWith(
    `const write = process.stdout.write.bind(process.stdout);
     let before = Promise.resolve();
     process.stdout.write = (text, done) => {
       before = before
         .then(() => new Promise((resume) => setTimeout(resume, 20)))
         .then(() => write(text, done));
       return true;
     };
     setTimeout(() => { throw new Error("out of order"); }, 300);`,
  );
  expect(exitCode).toBe(1);
  expect(stdout).toContain("Unexpected: Error: out of order");
});
