/**
 * The committed `dist/index.js` in a child process, as the runner starts it, against the sandbox over real sockets: log,
 * outputs, summary, exit code and traffic are what a user gets. Here, what goes wrong.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { errorShapes } from "../../sandbox/http/error-bodies.ts";
import {
  type Fault,
  type RecordedRequest,
  startSandbox,
} from "../../sandbox/server.ts";
import { repository } from "../../sandbox/step.ts";
import {
  type Scenario,
  expectNoToken,
  openStage,
  scenarioIn,
} from "./transcript.ts";

const stage = openStage();

describe("unreliable responses", () => {
  test("a response lost after the setup was applied: one accepted setup, green", async () => {
    const { exitCode, outputs, traffic } = await stage.scenario({
      faults: [{ match: "POST /setup", kind: "reset", when: "after" }],
    });
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(traffic.filter((line) => line.startsWith("POST"))).toHaveLength(1);
    expect(stage.sandbox.prolific.acceptedSetups(outputs.batch_id ?? "")).toBe(
      1,
    );
  });

  test("nothing listens for a while: retried, green", async () => {
    const { port } = new URL(stage.sandbox.url);
    const datasetId = stage.sandbox.addDataset();
    const id = stage.sandbox.addBatch({ datasetId });
    await stage.sandbox.close();
    const running = stage.step({ batch_id: id });
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The same world, behind the same port again.
    stage.sandbox = await startSandbox({ port: Number(port) });
    stage.sandbox.addDataset({ id: datasetId });
    stage.sandbox.addBatch({ id, datasetId, setupMs: 100 });
    const { exitCode, outputs } = await running;
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(stage.sandbox.prolific.acceptedSetups(id)).toBe(1);
  });

  test("each of them forever: red when the time is up", async () => {
    const everyRead = { match: "GET /status", times: null } as const;
    const faults: Record<string, Fault> = {
      "a body cut": { ...everyRead, kind: "cutBody" },
      "a body stalled": { ...everyRead, kind: "stallBody" },
      "no answer": { ...everyRead, kind: "hang" },
      "HTML with status 200": { ...everyRead, kind: "html" },
      "{}": { ...everyRead, kind: "emptyObject" },
      "no HTTP at all": { ...everyRead, kind: "garbage" },
      "a nonsense Content-Length": { ...everyRead, kind: "badContentLength" },
    };
    const verdicts = await Promise.all(
      Object.entries(faults).map(async ([name, fault]) => {
        const own = await startSandbox({ timing: { setupMs: 0 } });
        const { exitCode, outputs } = await scenarioIn(own, {
          inputs: { timeout: "2s" },
          faults: [fault],
        });
        await own.close();
        return [name, exitCode, outputs.outcome];
      }),
    );
    expect(verdicts).toEqual(
      Object.keys(faults).map((name) => [name, 1, "timed_out"]),
    );
  });

  test("a redirect is never followed", async () => {
    const { exitCode, traffic, log } = await stage.scenario({
      faults: [
        {
          match: "GET ~.*",
          kind: "redirect",
          location: `${stage.sandbox.url}/api/v1/elsewhere`,
          status: 302,
        },
      ],
    });
    expect(exitCode).toBe(1);
    expect(traffic).toHaveLength(1);
    expect(log.join("\n")).toContain("never follows redirects");
  });
});

const cancels = () => {
  test.each<
    [NodeJS.Signals, string, Scenario, (r: RecordedRequest) => boolean, RegExp]
  >([
    [
      "SIGINT",
      "a sleep",
      { batch: { setupMs: 60_000 } },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGTERM",
      "a hanging read",
      {
        batch: { setupMs: 60_000 },
        faults: [{ match: "GET /status", kind: "hang", times: null }],
      },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGTERM",
      "a stalled body",
      { faults: [{ match: "GET /status", kind: "stallBody", times: null }] },
      ({ path }) => path.endsWith("/status"),
      /goes on at Prolific/,
    ],
    [
      "SIGINT",
      "the POST",
      { faults: [{ match: "POST /setup", kind: "hang" }] },
      ({ method }) => method === "POST",
      /POST of the setup was in flight/,
    ],
    [
      "SIGINT",
      "the first read",
      { faults: [{ match: "GET ~.*", kind: "hang" }] },
      () => true,
      /Prolific accepted nothing/,
    ],
  ])("%s in %s", async (signal, _, given, moment, words) => {
    let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
    let cancelled = false;
    stage.sandbox.onRequest = (request) => {
      if (cancelled || !moment(request)) return;
      cancelled = true;
      // A moment later, so that the request hangs or the sleep after it has begun.
      setTimeout(() => child?.kill(signal), 150);
    };
    const { exitCode, outputs, summary, log } = await stage.scenario(given, {
      onStart: (process) => {
        child = process;
      },
    });
    expect(cancelled).toBe(true);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "cancelled" });
    expect(outputs.elapsed_seconds).toMatch(/^\d+$/);
    expect(summary).toContain("Cancelled");
    expect(log.join("\n")).toMatch(words);
  });

  test("also if it does not end by itself", async () => {
    // A disk that never says that it has written, and something that keeps the process alive: only its last moment ends it.
    const stuck = `import fs from "node:fs";
      fs.promises.writeFile = (path, text) => {
        fs.writeFileSync(path, text);
        return new Promise(() => undefined);
      };
      setInterval(() => undefined, 60_000);`;
    let child: { kill: (signal: NodeJS.Signals) => boolean } | undefined;
    stage.sandbox.onRequest = ({ path }) => {
      if (path.endsWith("/status")) child?.kill("SIGTERM");
    };
    const { exitCode, outputs, summary } = await stage.scenario(
      { batch: { setupMs: 60_000 } },
      {
        env: {
          NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(stuck)}"`,
        },
        onStart: (process) => {
          child = process;
        },
      },
    );
    expect(exitCode).toBe(1);
    expect(outputs.outcome).toBe("cancelled");
    expect(summary).toContain("Cancelled");
  });
};
// Windows can send no signal to another process, only end it. What a signal does there is the same code.
if (process.platform !== "win32") {
  describe("a cancel ends the step, outputs and summary written", cancels);
}

describe("the token appears nowhere but in the mask", () => {
  test.each(errorShapes)(
    "also if the server echoes it in an error of shape %s, with debug logging",
    async (errorShape) => {
      const { exitCode, stdout } = await stage.scenario(
        {
          faults: [
            { match: "GET ~.*", kind: "echoAuth", status: 403, errorShape },
          ],
        },
        { env: { RUNNER_DEBUG: "1" } },
      );
      expect(exitCode).toBe(1);
      expect(stdout).toContain("::debug::GET ");
      if (errorShape !== "E7.empty") expect(stdout).toContain("Token ***");
      expect(stdout).toContain(`::add-mask::${stage.sandbox.token}`);
    },
  );

  test("also if a long token is pasted into another input", async () => {
    const secret = `pr_${"x+y=z_".repeat(20)}`;
    const { exitCode } = await stage.step(
      { batch_id: secret },
      { env: { PROLIFIC_TOKEN: secret } },
    );
    expect(exitCode).toBe(1);
    const { stdout, summary } = await stage.step(
      { batch_id: `${secret} and more` },
      { env: { PROLIFIC_TOKEN: secret } },
    );
    const rest = stdout.replace(/^::add-mask::.*$/gm, "");
    expect(rest + summary).not.toContain("x+y");
    expect(rest + summary).not.toContain("x&#43;y");
  });

  test("also if it is refused as an input", async () => {
    const secret = "Token s3cret-s3cret";
    const { exitCode, stdout } = await stage.step(
      { batch_id: "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90" },
      { env: { PROLIFIC_TOKEN: secret } },
    );
    expect(exitCode).toBe(1);
    expect(stdout.indexOf("::add-mask::s3cret-s3cret")).toBeLessThan(
      stdout.indexOf("::error"),
    );
    expectNoToken(
      { stdout, stderr: "", exitCode, outputs: {}, summary: "" },
      "s3cret-s3cret",
    );
  });
});

test("dist/index.js starts from an empty directory, without the rest of the repository", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dist-"));
  const empty = mkdtempSync(join(tmpdir(), "empty-"));
  try {
    cpSync(join(repository, "dist"), folder, { recursive: true });
    expect(readdirSync(empty)).toEqual([]);
    const { exitCode, outputs } = await stage.scenario(
      {},
      { entry: join(folder, "index.js"), cwd: empty },
    );
    expect(exitCode).toBe(0);
    expect(outputs.outcome).toBe("set_up");
    expect(readdirSync(empty)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(empty, { recursive: true });
  }
});
