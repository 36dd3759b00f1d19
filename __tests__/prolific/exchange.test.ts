import { describe, expect, test } from "@jest/globals";
import type { Clock } from "../../src/timing/clock.ts";
import {
  ApiError,
  Cancelled,
  ConnectionError,
  ContractError,
  DeadlineReached,
} from "../../src/errors.ts";
import {
  Exchange,
  REQUEST_LIMIT_MS,
  USER_AGENT,
} from "../../src/prolific/exchange.ts";
import type {
  HttpReply,
  HttpRequest,
  Send,
  SendOptions,
} from "../../src/prolific/http.ts";
import type { Parse } from "../../src/prolific/schema.ts";
import { VERSION } from "../../src/version.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

const TOKEN = "s3cr3t-token";
const MIB = 2 ** 20;
const BASE = "/api/v1/data-collection";
const anything: Parse<unknown> = (json) => json;

/** An exchange with a scripted server, and everything that was sent and logged. */
function exchangeWith(
  answer: (
    request: HttpRequest,
    options: SendOptions,
    clock: FakeClock,
  ) => Promise<HttpReply>,
  apiUrl = "https://api.example",
) {
  const clock = new FakeClock();
  const requests: HttpRequest[] = [];
  const sendOptions: SendOptions[] = [];
  const debug: string[] = [];
  const send: Send = (request, options) => {
    requests.push(request);
    sendOptions.push(options);
    return answer(request, options, clock);
  };
  const exchange = new Exchange({
    send,
    clock,
    apiUrl,
    token: TOKEN,
    debug: (line) => debug.push(line),
  });
  return { clock, exchange, requests, sendOptions, debug };
}

const reply = (
  status: number,
  body = "",
  headers: Readonly<Record<string, string>> = {},
): HttpReply => ({ status, headers, body });
const replies = (...args: Parameters<typeof reply>) =>
  exchangeWith(() => Promise.resolve(reply(...args)));

/** A server that never responds. The request ends like with `sendOverHttp`. */
const silence = (request: HttpRequest, { signal }: SendOptions) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(
        new ConnectionError(
          { method: request.method, path: new URL(request.url).pathname },
          (signal.reason as Error).message,
        ),
      );
    });
  });

const never = () => new AbortController().signal;
const options = () => ({ signal: never() });

/** The error that a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}

describe("a request", () => {
  test("goes to the endpoint with token and User-Agent", async () => {
    const { exchange, requests } = replies(200, "{}");
    await exchange.get("/batches/1", anything, options());
    expect(requests).toEqual([
      {
        method: "GET",
        url: `https://api.example${BASE}/batches/1`,
        headers: {
          Accept: "application/json",
          Authorization: `Token ${TOKEN}`,
          "Content-Type": "application/json",
          "User-Agent": `prolific-setup-batch/${VERSION}`,
        },
      },
    ]);
    expect(USER_AGENT).toMatch(/^prolific-setup-batch\/\d+\.\d+\.\d+$/);
  });

  test("keeps the path of the base address", async () => {
    const { exchange, requests, debug } = exchangeWith(
      () => Promise.resolve(reply(200, "{}")),
      "http://localhost:8080/proxy",
    );
    await exchange.get("/batches/1", anything, options());
    const path = `/proxy${BASE}/batches/1`;
    expect(requests[0]?.url).toBe(`http://localhost:8080${path}`);
    expect(debug[0]).toMatch(new RegExp(`^GET ${path} -> `));
  });

  test("of an append sends its lines as NDJSON", async () => {
    const { exchange, requests } = replies(200, "{}");
    const body = { type: "application/x-ndjson", text: '{"a":1}\n{"a":2}\n' };
    await exchange.post("/datapoints", anything, [200], options(), body);
    expect(requests[0]).toMatchObject({
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: body.text,
    });
  });

  test("for an upload address accepts 201; other reads only accept 200", async () => {
    const { exchange } = replies(201, "{}");
    await exchange.get("/upload-url/a.csv", anything, options(), [201, 200]);
    expect(
      await errorOf(exchange.get("/batches/1", anything, options())),
    ).toBeInstanceOf(ApiError);
  });

  test("of a setup has a JSON body, that of a sync none", async () => {
    const { exchange, requests, sendOptions } = replies(202, "{}");
    const body = { dataset_id: "x", tasks_per_group: 2 };
    await exchange.postForStatus("/setup", body, [202], options());
    await exchange.post("/sync", anything, [202], options());
    expect(requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
    expect(requests[0]?.body).toBe('{"dataset_id":"x","tasks_per_group":2}');
    expect(requests[1]).not.toHaveProperty("body");
    expect(sendOptions.map(({ statusOnly }) => statusOnly)).toEqual([
      true,
      false,
    ]);
  });

  test("accepts a body of 5 MiB, or of another limit", async () => {
    const { exchange, sendOptions } = replies(200, "{}");
    await exchange.get("/x", anything, options());
    await exchange.get("/x", anything, {
      ...options(),
      maxBodyBytes: 64 * MIB,
    });
    expect(sendOptions.map(({ maxBodyBytes }) => maxBodyBytes)).toEqual([
      5 * MIB,
      64 * MIB,
    ]);
  });
});

describe("a response", () => {
  test("is parsed, and errors name its request", async () => {
    const { exchange } = replies(200, '{"a": [1]}');
    const parse: Parse<unknown> = (json, where) => ({ json, where });
    await expect(exchange.get("/batches/1", parse, options())).resolves.toEqual(
      {
        json: { a: [1] },
        where: { method: "GET", path: `${BASE}/batches/1` },
      },
    );
  });

  test("may start with a BOM", async () => {
    const { exchange } = replies(200, '\uFEFF{"a":1}');
    await expect(exchange.get("/x", anything, options())).resolves.toEqual({
      a: 1,
    });
  });

  test("keeps a BOM within a string", async () => {
    const { exchange } = replies(200, '{"a":"b\uFEFFc"}');
    await expect(exchange.get("/x", anything, options())).resolves.toEqual({
      a: "b\uFEFFc",
    });
  });

  test("of null is JSON, which the parser judges", async () => {
    const { exchange } = replies(200, "null");
    await expect(
      exchange.get("/x", (json) => ({ json }), options()),
    ).resolves.toEqual({ json: null });
  });

  test.each(["", " ", "<html>Log in</html>", "{", "{}{}", "undefined", "'x'"])(
    "of %j is not JSON, and is retried",
    async (body) => {
      const { exchange } = replies(200, body);
      const error = await errorOf(exchange.get("/x", anything, options()));
      expect(error).toBeInstanceOf(ContractError);
      expect(error).toMatchObject({
        final: false,
        problem: expect.stringContaining("not JSON"),
        where: { method: "GET", path: `${BASE}/x` },
      });
    },
  );

  test("that is cut off is a lost connection, for a read and for a job", async () => {
    const cut = new ConnectionError({ method: "GET", path: "/x" }, "cut");
    const { exchange, debug } = exchangeWith(() =>
      Promise.resolve({ ...reply(200, "{}"), cut }),
    );
    const error = await errorOf(exchange.get("/x", anything, options()));
    expect(error).toBe(cut);
    const job = exchange.post("/x", anything, [200], options());
    expect(await errorOf(job)).toBe(cut);
    expect(debug.join("\n")).toContain(cut.message);
  });

  test("to a setup is its status line with an expected status", async () => {
    for (const status of [200, 202, 204]) {
      const { exchange } = replies(status, "not JSON");
      const given = exchange.postForStatus(
        "/x",
        {},
        [202, 200, 204],
        options(),
      );
      await expect(given).resolves.toBe(status);
    }
  });

  test.each([200, 201, 204, 206, 302, 304])(
    "of HTTP %d is not a success where 202 is expected",
    async (status) => {
      for (const post of [
        (exchange: Exchange) =>
          exchange.postForStatus("/x", {}, [202], options()),
        (exchange: Exchange) => exchange.post("/x", anything, [202], options()),
      ]) {
        const { exchange } = replies(status, '{"message": "Odd."}');
        expect(await errorOf(post(exchange))).toMatchObject({
          name: "ApiError",
          status,
          words: "Odd.",
        });
      }
    },
  );

  test.each([201, 202, 204, 206, 304, 307])(
    "of HTTP %d is not a success for a read",
    async (status) => {
      const { exchange } = replies(status, "{}");
      const error = await errorOf(exchange.get("/x", anything, options()));
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status });
    },
  );
});

describe("a refusal", () => {
  test("has the status, the request and the server's own words", async () => {
    const { exchange } = replies(400, '{"detail": "Not so."}');
    const error = await errorOf(
      exchange.postForStatus("/batches/1/setup", {}, [202], options()),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 400,
      words: "Not so.",
      retryAfterMs: undefined,
      where: { method: "POST", path: `${BASE}/batches/1/setup` },
    });
  });

  test("stays a refusal if its body is cut off", async () => {
    const { exchange } = exchangeWith(() =>
      Promise.resolve({
        ...reply(409, '{"detail": "Not'),
        cut: new ConnectionError({ method: "POST", path: "/x" }, "cut"),
      }),
    );
    for (const call of [
      exchange.postForStatus("/x", {}, [202], options()),
      exchange.get("/x", anything, options()),
    ]) {
      expect(await errorOf(call)).toMatchObject({ status: 409 });
    }
  });

  test.each([
    [{ "retry-after": "7" }, 7_000],
    [
      {
        "retry-after": "Fri, 21 Aug 2026 10:00:09 GMT",
        date: "Fri, 21 Aug 2026 10:00:00 GMT",
      },
      9_000,
    ],
    // The fake clock shows 08:00:00.
    [{ "retry-after": "Fri, 21 Aug 2026 08:00:09 GMT" }, 9_000],
    [{ "retry-after": "later" }, undefined],
    [{}, undefined],
  ])("with the headers %j requests a pause of %j ms", async (headers, ms) => {
    const { exchange } = exchangeWith(() =>
      Promise.resolve(reply(429, "", headers as Record<string, string>)),
    );
    const error = await errorOf(exchange.get("/x", anything, options()));
    expect(error).toMatchObject({ status: 429, retryAfterMs: ms });
  });
});

describe("the time limit", () => {
  test("is 30 s", async () => {
    const { clock, exchange } = exchangeWith(silence);
    const error = await errorOf(exchange.get("/x", anything, options()));
    expect(REQUEST_LIMIT_MS).toBe(30_000);
    expect(clock.now()).toBe(30_000);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      sent: true,
      final: false,
      reason: "no complete response within 30s",
    });
  });

  test("may be shorter", async () => {
    const { clock, exchange } = exchangeWith(silence);
    const error = await errorOf(
      exchange.get("/x", anything, { ...options(), limitMs: 5_000 }),
    );
    expect(clock.now()).toBe(5_000);
    expect(error).toMatchObject({ reason: "no complete response within 5s" });
  });

  test("covers the body", async () => {
    // Like sendOverHttp if the status line arrives after 10 s, and the body never.
    const { clock, exchange, sendOptions } = exchangeWith(
      async (request, sending, time) => {
        await time.sleep(10_000);
        const cut = await errorOf(silence(request, sending));
        return { ...reply(200, '{"st'), cut: cut as ConnectionError };
      },
    );
    const error = await errorOf(exchange.get("/x", anything, options()));
    expect(clock.now()).toBe(30_000);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(sendOptions[0]?.signal.aborted).toBe(true);
  });

  test("starts again with each request, and leaves no timer behind", async () => {
    const { clock, exchange } = exchangeWith(async (_, { signal }, time) => {
      await time.sleep(29_000, signal);
      return reply(200, "{}");
    });
    for (let i = 1; i <= 3; i++) {
      await exchange.get("/x", anything, options());
      expect(clock.now()).toBe(i * 29_000);
      expect(clock.sleeping).toBe(0);
    }
  });

  test("leaves no timer behind after a failure", async () => {
    const { clock, exchange } = exchangeWith(() =>
      Promise.reject(new ConnectionError({ method: "GET", path: "/" }, "no")),
    );
    await errorOf(exchange.get("/x", anything, options()));
    expect(clock.sleeping).toBe(0);
  });
});

describe("the signal of the run", () => {
  const reasons: [string, Error][] = [
    ["the deadline", new DeadlineReached(60_000)],
    ["a cancel", new Cancelled("SIGTERM")],
  ];

  test.each(reasons)(
    "ends a request before it is sent, by %s",
    async (_, why) => {
      const { exchange, requests } = replies(200, "{}");
      const signal = AbortSignal.abort(why);
      expect(await errorOf(exchange.get("/x", anything, { signal }))).toBe(why);
      expect(requests).toEqual([]);
    },
  );

  test.each(reasons)(
    "ends a request without a response, by %s",
    async (_, why) => {
      const { clock, exchange, debug } = exchangeWith(silence);
      const run = new AbortController();
      void clock.sleep(7_000).then(() => {
        run.abort(why);
      });
      const { signal } = run;
      expect(await errorOf(exchange.get("/x", anything, { signal }))).toBe(why);
      expect(clock.now()).toBe(7_000);
      expect(debug.at(-1)).toContain(why.message);
    },
  );

  test.each(reasons)(
    "ends a request while its body arrives, by %s",
    async (_, why) => {
      const { clock, exchange } = exchangeWith(async (request, sending) => {
        const cut = (await errorOf(
          silence(request, sending),
        )) as ConnectionError;
        return { ...reply(200, '{"st'), cut };
      });
      const run = new AbortController();
      void clock.sleep(7_000).then(() => {
        run.abort(why);
      });
      const { signal } = run;
      expect(await errorOf(exchange.get("/x", anything, { signal }))).toBe(why);
    },
  );

  test("does not change a response that arrived in time", async () => {
    const run = new AbortController();
    const { exchange } = exchangeWith(() => {
      run.abort(new Cancelled("SIGINT"));
      return Promise.resolve(reply(200, '{"a":1}'));
    });
    const { signal } = run;
    await expect(exchange.get("/x", anything, { signal })).resolves.toEqual({
      a: 1,
    });
  });

  test("does not change a refusal without its body", async () => {
    const run = new AbortController();
    const { exchange } = exchangeWith(() => {
      run.abort(new Cancelled("SIGINT"));
      const cut = new ConnectionError({ method: "POST", path: "/x" }, "cut");
      return Promise.resolve({ ...reply(409), cut });
    });
    const { signal } = run;
    const given = exchange.postForStatus("/x", {}, [202], { signal });
    expect(await errorOf(given)).toMatchObject({ status: 409 });
  });
});

describe("debug logging", () => {
  test("shows method, path, status, duration and attempt", async () => {
    const { exchange, debug, clock } = exchangeWith(
      async (_, __, time: Clock) => {
        await time.sleep(1_234);
        return reply(503);
      },
    );
    await clock.sleep(5_000);
    await errorOf(
      exchange.get("/batches/1/status", anything, { ...options(), attempt: 3 }),
    );
    expect(debug).toEqual([
      `GET ${BASE}/batches/1/status -> HTTP 503 (1234 ms, try 3)`,
    ]);
  });

  test("shows why there was no response, and counts attempts from 1", async () => {
    const { exchange, debug } = exchangeWith(silence);
    await errorOf(exchange.postForStatus("/setup", {}, [202], options()));
    expect(debug).toEqual([
      `POST ${BASE}/setup -> no response: no complete response within 30s (30000 ms, try 1)`,
    ]);
  });

  test("shows a defect, which is thrown unchanged", async () => {
    const defect = new TypeError("x is not a function");
    const { exchange, debug } = exchangeWith(() => Promise.reject(defect));
    expect(await errorOf(exchange.get("/x", anything, options()))).toBe(defect);
    expect(debug[0]).toContain("x is not a function");
  });

  test("never shows the token or a body", async () => {
    const cut = new ConnectionError({ method: "GET", path: "/x" }, "cut");
    for (const given of [
      replies(200, '{"body": 1}'),
      replies(401, "body"),
      exchangeWith(silence),
      exchangeWith(() => Promise.resolve({ ...reply(200, "body"), cut })),
    ]) {
      await given.exchange
        .get("/x", anything, options())
        .catch(() => undefined);
      await given.exchange
        .postForStatus("/x", { body: 1 }, [202], options())
        .catch(() => undefined);
      expect(given.requests[0]?.headers.Authorization).toContain(TOKEN);
      expect(given.debug.length).toBeGreaterThanOrEqual(2);
      expect(given.debug.join("\n")).not.toMatch(/s3cr3t|body/);
    }
  });
});
