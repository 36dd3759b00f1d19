/** States and decisions in words, for messages. */
import type { Decision } from "../../src/decision.ts";
import type { Place } from "./table-walk.ts";
import type { Run } from "./table-world.ts";

/** The part of a decision that leads to other states. The rest is for messages. */
export function gistOf(next: Decision): string {
  if (next.do === "stop") {
    const { reason } = next;
    return `stop: ${reason.why === "unaccounted" ? reason.concern.what : reason.why}`;
  }
  if (next.do === "end") {
    return `end: ${[next.outcome, next.instead?.do].filter(Boolean).join(" ")}`;
  }
  if (next.do === "allow") return `allow: ${next.concern.what}`;
  return next.do === "count_again"
    ? `count_again: ${next.until.kind}`
    : next.do;
}

/** What is taken up in turn, for a message. */
export function wayTo(place: Place, { inputs, format }: Run): string {
  const steps: string[] = [];
  for (let at: Place | undefined = place; at; at = at.from) {
    const { batch, dataset } = at.view;
    const of = (reading: { ageMs: number } | undefined, words: string) =>
      reading ? `${words}${reading.ageMs > 5_000 ? " (old)" : ""}` : "-";
    const b = batch?.value;
    const d = dataset?.value;
    const imports =
      d?.version === 4
        ? d.imports.map((j) => `${String(j.filename)}:${j.status}`).join("+")
        : `${String(d?.status)} ${String(d?.filename)}`;
    steps.unshift(
      `  batch ${of(batch, `${String(b?.status)} ${String(b?.totalTaskCount)} tasks, ${String(b?.datasets.length)} datasets`)}, ` +
        `dataset ${of(dataset, `V${String(d?.version)} ${String(d?.totalDatapointCount)} ${imports}`)} -> ${at.next.do}`,
    );
  }
  const { ifReady, wait, allowPartial, dryRun, datasetId } = inputs;
  const given = { ifReady, wait, allowPartial, dryRun, datasetId, format };
  return `${JSON.stringify(given)}\n${steps.join("\n")} ${JSON.stringify(place.next).slice(0, 120)}`;
}
