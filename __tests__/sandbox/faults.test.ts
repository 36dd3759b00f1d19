import { describe, expect, test } from "@jest/globals";
import { faultKinds, Faults } from "../../sandbox/faults/faults.ts";
import type { Fault } from "../../sandbox/faults/faults.ts";
import { planFor } from "../../sandbox/faults/plan.ts";

const setup = {
  method: "POST",
  path: "/api/v1/data-collection/batches/b1/setup",
};
const batch = { method: "GET", path: "/api/v1/data-collection/batches/b1" };
const status = { ...batch, path: `${batch.path}/status` };

/** Which of these requests, 100 ms apart, run into the fault. */
function hits(
  fault: Partial<Fault>,
  requests: { method: string; path: string }[],
  everyMs = 100,
): boolean[] {
  const faults = new Faults();
  faults.add({ match: "* /setup", kind: "reset", ...fault } as Fault);
  return requests.map(
    (request, index) => faults.take(request, index * everyMs) !== null,
  );
}

describe("a match", () => {
  test.each([
    ["POST /setup", [true, false, false]],
    ["GET /setup", [false, false, false]],
    ["* /status", [false, false, true]],
    ["GET /batches/*", [false, true, false]],
    ["GET /batches/b1", [false, true, false]],
    ["GET /batches/b*/status", [false, false, true]],
    ["* /batches/*/*", [true, false, true]],
    ["GET ~/batches/", [false, true, true]],
    ["* ~/b1(/setup)?$", [true, true, false]],
    ["* /s.tup", [false, false, false]],
  ])("%s", (match, expected) => {
    expect(hits({ match, times: null }, [setup, batch, status])).toEqual(
      expected,
    );
  });

  test("ignores the query", () => {
    const asked = { ...batch, path: `${batch.path}?a=/setup` };
    expect(hits({ match: "GET /batches/*" }, [asked])).toEqual([true]);
  });

  test.each([
    "/setup",
    "POST",
    "post /setup",
    "POST setup",
    "POST  /setup",
    "",
  ])("is refused in the form %p", (match) => {
    expect(() => hits({ match }, [])).toThrow(TypeError);
  });
});

describe("how often", () => {
  const four = [setup, setup, setup, setup];
  test.each([
    ["once by default", {}, [true, false, false, false]],
    ["times", { times: 2 }, [true, true, false, false]],
    ["times: 0", { times: 0 }, [false, false, false, false]],
    ["times: null", { times: null }, [true, true, true, true]],
    ["times: Infinity", { times: Infinity }, [true, true, true, true]],
    ["after", { after: 2 }, [false, false, true, false]],
    ["after and times", { after: 1, times: 2 }, [false, true, true, false]],
    [
      "forMs, from the first hit on",
      { forMs: 200, after: 1 },
      [false, true, true, false],
    ],
    ["forMs and times", { forMs: 1000, times: 2 }, [true, true, false, false]],
  ])("%s", (_, fault, expected) => {
    expect(hits(fault, four)).toEqual(expected);
  });

  test("a request to another path is not counted", () => {
    expect(hits({ after: 1 }, [setup, status, setup])).toEqual([
      false,
      false,
      true,
    ]);
  });
});

test("each request triggers the first fault that is not used up", () => {
  const faults = new Faults();
  faults.add({ match: "POST /setup", kind: "reset" });
  faults.add({ match: "POST /setup", kind: "hang", times: 2 });
  const taken = [0, 1, 2, 3].map(() => faults.take(setup, 0)?.kind ?? null);
  expect(taken).toEqual(["reset", "hang", "hang", null]);
  expect(faults.list().map(({ hits: count }) => count)).toEqual([1, 2]);
  faults.clear();
  expect(faults.list()).toEqual([]);
});

test("only reads lag", () => {
  expect(
    hits({ match: "* /batches/*", kind: "lag", times: null }, [
      { ...batch, method: "PATCH" },
      batch,
    ]),
  ).toEqual([false, true]);
});

test("an upload address is made by a GET that does not lag", () => {
  const get = { method: "GET", path: "/datasets/d1/upload-url/a.csv" };
  const fault = { match: "* /a.csv", times: null } as const;
  expect(hits({ ...fault, kind: "lag" }, [get])).toEqual([false]);
  expect(hits({ ...fault, kind: "hang" }, [get])).toEqual([true]);
});

test("an unknown kind is refused", () => {
  const fault = { match: "* /", kind: "bogus" } as unknown as Fault;
  expect(() => {
    new Faults().add(fault);
  }).toThrow('Unknown kind of fault: "bogus"');
});

describe("a plan", () => {
  const request = { ...setup, headers: { authorization: "Token t" }, body: "" };
  const some: Record<string, Partial<Fault>> = {
    status: { status: 503 },
    huge: { bytes: 100 },
    redirect: { location: "/elsewhere" },
    delay: { ms: 30 },
    slowBytes: { ms: 3 },
  };
  const planOf = (kind: string, more: object = {}) =>
    planFor(
      { match: "POST /setup", kind, ...some[kind], ...more } as Fault,
      request,
    );
  const altering = [
    "delay",
    "cutBody",
    "stallBody",
    "slowBytes",
    "badContentLength",
    "lag",
  ];
  const halting = ["stallUpload", "cutUpload", "lateUpload"];
  const replacing = faultKinds.filter(
    (kind) => ![...altering, ...halting].includes(kind),
  );

  test("without a fault is the real response", () => {
    const plan = planFor(null, request);
    const reply = { status: 202, headers: {}, body: "" };
    expect(plan).toMatchObject({ fault: null, work: true, past: null });
    expect(plan.deliver(reply)).toEqual({
      how: "reply",
      reply,
      chunked: false,
    });
  });

  test.each(altering)("of %s does the work", (kind) => {
    expect(planOf(kind)).toMatchObject({ fault: kind, work: true });
  });

  test.each(replacing)("of %s does the work only if requested", (kind) => {
    expect(planOf(kind)).toMatchObject({ fault: kind, work: false });
    expect(planOf(kind, { when: "before" }).work).toBe(false);
    expect(planOf(kind, { when: "after" }).work).toBe(true);
  });

  test.each([
    [{}, 503],
    [{ status: 500 }, 500],
    [{ status: null }, "reset"],
  ])("of lateUpload (%p) does the work later", (more, told) => {
    const plan = planOf("lateUpload", { ms: 70, ...more });
    expect(plan).toMatchObject({ work: false, upload: null, lateMs: 70 });
    expect(plan.deliver(null)).toMatchObject(
      told === "reset" ? { how: told } : { reply: { status: told } },
    );
    expect(planOf("status").lateMs).toBeNull();
  });

  test.each([
    ["stallUpload", "silence", "hang"],
    ["cutUpload", "reset", "reset"],
  ])("of %s never does the work", (kind, then, how) => {
    const plan = planOf(kind, { bytes: 9 });
    expect(plan).toMatchObject({ work: false, upload: { bytes: 9, then } });
    expect(plan.deliver(null)).toEqual({ how });
    expect(planOf("reset").upload).toBeNull();
  });

  test("of delay waits before or after the work", () => {
    expect(planOf("delay")).toMatchObject({ waitBeforeMs: 30, waitAfterMs: 0 });
    expect(planOf("delay", { when: "after" })).toMatchObject({
      waitBeforeMs: 0,
      waitAfterMs: 30,
    });
  });

  test("of lag reads from the past", () => {
    expect(planOf("lag").past).toBe("before the last write");
    expect(planOf("lag", { lagMs: 70 }).past).toEqual({ lagMs: 70 });
  });
});
