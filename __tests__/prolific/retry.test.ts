import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  ApiError,
  Cancelled,
  ConnectionError,
  ContractError,
  DeadlineReached,
  InputError,
  Stop,
} from "../../src/errors.ts";
import {
  DECIDING_TRIES,
  type ReadPolicy,
  isTransient,
  parseRetryAfter,
  pauseBeforeRetry,
  readPatiently,
} from "../../src/prolific/retry.ts";

const WHERE = { method: "GET", path: "/batches/1" };
const api = (status: number, retryAfterMs?: number) =>
  new ApiError(WHERE, status, "", retryAfterMs);
const lost = new ConnectionError(WHERE, "read ECONNRESET");
/** 21 August 2026, 08:00:00 UTC. */
const EIGHT = Date.UTC(2026, 7, 21, 8);

describe("isTransient", () => {
  test.each([408, 425, 429, 500, 501, 502, 503, 504, 520, 599])(
    "HTTP %d is transient",
    (status) => {
      expect(isTransient(api(status))).toBe(true);
    },
  );

  test.each([200, 202, 301, 304, 307, 400, 401, 403, 404, 405, 409, 410, 422])(
    "HTTP %d is final",
    (status) => {
      expect(isTransient(api(status))).toBe(false);
    },
  );

  test.each<[string, boolean, unknown]>([
    ["a lost connection", true, lost],
    [
      "a connection that was never made",
      true,
      new ConnectionError(WHERE, "x", { sent: false }),
    ],
    [
      "a response that is too large",
      false,
      new ConnectionError(WHERE, "x", { final: true }),
    ],
    ["a malformed response", true, new ContractError(WHERE, "x")],
    ["an unknown word", false, new ContractError(WHERE, "x", { final: true })],
    ["the deadline", false, new DeadlineReached(1)],
    ["a cancel", false, new Cancelled("SIGINT")],
    ["a decision", false, new Stop({ title: "t", what: "w" })],
    ["a bad input", false, new InputError(["x"])],
    ["a defect of the program", false, new TypeError("x")],
    ["a thrown text", false, "x"],
    ["undefined as an error", false, undefined],
  ])("%s: %s", (_, transient, error) => {
    expect(isTransient(error)).toBe(transient);
  });
});

describe("pauseBeforeRetry", () => {
  const random = fc.integer({ min: 0, max: 999_999 }).map((n) => n / 1_000_000);

  test("is between 0 and the back-off, which doubles from 0.5 s to 30 s", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (attempt, r) => {
        const pause = pauseBeforeRetry(attempt, lost, r);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(
          Math.min(30_000, 500 * 2 ** (attempt - 1)),
        );
      }),
    );
  });

  test("uses all of that range", () => {
    const most = Array.from({ length: 9 }, (_, i) =>
      pauseBeforeRetry(i + 1, lost, 1 - Number.EPSILON),
    );
    expect(most.map(Math.round)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(pauseBeforeRetry(7, lost, 0)).toBe(0);
    expect(pauseBeforeRetry(7, lost, 0.5)).toBe(15_000);
  });

  test("is exactly what the server asks for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 3_600_000 }),
        random,
        (attempt, askedMs, r) => {
          expect(pauseBeforeRetry(attempt, api(429, askedMs), r)).toBe(askedMs);
          expect(pauseBeforeRetry(attempt, api(503, askedMs), r)).toBe(askedMs);
        },
      ),
    );
  });

  test("is the back-off if the server asks for a pause of 0", () => {
    expect(pauseBeforeRetry(3, api(429, 0), 0.5)).toBe(1_000);
  });
});

describe("parseRetryAfter", () => {
  test.each<[string, number]>([
    ["0", 0],
    ["1", 1_000],
    [" 120 ", 120_000],
    ["007", 7_000],
  ])("reads %j as seconds", (text, ms) => {
    expect(parseRetryAfter(text, undefined, EIGHT)).toBe(ms);
  });

  test("compares a date with the date of the response", () => {
    // The clock of this machine is an hour slow, which must not cause a wait of an hour.
    expect(
      parseRetryAfter(
        "Fri, 21 Aug 2026 08:00:30 GMT",
        "Fri, 21 Aug 2026 08:00:00 GMT",
        EIGHT - 3_600_000,
      ),
    ).toBe(30_000);
  });

  test.each([undefined, "", "yesterday"])(
    "compares a date with the time of day if the date of the response is %j",
    (date) => {
      expect(
        parseRetryAfter("Fri, 21 Aug 2026 08:00:30 GMT", date, EIGHT),
      ).toBe(30_000);
    },
  );

  test("reads a past date as no pause", () => {
    expect(
      parseRetryAfter("Fri, 21 Aug 2026 07:00:00 GMT", undefined, EIGHT),
    ).toBe(0);
  });

  test("reads any number of whole seconds and any date", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seconds) => {
        expect(parseRetryAfter(String(seconds), undefined, EIGHT)).toBe(
          seconds * 1_000,
        );
        const date = new Date(EIGHT + seconds * 1_000).toUTCString();
        expect(parseRetryAfter(date, undefined, EIGHT)).toBe(seconds * 1_000);
      }),
    );
  });

  test.each([
    undefined,
    "",
    "  ",
    "soon",
    "after Fri, 21 Aug 2026 09:00:00 GMT",
    "-1",
    "+5",
    "1.5",
    "1e3",
    "0x10",
    "5,6",
    "Infinity",
    "NaN",
    "null",
    "2026-08-21",
    "12:00",
    "١",
  ])("finds nothing in %j", (text) => {
    expect(parseRetryAfter(text, undefined, EIGHT)).toBeUndefined();
  });

  test.each([
    "5s",
    "30 seconds",
    "in 5 minutes",
    "later 2050",
    "May 2050",
    "retry-2099",
  ])(
    "never waits for years because of %j, which is not an HTTP date",
    (text) => {
      expect(parseRetryAfter(text, undefined, EIGHT) ?? 0).toBe(0);
    },
  );
});

describe("readPatiently", () => {
  /** A policy that records calls, and a function that fails once for each error. */
  function given(errors: unknown[], policy: Partial<ReadPolicy> = {}) {
    const attempts: number[] = [];
    const pauses: number[] = [];
    const told: [Error, number][] = [];
    const result = readPatiently(
      (attempt) => {
        attempts.push(attempt);
        const error = errors[attempt - 1];
        return error === undefined
          ? Promise.resolve("value")
          : // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- thrown as it is
            Promise.reject(error);
      },
      {
        sleep: (ms) => {
          pauses.push(ms);
          return Promise.resolve();
        },
        random: () => 0.5,
        onRetry: (error, ms) => told.push([error, ms]),
        ...policy,
      },
    );
    return { result, attempts, pauses, told };
  }

  test("returns at once if the first attempt succeeds", async () => {
    const { result, attempts, pauses, told } = given([]);
    await expect(result).resolves.toBe("value");
    expect(attempts).toEqual([1]);
    expect(pauses).toEqual([]);
    expect(told).toEqual([]);
  });

  test("retries, numbers the attempts and reports them", async () => {
    const errors = [lost, api(503), new ContractError(WHERE, "x")];
    const { result, attempts, pauses, told } = given(errors);
    await expect(result).resolves.toBe("value");
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(pauses).toEqual([250, 500, 1_000]);
    expect(told).toEqual(errors.map((error, i) => [error, pauses[i]]));
  });

  test("waits as long as the server asks", async () => {
    const { result, pauses } = given([api(429, 7_000)]);
    await result;
    expect(pauses).toEqual([7_000]);
  });

  test("throws the last error after the last attempt, without another pause", async () => {
    const errors = Array.from({ length: 10 }, (_, i) => api(500 + i));
    const { result, attempts, pauses, told } = given(errors, {
      tries: DECIDING_TRIES,
    });
    await expect(result).rejects.toBe(errors[4]);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(pauses).toHaveLength(4);
    expect(told).toHaveLength(4);
  });

  test("never stops without a limit of attempts", async () => {
    const errors = Array.from({ length: 500 }, () => lost);
    const { result, attempts } = given(errors);
    await result;
    expect(attempts).toHaveLength(501);
  });

  test.each<[string, unknown]>([
    ["a final response", api(404)],
    ["an unknown word", new ContractError(WHERE, "x", { final: true })],
    ["the deadline", new DeadlineReached(1)],
    ["a defect", new TypeError("x")],
    ["a thrown text", "x"],
  ])("throws %s at once", async (_, error) => {
    const { result, attempts, pauses } = given([error]);
    await expect(result).rejects.toBe(error);
    expect(attempts).toEqual([1]);
    expect(pauses).toEqual([]);
  });

  test("retries errors that the caller regards as lag", async () => {
    const { result, attempts } = given([api(404), api(404)], {
      isLag: (error) => error instanceof ApiError && error.status === 404,
    });
    await expect(result).resolves.toBe("value");
    expect(attempts).toEqual([1, 2, 3]);
    const other = given([api(403)], { isLag: () => false });
    await expect(other.result).rejects.toMatchObject({ status: 403 });
  });

  test("throws what sleep throws when the time is up", async () => {
    const deadline = new DeadlineReached(1);
    const { result } = given([lost], { sleep: () => Promise.reject(deadline) });
    await expect(result).rejects.toBe(deadline);
  });

  test("works without a callback", async () => {
    const result = readPatiently(
      (attempt) =>
        attempt === 1 ? Promise.reject(lost) : Promise.resolve(attempt),
      { sleep: () => Promise.resolve(), random: () => 0 },
    );
    await expect(result).resolves.toBe(2);
  });
});
