/** Contract 8: what happened; where; the server's own words; what to do next. */
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
import { type Circumstances, explain } from "../../src/github/messages.ts";
import { redactor } from "../../src/github/foreign-text.ts";
import type { Failure, Progress } from "../../src/github/report.ts";

const BATCH = {
  method: "GET",
  path: "/api/v1/data-collection/batches/6f0d3c2a",
};
const DATASET = {
  method: "GET",
  path: "/api/v1/data-collection/datasets/0b9e1f8a",
};
const PROGRESS: Progress[] = [
  "nothing_sent",
  "copy_unknown",
  "copy_made",
  "upload_unknown",
  "data_arrived",
  "setup_unknown",
  "setup_running",
  "ready",
  "sync_unknown",
  "sync_running",
];
/** What each progress means for a re-run, in the words of the contract. */
const STANDING: Readonly<Record<Progress, RegExp>> = {
  nothing_sent: /Prolific accepted nothing in this run/,
  copy_unknown: /A re-run looks for the new batch first/,
  copy_made: /A re-run finds it and goes on from there/,
  upload_unknown: /A re-run looks for it first/,
  data_arrived: /data has arrived at Prolific.*uploads nothing twice/,
  setup_unknown: /POST of the setup was in flight/,
  setup_running: /a re-run resumes waiting and sends nothing/i,
  ready: /nothing is left to do/,
  sync_unknown: /POST of the sync was in flight/,
  sync_running: /sync goes on at Prolific.*re-run is safe/,
};
const STATUSES = [300, 307, 400, 401, 403, 404, 418, 422, 429, 500, 502, 503];

function circumstances(more: Partial<Circumstances> = {}): Circumstances {
  return {
    progress: "nothing_sent",
    status: undefined,
    lastError: undefined,
    redact: (text) => text,
    ...more,
  };
}

/** All of a failure as the annotation shows it. */
function text({ title, lines }: Failure): string {
  return [title, ...lines].join("\n");
}

const EVERY_ERROR: [string, unknown][] = [
  ["bad inputs", new InputError(["wait: no", "timeout: no"])],
  ["a stop", new Stop({ title: "Stopped", what: "It is so.", next: "Do." })],
  [
    "a stop upon an answer",
    new Stop({
      title: "Stopped",
      what: "It is so.",
      answer: new ApiError(BATCH, 400, "no"),
    }),
  ],
  ["a lost connection", new ConnectionError(BATCH, "read ECONNRESET")],
  [
    "a malformed response",
    new ContractError(BATCH, 'the response has no "id"'),
  ],
  [
    "an unknown word",
    new ContractError(BATCH, "the response has the status X", { final: true }),
  ],
  ...STATUSES.map((status): [string, unknown] => [
    `HTTP ${status}`,
    new ApiError(BATCH, status, "server's words"),
  ]),
  ["the deadline", new DeadlineReached(1_800_000)],
  ["a cancel", new Cancelled("SIGINT")],
  ["a defect", new TypeError("x is not a function")],
  ["a thrown text", "words"],
  ["undefined as an error", undefined],
];

describe.each(EVERY_ERROR)("%s", (_, error) => {
  test.each(PROGRESS)("has a title and lines for %s", (progress) => {
    const failure = explain(error, circumstances({ progress }));
    expect(failure.title).toMatch(/^[^\r\n]{5,80}$/);
    expect(failure.lines.length).toBeGreaterThan(0);
    for (const line of failure.lines) {
      expect(line).toMatch(/^\S.*\S$/);
      expect(line.length).toBeLessThanOrEqual(1_501);
    }
    if (error !== undefined) {
      expect(text(failure)).not.toMatch(/undefined|\[object|null/);
    }
  });

  test("says what to do next, unless it was cancelled", () => {
    const { outcome, lines } = explain(error, circumstances());
    const next = lines.filter((line) => /^Next: \S/.test(line));
    const last = lines.at(-1);
    if (outcome === "cancelled" || error instanceof InputError) {
      expect(next).toEqual([]);
    } else {
      expect(next).toEqual([last]);
    }
  });

  test("hides secrets in every line", () => {
    const { lines } = explain(error, {
      ...circumstances({ lastError: new Error("The e") }),
      redact: redactor(["e"]),
    });
    expect(lines.join("")).not.toContain("e");
  });
});

test.each([
  ...EVERY_ERROR.map(([name, error]) => [name, error] as [string, unknown]),
])("the outcome of %s is right", (_, error) => {
  for (const progress of PROGRESS) {
    const { outcome } = explain(error, circumstances({ progress }));
    expect(outcome).toBe(
      error instanceof DeadlineReached
        ? "timed_out"
        : error instanceof Cancelled
          ? "cancelled"
          : "failed",
    );
  }
});

describe("a response of Prolific", () => {
  test.each(STATUSES)(
    "HTTP %d names the request and quotes the server",
    (status) => {
      const error = new ApiError(DATASET, status, " Own\n words ");
      const all = text(explain(error, circumstances()));
      expect(all).toContain(`${DATASET.method} ${DATASET.path}`);
      expect(all).toContain(`HTTP ${status}`);
      expect(all).toContain('Prolific says: "Own words"');
    },
  );

  test.each(STATUSES)("HTTP %d without words quotes nothing", (status) => {
    const error = new ApiError(BATCH, status, " \n");
    expect(text(explain(error, circumstances()))).not.toContain("says");
  });

  test.each(PROGRESS)("says what Prolific may be doing for %s", (progress) => {
    for (const status of STATUSES) {
      const error = new ApiError(BATCH, status, "");
      const all = text(explain(error, circumstances({ progress })));
      expect(all).toMatch(STANDING[progress]);
    }
  });

  test("401 says how to create and store a token, and who does not get one", () => {
    const { title, lines } = explain(
      new ApiError(BATCH, 401, ""),
      circumstances(),
    );
    expect(title).toMatch(/token/);
    const next = lines.at(-1) ?? "";
    expect(next).toMatch(/Create an API token/);
    expect(next).toMatch(/secret PROLIFIC_TOKEN/);
    expect(next).toContain("${{ secrets.PROLIFIC_TOKEN }}");
    expect(next).toMatch(/forks and Dependabot/);
  });

  test.each([403, 404])(
    "%d says to check the account, the workspace and the id",
    (status) => {
      for (const [where, thing] of [
        [BATCH, "batch"],
        [{ ...BATCH, path: `${BATCH.path}/syncs/1` }, "batch"],
        [DATASET, "dataset"],
      ] as const) {
        const { title, lines } = explain(
          new ApiError(where, status, ""),
          circumstances(),
        );
        expect(title).toContain(`this ${thing}`);
        const next = lines.at(-1) ?? "";
        expect(next).toMatch(/account/);
        expect(next).toContain(`workspace of this ${thing}`);
        expect(next).toContain(`${thing}_id`);
      }
    },
  );

  test("429 says to wait", () => {
    const error = new ApiError(BATCH, 429, "");
    expect(explain(error, circumstances()).lines.at(-1)).toMatch(/wait/i);
  });

  test.each([500, 502, 503, 504, 599])("%d names the status page", (status) => {
    const error = new ApiError(BATCH, status, "");
    const failure = explain(error, circumstances());
    expect(failure.title).toBe("Prolific has a problem");
    expect(failure.lines.at(-1)).toContain("https://status.prolific.com");
  });

  test.each([300, 301, 302, 307, 308, 399])(
    "%d says that the action never follows redirects",
    (status) => {
      const error = new ApiError(BATCH, status, "");
      expect(explain(error, circumstances()).lines.at(-1)).toMatch(
        /api_url.*never follows redirects/,
      );
    },
  );
});

describe("no usable response", () => {
  test("without a connection names the request, the reason and what to check", () => {
    const error = new ConnectionError(BATCH, "connect ECONNREFUSED");
    const all = text(explain(error, circumstances()));
    expect(all).toContain(`GET ${BATCH.path} got no response`);
    expect(all).toContain("connect ECONNREFUSED");
    expect(all).toMatch(/Next: .*api_url.*network.*proxy/);
  });

  test.each([
    "self-signed certificate in certificate chain (SELF_SIGNED_CERT_IN_CHAIN)",
    "unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    "Hostname/IP does not match certificate's altnames: Host: x. (ERR_TLS_CERT_ALTNAME_INVALID)",
  ])("over TLS says how to trust an authority: %s", (reason) => {
    const all = text(
      explain(new ConnectionError(BATCH, reason), circumstances()),
    );
    expect(all).toMatch(/Next: Check the host of api_url.*NODE_EXTRA_CA_CERTS/);
  });

  test.each(["statusCode=407", "cause=connect ECONNREFUSED 10.0.0.1:3128"])(
    "through a proxy names the proxy: %s",
    (why) => {
      const reason = `tunneling socket could not be established, ${why}`;
      const all = text(
        explain(new ConnectionError(BATCH, reason), circumstances()),
      );
      expect(all).toContain(why);
      expect(all).toMatch(/Next: Check the proxy in https_proxy.*no_proxy/);
    },
  );

  test.each([true, false])("a malformed response names the field", (final) => {
    const error = new ContractError(BATCH, 'the response has no "status"', {
      final,
    });
    const all = text(explain(error, circumstances()));
    expect(all).toContain('the response has no "status"');
    expect(all).toMatch(
      final ? /Next: .*use a newer one/ : /Next: .*status\.prolific\.com/,
    );
  });
});

describe("bad inputs", () => {
  test("have one line each, and nothing was sent", () => {
    const problems = ["batch_id: is required", "wait: is neither"];
    const { lines } = explain(new InputError(problems), circumstances());
    expect(lines.slice(0, 2)).toEqual(problems);
    expect(lines[2]).toMatch(/nothing was sent/i);
  });

  test("with line breaks stay on one line each", () => {
    const error = new InputError(["wait: x\n::error::y", "timeout: z"]);
    const { lines } = explain(error, circumstances());
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("wait: x ::error::y");
  });
});

describe("a decision to stop", () => {
  const answer = new ApiError(BATCH, 400, "its own words");

  test("says what happened, and what to do", () => {
    const error = new Stop({ title: "Title", what: "What.", next: "Do." });
    expect(explain(error, circumstances())).toEqual({
      outcome: "failed",
      title: "Title",
      lines: ["What.", "Next: Do."],
    });
  });

  test("after a response names the request, the words and what they mean", () => {
    const error = new Stop({ title: "Title", what: "What.", answer });
    expect(explain(error, circumstances()).lines).toEqual([
      `What. GET ${BATCH.path} answered HTTP 400.`,
      'Prolific says: "its own words"',
      "Next: Fix what Prolific reports, then run this job again.",
    ]);
  });

  test("prefers its own words and advice to those of the response", () => {
    const { lines } = explain(
      new Stop({
        title: "T",
        what: "W.",
        words: "reason",
        next: "Do.",
        answer,
      }),
      circumstances(),
    );
    expect(lines.slice(1)).toEqual(['Prolific says: "reason"', "Next: Do."]);
  });

  test("after a lost connection says why", () => {
    const { lines } = explain(
      new Stop({
        title: "T",
        what: "W.",
        answer: new ConnectionError(BATCH, "socket hang up"),
      }),
      circumstances(),
    );
    expect(lines[0]).toContain("socket hang up");
    expect(lines).toHaveLength(2);
  });
});

describe("the deadline", () => {
  const error = new DeadlineReached(5_400_000);

  test.each(PROGRESS)("says what is known for %s", (progress) => {
    const failure = explain(
      error,
      circumstances({ progress, status: "PROCESSING" }),
    );
    expect(failure.title).toContain("1h30m");
    expect(text(failure)).toContain("PROCESSING");
    expect(text(failure)).toMatch(STANDING[progress]);
    expect(text(failure)).toMatch(/raise the input timeout/);
  });

  test("says that a re-run safely starts over only if nothing was accepted", () => {
    for (const progress of PROGRESS) {
      const all = text(explain(error, circumstances({ progress })));
      expect(all.includes("safely starts over")).toBe(
        progress === "nothing_sent",
      );
    }
  });

  test("says that a re-run sends nothing only if the setup is running", () => {
    for (const progress of PROGRESS) {
      const all = text(explain(error, circumstances({ progress })));
      expect(/resumes waiting and sends nothing/i.test(all)).toBe(
        progress === "setup_running",
      );
    }
  });

  test("names the last error, if there was one", () => {
    const lastError = new ApiError(BATCH, 503, "");
    expect(text(explain(error, circumstances({ lastError })))).toContain(
      `Last error: GET ${BATCH.path} answered HTTP 503.`,
    );
    expect(text(explain(error, circumstances()))).not.toContain("Last error");
  });

  test("says if not even the batch was read", () => {
    expect(text(explain(error, circumstances()))).toContain(
      "the batch was not read",
    );
  });
});

describe("a cancel", () => {
  test.each(PROGRESS)("says whether Prolific continues for %s", (progress) => {
    const { lines } = explain(
      new Cancelled("SIGTERM"),
      circumstances({ progress }),
    );
    expect(lines[0]).toBe("Cancelled by SIGTERM.");
    expect(lines.join("\n")).toMatch(STANDING[progress]);
  });
});

describe("a defect of the action", () => {
  test("shows its place, asks for a report and says what Prolific does", () => {
    const failure = explain(
      new TypeError("x is not a function"),
      circumstances({ progress: "setup_running" }),
    );
    expect(failure.title).toBe("This action has a defect");
    expect(failure.lines[0]).toMatch(
      /^Unexpected: TypeError: x is not a function at /,
    );
    expect(text(failure)).toMatch(STANDING.setup_running);
    expect(text(failure)).toMatch(/report/);
  });

  test("shows the message of an error without a stack", () => {
    const error = new Error("bare");
    delete error.stack;
    expect(explain(error, circumstances()).lines[0]).toBe("Unexpected: bare");
  });
});

describe("words from outside", () => {
  test("are redacted first and then shortened to 500 characters", () => {
    const secret = "0123456789abcdef";
    for (const before of [480, 490, 495, 499, 500]) {
      const words = `${"x".repeat(before)}${secret}${"y".repeat(600)}`;
      for (const error of [
        new ApiError(BATCH, 400, words),
        new Stop({ title: "T", what: "W", words, next: "N" }),
      ]) {
        const { lines } = explain(
          error,
          circumstances({ redact: redactor([secret]) }),
        );
        const line = lines.find((one) => one.startsWith("Prolific says"));
        expect(line).toMatch(/^Prolific says: "x{480,500}[*y]*…"$/);
        expect(line).toHaveLength('Prolific says: "…"'.length + 500);
        expect(lines.join("\n")).not.toContain("0123");
      }
    }
  });

  test("cannot start a command or break a line, whatever their source", () => {
    const words = fc
      .array(
        fc.constantFrom("::error::", "##[group]", "\n", "\r\n", " ", "x", "\0"),
        { maxLength: 10 },
      )
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(words, (foreign) => {
        for (const error of [
          new InputError([foreign]),
          new ApiError({ method: "GET", path: foreign }, 400, foreign),
          new ConnectionError(BATCH, foreign),
          new ContractError(BATCH, foreign),
          new Stop({ title: "T", what: foreign, words: foreign, next: "N" }),
          new Cancelled(foreign),
          new Error(foreign),
          foreign,
        ]) {
          const { lines } = explain(error, {
            ...circumstances(),
            status: foreign,
            lastError: new Error(foreign),
          });
          for (const line of lines) {
            expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
            expect(line).not.toContain("##[");
            expect(line.startsWith("::")).toBe(false);
          }
        }
      }),
    );
  });

  test("of any length fit into an annotation that GitHub does not cut", () => {
    const words = "w ".repeat(200_000);
    for (const error of [
      new ApiError(BATCH, 500, words),
      new ContractError(BATCH, words),
      new ConnectionError(BATCH, words),
      new Error(words),
      new Stop({ title: "T", what: "W", words, next: "N" }),
      new Stop({
        title: "T",
        what: "W",
        answer: new ApiError(BATCH, 400, words),
      }),
    ]) {
      expect(text(explain(error, circumstances())).length).toBeLessThan(4_096);
    }
  });
});

test("a very long input is not repeated, and a secret in it is hidden before it is shortened", () => {
  const secret = "s".repeat(390);
  const error = new InputError([
    `batch_id: "${"x".repeat(100_000)}"`,
    `dataset_id: "${secret}"`,
  ]);
  const { lines } = explain(
    error,
    circumstances({ redact: redactor([secret]) }),
  );
  expect(lines[0]?.length).toBeLessThan(500);
  expect(lines[1]).toBe('dataset_id: "***"');
});

test("commands to copy come last, one a line", () => {
  const commands = ["curl -d '{\"a\": 1}' x", "curl y"];
  const stop = new Stop({ title: "No", what: "So.", next: "Do.", commands });
  const { lines } = explain(stop, circumstances());
  expect(lines).toEqual(["So.", "Next: Do.", ...commands]);
});
