import type { Reply } from "./error-bodies.ts";

/** A request that Prolific refuses, with its answer. Thrown wherever the reason is known, caught by the routes. */
export class Refused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}
