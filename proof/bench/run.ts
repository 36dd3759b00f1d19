/**
 * `npm run bench`: what the action costs compared with other tools, as Markdown. All contestants take turns in one run.
 * `npm run bench -- --write` puts it into bench/README.md.
 */
import { cpus } from "node:os";
import { comparePreflight } from "./data/preflight.ts";
import { compareOnTheSameJob } from "./step/same-job.ts";
import { asMarkdown, intoReadme } from "./table.ts";
import { compareUploads } from "./data/upload.ts";
import { waitForReal } from "./waiting/waiting-live.ts";
import { compareDelays } from "./waiting/waiting.ts";

/** What runs the action on GitHub. */
const MAJOR = 24;

const { node } = process.versions;
if (Number.parseInt(node, 10) !== MAJOR) {
  console.error(`The action runs on Node ${String(MAJOR)}, this is ${node}.`);
}

function progress(what: string): void {
  console.error(`${what} …`);
}

const startedAt = new Date();
progress("The same job by each of them");
const sameJob = await compareOnTheSameJob();
progress("Waiting");
const waiting = await compareDelays(await waitForReal());
progress("Preflight");
const preflight = await comparePreflight();
progress("Uploads, of 1 GB too");
const uploads = await compareUploads();

const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
const markdown = await asMarkdown(
  `Made on ${String(cpus().length)} × ${cpus()[0]?.model ?? "unknown processor"} with Node ${node} on ` +
    `${startedAt.toISOString().slice(0, 10)}, in ${String(seconds)} s:`,
  [
    sameJob,
    waiting,
    {
      columns: ["Files", "This action", "Beside it", "Ratio or difference"],
      rows: [preflight, ...uploads],
    },
  ],
);
console.log(markdown);
if (process.argv.includes("--write")) intoReadme(markdown);
