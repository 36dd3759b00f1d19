/** What is run on Windows too: the scripts of package.json in cmd.exe, the steps of the workflows in PowerShell. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { workflows } from "./workflows.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

/** Programs that npm finds in node_modules/.bin, or that are there with npm. */
const PROGRAMS = [
  "eslint",
  "ncc",
  "node",
  "npm",
  "prettier",
  "stryker",
  "tsc",
] as const;

/** Why a command line would not do the same in every shell: sh, cmd.exe and PowerShell. */
function troubleIn(command: string): string[] {
  const trouble: string[] = [];
  // Between double quotes all of them take a text as it is, but for these.
  const bare = command.replace(/"([^"$%`\\!]*)"/g, "x");
  for (const [pattern, what] of [
    [/"/, "a quote that is not closed, or something special in it"],
    [/'/, "single quotes are no quotes for cmd.exe"],
    [/[$`%]/, "variables are written in another way"],
    [/[;|<>()*?[\]{}~^!]/, "not the same in every shell"],
    [/\\/, "paths have / here"],
    [/(?<!&)&(?!&)|&&&/, "only && is known to all"],
    [/\n/, "more than one line"],
  ] as const) {
    if (pattern.test(bare)) trouble.push(what);
  }
  for (const part of bare.split("&&")) {
    const [program = ""] = part.trim().split(/\s+/);
    if (!(PROGRAMS as readonly string[]).includes(program)) {
      trouble.push(`"${program}" may not be there`);
    }
  }
  return trouble;
}

describe("the scripts of package.json", () => {
  test.each(Object.entries(scripts))(
    "%s works in every shell",
    (_, command) => {
      expect(troubleIn(command)).toEqual([]);
    },
  );

  test("only call scripts and files that exist", () => {
    for (const command of Object.values(scripts)) {
      for (const [, name = ""] of command.matchAll(/npm run --silent (\S+)/g)) {
        expect(Object.keys(scripts)).toContain(name);
      }
      for (const [, path = ""] of command.matchAll(
        /node ((?:scripts|proof)\/\S+)/g,
      )) {
        expect(readFileSync(path, "utf8")).not.toBe("");
      }
    }
  });
});

test.each([
  ["NODE_ENV=test node a.js", ['"NODE_ENV=test" may not be there']],
  ["rm -rf build && tsc", ['"rm" may not be there']],
  [
    "eslint 'src/**'",
    expect.arrayContaining([expect.stringMatching(/single/)]),
  ],
  ["node a.js > out", ["not the same in every shell"]],
  ["node a.js; node b.js", ["not the same in every shell"]],
  ["node a.js || node b.js", ["not the same in every shell"]],
  ["node a.js & node b.js", ["only && is known to all"]],
  ["node $npm_package_main", ["variables are written in another way"]],
  ['node "$HOME"', expect.arrayContaining([expect.stringMatching(/quote/)])],
  ["node scripts\\a.js", ["paths have / here"]],
  ['jest "a|b"', ['"jest" may not be there']],
  ['node a.js --match "(a|b)*"', []],
])("%s: what is wrong is seen", (command, trouble) => {
  expect(troubleIn(command)).toEqual(trouble);
});

describe("a job that also runs on Windows", () => {
  const steps = workflows.flatMap(([name, , { jobs }]) =>
    Object.values(jobs)
      .filter(({ strategy }) =>
        strategy?.matrix.os?.some((os) => os.startsWith("windows")),
      )
      .flatMap(({ steps: all }) => all)
      .map((step) => [name, step.run ?? ""] as const)
      .filter(([, run]) => run !== ""),
  );

  test.each(steps)("in %s runs %j in every shell", (_, run) => {
    expect(troubleIn(run)).toEqual([]);
  });

  test("runs the tests, and another one the action", () => {
    expect(new Set(steps.map(([name]) => name))).toEqual(
      new Set(["ci.yml", "e2e.yml"]),
    );
  });
});
