/** Contract 2, row by row. */
import { describe, expect, test } from "@jest/globals";
import { HttpClient } from "@actions/http-client";
import fc from "fast-check";
import { InputError } from "../../src/errors.ts";
import {
  type Environment,
  INPUT_DEFAULTS,
  type Inputs,
  environment,
  parseInputs,
  runnerFiles,
  secretsIn,
  unusableProxy,
} from "../../src/github/inputs.ts";

const BATCH = "6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90";
const DATASET = "0b9e1f8a-77aa-4b1c-9d2e-aaaaaaaaaaaa";
const TOKEN = "s3cr3t-T0ken_value";

/** The environment of a step with these inputs and the required ones. */
function env(
  inputs: Readonly<Record<string, string>> = {},
  more: Environment = {},
): Environment {
  const given = { batch_id: BATCH, api_token: TOKEN, ...inputs };
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        `INPUT_${name.toUpperCase()}`,
        value,
      ]),
    ),
    ...more,
  };
}

/** The value of one input. */
function read<K extends keyof Inputs>(
  field: K,
  inputs: Readonly<Record<string, string>>,
  more: Environment = {},
): Inputs[K] {
  return parseInputs(env(inputs, more))[field];
}

/** The problems of the inputs. */
function problems(from: Environment): readonly string[] {
  try {
    parseInputs(from);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

/** The one problem of a step with these inputs. */
function problem(
  inputs: Readonly<Record<string, string>>,
  more: Environment = {},
): string {
  const all = problems(env(inputs, more));
  expect(all).toHaveLength(1);
  return all[0] ?? "";
}

test("uses the defaults for inputs that are not set", () => {
  expect(parseInputs(env())).toEqual({
    batchId: BATCH,
    datasetId: undefined,
    tasksPerGroup: undefined,
    wait: true,
    apiToken: TOKEN,
    apiUrl: "https://api.prolific.com",
    timeoutMs: 30 * 60_000,
    pollIntervalMs: 15_000,
    datasetFile: undefined,
    ifReady: "auto",
    extraDatapoints: "stop",
    newBatch: "never",
    allowPartial: false,
    dryRun: false,
    workspace: ".",
  });
});

test("reads every input that is set", () => {
  const inputs = parseInputs(
    env(
      {
        batch_id: BATCH,
        dataset_id: DATASET,
        tasks_per_group: "12",
        wait: "false",
        api_token: "other",
        api_url: "http://localhost:8080",
        timeout: "1h30m",
        poll_interval: "2m",
        dataset_file: "data/Reviews of May.CSV",
        if_ready: "skip",
        extra_datapoints: "allow",
        new_batch: "new_rows",
        allow_partial: "TRUE",
        dry_run: "True",
      },
      { GITHUB_WORKSPACE: "/home/runner/work" },
    ),
  );
  expect(inputs).toEqual({
    batchId: BATCH,
    datasetId: DATASET,
    tasksPerGroup: 12,
    wait: false,
    apiToken: "other",
    apiUrl: "http://localhost:8080",
    timeoutMs: 5_400_000,
    pollIntervalMs: 120_000,
    datasetFile: "data/Reviews of May.CSV",
    ifReady: "skip",
    extraDatapoints: "allow",
    newBatch: "new_rows",
    allowPartial: true,
    dryRun: true,
    workspace: "/home/runner/work",
  });
  expect(Object.isFrozen(inputs)).toBe(true);
});

test("treats an empty or blank input as absent", () => {
  const blank = Object.fromEntries(
    Object.keys(INPUT_DEFAULTS).map((name) => [name, " \t "]),
  );
  const inputs = { ...blank, batch_id: BATCH, api_token: TOKEN };
  expect(parseInputs(env(inputs))).toEqual(parseInputs(env()));
  expect(
    parseInputs(env(inputs, { PROLIFIC_URL: "  ", PROLIFIC_TOKEN: "" })),
  ).toEqual(parseInputs(env()));
});

test("trims every input", () => {
  const inputs = {
    batch_id: BATCH,
    dataset_id: DATASET,
    tasks_per_group: "2",
    wait: "false",
    api_token: TOKEN,
    api_url: "https://example.org",
    timeout: "5m",
    poll_interval: "5s",
    dataset_file: "a.jsonl",
    if_ready: "fail",
    extra_datapoints: "allow",
    new_batch: "all_rows",
    allow_partial: "true",
    dry_run: "true",
  };
  expect(Object.keys(inputs)).toEqual(Object.keys(INPUT_DEFAULTS));
  const padded = Object.fromEntries(
    Object.entries(inputs).map(([name, text]) => [name, ` \n${text}\t\r\n`]),
  );
  expect(parseInputs(env(padded))).toEqual(parseInputs(env(inputs)));
});

test.each(["new_rows", "all_rows"])(
  "new_batch: %s needs dataset_file",
  (new_batch) => {
    expect(problem({ new_batch })).toMatch(/^new_batch: .*needs dataset_file/);
    const file = { dataset_file: "a.csv" };
    expect(problems(env({ new_batch, ...file }))).toEqual([]);
    expect(problems(env({ new_batch: "never" }))).toEqual([]);
  },
);

test("reports all bad inputs in one error, each with its name", () => {
  const bad = {
    batch_id: "1234",
    dataset_id: "none",
    tasks_per_group: "0",
    wait: "yes",
    api_token: "Token abc",
    api_url: "ftp://example.org",
    timeout: "30",
    poll_interval: "1h",
    dataset_file: "a.txt",
    if_ready: "always",
    extra_datapoints: "maybe",
    new_batch: "yes",
    allow_partial: "1",
    dry_run: "maybe",
  };
  const all = problems(env(bad));
  expect(all.map((text) => text.split(":")[0])).toEqual(
    Object.keys(INPUT_DEFAULTS),
  );
});

test("reports every combination of bad inputs completely", () => {
  const bad: Readonly<Record<string, string>> = {
    batch_id: "x",
    dataset_id: "x",
    tasks_per_group: "x",
    wait: "x",
    api_token: "x y",
    api_url: "x",
    timeout: "x",
    poll_interval: "x",
    if_ready: "x",
  };
  fc.assert(
    fc.property(fc.subarray(Object.keys(bad)), (names) => {
      const chosen = Object.fromEntries(
        names.map((name) => [name, bad[name] ?? ""]),
      );
      expect(problems(env(chosen)).map((text) => text.split(":")[0])).toEqual(
        names,
      );
    }),
  );
});

test("reports missing required inputs", () => {
  expect(problems({})).toEqual([
    expect.stringMatching(/^batch_id: is required/),
    expect.stringMatching(/^api_token: is required.*PROLIFIC_TOKEN.*forks/),
  ]);
});

describe.each<["batch_id" | "dataset_id", "batchId" | "datasetId"]>([
  ["batch_id", "batchId"],
  ["dataset_id", "datasetId"],
])("%s", (name, field) => {
  test("is compared in lower case", () => {
    expect(read(field, { [name]: DATASET.toUpperCase() })).toBe(DATASET);
  });

  test.each([
    "1234",
    DATASET.replaceAll("-", ""),
    `{${DATASET}}`,
    `${DATASET}/`,
    `${DATASET} ${DATASET}`,
    `${DATASET}\n${DATASET}`,
    DATASET.replace("a", "g"),
    DATASET.slice(0, -1),
    `${DATASET}0`,
    "../../users/me",
    `urn:uuid:${DATASET}`,
  ])("refuses %j", (text) => {
    expect(problem({ [name]: text })).toMatch(new RegExp(`^${name}: [^]*UUID`));
  });

  test("accepts any UUID, in any case", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
        const text = upper ? id.toUpperCase() : id;
        expect(read(field, { [name]: text })).toBe(id.toLowerCase());
      }),
    );
  });
});

describe("tasks_per_group", () => {
  test.each([
    ["1", 1],
    ["25", 25],
    [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])("accepts %s", (text, value) => {
    expect(read("tasksPerGroup", { tasks_per_group: text })).toBe(value);
  });

  test.each([
    "0",
    "-1",
    "+1",
    "01",
    "1.0",
    "1.5",
    "1e3",
    "0x10",
    "1_000",
    "1,000",
    "١",
    "two",
    "null",
    String(2 ** 53),
    "9".repeat(400),
  ])("refuses %s", (text) => {
    expect(problem({ tasks_per_group: text })).toMatch(
      /^tasks_per_group: .*whole number/,
    );
  });

  test("accepts only safe integers from 1", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.maxSafeInteger()), (n) => {
        const fits = Number.isSafeInteger(n) && n >= 1;
        expect(problems(env({ tasks_per_group: String(n) }))).toHaveLength(
          fits ? 0 : 1,
        );
      }),
    );
  });
});

describe("wait", () => {
  test.each(["true", "True", "TRUE"])("reads %s as true", (text) => {
    expect(read("wait", { wait: text })).toBe(true);
  });
  test.each(["false", "False", "FALSE"])("reads %s as false", (text) => {
    expect(read("wait", { wait: text })).toBe(false);
  });
  test.each(["yes", "no", "on", "off", "y", "n", "1", "0", "tRUE", "null"])(
    "refuses %s",
    (text) => {
      expect(problem({ wait: text })).toBe(
        `wait: "${text}" is not true or false`,
      );
    },
  );
});

describe("if_ready", () => {
  test.each(["auto", "sync", "skip", "fail"])("accepts %s", (word) => {
    expect(read("ifReady", { if_ready: word })).toBe(word);
  });
  test.each(["Auto", "SKIP", "true", "auto,sync", "constructor"])(
    "refuses %s and names the words",
    (word) => {
      expect(problem({ if_ready: word })).toMatch(
        /^if_ready: .*auto, sync, skip, fail/,
      );
    },
  );
});

describe.each<[string, "timeoutMs" | "pollIntervalMs", number, string]>([
  ["timeout", "timeoutMs", 5 * 86_400, "1s to 5d"],
  ["poll_interval", "pollIntervalMs", 600, "1s to 10m"],
])("%s", (name, field, mostSeconds, range) => {
  test("accepts its limits", () => {
    expect(read(field, { [name]: "1s" })).toBe(1_000);
    expect(read(field, { [name]: `${mostSeconds}s` })).toBe(
      mostSeconds * 1_000,
    );
  });

  test("accepts a value only within its limits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * mostSeconds }), (seconds) => {
        const fits = seconds >= 1 && seconds <= mostSeconds;
        expect(problems(env({ [name]: `${seconds}s` }))).toHaveLength(
          fits ? 0 : 1,
        );
      }),
    );
  });

  test.each([
    "0s",
    "0d0h0m0s",
    `${mostSeconds + 1}s`,
    `${"9".repeat(400)}d`,
    `${"9".repeat(40)}s`,
  ])("refuses %s as outside its limits", (text) => {
    expect(problem({ [name]: text })).toMatch(
      new RegExp(`^${name}: .*not within ${range}$`),
    );
  });

  test.each(["30", "0", "1000", "007"])(
    "refuses the bare number %s with the spelling to use",
    (text) => {
      const words = problem({ [name]: text });
      expect(words).toContain(`write ${text}s, ${text}m or ${text}h`);
      expect(words).toContain(range);
    },
  );

  test.each(["abc", "5 m", "1.5h", "-5m", "5ms", "10 minutes", "1h;rm", "x5"])(
    "refuses %s",
    (text) => {
      expect(problem({ [name]: text })).toMatch(
        new RegExp(`^${name}: .*not a duration such as 90s, 30m or 1h30m`),
      );
    },
  );
});

describe("api_url", () => {
  test.each([
    ["https://api.prolific.com", "https://api.prolific.com"],
    ["https://api.prolific.com/", "https://api.prolific.com"],
    ["https://api.prolific.com//", "https://api.prolific.com"],
    ["HTTPS://API.Prolific.com", "https://api.prolific.com"],
    ["https://api.prolific.com:443/", "https://api.prolific.com"],
    ["https://example.org:8443/proxy/", "https://example.org:8443/proxy"],
    ["https://10.0.0.1", "https://10.0.0.1"],
    ["http://localhost", "http://localhost"],
    ["http://localhost:3000/", "http://localhost:3000"],
    ["http://LOCALHOST:3000", "http://localhost:3000"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["http://127.255.3.4", "http://127.255.3.4"],
    ["http://127.1:80", "http://127.0.0.1"],
    ["http://[::1]:3000/", "http://[::1]:3000"],
    ["http://[0:0:0:0:0:0:0:1]", "http://[::1]"],
    ["https://localhost:3000", "https://localhost:3000"],
  ])("accepts %s", (text, url) => {
    expect(read("apiUrl", { api_url: text })).toBe(url);
  });

  test.each([
    "http://api.prolific.com",
    "http://127.evil.com",
    "http://127.0.0.1.evil.com",
    "http://localhost.evil.com",
    "http://evil-localhost",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
    "http://128.0.0.1",
    "ftp://localhost",
    "ws://localhost",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,hi",
  ])("refuses %s: not https, and http only to this machine", (text) => {
    expect(problem({ api_url: text })).toMatch(
      /^api_url: .*must start with https:\/\//,
    );
  });

  test.each([
    "api.prolific.com",
    "//api.prolific.com",
    "https://",
    "https://exa mple.org",
    "https://[::1",
    "https://example.org:99999",
  ])("refuses %s: not a URL", (text) => {
    expect(problem({ api_url: text })).toMatch(/^api_url: .*is not a URL/);
  });

  test.each([
    "https://example.org?x=1",
    "https://example.org/?x=1",
    "https://example.org/#top",
    "https://example.org/api?",
    "https://example.org/#",
  ])("refuses %s: it must not have a query or a fragment", (text) => {
    expect(problem({ api_url: text })).toMatch(/^api_url: .*"\?" or "#"/);
  });

  test.each([
    "https://user:hunter2@example.org",
    "https://hunter2@example.org",
    "https://:hunter2@example.org",
    "http://user:hunter2@localhost",
    "http://user:hunter2@example.org?x",
  ])("refuses %s without repeating its credentials", (text) => {
    const words = problem({ api_url: text });
    expect(words).toMatch(/^api_url: .*user name or a password/);
    expect(words).not.toContain("hunter2");
  });

  test("falls back to PROLIFIC_URL, under the same rules", () => {
    const fallback = { PROLIFIC_URL: " http://localhost:9/ " };
    expect(read("apiUrl", {}, fallback)).toBe("http://localhost:9");
    expect(read("apiUrl", { api_url: "https://example.org" }, fallback)).toBe(
      "https://example.org",
    );
    expect(problem({}, { PROLIFIC_URL: "http://example.org" })).toMatch(
      /^api_url: /,
    );
  });
});

describe("api_token", () => {
  test("falls back to PROLIFIC_TOKEN, under the same rules", () => {
    const fallback = { PROLIFIC_TOKEN: " from-env\n" };
    expect(read("apiToken", { api_token: "" }, fallback)).toBe("from-env");
    expect(read("apiToken", { api_token: "mine" }, fallback)).toBe("mine");
    expect(problem({ api_token: "" }, { PROLIFIC_TOKEN: "Bearer x" })).toMatch(
      /^api_token: /,
    );
  });

  test.each([
    `Token ${TOKEN}`,
    `token ${TOKEN}`,
    `TOKEN\t${TOKEN}`,
    `Bearer ${TOKEN}`,
    `Authorization: Token ${TOKEN}`,
    `authorization:Bearer ${TOKEN}`,
  ])("refuses %j with a hint, and never repeats it", (text) => {
    const words = problem({ api_token: text });
    expect(words).toMatch(/^api_token: enter only the token/);
    expect(words).not.toContain(TOKEN);
  });

  test.each([`${TOKEN}\n${TOKEN}`, `${TOKEN}\r\nx`, `a\rb`])(
    "refuses several lines: %j",
    (text) => {
      const words = problem({ api_token: text });
      expect(words).toMatch(/^api_token: .*more than one line/);
      expect(words).not.toContain(TOKEN);
    },
  );

  test.each([
    `${TOKEN} ${TOKEN}`,
    `a bearer ${TOKEN}`,
    "tökén",
    "a\u00a0b",
    "a\u0000b",
    "a\u200bb",
  ])("refuses a value that cannot be sent in a header: %j", (text) => {
    expect(problem({ api_token: text })).toMatch(/^api_token: has spaces/);
  });

  test("accepts a token that starts with a part of a prefix", () => {
    expect(read("apiToken", { api_token: "Token123" })).toBe("Token123");
    expect(read("apiToken", { api_token: "bearer-1" })).toBe("bearer-1");
  });

  test("never appears in an error", () => {
    const secret = fc
      .string({ minLength: 3 })
      .map((text) => `Zq9${text}`.trim());
    const shape = fc.constantFrom(
      (text: string) => text,
      (text: string) => `Token ${text}`,
      (text: string) => `Bearer ${text}`,
      (text: string) => `${text}\n${text}`,
      (text: string) => `${text} ${text}`,
      (text: string) => `"${text}"`,
    );
    fc.assert(
      fc.property(secret, shape, fc.boolean(), (text, form, fromEnv) => {
        const token = form(text);
        const all = problems(
          fromEnv
            ? env({ api_token: "", timeout: "x" }, { PROLIFIC_TOKEN: token })
            : env({ api_token: token, timeout: "x" }),
        );
        expect(all.length).toBeGreaterThan(0);
        expect(all.join("\n")).not.toContain(text);
        expect(all.join("\n")).not.toContain("Zq9");
      }),
    );
  });

  test("is not read from any other environment variable", () => {
    expect(
      problems({ INPUT_BATCH_ID: BATCH, TOKEN, GITHUB_TOKEN: TOKEN }),
    ).toHaveLength(1);
  });
});

describe("the address of a proxy", () => {
  /** Whether the HTTP client uses the proxy. */
  function isUsed(https_proxy: string): boolean {
    const before = process.env.https_proxy;
    process.env.https_proxy = https_proxy;
    try {
      const agent: unknown = new HttpClient().getAgent("https://api.example");
      return (
        typeof agent === "object" && agent !== null && "proxyOptions" in agent
      );
    } catch {
      return false;
    } finally {
      if (before === undefined) delete process.env.https_proxy;
      else process.env.https_proxy = before;
    }
  }

  test.each([
    "http://proxy:3128",
    "https://proxy",
    "http://me:s3%25cr%C3%A9t@proxy:3128",
    "http://me@corp:p@proxy:3128",
    "10.0.0.1:3128",
    "proxy",
    "http-proxy",
    "proxy/http://elsewhere",
  ])("%s is used", (https_proxy) => {
    expect(isUsed(https_proxy)).toBe(true);
    expect(unusableProxy({ https_proxy })).toBeUndefined();
  });

  test.each([
    "http://me:50%off@proxy:3128",
    "http://50%:off@proxy:3128",
    "http://me:%ff@proxy:3128",
    "proxy.example:3128",
    "me:secret@10.0.0.1:3128",
    "10.0.0.1:99999",
    "http://",
    "https://",
    "httpproxy:3128",
    "no address",
  ])("%s is ignored by the client, and reported", (https_proxy) => {
    expect(isUsed(https_proxy)).toBe(false);
    expect(unusableProxy({ https_proxy })).toBe("https_proxy");
  });

  test("is read from the same variables as by the client", () => {
    expect(unusableProxy({})).toBeUndefined();
    const useless = "proxy.example:3128";
    expect(unusableProxy({ HTTPS_PROXY: useless })).toBe("HTTPS_PROXY");
    expect(unusableProxy({ http_proxy: useless })).toBeUndefined();
    expect(
      unusableProxy({ https_proxy: "http://p", HTTPS_PROXY: useless }),
    ).toBeUndefined();
    expect(unusableProxy({ https_proxy: "", HTTPS_PROXY: useless })).toBe(
      "HTTPS_PROXY",
    );
  });
});

describe("secretsIn", () => {
  test("finds nothing in an environment without secrets", () => {
    expect(secretsIn({})).toEqual([]);
    expect(
      secretsIn({
        INPUT_API_TOKEN: " ",
        PROLIFIC_TOKEN: "",
        https_proxy: "http://proxy.example.org:3128",
        HTTP_PROXY: "",
        INPUT_API_URL: "https://api.prolific.com",
      }),
    ).toEqual([]);
  });

  test.each([
    "http://me@proxy:3128",
    "http://me:@proxy:3128",
    "http://proxy//me:hunter2@x",
    "no address, http://a",
  ])("finds no password in the proxy %j", (https_proxy) => {
    expect(secretsIn({ https_proxy })).toEqual([]);
  });

  test("finds both tokens, trimmed, each once", () => {
    expect(
      secretsIn({ INPUT_API_TOKEN: " one\n", PROLIFIC_TOKEN: "two" }),
    ).toEqual(["one", "two"]);
    expect(
      secretsIn({ INPUT_API_TOKEN: "one", PROLIFIC_TOKEN: "one" }),
    ).toEqual(["one"]);
  });

  test("finds a token with a pasted prefix, with and without the prefix", () => {
    for (const prefix of ["Token ", "bearer  ", "Authorization: Token "]) {
      expect(secretsIn({ INPUT_API_TOKEN: prefix + TOKEN })).toEqual(
        expect.arrayContaining([prefix + TOKEN, TOKEN]),
      );
    }
  });

  test("finds a token of several lines as a whole and line by line", () => {
    const lines = ["1st-line", "2nd-line", "3rd-line"];
    const token = `${lines.join(" \r\n\n  ")}\rlast-line`;
    const secrets = secretsIn({ INPUT_API_TOKEN: token });
    expect(secrets).toEqual([token, ...lines, "last-line"]);
  });

  test("does not hide short lines and names next to a token", () => {
    const token = `api_token:\nPROLIFIC_TOKEN=\ntoken\nToken abc\n${TOKEN}\nof 7 ch\n8 chars!`;
    expect(secretsIn({ INPUT_API_TOKEN: token })).toEqual([
      token,
      "Token abc",
      TOKEN,
      "8 chars!",
    ]);
  });

  test("finds a token of one line, however short it is", () => {
    expect(secretsIn({ INPUT_API_TOKEN: "Token abc\n" })).toEqual([
      "Token abc",
      "abc",
    ]);
  });

  test("trims each line", () => {
    expect(
      secretsIn({
        INPUT_API_TOKEN: `Token ${TOKEN} \n  Token other-${TOKEN}`,
        PROLIFIC_TOKEN: ` ${TOKEN}\n`,
      }),
    ).toEqual([
      `Token ${TOKEN} \n  Token other-${TOKEN}`,
      `${TOKEN} \n  Token other-${TOKEN}`,
      `Token ${TOKEN}`,
      TOKEN,
      `Token other-${TOKEN}`,
      `other-${TOKEN}`,
    ]);
  });

  test("finds each line of a pasted header separately", () => {
    expect(
      secretsIn({ INPUT_API_TOKEN: `Token ${TOKEN}\nToken other-${TOKEN}` }),
    ).toEqual(expect.arrayContaining([TOKEN, `other-${TOKEN}`]));
  });

  test.each(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])(
    "finds the credentials of %s as written and decoded",
    (name) => {
      expect(secretsIn({ [name]: "http://me:p%40ss%2Fw@proxy:3128" })).toEqual(
        expect.arrayContaining([
          "p%40ss%2Fw",
          "p@ss/w",
          "me:p%40ss%2Fw",
          "me:p@ss/w",
        ]),
      );
      expect(secretsIn({ [name]: "me:hunter2@proxy:3128" })).toEqual(
        expect.arrayContaining(["hunter2", "me:hunter2"]),
      );
    },
  );

  test.each([
    ["that is badly encoded", "http://me:100%@proxy", "me", "100%"],
    ["that is half encoded", "http://me:p%5Ew^@proxy", "me", "p%5Ew^"],
    ["of an address with spaces", " http://me:secret@proxy\n", "me", "secret"],
    ["of a bad address", "http://me:secret@proxy:x", "me", "secret"],
    ["of a bad address without a scheme", "me:secret@proxy:x", "me", "secret"],
    ["of another scheme", "socks5://me:secret@proxy:1", "me", "secret"],
    ["before a path", "me:secret@proxy:1/http://x", "me", "secret"],
    ["without a name", "http://:secret@proxy", "", "secret"],
  ])("finds a password %s", (_, https_proxy, name, password) => {
    const secrets = secretsIn({ https_proxy });
    expect(secrets).toEqual(
      expect.arrayContaining([password, `${name}:${password}`]),
    );
    expect(secrets.join()).not.toContain("undefined");
  });

  test("finds the complete password if it contains delimiters of a URL", () => {
    const [url, password] = ["http://me:hunter@2@proxy:3128", "hunter@2"];
    expect(decodeURIComponent(new URL(url).password)).toBe(password);
    expect(secretsIn({ https_proxy: url })).toContain(password);
  });

  test.each(["INPUT_API_URL", "PROLIFIC_URL"])(
    "finds the credentials of %s, where none are allowed",
    (name) => {
      expect(secretsIn({ [name]: "https://me:hunter2@example.org" })).toEqual(
        expect.arrayContaining(["hunter2", "me:hunter2"]),
      );
    },
  );
});

test("runnerFiles reports which files exist", () => {
  const none = { output: false, summary: false, temporary: "" };
  expect(runnerFiles({})).toEqual(none);
  expect(runnerFiles({ GITHUB_OUTPUT: "", GITHUB_STEP_SUMMARY: "/x" })).toEqual(
    { ...none, summary: true },
  );
  expect(runnerFiles({ GITHUB_OUTPUT: "/x", GITHUB_STEP_SUMMARY: "" })).toEqual(
    { ...none, output: true },
  );
  expect(runnerFiles({ RUNNER_TEMP: "/x" })).toEqual({
    ...none,
    temporary: "/x",
  });
});

test("environment returns the environment of the process", () => {
  expect(environment()).toBe(process.env);
});

describe("dataset_file", () => {
  test.each(["a.csv", "data/a.JSONL", "/abs/a.zip", "../a.csv", "ö ä.csv"])(
    "takes %j as it is",
    (path) => {
      expect(parseInputs(env({ dataset_file: path })).datasetFile).toBe(path);
    },
  );

  test.each([
    "a",
    "a.txt",
    "a.csv.gz",
    "csv",
    "a.csv/",
    "a\0.csv",
    "*.csv.bak",
  ])("refuses %j", (path) => {
    expect(problem({ dataset_file: path })).toMatch(
      /^dataset_file: .*\.csv, \.jsonl or \.zip/s,
    );
  });
});

describe("a dry run", () => {
  test("needs a batch, but no token", () => {
    const inputs = parseInputs(env({ api_token: "", dry_run: "true" }));
    expect(inputs.apiToken).toBeUndefined();
    expect(inputs.dryRun).toBe(true);
    expect(problem({ api_token: "", dry_run: "true", batch_id: "" })).toMatch(
      /^batch_id/,
    );
  });

  test("uses a token under the same rules", () => {
    expect(parseInputs(env({ dry_run: "true" })).apiToken).toBe(TOKEN);
    expect(problem({ dry_run: "true", api_token: "Token x" })).toMatch(
      /^api_token/,
    );
  });

  test("needs a token if dry_run is false or misspelt", () => {
    for (const dry_run of ["false", ""]) {
      expect(problem({ api_token: "", dry_run })).toMatch(/^api_token/);
    }
    expect(problems(env({ api_token: "", dry_run: "yes" }))).toHaveLength(2);
  });
});

test("the workspace is the current folder if the runner does not name one", () => {
  expect(parseInputs(env({}, { GITHUB_WORKSPACE: "" })).workspace).toBe(".");
  expect(parseInputs(env({}, { GITHUB_WORKSPACE: "/w s" })).workspace).toBe(
    "/w s",
  );
});
