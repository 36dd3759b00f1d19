/** The rules for a dry run in every state, also compared with the real run (contract 6). */
import { isDeepStrictEqual } from "node:util";
import { decide } from "../../src/decide.ts";
import { rehearsed } from "../../src/github/rehearsal.ts";
import type { Rule } from "./table-holds.ts";
import { isFoundSetUp, isStep, onlyReads, sends } from "./table-rules.ts";
import type { Place } from "./table-walk.ts";

export const DRY_HOLDS: Readonly<Record<string, Rule>> = {
  "a dry run only reads, and waits for no count": ({ next }, { inputs }) =>
    inputs.dryRun &&
    isStep(next) &&
    (!onlyReads(next) ||
      next.do === "find_preview" ||
      (next.do === "count_again" && next.patient)) &&
    next.do,

  "a dry run ends at the first write or wait of the real run, and is red where that is red":
    ({ view, past }, { inputs }) => {
      if (!past.quiet || inputs.apiToken === undefined) return;
      const real = decide(view, { ...inputs, dryRun: false });
      const dry = decide(view, { ...inputs, dryRun: true });
      if (real.do === "find_preview")
        return !isDryEnd(dry, undefined) && dry.do;
      if (real.do === "count_again") {
        const impatient = { ...real, patient: false };
        return !isDeepStrictEqual(impatient, dry) && dry.do;
      }
      if (real.do === "stop" || (isStep(real) && onlyReads(real))) {
        return !isDeepStrictEqual(real, dry) && `${real.do}, dry: ${dry.do}`;
      }
      const instead = isStep(real) ? real : undefined;
      return !isDryEnd(dry, instead) && `${real.do}, dry: ${dry.do}`;
    },

  "a dry run names the step that it stops at": ({ known, next, view }, run) => {
    const { inputs } = run;
    if (next.do !== "end" || !inputs.dryRun || !inputs.apiToken) return;
    const { instead } = next;
    const sentence = rehearsed(view, inputs, instead);
    const words = instead ? WORDS[instead.do] : "leave the batch unchanged";
    if (words === undefined) return `stops at ${String(instead?.do)}`;
    const sent = instead && sends(instead);
    if (sentence.includes("stop there")) return;
    const setUp = sent && !isFoundSetUp(known) ? ", then set up the batch" : "";
    return (
      !(
        sentence.startsWith(`A real run would ${words}`) &&
        sentence.includes(setUp)
      ) && sentence
    );
  },

  "without a token, no request is sent": ({ next }, { inputs }) =>
    inputs.apiToken === undefined &&
    next.do !== "check_file" &&
    !isDryEnd(next, undefined) &&
    next.do,
};

/** The beginning of the sentence of a dry run. */
const WORDS: Readonly<Record<string, string>> = {
  upload: "upload ",
  append: "append ",
  probe: "append 10 of its records to see ",
  set_up: "set up the batch",
  sync: "sync the batch",
  wait_for_batch: "wait for the setup",
  wait_for_dataset: "wait for ",
  look_for_bytes: "look whether ",
  follow_import: "follow import ",
};

function isDryEnd(next: Place["next"], instead: unknown): boolean {
  return (
    next.do === "end" &&
    next.outcome === "dry_run" &&
    isDeepStrictEqual(next.instead, instead)
  );
}
