// Checks the English of the pages and of action.yml with textlint. write-good finds passive voice and wordy phrases,
// terminology finds misspelled names, and a list here finds words that these pages do not use.
//   npm run prose
import { readFileSync, readdirSync, realpathSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import terminology from "textlint-rule-terminology";
import writeGood from "textlint-rule-write-good";
import { parse } from "yaml";

const root = new URL("../", import.meta.url);

/** Not written here, or made by other tools. */
const FOREIGN =
  /^(\.git|node_modules|build|coverage|dist|reports|\.stryker-tmp)$/;
/** Notes on the API of somebody else, in short quotes of their sources. */
const NOTES = "docs/prolific-api.md";
/** Its third-level headings are the titles of messages in src/. */
const TITLES = "docs/troubleshooting.md";

/** Checks of write-good that are off. */
const WRITE_GOOD = {
  // "Only", "exactly", "several" and the like state promises and numbers here. They do not weaken them.
  weasel: false,
  adverb: false,
  // "There are no other dependencies" is the shortest way to say it.
  thereIs: false,
  // A conclusion may start with "So".
  so: false,
};
/** Findings of write-good that are never a fault here. */
const ALLOWED = [
  /^"(it is|it was)" is wordy/i, // "It is unknown whether": the shortest way to say it
  /^"all of" is wordy/i, // needed before "them" and "it"
];
/** The active voice is the rule, and the passive is for what has no actor. More of it on a page is a finding. */
const PASSIVE = /may be passive voice/;
const MOST_PASSIVE = 0.1;
/** A share of a short page means nothing. */
const ALWAYS_ALLOWED = 2;

/** Terms that are not checked. */
const TERMS = [
  "cURL", // the command is curl
  "Bash", // the command is bash
  "API['’]?s", // "the API's default" is a genitive
  "readme(s)?", // README is the name of the file
  "file[- ]name(s)?", // as in the documentation of GitHub and of Prolific
  "user[- ]name(s)?", // of a proxy, next to the password
  "run[- ]time", // "at run time"
];

/** Words that people do not use, or that GitHub's documentation spells differently, and what to write instead. */
const WORDS = [
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\banew\b/i, "again"],
  [/\bbeside\b/i, "next to, in addition to, compared with"],
  [/\bat the (most|least)\b/i, "at most, at least"],
  [/\bfor ever\b/i, "forever"],
  [/\bnothing but\b/i, "only"],
  [/\bmeanwhile\b/i, "at the same time, in between"],
  [/\bis no (UUID|ZIP|URL|address|number|object)\b/i, "is not a …"],
  [/\bover the wire\b/i, "request and response"],
  [/\banother try\b/i, "retry"],
  [/\b(has|have) begun\b/i, "started"],
  [/\bcut off\b/i, "stop, cancel"],
  [/\bthe way out\b/i, "what to do"],
  [/\b(what|is|are|it is) said\b/i, "who says it"],
  [/\bwhatever becomes of\b/i, "the result of"],
  [/\bof (its|one's|your) own\b/i, "own, separate"],
  [
    /\b(licence|colour|behaviour|recognise[sd]?|organised?)\b/i,
    "it as in GitHub's documentation",
  ],
  // As an outcome it is spelled as in the code.
  [/(?<!timed_out, )\bcancell(ed|ing)\b/i, "canceled, canceling"],
];

const words = ({ RuleError, Syntax, getSource, report }) => ({
  [Syntax.Str](node) {
    const text = getSource(node);
    for (const [pattern, instead] of WORDS) {
      const { 0: found, index } = pattern.exec(text) ?? {};
      if (found === undefined) continue;
      report(node, new RuleError(`"${found}": write ${instead}`, { index }));
    }
  },
});

const kernel = new TextlintKernel();
const options = {
  ext: ".md",
  plugins: [{ pluginId: "markdown", plugin: markdown.default }],
  rules: [
    { ruleId: "write-good", rule: writeGood.default, options: WRITE_GOOD },
    { ruleId: "terminology", rule: terminology, options: { exclude: TERMS } },
    { ruleId: "words", rule: words },
  ],
};

/** The findings on a page of Markdown, one a line, as `name:line: finding`. */
export async function findingsIn(name, page) {
  const { messages } = await kernel.lintText(page, options);
  const told = messages.filter(
    ({ message }) => !ALLOWED.some((allowed) => allowed.test(message)),
  );
  const passive = told.filter(({ message }) => PASSIVE.test(message));
  const most = Math.max(ALWAYS_ALLOWED, MOST_PASSIVE * sentencesIn(page));
  return told
    .filter((each) => passive.length > most || !passive.includes(each))
    .map(
      ({ line, message, ruleId }) =>
        `${name}:${line}: ${message.replace(/\s+/g, " ")} (${ruleId})`,
    );
}

/** About as many as there are. */
function sentencesIn(page) {
  const prose = page.replace(/^```[^]*?^```/gm, "");
  return prose.match(/[.!?:;](?=[\s|*_)]|$)/gm)?.length ?? 0;
}

/** Every page by its path, and the texts of action.yml as one more. */
export function pages() {
  const read = (path) => readFileSync(new URL(path, root), "utf8");
  const paths = readdirSync(fileURLToPath(root), { withFileTypes: true })
    .filter(({ name }) => !FOREIGN.test(name))
    .flatMap((entry) => (entry.isDirectory() ? below(entry.name) : entry.name))
    .filter((path) => path.endsWith(".md") && path !== NOTES)
    .sort();
  const { description, inputs, outputs } = parse(read("action.yml"));
  const described = [inputs, outputs].flatMap(Object.values);
  const texts = [description, ...described.map((each) => each.description)];
  return new Map([
    ...paths.map((path) => [path, withoutForeign(path, read(path))]),
    ["action.yml", texts.join("\n\n")],
  ]);
}

function below(folder) {
  return readdirSync(new URL(`${folder}/`, root), {
    encoding: "utf8",
    recursive: true,
  }).map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
}

/** Keeps the line numbers, so that findings name the right line. */
function withoutForeign(path, page) {
  const made = /(<!-- (report|bench|inputs|outputs) -->)[^]*(?=<!-- \/\2 -->)/g;
  const blank = (text) => text.replace(/[^\n]/g, "");
  const own = page.replace(made, blank);
  return path === TITLES ? own.replace(/^### .*$/gm, blank) : own;
}

const started = process.argv[1] ?? "";
if (
  started !== "" &&
  import.meta.url === pathToFileURL(realpathSync(started)).href
) {
  for (const [name, page] of pages()) {
    for (const finding of await findingsIn(name, page)) {
      console.log(finding);
      process.exitCode = 1;
    }
  }
}
