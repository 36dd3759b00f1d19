/** What generated faults are made of (fast-check arbitraries); sandbox/faults.ts says what each does. */
import fc from "fast-check";
import type { Fault, FaultEffect } from "../sandbox/faults.ts";

/** Mostly not: schedules in which too much happens at once end too early to show anything. */
export function sometimes<T>(what: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: what },
  );
}

/** Before the work (a lost request) and after it (a lost reply). */
export const moment = fc.constantFrom<"before" | "after">("before", "after");

/** Milliseconds on both sides of every limit: the grace of 20 s, the 30 s of a request, the minute of a stall. */
export const aroundLimits = fc.constantFrom(
  100,
  1_000,
  5_000,
  19_000,
  21_000,
  29_900,
  30_100,
  60_000,
);

const retryAfter = fc.constantFrom<Record<string, string>>(
  {},
  { "retry-after": "0" },
  { "retry-after": "5" },
  { "retry-after": "7200" },
  { "retry-after": "soon" },
);

/** Whatever can become of a request to the API. */
export const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 502, 503, 408, 425, 429, 429, 418, 307),
    when: moment,
    headers: retryAfter,
  }),
  // A refusal that did the work all the same would be a lie that nobody can see through.
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(400, 401, 403, 404, 409, 422),
    when: fc.constant("before" as const),
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
  fc.record({
    kind: fc.constant("echoAuth" as const),
    when: fc.constant("before" as const),
  }),
  fc.record({ kind: fc.constant("lag" as const), lagMs: aroundLimits }),
);

/** One fault: single hits, and windows of time, so that there are storms. */
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

/** A time limit of the step in whole seconds: the round ones, and any. */
export const timeoutSeconds = fc.oneof(
  fc.constantFrom(1, 10, 40, 120, 1_800, 1_800),
  fc.integer({ min: 1, max: 200 }),
);

/** A moment of somebody else, in milliseconds from the start; often before the first look, or just after it. */
export const theirMoment = fc.oneof(
  fc.constantFrom(0, 1, 500, 2_000),
  fc.nat(90_000),
);

/** The moment of a cancel in milliseconds from the start, or none. */
export const cancelAt = sometimes(fc.nat(90_000));

/** What `Math.random` says all the time. */
export const luck = fc.double({ min: 0.05, max: 0.99, noNaN: true });

/** Nobody listens from the first for the second, in milliseconds. */
export const nobodyListens = sometimes(
  fc.tuple(fc.nat(60_000), fc.nat(60_000)),
);

/** One time in seven. */
export const occasionally = fc.nat(6).map((n) => n === 6);

/** What can become of a request on the way of a file, to the API or to the storage. */
const fileEffect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(500, 503, 408, 429),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(400, 403, 404, 409),
    when: fc.constant("before" as const),
  }),
  fc.record({
    kind: fc.constantFrom("reset" as const, "hang" as const, "html" as const),
    when: moment,
  }),
  fc.record({
    kind: fc.constant("delay" as const),
    // Never so long that an upload arrives after it was looked for in vain: no client can know that.
    ms: fc.constantFrom(100, 5_000, 29_000, 45_000),
    when: moment,
  }),
  fc.record({
    kind: fc.constantFrom("cutBody" as const, "stallBody" as const),
  }),
);

const uploadEffect: fc.Arbitrary<FaultEffect> = fc.record({
  kind: fc.constantFrom("stallUpload" as const, "cutUpload" as const),
  bytes: fc.constantFrom(0, 3, 1_000_000),
});

const arrivedAllTheSame: fc.Arbitrary<FaultEffect> = fc.constantFrom(
  { kind: "reset", when: "after" },
  { kind: "status", status: 503, when: "after" },
);

/** Faults on the way of a file. */
export const fileFaults: fc.Arbitrary<Fault[]> = fc.array(
  fc
    .tuple(
      fc.oneof(
        fc.tuple(
          fc.constantFrom(
            "GET ~upload-url",
            "PUT ~^/storage/",
            "PUT ~^/storage/",
            "GET /imports/*",
            "GET /datasets/*",
            "POST /datapoints",
            "POST /setup",
            "POST /sync",
            "GET /syncs/*",
            "GET /batches/*",
          ),
          fileEffect,
        ),
        fc.tuple(
          fc.constant("PUT ~^/storage/"),
          fc.oneof(uploadEffect, arrivedAllTheSame),
        ),
      ),
      fc.record({
        times: fc.constantFrom(1, 2, 4),
        after: fc.constantFrom(0, 0, 0, 1, 2),
      }),
    )
    .map(([[match, what], when]) => ({ match, ...what, ...when })),
  { maxLength: 5 },
);
