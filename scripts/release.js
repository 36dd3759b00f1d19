// Checks of .github/workflows/release.yml for a version.
//   node scripts/release.js check v1.2.3              whether the tag fits package.json, src/version.ts, CHANGELOG.md
//   node scripts/release.js notes v1.2.3              the part of CHANGELOG.md about it
//   git tag | node scripts/release.js major v1.2.3    v1, when that has to move to this version; else nothing
import { readFileSync, realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";

const TAG = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** The problems that prevent a release of a tag. Empty if there are none. */
export function problemsOf(
  tag,
  { packageJson, lockFile, versionTs, changelog },
) {
  if (!TAG.test(tag)) return [`The tag ${tag} is not of the form v1.2.3.`];
  const version = tag.slice(1);
  const problems = [
    ["package.json", JSON.parse(packageJson).version],
    ["package-lock.json", JSON.parse(lockFile).version],
    ["src/version.ts", /VERSION = "([^"]*)"/.exec(versionTs)?.[1]],
  ]
    .filter(([, found]) => found !== version)
    .map(([name, found]) => `${name} says ${found}, the tag ${version}.`);
  const notes = notesOf(changelog, version);
  if (notes === undefined) {
    problems.push(`CHANGELOG.md has no "## [${version}] - YYYY-MM-DD".`);
  } else if (notes === "") {
    problems.push(`CHANGELOG.md says nothing about ${version}.`);
  }
  if (notesOf(changelog, "Unreleased")) {
    problems.push(`CHANGELOG.md has changes under "Unreleased".`);
  }
  return problems;
}

/** The section of the changelog for a version, without its heading. Undefined if it does not exist. */
export function notesOf(changelog, version) {
  const heading =
    version === "Unreleased"
      ? /^\[Unreleased\]$/
      : new RegExp(
          `^\\[${version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d{2}-\\d{2}$`,
        );
  for (const part of changelog.split(/^## /m).slice(1)) {
    const [first = "", ...lines] = part.split(/\r?\n/);
    if (!heading.test(first.trim())) continue;
    // The addresses behind the headings close the file.
    return lines
      .filter((line) => !/^\[[^\]]+\]: /.test(line))
      .join("\n")
      .replace(/\n +(?=[^\s-])/g, " ") // a release page breaks every line where the text does
      .trim();
  }
  return undefined;
}

/**
 * The tag of the major version, if it has to move to this one: not for 0.x, where nothing is promised, and not for a late
 * repair of an older version.
 */
export function majorToMove(tag, tags) {
  const [major, ...rest] = numbers(tag);
  if (major === 0) return undefined;
  const newer = tags
    .filter((other) => TAG.test(other))
    .map(numbers)
    .some(
      ([otherMajor, ...other]) =>
        otherMajor === major &&
        (other[0] > rest[0] || (other[0] === rest[0] && other[1] > rest[1])),
    );
  return newer ? undefined : `v${major}`;
}

function numbers(tag) {
  const found = TAG.exec(tag);
  if (!found) throw new Error(`The tag ${tag} is not of the form v1.2.3.`);
  return found.slice(1).map(Number);
}

function main([command, tag = ""]) {
  const read = (name) =>
    readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
  switch (command) {
    case "check": {
      const problems = problemsOf(tag, {
        packageJson: read("package.json"),
        lockFile: read("package-lock.json"),
        versionTs: read("src/version.ts"),
        changelog: read("CHANGELOG.md"),
      });
      for (const problem of problems) console.error(problem);
      if (problems.length > 0) process.exitCode = 1;
      else console.log(`${tag} can be released.`);
      return;
    }
    case "notes": {
      const notes = notesOf(read("CHANGELOG.md"), tag.slice(1));
      if (!notes) throw new Error(`CHANGELOG.md says nothing about ${tag}.`);
      console.log(notes);
      return;
    }
    case "major": {
      const tags = readFileSync(0, "utf8").split(/\s+/);
      const major = majorToMove(tag, tags);
      if (major !== undefined) console.log(major);
      return;
    }
    default:
      throw new Error("Usage: node scripts/release.js check|notes|major TAG");
  }
}

// Node reports the real path of a module, but the path of a command as it was entered.
const [, command = ""] = process.argv;
if (import.meta.url === pathToFileURL(realpathSync(command)).href) {
  main(process.argv.slice(2));
}
