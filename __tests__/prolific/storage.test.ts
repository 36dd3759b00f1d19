/** The storage at a presigned address (contract 5, "presigned URL"). */
import { describe, expect, test } from "@jest/globals";
import {
  ApiError,
  ConnectionError,
  ContractError,
  DeadlineReached,
} from "../../src/errors.ts";
import type { Upload } from "../../src/prolific/http.ts";
import type { UploadTarget } from "../../src/prolific/schema.ts";
import { STALL_LIMIT_MS, Storage } from "../../src/prolific/storage.ts";
import { FakeClock } from "../../proof/simulation/world/fake-clock.ts";

const SIGNATURE = "5f1d7e84c0ffee0123456789abcdef00";
const URL_TEXT = `https://storage.example/raw/a%20b.csv?X-Region=eu-1&X-Signature=${SIGNATURE}`;
const KEY = "AKIA0123456789ABCDEF";
/** A realistic address, with some short parts. */
const URL_OF_PARTS =
  "https://storage.example/raw/a%20b.csv?X-Signature=ab%2B1%2Fc%3D&X-Id=AKIA7&X-Region=eu-1&" +
  `X-Credential=${KEY}%2F20261127%2Feu-1`;

const target = (url = URL_TEXT): UploadTarget => ({
  url,
  method: "PUT",
  contentType: "text/csv",
  importId: "i",
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from("x");
}

function storage(upload: Upload, apiUrl = "https://api.prolific.com") {
  const masks: string[] = [];
  const debug: string[] = [];
  const clock = new FakeClock();
  return {
    masks,
    clock,
    debug,
    storage: new Storage({
      upload,
      clock,
      apiUrl,
      mask: (secret) => masks.push(secret),
      debug: (line) => debug.push(line),
    }),
  };
}

const ok: Upload = () =>
  Promise.resolve({ status: 200, headers: {}, body: "" });
const { signal } = new AbortController();
const put = (
  given: ReturnType<typeof storage>,
  options = { signal, attempt: 1 },
) =>
  given.storage.put(
    target(),
    { contentType: "text/csv", bytes: 1, body: nothing() },
    options,
  );

describe("an address", () => {
  test("is masked as a whole and in its secret parts before it is checked", () => {
    const given = storage(ok);
    given.storage.accept(target(), "/upload-url");
    expect(given.masks).toEqual(
      expect.arrayContaining([
        URL_TEXT,
        `/raw/a%20b.csv?X-Region=eu-1&X-Signature=${SIGNATURE}`,
        `X-Region=eu-1&X-Signature=${SIGNATURE}`,
        SIGNATURE,
      ]),
    );
    expect(given.masks).not.toContain("eu-1");
    const refused = storage(ok);
    expect(() => {
      refused.storage.accept(target(`http://a.example/?s=${SIGNATURE}`), "/");
    }).toThrow(ContractError);
    expect(refused.masks).toContain(SIGNATURE);
  });

  test("without a query is only masked as a whole", () => {
    const given = storage(ok);
    given.storage.accept(target("https://storage.example/raw/a.csv"), "/");
    expect(new Set(given.masks)).toEqual(
      new Set(["https://storage.example/raw/a.csv"]),
    );
  });

  test("hides values of 16 characters, and no shorter ones", () => {
    const given = storage(ok);
    const [long, short] = ["x".repeat(16), "y".repeat(15)];
    given.storage.accept(
      target(`https://s.example/a?l=${long}&s=${short}`),
      "/",
    );
    expect(given.masks).toContain(long);
    expect(given.masks).not.toContain(short);
  });

  test("that is not allowed is a final error", () => {
    const { storage: refuses } = storage(ok);
    const accept = () => {
      refuses.accept(target("http://s.example/a"), "/datasets/d/upload-url");
    };
    expect(accept).toThrow(
      new ContractError(
        { method: "GET", path: "/datasets/d/upload-url" },
        'the response has an "upload_url" that is not https',
      ),
    );
    expect(accept).toThrow(expect.objectContaining({ final: true }));
  });

  test.each<[string, string, boolean]>([
    ["https://storage.example/a", "https://api.prolific.com", true],
    ["http://storage.example/a", "https://api.prolific.com", false],
    ["http://127.0.0.1:9/a", "https://api.prolific.com", false],
    ["http://127.0.0.1:9/a", "http://localhost:1", true],
    ["http://storage.example/a", "http://localhost:1", false],
    ["ftp://127.0.0.1/a", "http://localhost:1", false],
    ["file:///etc/passwd", "http://localhost:1", false],
  ])("%s with the API at %s: %j", (url, apiUrl, fine) => {
    const accept = () => {
      storage(ok, apiUrl).storage.accept(target(url), "/upload-url");
    };
    if (fine) expect(accept).not.toThrow();
    else {
      expect(accept).toThrow(/not https/);
      expect(accept).not.toThrow(new RegExp(url));
    }
  });
});

describe("an upload", () => {
  test("passes the request on, with the limit for a stall", async () => {
    const calls: Parameters<Upload>[] = [];
    const given = storage((...call) => {
      calls.push(call);
      return ok(...call);
    });
    await put(given);
    expect(calls[0]?.[0]).toMatchObject({
      method: "PUT",
      url: URL_TEXT,
      contentType: "text/csv",
      bytes: 1,
    });
    expect(calls[0]?.[1].stallMs).toBe(STALL_LIMIT_MS);
    expect(STALL_LIMIT_MS).toBe(60_000);
    expect(given.debug.join()).toMatch(/^PUT to storage\.example -> HTTP 200/);
  });

  test.each([200, 201, 204, 299])(
    "that is answered %i is done",
    async (status) => {
      await put(
        storage(() => Promise.resolve({ status, headers: {}, body: "" })),
      );
    },
  );

  test.each([199, 300, 307, 400, 403, 429, 503])(
    "that is answered %i is not",
    async (status) => {
      const body =
        "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>";
      const given = storage(() =>
        Promise.resolve({ status, headers: { "retry-after": "7" }, body }),
      );
      const error: unknown = await put(given).catch(
        (problem: unknown) => problem,
      );
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({
        status,
        words: "AccessDenied No.",
        retryAfterMs: 7_000,
      });
      expect(String(error)).not.toContain(SIGNATURE);
    },
  );

  test.each([
    ["its path alone", "No such key: /raw/a%20b.csv", "No such key: ***"],
    ["its key, decoded", "<Key>raw/a b.csv</Key>", "***"],
    ["a short value", "Signature ab+1/c= is wrong", "Signature *** is wrong"],
    ["a short value as written", "sig ab%2B1%2Fc%3D!", "sig ***!"],
    ["a pair", "bad X-Signature=ab%2B1%2Fc%3D", "bad ***"],
    ["a pair with &amp;", "a&amp;X-Id=AKIA7&amp;b", "a&amp;***&amp;b"],
    ["a key of a credential", `key ${KEY} unknown`, "key *** unknown"],
    ["all of it", URL_OF_PARTS, "https://storage.example***?***&***&***&***"],
    ["public words", "host eu-1 AKIA7x xAKIA7", "host eu-1 AKIA7x xAKIA7"],
  ])("that is refused never shows %s", async (_, body, words) => {
    const given = storage(() =>
      Promise.resolve({ status: 403, headers: {}, body }),
    );
    const file = { contentType: "text/csv", bytes: 1, body: nothing() };
    const put = given.storage.put(target(URL_OF_PARTS), file, {
      signal,
      attempt: 1,
    });
    await expect(put).rejects.toMatchObject({ status: 403, words });
    expect(given.masks).toEqual([]);
  });

  test("that is refused keeps the words if the address is short", async () => {
    const given = storage(() =>
      Promise.resolve({ status: 403, headers: {}, body: "No /a b" }),
    );
    const file = { contentType: "text/csv", bytes: 1, body: nothing() };
    await expect(
      given.storage.put(target("https://storage.example/"), file, {
        signal,
        attempt: 1,
      }),
    ).rejects.toMatchObject({ words: "No /a b" });
  });

  test("without a response is reported without the address", async () => {
    const lost = new ConnectionError(
      { method: "PUT", path: "to storage.example" },
      "read ECONNRESET",
    );
    const given = storage(() => Promise.reject(lost));
    await expect(put(given)).rejects.toBe(lost);
    expect(given.debug.join()).toContain("read ECONNRESET");
    expect(given.debug.join()).not.toContain(SIGNATURE);
  });

  test("logs its duration and its attempt", async () => {
    const given = storage(async () => {
      await given.clock.sleep(1_234);
      return { status: 200, headers: {}, body: "" };
    });
    await given.clock.sleep(5_000);
    await put(given, { signal, attempt: 2 });
    expect(given.debug).toEqual([
      "PUT to storage.example -> HTTP 200 (1234 ms, try 2)",
    ]);
  });

  test("that the deadline cuts off ends with the deadline", async () => {
    const limit = new AbortController();
    const given = storage(() => {
      limit.abort(new DeadlineReached(5));
      return Promise.reject(new Error("aborted"));
    });
    await expect(
      put(given, { signal: limit.signal, attempt: 1 }),
    ).rejects.toBeInstanceOf(DeadlineReached);
    await expect(
      put(given, { signal: limit.signal, attempt: 2 }),
    ).rejects.toBeInstanceOf(DeadlineReached);
    // The second one did not start.
    expect(given.debug).toEqual([
      "PUT to storage.example -> given up (0 ms, try 1)",
    ]);
  });

  test.each<[string, Upload]>([
    ["done", ok],
    [
      "refused",
      () => Promise.resolve({ status: 403, headers: {}, body: URL_TEXT }),
    ],
    ["without a response", () => Promise.reject(new Error(URL_TEXT))],
  ])("that is %s never shows its address in the log", async (_, upload) => {
    const given = storage(upload);
    await put(given).catch(() => undefined);
    expect(given.debug).toHaveLength(1);
    expect(given.debug.join()).not.toMatch(/raw|X-|5f1d7e84/);
  });

  test("whose file cannot be read ends with that error", async () => {
    const broken = new Error("EIO");
    await expect(put(storage(() => Promise.reject(broken)))).rejects.toBe(
      broken,
    );
  });
});
