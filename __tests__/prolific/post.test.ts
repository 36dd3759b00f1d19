/** Contract 4: the outcome of a POST, as far as this side can know. */
import { describe, expect, test } from "@jest/globals";
import { attempt } from "../../src/prolific/post.ts";
import {
  ApiError,
  Cancelled,
  ConnectionError,
  ContractError,
  DeadlineReached,
  Stop,
} from "../../src/errors.ts";

const WHERE = { method: "POST", path: "/batches/1/setup" };
const REFUSED = [400, 401, 403, 404, 405, 409, 422];

/** The outcome of a POST that fails. */
const after = (error: Error) => attempt(() => Promise.reject(error));

test("a success is accepted, with its value", async () => {
  await expect(attempt(() => Promise.resolve(202))).resolves.toEqual({
    kind: "accepted",
    value: 202,
  });
});

test("is sent once, whatever the outcome", async () => {
  let posts = 0;
  await attempt(() => {
    posts++;
    return Promise.reject(new ApiError(WHERE, 503, ""));
  });
  expect(posts).toBe(1);
});

describe("HTTP", () => {
  test.each(REFUSED)("%d is a refusal", async (status) => {
    const error = new ApiError(WHERE, status, "");
    expect(await after(error)).toEqual({ kind: "refused", error });
  });

  test("429 means to wait", async () => {
    const error = new ApiError(WHERE, 429, "", 1_000);
    expect(await after(error)).toEqual({ kind: "too_many_requests", error });
  });

  test("any other response leaves the outcome open", async () => {
    for (let status = 100; status <= 599; status++) {
      if (REFUSED.includes(status) || status === 429) continue;
      const error = new ApiError(WHERE, status, "");
      expect(await after(error)).toEqual({ kind: "unknown", error });
    }
  });
});

test("without a connection, nothing was sent", async () => {
  const error = new ConnectionError(WHERE, "refused", { sent: false });
  expect(await after(error)).toEqual({ kind: "not_sent", error });
});

test.each([
  new ConnectionError(WHERE, "reset"),
  new ConnectionError(WHERE, "too large", { final: true }),
  new ContractError(WHERE, "no JSON"),
  new ContractError(WHERE, "unknown word", { final: true }),
])("$message leaves the outcome open", async (error) => {
  expect(await after(error)).toEqual({ kind: "unknown", error });
});

test.each([
  new DeadlineReached(1),
  new Cancelled("SIGTERM"),
  new Stop({ title: "t", what: "w" }),
  new TypeError("a defect"),
])("$message is thrown again", async (error) => {
  await expect(after(error)).rejects.toBe(error);
});

test("an error before anything is sent is thrown again", async () => {
  const defect = new TypeError("a defect");
  const given = attempt(() => {
    throw defect;
  });
  await expect(given).rejects.toBe(defect);
});
