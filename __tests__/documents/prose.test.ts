/** The English of the pages and of action.yml: active voice, few words, and common ones. */
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";

const FAULTS = [
  ["Mend the lines.", '1: "Mend": write fix (words)'],
  ["`batch_id` is no UUID.", '1: "is no UUID": write is not a … (words)'],
  [
    "The ids of batches.",
    "1: Incorrect term: “ids”, use “IDs” instead (terminology)",
  ],
  [
    "Do this in order to see it.",
    '1: "in order to" is wordy or unneeded (write-good)',
  ],
  ["\n\nLook at the the page.", '3: "the" is repeated (write-good)'],
  [
    "The file is sent. It is read. It is kept.",
    '1: "is kept" may be passive voice (write-good)',
  ],
] as const;
const NO_FAULT =
  "The file is sent only once.\n\n```sh\nmend the the ids\n```\n\nRun `mend` exactly once.\n";

/** In one process, and outside Jest, which would load the modules of the linter slowly. */
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [
    "--input-type=module",
    "--eval",
    `import { findingsIn, pages } from ${JSON.stringify(pathToFileURL("scripts/lint-prose.js").href)};
     const texts = ${JSON.stringify([...FAULTS.map(([text]) => text), NO_FAULT])};
     const all = [...pages()];
     const found = (list) => Promise.all(list.map(([name, text]) => findingsIn(name, text)));
     console.log(JSON.stringify({
       names: all.map(([name]) => name),
       found: (await found(all)).flat(),
       told: await found(texts.map((text) => ["page", text])),
     }));`,
  ],
  { encoding: "utf8" },
);
const { names, found, told } = JSON.parse(stdout || "{}") as {
  readonly names: readonly string[];
  readonly found: readonly string[];
  readonly told: readonly (readonly string[])[];
};

test("the linter finds nothing in the pages and in action.yml", () => {
  expect([status, stderr]).toEqual([0, ""]);
  expect(found).toEqual([]);
});

test("the linter reads every page of this project, and no other", () => {
  expect(names).toEqual(
    expect.arrayContaining([
      "README.md",
      "SECURITY.md",
      "action.yml",
      "docs/security.md",
      "proof/bench/README.md",
      "sandbox/README.md",
    ]),
  );
  expect(names.join("\n")).not.toMatch(/node_modules|^dist|prolific-api/m);
});

test.each(FAULTS.map(([text, finding], at) => ({ text, finding, at })))(
  "it finds a fault in $text",
  ({ finding, at }) => {
    expect(told[at]).toContain(`page:${finding}`);
  },
);

test("the linter accepts code, some passive voice, and a list of words", () => {
  expect(told.at(-1)).toEqual([]);
});
