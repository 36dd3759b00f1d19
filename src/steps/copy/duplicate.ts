/** Makes one copy of a batch, although the API cannot recognise a repeated request (contract 10, API 3.8). */
import { copiesOf } from "../../copies.ts";
import type { Duplicate } from "../../decision.ts";
import { ApiError, type RequestError, Stop } from "../../errors.ts";
import { counted } from "../../figures.ts";
import { paidAgain } from "../../github/concerns.ts";
import { quote } from "../../github/foreign-text.ts";
import { SHORTEST_PAUSE_AFTER_429_MS } from "../../prolific/retry.ts";
import type { Batch } from "../../prolific/schema.ts";
import type { Known } from "../../view.ts";
import { type Meaning, type Needs, sendOut } from "../tools.ts";
import { listCopies } from "./list-copies.ts";

/** After a POST without a response, the list is read after each of these pauses: the grace period of 20 s. */
const PAUSES_IN_GRACE_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
/** After a refusal, the list is read three times over 5 s. */
const PAUSES_AFTER_REFUSAL_MS = [0, 2_500, 2_500];
const COPIES_AT_MOST = 2;
/** For this long, a batch that was just created may not be found by its id. */
const LAG_MS = 10_000;
export const COPY_MEANING: Meaning = {
  unanswered: "copy_unknown",
  accepted: "copy_made",
};

type Maker = Needs<"prolific" | "patience" | "log" | "report">;

/**
 * Sends the request so that it makes one copy, or finds the copy of a request whose response was lost.
 * @throws Stop if Prolific refuses, or if two requests had no clear response and the list shows no copy.
 */
export async function duplicate(
  tools: Maker,
  step: Duplicate,
): Promise<Partial<Known>> {
  const { log, patience, prolific, report } = tools;
  const { name, original } = step;
  log.say(
    `Making a copy of batch ${original.id}: "${quote(name, log.runner.redact)}"`,
  );
  const again = paidAgain(step);
  if (again !== undefined) {
    log.note(
      "Records may be paid for again",
      `new_batch is all_rows: ${again}.`,
    );
  }
  let unanswered = 0;
  for (let tries = 1; ; tries++) {
    const result = await sendOut(tools, COPY_MEANING, (options) =>
      prolific.duplicate(original.id, name, options),
    );
    switch (result.kind) {
      case "accepted":
        return made(await copyById(tools, result.value, original));
      case "refused": {
        const found = await look(tools, step, PAUSES_AFTER_REFUSAL_MS);
        if (found) return made(found);
        throw new Stop({
          title: "Prolific refused to copy the batch",
          what: `Prolific refused to make a copy of batch ${original.id}.`,
          answer: result.error,
        });
      }
      case "too_many_requests":
        // Prolific may have made the copy all the same (API 11.30).
        log.sayOfTry(
          tries,
          "Prolific asks to wait (HTTP 429); retrying if there is no copy by then",
        );
        await patience.backOff(
          tries,
          result.error,
          SHORTEST_PAUSE_AFTER_429_MS,
        );
        break;
      case "unknown":
        unanswered++;
        log.say(
          `No clear response; looking for the copy: ${result.error.message}`,
        );
        patience.writeError = result.error;
    }
    const found = await look(tools, step, PAUSES_IN_GRACE_MS);
    if (found) return made(found);
    if (unanswered >= COPIES_AT_MOST) throw unknown(step, result.error);
    log.say("No copy shows after 20 s; sending the request again");
  }

  function made(copy: Batch): Partial<Known> {
    patience.writeError = undefined;
    report.progress = COPY_MEANING.accepted;
    return { made: copy, copies: undefined };
  }
}

/** The copy of this content, if the list shows it after one of the pauses. */
async function look(
  tools: Maker,
  { hash, original }: Duplicate,
  pausesMs: readonly number[],
): Promise<Batch | undefined> {
  for (const pauseMs of pausesMs) {
    await tools.patience.pause(pauseMs);
    const { value } = await listCopies(tools, original, "waiting");
    const [copy] = copiesOf(value, original, hash);
    if (copy) return copy;
  }
  return undefined;
}

async function copyById(
  { patience, prolific }: Maker,
  id: string,
  original: Batch,
): Promise<Batch> {
  if (id === original.id) {
    throw new Stop({
      title: "Prolific's response cannot be used",
      what: `Prolific answered the copy of batch ${id} with the id of that batch.`,
      next: "Look in Prolific whether there is a copy. Then run this job again: it looks for the copy first.",
    });
  }
  const since = patience.now();
  return patience.read(
    "waiting",
    (options) => prolific.batch(id, options),
    (error) =>
      error instanceof ApiError &&
      error.status === 404 &&
      patience.now() - since < LAG_MS,
  );
}

function unknown({ original }: Duplicate, error: RequestError): Stop {
  return new Stop({
    title: "Unknown whether Prolific made the copy",
    what:
      `${counted(COPIES_AT_MOST, "POST")} to make a copy of batch ${original.id} had no clear response, and no copy shows ` +
      "20 s after the last of them.",
    next: "Run this job again: it looks for the copy first. A copy that stays unused has no data and costs nothing.",
    answer: error,
  });
}
