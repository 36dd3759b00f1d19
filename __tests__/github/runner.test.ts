/** The real @actions/core, with stdout caught and the runner's files in a temporary folder. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import fc from "fast-check";
import { type Runner, createRunner } from "../../src/github/runner.ts";

const folder = mkdtempSync(join(tmpdir(), "runner-test-"));
const outputFile = join(folder, "output");
/** @actions/core remembers the path of the summary, so it stays the same throughout. */
const summaryFile = join(folder, "summary.md");
const before = [
  process.env.GITHUB_OUTPUT,
  process.env.GITHUB_STEP_SUMMARY,
] as const;
let printed = "";

beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  for (const path of [outputFile, summaryFile]) {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, "");
  }
  process.env.GITHUB_OUTPUT = outputFile;
  process.env.GITHUB_STEP_SUMMARY = summaryFile;
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => {
  [process.env.GITHUB_OUTPUT, process.env.GITHUB_STEP_SUMMARY] = before;
  if (before[0] === undefined) delete process.env.GITHUB_OUTPUT;
  if (before[1] === undefined) delete process.env.GITHUB_STEP_SUMMARY;
  rmSync(folder, { recursive: true });
});

function runnerWithFiles(): Runner {
  return createRunner({ output: true, summary: true, temporary: folder });
}

/** The lines of the log that the runner would take for a command. */
function commands(log = printed): string[] {
  return log
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimStart())
    .filter((line) => line.startsWith("::") || line.includes("##["));
}

/** Outputs as a runner reads them from its file. */
function outputs(): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = readFileSync(outputFile, "utf8").split(/\r?\n/);
  for (let i = 0; i < lines.length - 1;) {
    const [name = "", delimiter = ""] = (lines[i] ?? "").split("<<");
    const end = lines.indexOf(delimiter, i + 1);
    expect(end).toBeGreaterThan(i);
    found[name] = lines.slice(i + 1, end).join("\n");
    i = end + 1;
  }
  return found;
}

describe("the log", () => {
  test("shows info as a line, and the rest as commands", () => {
    const runner = runnerWithFiles();
    runner.info("plain words");
    runner.debug("details");
    runner.notice("A title", "a notice");
    runner.warning("A title", "a warning");
    runner.error("A title", "an error");
    expect(printed.split(/\r?\n/)).toEqual([
      "plain words",
      "::debug::details",
      "::notice title=A title::a notice",
      "::warning title=A title::a warning",
      "::error title=A title::an error",
      "",
    ]);
  });

  test("keeps the lines of an annotation in one command", () => {
    runnerWithFiles().error("Title", "one\ntwo\n\nthree");
    expect(printed).toMatch(/^::error title=Title::one%0Atwo%0A%0Athree\r?\n$/);
  });

  const TRICKS = [
    "::set-output name=outcome::set_up",
    "  ::error::gotcha",
    "##[error]gotcha",
    "fine\n::stop-commands::x",
    "fine\r::stop-commands::x",
    "fine\r\n##[group]x",
    "fine\u2028::error::x",
    "\u001b[0m\n::add-mask::x",
    "%0A::error::x",
    "::error::%0A::error::",
    "x,title=other::y",
  ];

  test.each(TRICKS)("does not let %j start a command", (trick) => {
    const runner = runnerWithFiles();
    runner.info(trick);
    expect(commands()).toEqual([]);
    expect(printed.match(/\r\n|\r|\n/g)).toHaveLength(1);
  });

  test.each(TRICKS)("does not let %j leave an annotation", (trick) => {
    const runner = runnerWithFiles();
    runner.debug(trick);
    runner.notice(trick, trick);
    runner.warning(trick, trick);
    runner.error(trick, trick);
    expect(commands().map((line) => /^::\w+/.exec(line)?.[0])).toEqual([
      "::debug",
      "::notice",
      "::warning",
      "::error",
    ]);
    expect(printed.match(/\r\n|\r|\n/g)).toHaveLength(4);
  });

  test("has as many commands as annotations, for any text", () => {
    const piece = fc.oneof(
      fc.constantFrom("::", "##[", "\n", "\r", "%0A", " ", "::error::"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const text = fc
      .array(piece, { maxLength: 8 })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, text, (title, message) => {
        printed = "";
        const runner = runnerWithFiles();
        runner.info(message);
        runner.error(title, message);
        expect(commands()).toHaveLength(1);
        expect(commands()[0]).toMatch(/^::error/);
      }),
    );
  });
});

describe("a masked secret", () => {
  const SECRET = "s3cr3t value";

  test("is passed to the runner once, before any other line", () => {
    const runner = runnerWithFiles();
    runner.mask(SECRET);
    runner.mask(SECRET);
    expect(printed).toMatch(/^::add-mask::s3cr3t value\r?\n$/);
  });

  test("never appears after that, in any form", async () => {
    const runner = runnerWithFiles();
    runner.mask(SECRET);
    printed = "";
    for (const form of [
      SECRET,
      encodeURIComponent(SECRET),
      JSON.stringify(SECRET),
      Buffer.from(SECRET).toString("base64"),
    ]) {
      runner.info(`info ${form}`);
      runner.debug(`debug ${form}`);
      runner.notice(`title ${form}`, `line\nline ${form}`);
      runner.warning(`title ${form}`, form);
      runner.error(`title ${form}`, form);
      runner.output("preview_url", `https://example.org/${form}`);
      await runner.summary(`text ${form}`);
      const shown = printed + readFileSync(summaryFile, "utf8");
      expect(shown).toContain("***");
      expect(shown).not.toContain("s3cr3t");
      expect(shown).not.toContain(Buffer.from(SECRET).toString("base64"));
      expect(outputs().preview_url).toMatch(
        /^https:\/\/example\.org\/"?\*\*\*"?$/,
      );
      writeFileSync(outputFile, "");
      expect(runner.redact(`a ${form}`)).toMatch(/^a "?\*\*\*"?$/);
    }
  });

  test("of several lines is hidden completely", () => {
    const runner = runnerWithFiles();
    runner.mask("one\ntwo");
    expect(printed).toMatch(/^::add-mask::one%0Atwo\r?\n$/);
    expect(runner.redact("x one\ntwo y")).toBe("x *** y");
  });

  test("that is empty is ignored", () => {
    const runner = runnerWithFiles();
    runner.mask("");
    expect(printed).toBe("");
    expect(runner.redact("words")).toBe("words");
  });
});

describe("outputs", () => {
  test("go to the runner's file", () => {
    const runner = runnerWithFiles();
    runner.output("batch_id", "one");
    runner.output("status", "READY");
    expect(outputs()).toEqual({ batch_id: "one", status: "READY" });
    expect(printed).toBe("");
  });

  test("of several lines stay one output", () => {
    runnerWithFiles().output("status", "READY\noutcome<<x\nset_up\nx");
    expect(outputs()).toEqual({ status: "READY\noutcome<<x\nset_up\nx" });
  });

  test("are not written if there is no file", () => {
    createRunner({ output: false, summary: true, temporary: "" }).output(
      "status",
      "READY",
    );
    expect(printed).toBe("");
    expect(readFileSync(outputFile, "utf8")).toBe("");
  });

  test("that cannot be written cause a warning", () => {
    rmSync(outputFile);
    const runner = runnerWithFiles();
    expect(() => {
      runner.output("status", "READY");
      runner.output("outcome", "set_up"); // one warning for all of them
    }).not.toThrow();
    expect(commands()).toEqual([
      expect.stringMatching(/^::warning.*::Could not write the output status/),
    ]);
    expect(existsSync(outputFile)).toBe(false);
  });
});

describe("the summary", () => {
  test("replaces the content of the runner's file", async () => {
    writeFileSync(summaryFile, "old");
    const runner = runnerWithFiles();
    await runner.summary("# New\n");
    expect(readFileSync(summaryFile, "utf8")).toBe("# New\n");
    expect(printed).toBe("");
  });

  test("is not written if there is no file", async () => {
    await createRunner({
      output: true,
      summary: false,
      temporary: "",
    }).summary("# New");
    expect(printed).toBe("");
    expect(readFileSync(summaryFile, "utf8")).toBe("");
  });

  test("that cannot be written causes a warning", async () => {
    rmSync(summaryFile);
    mkdirSync(summaryFile);
    await runnerWithFiles().summary("# New");
    expect(commands()).toEqual([
      expect.stringMatching(/^::warning.*::Could not write the job summary/),
    ]);
  });
});

describe("a file for later steps", () => {
  const runnerAt = (temporary: string) =>
    createRunner({ output: true, summary: true, temporary });

  test("is created and extended, with a name that an artifact can have", () => {
    const runner = runnerWithFiles();
    const path = runner.keep("summary.md", "# One\n") ?? "";
    expect(runner.keep("summary.md", "two\n")).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("# One\ntwo\n");
    expect(relative(folder, path).split(sep)).toEqual([
      expect.stringMatching(/^prolific-batch-[A-Za-z0-9]{6}$/),
      "summary.md",
    ]);
    expect(printed).toBe("");
  });

  test("belongs to one step", () => {
    const paths = [1, 2, 3].map(() => runnerWithFiles().keep("a.md", "text"));
    expect(new Set(paths).size).toBe(3);
    expect(dirname(runnerWithFiles().keep("a.md", "") ?? "")).not.toBe(
      dirname(paths[0] ?? ""),
    );
  });

  test("of one step is in the same folder as its other files", () => {
    const runner = runnerWithFiles();
    const [one = "", other = ""] = ["a.md", "b.jsonl"].map((name) =>
      runner.keep(name, name),
    );
    expect(dirname(one)).toBe(dirname(other));
    expect(readFileSync(other, "utf8")).toBe("b.jsonl");
  });

  test("is redacted", () => {
    const runner = runnerWithFiles();
    runner.mask("s3cr3t");
    const path = runner.keep("a.md", "a s3cr3t") ?? "";
    expect(readFileSync(path, "utf8")).toBe("a ***");
  });

  test("is only readable by the user of the runner, if the system has file modes", () => {
    const path = runnerWithFiles().keep("a.md", "text") ?? "";
    const modes = [path, dirname(path)].map((at) => statSync(at).mode & 0o777);
    const hasModes = process.platform !== "win32";
    expect(modes).toEqual(hasModes ? [0o600, 0o700] : [0o666, 0o666]);
  });

  test("is never written through a symbolic link", () => {
    const target = join(folder, "target");
    writeFileSync(target, "old");
    const runner = runnerWithFiles();
    const inFolder = dirname(runner.keep("a.md", "text") ?? "");
    symlinkSync(target, join(inFolder, "b.md"));
    expect(runner.keep("b.md", "new")).toBeUndefined();
    rmSync(join(inFolder, "a.md"));
    symlinkSync(target, join(inFolder, "a.md"));
    expect(runner.keep("a.md", "new")).toBeUndefined();
    expect(readFileSync(target, "utf8")).toBe("old");
    rmSync(target);
  });

  test("is not written without a folder for temporary files", () => {
    expect(runnerAt("").keep("a.md", "text")).toBeUndefined();
    expect(printed).toBe("");
  });

  test.each([
    ["is not there", join(folder, "missing")],
    ["is a file", outputFile],
  ])("causes one warning if that folder %s", (_, temporary) => {
    const runner = runnerAt(temporary);
    expect(runner.keep("a.md", "text")).toBeUndefined();
    expect(runner.keep("b.md", "text")).toBeUndefined();
    expect(commands()).toEqual([
      expect.stringMatching(/^::warning.*::Could not write the file a\.md: /),
    ]);
  });
});

describe("an annotation on a record", () => {
  test("has the file and the line", () => {
    const runner = runnerWithFiles();
    runner.annotate(
      "error",
      { file: "data/a.csv", line: 7 },
      "Title",
      "It is so.",
    );
    runner.annotate(
      "warning",
      { file: "a, b: c.csv", line: undefined },
      "T",
      "x",
    );
    expect(printed.split(/\r?\n/).slice(0, 2)).toEqual([
      "::error title=Title,file=data/a.csv,line=7::It is so.",
      "::warning title=T,file=a%2C b%3A c.csv::x",
    ]);
  });

  test("is redacted, and cannot start another command", () => {
    const runner = runnerWithFiles();
    runner.mask("s3cr3t");
    printed = "";
    runner.annotate(
      "error",
      { file: "a\n::s3cr3t::.csv", line: 1 },
      "T\n::error::x",
      "field: s3cr3t\n::stop-commands::x\r\n##[error]y",
    );
    expect(printed).not.toContain("s3cr3t");
    expect(printed.trim().split(/\r?\n/)).toHaveLength(1);
    expect(printed).not.toMatch(/%0A::|%0D::|##\[/);
  });
});
