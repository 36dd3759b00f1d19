/** Generates faults (fast-check arbitraries). sandbox/faults/faults.ts explains each of them. */
import fc from "fast-check";
import type { Fault, FaultEffect } from "../../../sandbox/faults/faults.ts";

/** Mostly false: schedules with too many events end too early to show anything. */
export function sometimes<T>(what: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: what },
  );
}

/** Before the work (a lost request) and after it (a lost reply). */
export const moment = fc.constantFrom<"before" | "after">("before", "after");

/** Milliseconds on both sides of every limit: freshness, the lag of what is new, the grace, a request, the time of a stall. */
export const aroundLimits = fc.constantFrom(
  100,
  1_000,
  4_900,
  5_100,
  9_900,
  10_100,
  19_000,
  21_000,
  29_900,
  30_100,
  60_100,
);

const retryAfter = fc.constantFrom<Record<string, string>>(
  {},
  { "retry-after": "0" },
  { "retry-after": "5" },
  { "retry-after": "7200" },
  { "retry-after": "soon" },
);

/** Transient faults, for which a request is retried. */
const trouble: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 502, 503, 408, 425, 429, 429),
    when: moment,
    headers: retryAfter,
  }),
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("delay" as const),
    ms: aroundLimits,
    when: moment,
  }),
  fc.record({
    kind: fc.constantFrom("html" as const, "emptyObject" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constantFrom("cutBody" as const, "stallBody" as const),
  }),
  fc.record({
    kind: fc.constant("malformed" as const),
    when: moment,
    body: fc.constantFrom("null", '{"status":null}', '{"status":"READY"'),
  }),
);

/** Responses that mostly end a step. */
const refusal: fc.Arbitrary<FaultEffect> = fc.oneof(
  // No client can notice a refusal that did the work all the same.
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(400, 401, 403, 404, 409, 422),
    when: fc.constant("before" as const),
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(418, 307),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("echoAuth" as const),
    when: fc.constant("before" as const),
  }),
);

const fromThePast: fc.Arbitrary<FaultEffect> = fc.record({
  kind: fc.constant("lag" as const),
  lagMs: aroundLimits,
});

/** Anything that can happen to a request to the API. */
export const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  { weight: 12, arbitrary: trouble },
  { weight: 2, arbitrary: refusal },
  { weight: 2, arbitrary: fromThePast },
);

/** Responses to the setup that do not show whether it was accepted. */
export const lostAnswer: fc.Arbitrary<Fault> = fc
  .record({
    times: fc.constantFrom(1, 1, 2, 4),
    effect: fc.constantFrom<FaultEffect>(
      { kind: "reset", when: "after" },
      { kind: "reset", when: "before" },
      { kind: "hang", when: "after" },
      { kind: "status", status: 503, when: "after" },
      { kind: "delay", ms: 45_000, when: "before" },
    ),
  })
  .map(({ times, effect }) => ({ match: "POST /setup", times, ...effect }));

/** The setup must be sent again later. */
export const askedToWait: fc.Arbitrary<Fault> = fc.record({
  match: fc.constant("POST /setup"),
  kind: fc.constant("status" as const),
  status: fc.constant(429),
  times: fc.constantFrom(1, 2),
  headers: retryAfter,
});

/** One fault: for single requests, or for a period of time, which makes storms. */
export function faultAt(
  matches: readonly string[],
  what: fc.Arbitrary<FaultEffect>,
): fc.Arbitrary<Fault> {
  return fc
    .record({
      match: fc.constantFrom(...matches),
      after: fc.constantFrom(0, 0, 0, 1, 2, 4),
      hits: fc.oneof(
        fc.record({ times: fc.constantFrom(1, 1, 2, 4, 9) }),
        fc.record({ forMs: aroundLimits }),
      ),
      effect: what,
    })
    .map(({ match, after, hits, effect }) => ({
      match,
      after,
      ...hits,
      ...effect,
    }));
}

/** A time limit of the step in whole seconds, often a round one. */
export const timeoutSeconds = fc.oneof(
  fc.constantFrom(1, 10, 40, 120, 1_800, 1_800, 1_800, 1_800, 1_800),
  fc.integer({ min: 1, max: 200 }),
);

/** When somebody else acts, in milliseconds after the start: often just before or after the first reading. */
export const theirMoment = fc.oneof(
  fc.constantFrom(0, 1, 500, 2_000),
  fc.nat(90_000),
);

/** The time of a cancel in milliseconds after the start, or none. */
export const cancelAt = sometimes(fc.nat(90_000));

/** The constant value of `Math.random`. */
export const luck = fc.double({ min: 0.05, max: 0.99, noNaN: true });

/** A period without a server: its start and its length, in milliseconds. */
export const nobodyListens = sometimes(
  fc.tuple(fc.nat(60_000), fc.nat(60_000)),
);

/** Longer than anything is still on its way after a run, in milliseconds. */
export const AFTERWARDS_MS = 300_000;

/** One time in seven. */
export const occasionally = fc.nat(6).map((n) => n === 6);

/** One time in twenty: for what ends a step at once. */
export const rarely = fc.nat(19).map((n) => n === 19);

/** What can happen to a request for a file, to the API or to the storage. */
const fileTrouble: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 503, 408, 429),
    when: moment,
    headers: retryAfter,
  }),
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const, "html" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("delay" as const),
    // An upload never arrives after the last check for it, because no client can know that.
    ms: fc.constantFrom(100, 5_000, 29_000, 45_000),
    when: moment,
  }),
  fc.record({
    kind: fc.constantFrom("cutBody" as const, "stallBody" as const),
  }),
);

const fileRefusal: fc.Arbitrary<FaultEffect> = fc.record({
  kind: fc.constant("status" as const),
  status: fc.constantFrom(400, 403, 404, 409),
  when: fc.constant("before" as const),
});

const uploadEffect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("stallUpload" as const, "cutUpload" as const),
    bytes: fc.constantFrom(0, 3, 1_000_000),
  }),
  fc.constantFrom<FaultEffect>(
    { kind: "reset", when: "after" },
    { kind: "status", status: 503, when: "after" },
    { kind: "echoAddress" },
    { kind: "echoAddress", status: 503, when: "after" },
  ),
);

const TO_THE_API = [
  "GET ~upload-url",
  "GET /imports/*",
  "GET /datasets/*",
  "POST /datapoints",
  "POST /setup",
  "POST /sync",
  "GET /syncs/*",
  "GET /status",
  "GET /batches/*",
];
const UPLOAD = "PUT ~^/storage/";

/** Faults on the way of a file. */
export const fileFaults: fc.Arbitrary<Fault[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: faultAt(
        [...TO_THE_API, UPLOAD, UPLOAD],
        fc.oneof(
          { weight: 6, arbitrary: fileTrouble },
          { weight: 1, arbitrary: fileRefusal },
        ),
      ),
    },
    { weight: 2, arbitrary: faultAt([UPLOAD], uploadEffect) },
    { weight: 1, arbitrary: faultAt(TO_THE_API, trouble) },
    // A reading of a dataset never lags, because no client could know then what was uploaded before.
    {
      weight: 1,
      arbitrary: faultAt(
        ["GET /imports/*", "GET /batches/*", "GET /status", "GET /syncs/*"],
        fromThePast,
      ),
    },
  ),
  { maxLength: 5 },
);
