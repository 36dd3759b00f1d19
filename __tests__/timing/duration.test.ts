import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/timing/duration.ts";

const DAY_S = 86_400;

describe("parseDuration", () => {
  test.each([
    ["1s", 1_000],
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["90m", 5_400_000],
    ["1h30m", 5_400_000],
    ["1d", 86_400_000],
    ["5d", 432_000_000],
    ["1d2h3m4s", 93_784_000],
    ["1d4s", 86_404_000],
    ["0s", 0],
    ["007s", 7_000],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    "",
    " ",
    "0",
    "30",
    "-5m",
    "+5m",
    "1.5h",
    "1,5h",
    "1e3s",
    "0x10s",
    "m",
    "hms",
    "5M",
    "5 m",
    " 5m",
    "5m ",
    "5m\n",
    "1h 30m",
    "1m1h",
    "1h1h",
    "5ms",
    "5min",
    "5 minutes",
    "1w",
    "PT5M",
    "٥m",
    "5m5",
    "Infinity",
    "NaN",
  ])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("refuses any text that is not days, hours, minutes and seconds in this order", () => {
    const pieces = fc.constantFrom(...Array.from("0123456789dhmsDHMS .-+:_\n"));
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 12 }), (text) => {
        const fits = text !== "" && /^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(text);
        // `$` in a regular expression without the flag m only matches at the end.
        expect(parseDuration(text) !== undefined).toBe(fits);
      }),
      { numRuns: 2_000 },
    );
  });

  test("adds up its parts", () => {
    const part = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(part, part, part, part, (d, h, m, s) => {
        expect(parseDuration(`${d}d${h}h${m}m${s}s`)).toBe(
          (d * DAY_S + h * 3_600 + m * 60 + s) * 1_000,
        );
      }),
    );
  });

  test("does not mistake too many digits for a small number", () => {
    expect(parseDuration(`${"9".repeat(400)}s`)).toBe(Infinity);
    expect(parseDuration(`${"9".repeat(30)}d`)).toBeGreaterThan(1e30);
  });
});

describe("formatDuration", () => {
  test.each([
    [0, "0s"],
    [499, "0s"],
    [500, "1s"],
    [59_600, "1m"],
    [90_000, "1m30s"],
    [5_400_000, "1h30m"],
    [432_000_000, "5d"],
    [86_404_000, "1d4s"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("is parsed back to the same value, for whole seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY_S }), (seconds) => {
        const text = formatDuration(seconds * 1_000);
        expect(parseDuration(text)).toBe(seconds * 1_000);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is at most half a second off for any number of milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY_S * 1_000 }), (ms) => {
        const back = parseDuration(formatDuration(ms)) ?? NaN;
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(500);
      }),
    );
  });
});
