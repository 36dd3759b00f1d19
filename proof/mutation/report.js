/**
 * `npm run mutation:report`: writes the scores of the last run, and each surviving mutant with its reason, to README.md in
 * this folder. The reasons are in reasons.json, by file and code, not by line. Fails if a mutant has no reason, or if a
 * reason has no mutant (in a file that was run).
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";

const FOLDER = "build/mutation";
const README = "proof/mutation/README.md";
const REASONS = "proof/mutation/reasons.json";
const MARK = /(<!-- report -->\n)[^]*(<!-- \/report -->)/;

const SCORED = ["Killed", "Timeout", "Survived", "NoCoverage"];
const DETECTED = ["Killed", "Timeout"];

/** The results of each file in its latest report. */
const files = new Map(
  readdirSync(FOLDER)
    .filter((name) => /(mutation|sockets|table|part-.*)\.json$/.test(name))
    .map((name) => `${FOLDER}/${name}`)
    .sort((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs)
    .flatMap((path) => Object.entries(JSON.parse(readFileSync(path)).files)),
);
const groups = JSON.parse(readFileSync(REASONS, "utf8"));

const percent = (mutants) => {
  const detected = count(mutants, DETECTED);
  const all = count(mutants, SCORED);
  return `${((100 * detected) / all).toFixed(1)} %`;
};
const count = (mutants, statuses) =>
  mutants.filter(({ status }) => statuses.includes(status)).length;

/** Identifies a mutant without its line number. */
function named(file, source, { location: { start, end }, replacement }) {
  const lines = source.split("\n");
  const pieces = lines.slice(start.line - 1, end.line);
  const last = pieces.length - 1;
  pieces[last] = pieces[last].slice(0, end.column - 1);
  pieces[0] = pieces[0].slice(start.column - 1);
  const code = short(pieces.join(" "));
  const line = short(lines[start.line - 1]);
  const within =
    code.startsWith(line) || code === line ? "" : ` in \`${line}\``;
  return `${file}: \`${code}\` → \`${short(replacement)}\`${within}`;
}

function short(code) {
  const line = code.replace(/\s+/g, " ").replaceAll("`", "'").trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

const survivors = [...files].flatMap(([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => ["Survived", "NoCoverage"].includes(status))
    .map((mutant) => named(file, source, mutant)),
);

function table() {
  const folders = new Map();
  for (const [file, { mutants }] of files) {
    const folder = /^src\/\w+\//.exec(file)?.[0] ?? file;
    folders.set(folder, [...(folders.get(folder) ?? []), ...mutants]);
  }
  const row = (name, mutants) =>
    `| ${name} | ${count(mutants, SCORED)} | ${count(mutants, ["Killed"])} | ${count(mutants, ["Timeout"])} | ` +
    `${count(mutants, ["Survived", "NoCoverage"])} | ${percent(mutants)} |`;
  return [
    "| code | mutants | killed | timed out | survived | score |",
    "| --- | --: | --: | --: | --: | --: |",
    ...[...folders].sort().map(([name, all]) => row(`\`${name}\``, all)),
    row(
      "**all**",
      [...files.values()].flatMap(({ mutants }) => mutants),
    ),
  ].join("\n");
}

function list() {
  const left = [...survivors];
  const sections = groups.map(({ reason, mutants }) => {
    const here = left.filter((name) => mutants.includes(name)).sort();
    for (const name of here) left.splice(left.indexOf(name), 1);
    return here.length === 0 ? "" : `**${reason}**\n\n${items(here)}\n`;
  });
  if (left.length > 0) {
    sections.push(`**No reason yet**\n\n${items(left.sort())}\n`);
    process.exitCode = 1;
    console.error(left.join("\n"));
  }
  return sections.filter((text) => text !== "").join("\n");
}

function items(names) {
  const times = new Map();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times]
    .map(([name, n]) => `- ${name}${n > 1 ? ` (${String(n)} times)` : ""}`)
    .join("\n");
}

const unused = groups
  .flatMap(({ mutants }) => mutants)
  .filter((name) => files.has(name.split(":")[0]) && !survivors.includes(name));
if (unused.length > 0) {
  process.exitCode = 1;
  console.error(`Reasons for nothing:\n${unused.join("\n")}`);
}

const day = new Date().toISOString().slice(0, 10);
const text = `On ${day}:\n\n${table()}\n\n${list()}`;
writeFileSync(
  README,
  readFileSync(README, "utf8").replace(
    MARK,
    (_, from, to) => `${from}\n${text}\n${to}`,
  ),
);
