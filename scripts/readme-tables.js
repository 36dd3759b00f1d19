// The tables of inputs and outputs in README.md, made from action.yml between markers; a test fails when they differ.
//   npm run readme
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

const file = (name) => new URL(`../${name}`, import.meta.url);

/** The README with both tables as action.yml has them. */
export function readmeWithTables(readme, actionYaml) {
  const { inputs, outputs } = parse(actionYaml);
  return fill(
    fill(readme, "inputs", inputTable(inputs)),
    "outputs",
    outputTable(outputs),
  );
}

function fill(readme, name, table) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = readme.split(start);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined)
    throw new Error(`README.md has no markers ${start} … ${end}`);
  return `${before}${start}\n\n${table}\n\n${end}${after}`;
}

function inputTable(inputs) {
  const rows = Object.entries(inputs).map(
    ([name, { description, required, default: value }]) => {
      const fallback =
        value === undefined ? (required ? "**required**" : "") : `\`${value}\``;
      return `| \`${name}\` | ${fallback} | ${cell(description)} |`;
    },
  );
  return ["| Input | Default | Meaning |", "| --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function outputTable(outputs) {
  const rows = Object.entries(outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ["| Output | Meaning |", "| --- | --- |", ...rows].join("\n");
}

function cell(text) {
  return text.trim().replace(/\s+/g, " ").replaceAll("|", "\\|");
}

// Node reports the real path of a module, but the path of a command as it was entered.
const [, command = ""] = process.argv;
if (import.meta.url === pathToFileURL(realpathSync(command)).href) {
  const readme = file("README.md");
  writeFileSync(
    readme,
    readmeWithTables(
      readFileSync(readme, "utf8"),
      readFileSync(file("action.yml"), "utf8"),
    ),
  );
}
