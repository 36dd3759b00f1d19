/** Messages for network failures. */
import { describe as group, expect, test } from "@jest/globals";
import { describe } from "../../src/prolific/wire.ts";

group("a failure is told by", () => {
  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}`), {
      code: "ECONNREFUSED",
    });

  test.each<[string, unknown, string]>([
    ["its message", new Error("socket hang up"), "socket hang up"],
    [
      "its message and the code that is not in it",
      Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      "socket hang up (ECONNRESET)",
    ],
    [
      "only its message if the code is in it",
      refused("::1"),
      "connect ECONNREFUSED ::1",
    ],
    [
      "its code if it has no message",
      Object.assign(new Error(), { code: "EPIPE" }),
      " (EPIPE)",
    ],
    [
      "the result for each address, if it has no message",
      new AggregateError([refused("::1"), refused("127.0.0.1")]),
      "connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1",
    ],
    [
      "a result that is the same for all addresses, once",
      new AggregateError([new Error("no route"), new Error("no route")]),
      "no route",
    ],
    [
      "its own message, if it has several reasons and one",
      new AggregateError([new Error("no route")], "all failed"),
      "all failed",
    ],
    ["itself if it is not an error", "gone", "gone"],
    ["itself if it is undefined", undefined, "undefined"],
  ])("%s", (_, error, words) => {
    expect(describe(error)).toBe(words);
  });
});
