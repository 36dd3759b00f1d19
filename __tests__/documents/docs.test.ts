/** The pages of this repository: every link leads somewhere, every workflow is valid, every title is explained. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { RED_OUTCOMES, GREEN_OUTCOMES } from "../../src/github/report.ts";
import {
  anchorsOf,
  headingsOf,
  linksOf,
  slug,
  withoutFences,
} from "./markdown.ts";
import { actionlint } from "../fixtures/actionlint.ts";
import { workflows } from "../publishing/workflows.ts";
import { titlesIn, titlesOf } from "./titles.ts";

/** Folders of other projects or of tools. */
const FOREIGN =
  /^(\.git|node_modules|build|coverage|dist|reports|\.stryker-tmp)$/;

/** Every path of the repository with forward slashes; folders as well. */
const paths = new Set<string>(["."]);
function walk(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (FOREIGN.test(entry.name)) continue;
    const path = posix.join(folder, entry.name);
    paths.add(path);
    if (entry.isDirectory()) walk(path);
  }
}
walk(".");
// Built, but committed, and links lead there.
for (const name of readdirSync("dist")) paths.add(`dist/${name}`);

const pages = new Map(
  [...paths]
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, readFileSync(path, "utf8")]),
);

/** The broken links of a page. `read` returns the text of a file, or undefined if it does not exist. */
function brokenLinks(
  path: string,
  page: string,
  read: (path: string) => string | undefined,
): string[] {
  return linksOf(page).flatMap(({ target, line }) => {
    const problem = problemOf(path, page, target, read);
    return problem === undefined
      ? []
      : [`${path}:${String(line)}: ${target}: ${problem}`];
  });
}

function problemOf(
  path: string,
  page: string,
  target: string,
  read: (path: string) => string | undefined,
): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) {
    const secure = /^(https|mailto):/.test(target) && URL.canParse(target);
    return secure ? undefined : "neither https nor mailto";
  }
  const [file = "", anchor] = decodeURIComponent(target).split("#");
  if (file.startsWith("/")) return "not relative";
  const there = file === "" ? path : posix.join(dirname(path), file);
  const text = file === "" ? page : read(there.replace(/\/$/, ""));
  if (text === undefined) return "not in the repository";
  if (anchor === undefined) return undefined;
  if (there.endsWith(".md")) {
    return anchorsOf(text).has(anchor) ? undefined : "no such heading";
  }
  const [, line] = /^L(\d+)$/.exec(anchor) ?? [];
  return Number(line) <= text.split("\n").length ? undefined : "no such line";
}

function readPath(path: string): string | undefined {
  if (!paths.has(path)) return undefined; // even if only the case differs, which some systems ignore
  return statSync(path).isDirectory() ? "" : readFileSync(path, "utf8");
}

describe("links", () => {
  test.each([...pages])(
    "of %s lead somewhere in this repository",
    (path, page) => {
      expect(brokenLinks(path, page, readPath)).toEqual([]);
    },
  );

  test("are found in every form, and not in code", () => {
    const page = [
      "[a](a.md) ![b](b.png 'no') ![b](<b.png> \"title\") [![c](c.svg)](https://c.example)",
      '<picture><source srcset="d-dark.png 2x"><img alt="" src="d.png"></picture> <a href="e.md">e</a>',
      "`[code](code.md)` ``[more `code`](code.md)``",
      "```md",
      "[fenced](fenced.md)",
      "```",
      "[f]: f.md",
    ].join("\n");
    expect(linksOf(page).map(({ target, line }) => [target, line])).toEqual([
      ["a.md", 1],
      ["b.png", 1],
      ["c.svg", 1],
      ["https://c.example", 1],
      ["f.md", 7],
      ["d-dark.png", 2],
      ["d.png", 2],
      ["e.md", 2],
    ]);
  });

  test.each([
    ["gone.md", "not in the repository"],
    ["there.MD", "not in the repository"],
    ["../../outside.md", "not in the repository"],
    ["/there.md", "not relative"],
    ["http://plain.example", "neither https nor mailto"],
    ["#gone", "no such heading"],
    ["there.md#Here", "no such heading"],
    ["code.ts#L4", "no such line"],
    ["code.ts#function", "no such line"],
    ["there.md", undefined],
    ["there.md#here-1", undefined],
    ["#on-this-page", undefined],
    ["code.ts#L2", undefined],
    ["https://elsewhere.example/#x", undefined],
  ])("to %s: %s", (target, problem) => {
    const files: Record<string, string> = {
      "docs/there.md": "# Here\n\n## Here\n",
      "docs/code.ts": "1\n2\n3",
    };
    const page = `# On this page\n\n[x](${target})\n`;
    expect(brokenLinks("docs/page.md", page, (path) => files[path])).toEqual(
      problem === undefined ? [] : [`docs/page.md:3: ${target}: ${problem}`],
    );
  });

  test.each([
    ["Set up a Prolific batch", "set-up-a-prolific-batch"],
    ["Is `tasks_per_group` *followed*?", "is-tasks_per_group-followed"],
    [
      "3.2 `POST /batches/{batch_id}/setup` → 202",
      "32-post-batchesbatch_idsetup--202",
    ],
    ["[Größe](a.md) & Maß - 1,5", "größe--maß---15"],
  ])("to the heading %s end in #%s", (heading, anchor) => {
    expect([...anchorsOf(`# ${heading}\n`)]).toEqual([anchor]);
  });

  test("to a message use its exact title", () => {
    for (const [path, page] of pages) {
      for (const [, text = "", anchor] of page.matchAll(
        /\[([^\]]+)\]\([^)\s]*troubleshooting\.md#([^)]*)\)/g,
      )) {
        expect([path, slug(text)]).toEqual([path, anchor]);
      }
    }
  });
});

const action = parse(readFileSync("action.yml", "utf8")) as {
  inputs: object;
  outputs: object;
};
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** Every YAML snippet of every page. Steps without a workflow are put into one. */
const snippets = [...pages].flatMap(([path, page]) =>
  withoutFences(page)
    .fences.filter(({ language }) => /^ya?ml$/.test(language))
    .map(({ text, line }): [string, string] => [
      `${path}:${String(line)}`,
      text.startsWith("- ") ? asWorkflow(text) : text,
    ]),
);

function asWorkflow(steps: string): string {
  const indented = steps.replace(/^(?=.)/gm, "      ");
  return `on: push\npermissions: {}\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`;
}

describe("workflows", () => {
  // In one run: actionlint takes seconds to start.
  test("actionlint finds nothing in the pages, the examples and .github/workflows, but finds planted mistakes", () => {
    expect(snippets.length).toBeGreaterThan(1);
    expect(workflows.length).toBeGreaterThan(1);
    const examples = readdirSync("examples")
      .filter((name) => name.endsWith(".yml"))
      .map((name) => [name, readFileSync(join("examples", name), "utf8")]);
    expect(examples.length).toBeGreaterThan(1);
    const [[, text = ""] = []] = examples;
    const said = actionlint([
      ...snippets,
      ...examples.map(([name = "", content = ""]) => [name, content] as const),
      ...workflows.map(([name, content]) => [`our-${name}`, content] as const),
      ["misspelt", text.replace("runs-on", "run-on")],
      ["injected", `${text}      - run: echo "\${{ github.head_ref }}"\n`],
    ]);
    const lines = said.match(/^\S+\.yml:.*/gm) ?? [];
    const findings = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}.yml:`)).join("\n");
    expect(findings("misspelt")).toContain("run-on");
    expect(findings("injected")).toContain("untrusted");
    const others = lines.filter((line) => !/^(misspelt|injected)\./.test(line));
    expect(others).toEqual([]);
  });

  test.each(snippets)("at %s use inputs and outputs that exist", (_, text) => {
    const steps = Object.values((parse(text) as Workflow).jobs).flatMap(
      (job) => job.steps,
    );
    const ours = steps.filter(({ uses }) => uses?.startsWith("OWNER/"));
    for (const step of ours) {
      expect(step.uses).toBe("OWNER/prolific-setup-batch@v1");
      expect(Object.keys(action.inputs)).toEqual(
        expect.arrayContaining(Object.keys(step.with ?? {})),
      );
    }
    for (const [, name] of text.matchAll(/\.batch\.outputs\.(\w+)/g)) {
      expect(Object.keys(action.outputs)).toContain(name);
    }
    for (const { run = "", uses = "" } of steps) {
      expect(run).not.toContain("${{");
      expect(uses).toMatch(/^(|OWNER\/.*|[\w/-]+@[0-9a-f]{40})$/);
    }
  });
});

describe("troubleshooting", () => {
  const page = readFileSync("docs/troubleshooting.md", "utf8");
  const explained = headingsOf(page)
    .filter(({ level }) => level === 3)
    .map(({ text }) => text);
  const { titles, forwarding } = titlesIn("src");
  const stands = (title: string) =>
    new RegExp(
      `^${title
        .split("…")
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("\\S+")}$`,
    );

  test("explains every title that the action can have", () => {
    expect(titles.length).toBeGreaterThan(40);
    expect(
      titles.filter(
        (title) => !explained.some((text) => stands(title).test(text)),
      ),
    ).toEqual([]);
  });

  test("explains no other title, and none twice", () => {
    expect(
      explained.filter(
        (text) => !titles.some((title) => stands(title).test(text)),
      ),
    ).toEqual([]);
    expect(new Set(explained).size).toBe(explained.length);
  });

  test("covers all titles: the code has none that this test cannot read", () => {
    expect(forwarding).toEqual([
      "github/log.ts", // of warn and note
      "github/messages.ts", // of a Stop
      "github/rows.ts", // of a Defect or of rejected records
      "github/runner.ts", // of all
      "github/stops.ts", // of a concern
      "main.ts", // of a Failure
      "steps/tell.ts", // of a concern that is allowed
    ]);
  });

  test("reads titles in every form that the code uses", () => {
    const code = `
      throw new Stop({ title: "One", what: "x" });
      log.warn("Two", \`x\`); log.note(\`Three \${3} of \${4}\`, "x");
      runner.error("Four", "x"); runner.annotate(level, at, "Five", "x");
      failed("Six", ["x"]); fields.error("of an answer", x); function failed(title, lines) {}
      function titleOf(e) { if (e) { return e.a ? "Seven" : "Eight"; } return \`Nine \${e}\`; }`;
    expect(titlesOf(code)).toEqual({
      found: [
        "One",
        "Two",
        "Three … of …",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine …",
      ],
      handedOn: false,
    });
    expect(titlesOf('failed("of another kind", x)').found).toEqual([]);
    expect(titlesOf("log.warn(words, x)").handedOn).toBe(true);
    expect(titlesOf("f({ title })").handedOn).toBe(true);
  });
});

describe("design.md", () => {
  const page = readFileSync("docs/design.md", "utf8");
  const layout = withoutFences(page).fences[1]?.text ?? ""; // the first is the loop

  test("names every module of src/ except bundled/, and no other", () => {
    const named = [...layout.matchAll(/[\w-]+\.ts\b/g)].map(([name]) => name);
    const there = [...paths]
      .filter((path) => /^src\/(?!bundled\/).*\.ts$/.test(path))
      .map((path) => posix.basename(path));
    expect([...new Set(named)].sort()).toEqual(
      [...new Set([...there, "fake-clock.ts"])].sort(),
    );
  });

  test("names every folder", () => {
    const folders = [...paths, "dist"].filter(
      (path) => /^[a-z_]+$/.test(path) && statSync(path).isDirectory(),
    );
    const named = [...layout.matchAll(/^([a-z_]+)\/(?: |$)/gm)].map(
      ([, name]) => name,
    );
    expect(named.sort()).toEqual(folders.sort());
  });

  test("names all packages in dist/", () => {
    const { dependencies } = JSON.parse(
      readFileSync("package.json", "utf8"),
    ) as {
      dependencies: object;
    };
    const [, section = ""] = page.split("## Dependencies that end up in dist/");
    const [table = ""] = section.split("| Left out");
    const named = [...table.matchAll(/^\| `([^`]+)`/gm)].map(
      ([, name]) => name,
    );
    expect(named).toEqual(Object.keys(dependencies));
    const security = readFileSync("docs/security.md", "utf8");
    for (const name of named) expect(security).toContain(`\`${String(name)}\``);
  });
});

test("the pages only name commands of package.json", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: object;
  };
  const named = [...pages].flatMap(([path, page]) =>
    [...page.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)].map(
      ([, name = ""]) => [path, name],
    ),
  );
  expect(named).toContainEqual(["README.md", "demo"]);
  expect(named.filter(([, name = ""]) => !(name in scripts))).toEqual([]);
});

test("the pages only name outcomes that exist", () => {
  const known: string[] = [...GREEN_OUTCOMES, ...RED_OUTCOMES];
  const table = readFileSync("README.md", "utf8").matchAll(
    /^\| (?:`[A-Z]+`|`ERROR`.*?) .*\| ([^|]*?) +\|$/gm,
  );
  const named = [...table].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word),
  );
  expect(named).toHaveLength(5);
  expect(known).toEqual(expect.arrayContaining(named));
});
