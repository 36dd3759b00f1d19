/**
 * Runs the tests for Stryker, in one process and without Jest around them.
 *
 * Jest would start again for each of thousands of mutants, with all modules for each test file: 13 s for each mutant. This
 * runner loads the files once, with Jest's own packages for collecting and comparing, and a mutant only costs the tests
 * that reach it, up to the first one that fails. A mutant in code that runs at load gets a new process.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setImmediate, setInterval } from "node:timers";
import { pathToFileURL } from "node:url";
import { PluginKind, declareFactoryPlugin } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import fc from "fast-check";
import { expect } from "expect";
import { getState } from "jest-circus";
import { inVirtualTime, onSockets, onTheTable, tooSlow } from "./tests.js";

/** The smallest counterexample of a mutant is not needed. */
fc.configureGlobal({ endOnFailure: true, numRuns: 30 });

/** Far longer than any test takes. */
const MOST_WORK_MS = 10_000;
const MOST_MS = 60_000;

/** Used instead of a test while the hooks before the tests of a block run. */
const HOOKS = "hooks";

class InProcess {
  #patterns;
  #files = new Map();

  constructor(patterns) {
    this.#patterns = patterns;
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun({ coverageAnalysis }) {
    const stryker = namespace();
    const outcome = await this.#run({ bail: false });
    return coverageAnalysis === "off"
      ? outcome
      : { ...outcome, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun(options) {
    const { activeMutant, testFilter, mutantActivation, hitLimit } = options;
    const stryker = namespace();
    stryker.hitLimit = hitLimit;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    const outcome = await this.#run({
      wanted: testFilter && new Set(testFilter),
      bail: !options.disableBail,
      mutant: activeMutant.id,
      mutantAtLoad: mutantActivation === "static" ? activeMutant.id : undefined,
    });
    return toMutantRunResult(
      determineHitLimitReached(stryker.hitCount, hitLimit) ?? outcome,
    );
  }

  async #run({ wanted, bail, mutant, mutantAtLoad }) {
    const run = new Run(wanted, bail);
    const stryker = namespace();
    try {
      for (const name of testFiles(this.#patterns)) {
        if (run.over || !run.wants(name)) continue;
        stryker.activeMutant = mutantAtLoad;
        const file = await this.#load(name);
        stryker.activeMutant = mutant;
        await run.file(file);
      }
    } catch (error) {
      if (error instanceof Endless) {
        return { status: DryRunStatus.Timeout, reason: error.message };
      }
      // A mutant that cannot be loaded is noticed when the program starts.
      run.results.push(failed("the tests can be loaded", error, 0));
    } finally {
      stryker.activeMutant = undefined;
    }
    return { status: DryRunStatus.Complete, tests: run.results };
  }

  /** The describe blocks of a file. Loads the file when it is first needed. */
  async #load(name) {
    const known = this.#files.get(name);
    if (known) return known;
    const root = getState().rootDescribeBlock;
    const before = root.children.length;
    const hooks = root.hooks.length;
    await import(pathToFileURL(resolve(name)).href);
    const file = {
      name,
      children: root.children.slice(before),
      hooks: root.hooks.slice(hooks),
    };
    this.#files.set(name, file);
    return file;
  }
}

/** One pass through the tests. */
class Run {
  results = [];
  #ids = new Map();
  #wanted;
  #wantedFiles;
  #bail;
  #snapshots;

  constructor(wanted, bail) {
    this.#wanted = wanted;
    this.#bail = bail;
  }

  /** True if a test has failed and no further test is required. */
  get over() {
    return this.#bail && this.results.at(-1)?.status === TestStatus.Failed;
  }

  wants(file) {
    if (this.#wanted === undefined) return true;
    this.#wantedFiles ??= new Set(
      [...this.#wanted].map((id) => id.slice(0, id.indexOf(" "))),
    );
    return this.#wantedFiles.has(file);
  }

  async file(file) {
    const path = resolve(
      dirname(file.name),
      "__snapshots__",
      basename(file.name).replace(/js$/, "ts.snap"),
    );
    if (existsSync(path)) {
      // Loading it takes time, and few mutants need it.
      const { SnapshotState, toMatchSnapshot } = await import("jest-snapshot");
      expect.extend({ toMatchSnapshot });
      this.#snapshots = new SnapshotState(path, {
        updateSnapshot: "none",
        rootDir: process.cwd(),
        prettierPath: null,
        snapshotFormat: { escapeString: false, printBasicPrototype: false },
      });
    }
    await this.block(file, [], []);
  }

  async block(block, names, outer) {
    const own = [...names, block.name];
    const hooks = [...outer, ...block.hooks];
    const plan = this.#plan(block, own);
    if (!plan.some(({ run }) => run)) return;
    const stryker = namespace();
    stryker.currentTestId = HOOKS;
    try {
      await callAll(block.hooks, "beforeAll");
    } catch (error) {
      this.results.push(failed(own.join(" "), error, 0));
    }
    stryker.currentTestId = undefined;
    shareCoverage(plan);
    for (const { child, id, run } of plan) {
      if (!run || this.over) continue;
      if (child.type === "test") await this.#test(id, child, hooks);
      else await this.block(child, own, hooks);
    }
    await callAll(block.hooks, "afterAll");
  }

  #plan(block, names) {
    return block.children.map((child) => {
      if (child.type !== "test") return { child, run: true };
      const name = [...names, child.name].join(" ");
      if (tooSlow.some((end) => name.endsWith(end)))
        return { child, run: false };
      const seen = this.#ids.get(name) ?? 0;
      this.#ids.set(name, seen + 1);
      const id = seen === 0 ? name : `${name} (${String(seen + 1)})`;
      return { child, id, run: this.#wanted?.has(id) ?? true };
    });
  }

  async #test(id, { fn }, hooks) {
    const stryker = namespace();
    const startedAt = performance.now();
    stryker.currentTestId = id;
    expect.setState({
      currentTestName: id.slice(id.indexOf(" ") + 1),
      snapshotState: this.#snapshots,
      suppressedErrors: [],
    });
    const stray = strayErrors();
    const limit = timeLimit();
    let error;
    try {
      await callAll(hooks, "beforeEach");
      await Promise.race([fn(), stray.error, limit.passed]);
      // Snapshots do not throw: they are recorded.
      const [note] = expect.getState().suppressedErrors;
      if (note !== undefined) throw note;
    } catch (thrown) {
      error = thrown ?? new Error("nothing was thrown");
    }
    limit.release();
    if (error instanceof Endless) throw error;
    try {
      await callAll(hooks.toReversed(), "afterEach");
    } catch (thrown) {
      error ??= thrown;
    }
    if (error !== undefined) await aWhile();
    stray.release();
    stryker.currentTestId = undefined;
    const timeSpentMs = Math.round(performance.now() - startedAt);
    this.results.push(
      error === undefined
        ? { id, name: id, timeSpentMs, status: TestStatus.Success }
        : failed(id, error, timeSpentMs),
    );
  }
}

/** What ran before the tests of a block counts for each of them (not for those of blocks within: no file here needs it). */
function shareCoverage(plan) {
  const { perTest } = namespace().mutantCoverage ?? {};
  const reached = perTest?.[HOOKS];
  if (!reached) return;
  delete perTest[HOOKS];
  for (const { id } of plan) if (id) perTest[id] = { ...reached };
}

function failed(id, error, timeSpentMs) {
  const failureMessage = String(error?.stack ?? error);
  const status = TestStatus.Failed;
  return { id, name: id, timeSpentMs, status, failureMessage };
}

async function callAll(hooks, type) {
  for (const hook of hooks) if (hook.type === type) await hook.fn();
}

class Endless extends Error {}

/**
 * Detects a test that does not end, measured in CPU time, because the machine may be busy. Then switches the mutant off, so
 * that the program can end as usual. (Stryker handles a loop that blocks the process.)
 */
function timeLimit() {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let timer;
  const passed = new Promise((_, reject) => {
    timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before);
      const workMs = (user + system) / 1_000;
      const id = namespace().currentTestId;
      if (workMs > MOST_WORK_MS || performance.now() - startedAt > MOST_MS) {
        reject(new Endless(`${id} does not end`));
      }
    }, 100);
  });
  passed.catch(() => undefined);
  return { passed, release: () => clearInterval(timer) };
}

/** Uncaught errors belong to the running test. */
function strayErrors() {
  const { promise: error, reject } = withReject();
  error.catch(() => undefined);
  const events = ["uncaughtException", "unhandledRejection"];
  for (const event of events) process.on(event, reject);
  const release = () => {
    for (const event of events) process.off(event, reject);
  };
  return { error, release };
}

/** Waits for what a failed test left running, so that it does not affect the next test. */
async function aWhile() {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function withReject() {
  let reject;
  const promise = new Promise((_, no) => {
    reject = no;
  });
  return { promise, reject };
}

/** Where the instrumented code looks for the mutant, and counts. */
function namespace() {
  return (globalThis.__stryker__ ??= {});
}

function testFiles(patterns) {
  return patterns.flatMap(({ folder, name }) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".test.js") && name.test(file))
      .map((file) => join(folder, file)),
  );
}

const plugin = (name, patterns) => {
  const create = () => new InProcess(patterns);
  create.inject = [];
  return declareFactoryPlugin(PluginKind.TestRunner, name, create);
};

export const strykerPlugins = [
  plugin("in-virtual-time", inVirtualTime),
  plugin("on-sockets", onSockets),
  plugin("on-the-table", onTheTable),
];
