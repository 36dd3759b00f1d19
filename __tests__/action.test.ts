/** What a workflow author reads in action.yml, and what a fresh clone must hold, agree with the code. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { INPUT_DEFAULTS } from "../src/inputs.ts";
import { GREEN_OUTCOMES, OUTPUT_NAMES, RED_OUTCOMES } from "../src/outcome.ts";
import { BATCH_STATUSES } from "../src/prolific/schema.ts";
import { VERSION } from "../src/version.ts";

interface Described {
  readonly description?: unknown;
  readonly required?: unknown;
  readonly default?: unknown;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly author?: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const action = parse(readFileSync("action.yml", "utf8")) as Action;

describe("the inputs of action.yml", () => {
  test("are those of the code, in the same order", () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(INPUT_DEFAULTS));
  });

  test("have the same defaults", () => {
    const defaults = Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.default ?? "",
    ]);
    expect(Object.fromEntries(defaults)).toEqual(INPUT_DEFAULTS);
  });

  test("have defaults that YAML reads as texts", () => {
    for (const input of Object.values(action.inputs)) {
      expect(["string", "undefined"]).toContain(typeof input.default);
    }
  });

  test("say whether they are required: the batch alone is", () => {
    for (const [name, { required }] of Object.entries(action.inputs)) {
      expect([name, required]).toEqual([name, name === "batch_id"]);
    }
  });

  test("are documented", () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(input.description).toMatch(/^[A-Z][^]{10,}\.\s*$/);
    }
  });
});

describe("the outputs of action.yml", () => {
  test("are those of the code, in the same order", () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  test("are documented, and have nothing else", () => {
    for (const [name, output] of Object.entries(action.outputs)) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(Object.keys(output)).toEqual(["description"]);
      expect(output.description).toMatch(/^[A-Z][^]{10,}\.\s*$/);
    }
  });

  test("name every outcome and every status", () => {
    const { outcome, status } = action.outputs;
    for (const word of [...GREEN_OUTCOMES, ...RED_OUTCOMES]) {
      expect(outcome?.description).toMatch(new RegExp(`\\b${word}\\b`));
    }
    for (const word of BATCH_STATUSES) {
      expect(status?.description).toMatch(new RegExp(`\\b${word}\\b`));
    }
  });
});

describe("action.yml", () => {
  test("runs a file of this repository on Node 24", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
    expect(existsSync(action.runs.main)).toBe(true);
  });

  test("has what the Marketplace asks for", () => {
    // No name of a category or of a feature of GitHub; that it is unique shows when it is published.
    expect(action.name).toMatch(/^[A-Z][\w ]{5,49}$/);
    expect(action.name).not.toMatch(/github|action/i);
    expect(action.description.trim()).toMatch(/^\S[^]{10,124}$/);
    // One of Feather's, and not one of those that GitHub leaves out.
    expect(action.branding.icon).toBe("check-square");
    expect([
      "white",
      "black",
      "yellow",
      "blue",
      "green",
      "orange",
      "red",
      "purple",
      "gray-dark",
    ]).toContain(action.branding.color);
  });

  test("has no key that the runner does not know", () => {
    expect(Object.keys(action).sort()).toEqual(
      [
        "author",
        "branding",
        "description",
        "inputs",
        "name",
        "outputs",
        "runs",
      ].sort(),
    );
    for (const input of Object.values(action.inputs)) {
      for (const key of Object.keys(input)) {
        expect(["description", "required", "default"]).toContain(key);
      }
    }
  });
});

test("the version of the code is that of the package", () => {
  const packageJson = JSON.parse(readFileSync("package.json", "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(packageJson.version);
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+$/);
});

test("a fresh clone has the facts about the API", () => {
  expect(readFileSync("docs/prolific-api.md", "utf8")).toMatch(
    /^# Prolific Task Builder — API reference[^]*\n## 11\. /,
  );
  const specification = parse(
    readFileSync("sandbox/prolific-openapi.yaml", "utf8"),
  ) as { openapi: string; paths: object };
  expect(specification.openapi).toMatch(/^3\./);
  expect(Object.keys(specification.paths).length).toBeGreaterThan(10);
});
