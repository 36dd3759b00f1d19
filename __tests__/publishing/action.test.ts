/** What a workflow author reads in action.yml, and what a fresh clone must hold, agree with the code. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { formatDuration } from "../../src/timing/duration.ts";
import {
  IF_READY,
  NEW_BATCH,
  INPUT_DEFAULTS,
  type InputName,
  parseInputs,
} from "../../src/github/inputs.ts";
import {
  GREEN_OUTCOMES,
  OUTPUT_NAMES,
  RED_OUTCOMES,
} from "../../src/github/report.ts";
import { BATCH_STATUSES } from "../../src/prolific/schema.ts";
import { VERSION } from "../../src/version.ts";

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

  test("have defaults that YAML reads as strings", () => {
    for (const input of Object.values(action.inputs)) {
      expect(["string", "undefined"]).toContain(typeof input.default);
    }
  });

  test("state whether they are required: only the batch is", () => {
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

/** What the code makes of one input beside those that are required; undefined when it refuses it. */
function taken(name: InputName, value: string, env = {}) {
  try {
    return parseInputs({
      INPUT_BATCH_ID: "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90",
      INPUT_API_TOKEN: "a-token",
      [`INPUT_${name.toUpperCase()}`]: value,
      ...env,
    });
  } catch {
    return undefined;
  }
}

describe("the code does what action.yml says about an input:", () => {
  const said = (name: InputName) =>
    String(action.inputs[name]?.description).replace(/\s+/g, " ");

  test("only the batch and a token are required, and a dry run works without the token", () => {
    expect(taken("dataset_id", "")).toBeDefined();
    expect(taken("batch_id", "")).toBeUndefined();
    expect(taken("api_token", "")).toBeUndefined();
    expect(said("api_token")).toContain("except for a dry run");
    expect(taken("api_token", "", { INPUT_DRY_RUN: "true" })).toBeDefined();
  });

  test.each(["api_token", "api_url"] as const)(
    "%s falls back to the environment variable that is named",
    (name) => {
      const [, variable = ""] =
        /environment variable (\w+)/.exec(said(name)) ?? [];
      const value = "https://elsewhere.example";
      const inputs = taken(name, "", { [variable]: value });
      expect(Object.values(inputs ?? {})).toContain(value);
    },
  );

  test("the API has the documented address by default", () => {
    expect(said("api_url")).toMatch(/, else (\S+)\.$/);
    const [, url] = /, else (\S+)\.$/.exec(said("api_url")) ?? [];
    expect(taken("api_url", "")?.apiUrl).toBe(url);
  });

  test.each<["timeout" | "poll_interval", "timeoutMs" | "pollIntervalMs"]>([
    ["timeout", "timeoutMs"],
    ["poll_interval", "pollIntervalMs"],
  ])("%s accepts its documented limits, and nothing beyond", (name, key) => {
    const [, least = "", most = ""] = /(\w+) to (\w+)/.exec(said(name)) ?? [];
    const leastMs = taken(name, least)?.[key] ?? NaN;
    const mostMs = taken(name, most)?.[key] ?? NaN;
    expect(leastMs).toBe(1_000);
    expect(taken(name, "0s")).toBeUndefined();
    expect(taken(name, formatDuration(mostMs))).toBeDefined();
    expect(taken(name, formatDuration(mostMs + 1_000))).toBeUndefined();
  });

  test("the example durations are accepted", () => {
    const examples = [...said("timeout").matchAll(/\b\d\w+/g)];
    expect(examples.length).toBeGreaterThan(3);
    for (const [text] of examples) expect(taken("timeout", text)).toBeDefined();
  });

  test("if_ready has the documented values, and auto is the default", () => {
    const named = said("if_ready").matchAll(/\b([a-z]+)(?= \(|, or auto)/g);
    expect([...named].map(([, word]) => word).sort()).toEqual(
      [...IF_READY].sort(),
    );
    expect(taken("if_ready", "")?.ifReady).toBe("auto");
  });

  test("new_batch has the documented values, and never is the default", () => {
    const named = said("new_batch").matchAll(/\b([a-z_]+)(?= \()/g);
    expect([...named].map(([, word]) => word)).toEqual([...NEW_BATCH]);
    expect(taken("new_batch", "")?.newBatch).toBe("never");
    expect(said("new_batch")).toContain("need dataset_file");
    expect(taken("new_batch", "new_rows")).toBeUndefined();
    expect(
      taken("new_batch", "new_rows", { INPUT_DATASET_FILE: "a.csv" }),
    ).toBeDefined();
  });

  test("dataset_file has the documented extensions", () => {
    const named = [...said("dataset_file").matchAll(/(?<=[ ,])\.\w+/g)];
    expect(named.map(([ending]) => ending)).toEqual([".csv", ".jsonl", ".zip"]);
    for (const [ending] of named) {
      expect(taken("dataset_file", `data/a${ending}`)).toBeDefined();
    }
    expect(taken("dataset_file", "data/a.json")).toBeUndefined();
  });

  test("tasks_per_group starts at 1, and is not sent if it is absent", () => {
    expect(said("tasks_per_group")).toContain("from 1.");
    expect(taken("tasks_per_group", "1")?.tasksPerGroup).toBe(1);
    expect(taken("tasks_per_group", "0")).toBeUndefined();
    expect(taken("tasks_per_group", "")).toMatchObject({
      tasksPerGroup: undefined,
    });
  });
});

describe("the outputs of action.yml", () => {
  test("are those of the code, in the same order", () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  test("are documented, and have no other keys", () => {
    for (const [name, output] of Object.entries(action.outputs)) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(Object.keys(output)).toEqual(["description"]);
      expect(output.description).toMatch(/^[A-Z][^]{10,}\.\s*$/);
    }
  });

  test("name every outcome with its colour, every status, and no others", () => {
    const { outcome, status } = action.outputs;
    const [, green = "", red = ""] =
      /^Green: (.*)\. Red: (.*)\.$/.exec(
        String(outcome?.description)
          .replace(/\s+|\([^)]*\)/g, " ")
          .trim(),
      ) ?? [];
    expect(green.match(/\w+/g)).toEqual(GREEN_OUTCOMES);
    expect(red.match(/\w+/g)).toEqual(RED_OUTCOMES);
    expect(String(status?.description).match(/\b[A-Z]{2,}\b/g)).toEqual(
      BATCH_STATUSES,
    );
  });
});

describe("action.yml", () => {
  test("runs a file of this repository on Node 24", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
    expect(existsSync(action.runs.main)).toBe(true);
  });

  test("has what the Marketplace requires", () => {
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

  test("only has keys that the runner knows", () => {
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

test("a fresh clone contains the facts about the API", () => {
  expect(readFileSync("docs/prolific-api.md", "utf8")).toMatch(
    /^# Prolific Task Builder — API reference[^]*\n## 11\. /,
  );
  const specification = parse(
    readFileSync("sandbox/prolific-openapi.yaml", "utf8"),
  ) as { openapi: string; paths: object };
  expect(specification.openapi).toMatch(/^3\./);
  expect(Object.keys(specification.paths).length).toBeGreaterThan(10);
});
