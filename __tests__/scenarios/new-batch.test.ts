/** A batch for every content of the file (contract 10), on a virtual clock, judged by what would be paid for. */
import { describe, expect, test } from "@jest/globals";
import type { VirtualStep } from "../../proof/simulation/world/world.ts";
import type { Checkout } from "../../proof/simulation/world/history.ts";
import {
  EMPTY_V3,
  FILE,
  type Repository,
  type Start,
  csv,
  once,
  repository,
  rows,
  words,
} from "./commits.ts";

const EIGHT = rows(0, 8);
const TWELVE = rows(0, 12);
const OTHER_V3 = { version: 3, datapoints: 5, filename: "other.csv" } as const;
const WITH_TASKS = { batch: { status: "READY" } } as const;

const sent = (
  { requests }: VirtualStep,
  method: "POST" | "PATCH" | "PUT",
  part: string,
) =>
  requests.filter(
    (request) => request.method === method && request.path.includes(part),
  );
const writes = (step: VirtualStep) =>
  step.requests.filter(({ method }) => method !== "GET");
const inGreen = (step: VirtualStep) => {
  expect(words(step)).not.toContain("error:");
  expect(step.green).toBe(true);
  return step;
};
const inRed = (step: VirtualStep, title: string) => {
  expect(words(step)).toContain(`error: ${title}`);
  expect(step.green).toBe(false);
  return step;
};

/** The first commit of a team is set up in the original; its rows are EIGHT. */
async function afterFirst(start: Start = {}): Promise<Repository> {
  const repo = repository(start);
  inGreen(await repo.commit(EIGHT));
  return repo;
}

describe("new_rows", () => {
  test("uses the batch of batch_id for the first content", async () => {
    const { batches, commit, original, paid } = repository();
    const { outputs } = inGreen(await commit(EIGHT));
    expect(outputs).toMatchObject({ outcome: "set_up", batch_id: original });
    expect(outputs.original_batch_id).toBeUndefined();
    expect(batches()).toHaveLength(1);
    expect(paid()).toEqual(once(EIGHT));
  });

  test("makes a copy for the new rows, with only these rows", async () => {
    const { commit, copies, original, paid, rowsOf } = await afterFirst();
    const step = inGreen(await commit(TWELVE));
    const [copy] = copies();
    expect(step.outputs).toMatchObject({
      ...{ outcome: "set_up", batch_id: copy?.id, total_task_count: "4" },
      original_batch_id: original,
      dataset_id: copy?.datasets[0]?.id,
    });
    expect(rowsOf(copy?.id ?? "")).toEqual(rows(8, 12).sort());
    expect(paid()).toEqual(once(TWELVE));
    expect(words(step)).toContain(
      `Made a copy of "Review labels" for reviews.csv at `,
    );
    expect(step.summary).toContain(`Made a copy of "Review labels" for `);
    expect(step.summary).toContain(`| Copy of | <code>${original}</code> |`);
    expect(step.summary).toMatch(
      new RegExp(`\\]\\(https://[^)]*/${copy?.id ?? "?"}/`),
    );
  });

  test("names the copy after the batch, the file, its content and the original", async () => {
    const { commit, copies, original } = await afterFirst();
    await commit(TWELVE);
    expect(copies()[0]?.name).toMatch(
      new RegExp(
        `^Review labels \\[reviews-[0-9a-f]{12}/${original.slice(0, 8)}\\]$`,
      ),
    );
  });

  test("cuts a long name at 100 characters without splitting a character", async () => {
    const { commit, copies } = await afterFirst({
      batch: { name: "🙂".repeat(150) },
    });
    inGreen(await commit(TWELVE));
    expect(copies()[0]?.name).toMatch(/^(🙂){100} \[reviews-/u);
  });

  test("makes one batch for each content, and never pays for a row twice, over a whole history", async () => {
    const { batches, commit, paid } = await afterFirst();
    inGreen(await commit(TWELVE));
    inGreen(await commit([...rows(20, 23), ...TWELVE]));
    inGreen(await commit([...rows(30, 31), ...TWELVE.slice(1)]));
    inGreen(await commit(TWELVE)); // reverted
    inGreen(await commit(EIGHT)); // to the first
    inGreen(await commit([...rows(20, 23), ...TWELVE]));
    expect(paid()).toEqual(once([...TWELVE, ...rows(20, 23), ...rows(30, 31)]));
    expect(batches()).toHaveLength(4);
  });

  test("sends nothing for a content that already has its batch, even after newer ones", async () => {
    const { commit, copies, run, world } = await afterFirst();
    await commit(TWELVE);
    await commit(rows(0, 14));
    world.files.set(FILE, csv(TWELVE));
    const step = inGreen(await run());
    expect(step.outputs).toMatchObject({
      outcome: "already_set_up",
      batch_id: copies()[0]?.id,
    });
    expect(writes(step)).toEqual([]);
  });

  test("gives a repeated new row one task", async () => {
    const { commit, paid } = await afterFirst();
    inGreen(await commit([...EIGHT, "r8", "r9", "r8"]));
    expect(paid()).toEqual(once(rows(0, 10)));
  });

  test("is green and makes nothing if no row is new", async () => {
    const { commit, copies, original, run } = await afterFirst();
    const step = inGreen(await commit(EIGHT.slice(2)));
    expect(step.outputs).toMatchObject({
      outcome: "already_set_up",
      batch_id: original,
    });
    expect(writes(step)).toEqual([]);
    expect(copies()).toEqual([]);
    expect(words(step)).toContain("0 of 6 different records are new");
    expect(step.outputs).toMatchObject({
      ...{ status: "READY", total_task_count: "8" },
    });
    expect(step.summary).toContain("No row of reviews.csv is new");
    const dry = inGreen(await run({ dry_run: "true" }));
    expect(dry.summary).toContain("No row of reviews.csv is new");
  });

  test("makes a copy for the first content if the batch has no dataset", async () => {
    const { commit, copies, original, paid, prolific } = repository({
      dataset: null,
    });
    inGreen(await commit(EIGHT));
    inGreen(await commit(TWELVE));
    expect(copies()).toHaveLength(2);
    expect(paid()).toEqual(once(TWELVE));
    expect(prolific.batch(original)).toMatchObject({
      ...{ status: "UNINITIALISED", datasets: [], name: "Review labels" },
    });
  });

  test("does not pay for rows again in an original that was never set up", async () => {
    const repo = repository();
    const { commit, paid, run, world } = repo;
    world.fault({ match: "POST /setup", kind: "status", status: 403 });
    inRed(await commit(EIGHT), "Prolific refused the setup");
    inGreen(await commit(TWELVE));
    // The older job again, and the older content once more.
    world.files.set(FILE, csv(EIGHT));
    const step = inGreen(await run());
    expect(writes(step)).toEqual([]);
    expect(paid()).toEqual(once(TWELVE));
  });

  test("never sets up a copy if another copy has got its rows in the meantime", async () => {
    const repo = await afterFirst();
    const { commit, copies, paid, run, world } = repo;
    world.fault({ match: "POST /setup", kind: "status", status: 403 });
    inRed(await commit(TWELVE), "Prolific refused the setup");
    inGreen(await commit(rows(0, 14)));
    world.files.set(FILE, csv(TWELVE));
    const step = inGreen(await run());
    expect(writes(step)).toEqual([]);
    expect(paid()).toEqual(once(rows(0, 14)));
    expect(copies().map(({ status }) => status)).toEqual([
      "UNINITIALISED",
      "READY",
    ]);
  });

  test("is red if an unfinished copy has rows that another copy has got; renaming it solves that", async () => {
    const { commit, copies, paid, prolific, run, world } = await afterFirst();
    world.fault({ match: "POST /setup", kind: "status", status: 403 });
    inRed(await commit(TWELVE), "Prolific refused the setup");
    inGreen(await commit(rows(0, 10)));
    world.files.set(FILE, csv(TWELVE));
    const step = inRed(await run(), "The copy holds other rows");
    expect(writes(step)).toEqual([]);
    expect(words(step)).toMatch(/Next: Change the name of the copy/);
    const [left] = copies();
    prolific.act("PATCH", `/batches/${left?.id ?? ""}`, { name: "left" });
    inGreen(await run());
    expect(paid()).toEqual(once(TWELVE));
  });

  test("uses a V4 batch itself, because it can grow", async () => {
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const { batches, commit, paid } = await afterFirst({
      dataset: { datapoints: 0, imports: [], schema },
      options: { importsRecognised: true },
    });
    const step = inGreen(await commit(TWELVE));
    expect(step.outputs.outcome).toBe("synced");
    expect(batches()).toHaveLength(1);
    expect(paid()).toEqual(once(TWELVE));
    expect(step.requests.map(({ path }) => path).join()).not.toContain(
      "batches?",
    );
  });

  test("uses dataset_id if the batch has no dataset", async () => {
    const { commit, copies, original, prolific, paid } = repository({
      dataset: null,
    });
    const dataset_id = prolific.addDataset(EMPTY_V3);
    const step = inGreen(await commit(EIGHT, { dataset_id }));
    expect(step.outputs).toMatchObject({ batch_id: original, dataset_id });
    inGreen(await commit(TWELVE, { dataset_id }));
    expect(copies()).toHaveLength(1);
    expect(paid()).toEqual(once(TWELVE));
  });

  test.each([
    ["a file of another name", { filename: "other.csv" }],
    ["no file name", { filename: null }],
  ])(
    "is red before any write if the original has tasks from %s",
    async (_, more) => {
      const { commit, copies } = repository({
        dataset: { version: 3, datapoints: 5, ...more },
        ...WITH_TASKS,
      });
      const step = await commit(EIGHT);
      expect(step.green).toBe(false);
      expect(writes(step)).toEqual([]);
      expect(copies()).toEqual([]);
      if (more.filename !== null) {
        inRed(step, "It is not known which rows have tasks already");
        expect(words(step)).toMatch(/new batch without a dataset.*all_rows/s);
      }
    },
  );

  test("makes a copy with every row if the original has another file, but no tasks", async () => {
    const { commit, copies, original, paid, prolific } = repository({
      dataset: OTHER_V3,
    });
    inGreen(await commit(EIGHT));
    expect(copies()).toHaveLength(1);
    expect(paid()).toEqual(once(EIGHT));
    expect(prolific.batch(original).status).toBe("UNINITIALISED");
  });

  test("is red if the batch itself is in ERROR", async () => {
    const { commit, copies } = repository({
      dataset: OTHER_V3,
      batch: { status: "ERROR" },
    });
    inRed(await commit(EIGHT), "The batch is in ERROR at Prolific");
    expect(copies()).toEqual([]);
  });

  test.each(["skip", "auto"])(
    "applies if_ready %s to the batch in use, not to the original",
    async (if_ready) => {
      const { commit, paid } = await afterFirst();
      inGreen(await commit(TWELVE, { if_ready }));
      expect(paid()).toEqual(once(TWELVE));
    },
  );

  test("if_ready fail is red for a content with a batch, and makes a batch for one without", async () => {
    const { commit, paid, run } = await afterFirst();
    inGreen(await commit(TWELVE, { if_ready: "fail" }));
    inRed(await run({ if_ready: "fail" }), "The batch is already set up");
    expect(paid()).toEqual(once(TWELVE));
  });

  test("with wait: false is accepted, and a later run joins or finds it", async () => {
    const { commit, copies, paid, run } = await afterFirst();
    const step = inGreen(await commit(TWELVE, { wait: "false" }));
    expect(step.outputs).toMatchObject({
      outcome: "accepted",
      batch_id: copies()[0]?.id,
    });
    const again = inGreen(await run());
    expect(["joined", "already_set_up"]).toContain(again.outputs.outcome);
    expect(paid()).toEqual(once(TWELVE));
  });
});

test.each([
  ["imported", 0],
  ["appended", 2],
])(
  "a rejected new row is annotated on its line in the committed file (%s)",
  async (_, datapoints) => {
    const { commit, copies, prolific, world } = await afterFirst();
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const theirs = prolific.addDataset({
      ...{ datapoints, imports: [], schema },
      script: { rejects: [{ field: "id", pattern: "^r10$", reason: "odd" }] },
    });
    world.onRequest = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/datasets")) return;
      const id = copies()[0]?.id ?? "";
      prolific.act("PATCH", `/batches/${id}`, { dataset_id: theirs });
    };
    const step = await commit([...rows(8, 10), ...EIGHT, ...rows(10, 12)]);
    expect(step.green).toBe(false);
    expect(words(step)).toContain(
      'error reviews.csv:12: Prolific rejected a record: new record 3 (line 12), field "id": odd',
    );
  },
);

describe("all_rows", () => {
  const all = { inputs: { new_batch: "all_rows" } };

  test("never writes to the batch of batch_id, and makes a copy with every row for every content", async () => {
    const { commit, copies, original, paid, prolific, rowsOf } = repository({
      ...all,
      dataset: OTHER_V3,
    });
    const before = prolific.batch(original);
    inGreen(await commit(EIGHT));
    const step = inGreen(await commit(TWELVE));
    inGreen(await commit(EIGHT));
    expect(prolific.batch(original)).toEqual(before);
    expect(copies().map(({ id }) => rowsOf(id))).toEqual([
      [...EIGHT].sort(),
      [...TWELVE].sort(),
    ]);
    expect(paid()).toMatchObject({ r0: 2, r8: 1 });
    expect(words(step)).toContain("are paid for again");
    expect(words(step)).toContain("8 tasks in an earlier batch");
    expect(step.summary).toContain("are paid for again");
  });

  test.each(["ERROR", "READY", "PROCESSING"] as const)(
    "accepts a batch in %s as the template",
    async (status) => {
      const { commit, paid, rowsOf, copies } = repository({
        ...all,
        ...{ dataset: OTHER_V3, batch: { status, setupMs: 900_000 } },
        batch: { status, copies: { setupMs: 1_000 } },
      });
      inGreen(await commit(EIGHT));
      expect(rowsOf(copies()[0]?.id ?? "")).toEqual(EIGHT);
      expect(paid()).toMatchObject(once(EIGHT));
    },
  );

  test("makes a V4 dataset with the schema of the original's", async () => {
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const { commit, copies, prolific } = repository({
      ...all,
      dataset: { datapoints: 3, schema },
    });
    inGreen(await commit(EIGHT));
    const id = copies()[0]?.datasets[0]?.id ?? "";
    expect(prolific.dataset(id)).toMatchObject({ schema_version: 4, schema });
  });

  test("uses version and schema of dataset_id, which does not change", async () => {
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const { commit, copies, prolific } = repository({
      ...all,
      dataset: OTHER_V3,
    });
    const dataset_id = prolific.addDataset({ datapoints: 2, schema });
    const step = inGreen(await commit(EIGHT, { dataset_id }));
    const id = copies()[0]?.datasets[0]?.id ?? "";
    expect(step.outputs.dataset_id).toBe(id);
    expect(prolific.dataset(id)).toMatchObject({ schema_version: 4 });
    expect(prolific.dataset(dataset_id).total_datapoint_count).toBe(2);
  });

  test("shows the server's words where the workspace refuses a V4 dataset, and the copy gets no data", async () => {
    const schema = { strict: true, fields: { id: { type: "text" } } };
    const repo = repository({ ...all, dataset: { datapoints: 3, schema } });
    repo.prolific.changeWorkspace({ v4Refusal: 403 });
    const step = inRed(
      await repo.commit(EIGHT),
      "Prolific refused to make a dataset",
    );
    expect(words(step)).toContain("Prolific says:");
    expect(sent(step, "PUT", "/storage/")).toEqual([]);
    repo.prolific.changeWorkspace({ v4Refusal: null });
    inGreen(await repo.run());
    expect(repo.copies()).toHaveLength(1);
  });

  test("does not start git, because it needs no history", async () => {
    const repo = repository({ ...all, dataset: OTHER_V3 });
    repo.world.history.checkout = "not there";
    inGreen(await repo.commit(EIGHT));
  });
});

describe("before anything is made", () => {
  test("a defective file is red", async () => {
    const { copies, run, world } = await afterFirst();
    world.commit(FILE, "id\na,b\n");
    const step = inRed(await run(), "The dataset file has defects");
    expect(writes(step)).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test.each(["new_rows", "all_rows"])(
    "a .jsonl file is red if the new dataset would be V3 (%s)",
    async (new_batch) => {
      const { run, world, copies } = repository({ dataset: null });
      world.commit("reviews.jsonl", '{"id":"a"}\n');
      const inputs = { new_batch, dataset_file: "reviews.jsonl" };
      const step = inRed(await run(inputs), "This dataset takes other files");
      expect(words(step)).toMatch(/Next: .*\.csv/);
      expect(writes(step)).toEqual([]);
      expect(copies()).toEqual([]);
    },
  );

  test("a list with fewer results than it counts is red", async () => {
    const { commit, copies, prolific } = await afterFirst();
    prolific.changeWorkspace({ mostListed: 0 });
    const step = inRed(
      await commit(TWELVE),
      "The list of batches is incomplete",
    );
    expect(writes(step)).toEqual([]);
    prolific.changeWorkspace({ mostListed: null });
    expect(copies()).toEqual([]);
  });

  test.each([
    ["shallow", /fetch-depth: 0/],
    ["not there", /git/],
    ["no repository", /git/],
  ] as [Checkout, RegExp][])(
    "a history that is %s is red",
    async (git, next) => {
      const { commit, copies, world } = await afterFirst();
      world.history.checkout = git;
      const step = await commit(TWELVE);
      expect(step.green).toBe(false);
      expect(words(step)).toMatch(next);
      expect(writes(step)).toEqual([]);
      expect(copies()).toEqual([]);
    },
  );

  test("a content that is not in the history is red, never guessed", async () => {
    const { copies, run, world } = await afterFirst();
    world.history.clear();
    world.commit(FILE, csv(TWELVE));
    const step = await run();
    expect(step.green).toBe(false);
    expect(words(step)).toMatch(/all_rows/);
    expect(writes(step)).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test("a batch without a workspace in its response is red", async () => {
    const { commit, prolific, original, world } = await afterFirst();
    const body = { ...prolific.batch(original), workspace_id: undefined };
    world.fault({
      ...{ match: `GET /batches/${original}`, kind: "malformed" },
      body: JSON.stringify(body),
    });
    const step = await commit(TWELVE);
    inRed(step, "The workspace of the batch is not known");
    expect(writes(step)).toEqual([]);
  });
});

describe("an existing copy", () => {
  test.each([
    ["resumed without a dataset", "POST ~/datasets$"],
    ["resumed with an empty dataset", "GET /datasets/*/upload-url/*"],
    ["resumed with its data", "POST /setup"],
  ])("is %s", async (_, match) => {
    const { commit, copies, paid, run, world } = await afterFirst();
    world.fault({ match, kind: "status", status: 403 });
    expect((await commit(TWELVE)).green).toBe(false);
    const step = inGreen(await run());
    expect(step.outputs.outcome).toBe("set_up");
    expect(sent(step, "POST", "/duplicate")).toEqual([]);
    expect(copies()).toHaveLength(1);
    expect(paid()).toEqual(once(TWELVE));
    expect(words(step)).toContain(`Used the copy of "Review labels"`);
  });

  test("is found after the copy and the file were renamed", async () => {
    const { commit, copies, prolific, run, world } = await afterFirst();
    await commit(TWELVE);
    const [copy] = copies();
    const name = (copy?.name ?? "").replace("Review labels", "Wave 2");
    prolific.act("PATCH", `/batches/${copy?.id ?? ""}`, { name });
    world.rename(FILE, "labels.csv");
    const step = inGreen(await run({ dataset_file: "labels.csv" }));
    expect(step.outputs.batch_id).toBe(copy?.id);
    expect(copies()).toHaveLength(1);
  });

  test.each(["oldest first", "newest first", "changing"] as const)(
    "is chosen among several by its status, in a list that is %s, and the others are named",
    async (batchOrder) => {
      const { commit, copies, original, paid, prolific, world, run } =
        await afterFirst();
      world.fault({ match: "POST ~/datasets$", kind: "status", status: 403 });
      await commit(TWELVE);
      const [empty] = copies();
      await world.clock.advance(1_000);
      prolific.act("POST", `/batches/${original}/duplicate`, {
        name: `Another ${empty?.name ?? ""}`,
        upload_new_dataset: true,
      });
      prolific.changeWorkspace({ batchOrder });
      const step = inGreen(await run());
      // Both are empty: the older one.
      expect(step.outputs.batch_id).toBe(empty?.id);
      expect(words(step)).toContain(
        "notice: Another copy for this content is empty",
      );
      expect(paid()).toEqual(once(TWELVE));
      expect(inGreen(await run()).outputs.batch_id).toBe(empty?.id);
    },
  );

  test("with tasks, in addition to the one in use, causes a warning", async () => {
    const { commit, copies, prolific, run } = await afterFirst();
    await commit(TWELVE);
    const [first] = copies();
    const dataset = prolific.addDataset({ version: 3, datapoints: 4 });
    prolific.addBatch({
      ...{ name: first?.name ?? "", datasetId: dataset, status: "READY" },
    });
    const step = inGreen(await run());
    expect(words(step)).toContain(
      "warning: Another copy for this content has tasks",
    );
  });

  test("in ERROR is red, and the message says to rename it", async () => {
    const { commit, copies, prolific, run, paid } = await afterFirst({
      batch: { copies: { setupEndsIn: "ERROR" } },
    });
    inRed(await commit(TWELVE), "The copy of the batch is in ERROR");
    const step = inRed(await run(), "The copy of the batch is in ERROR");
    expect(words(step)).toMatch(/Next: .*Change the name of the copy/);
    const id = copies()[0]?.id ?? "";
    prolific.act("PATCH", `/batches/${id}`, { name: "failed" });
    prolific.changeBatch(id, {});
    await run();
    expect(copies()).toHaveLength(2);
    expect(paid().r8 ?? 0).toBeLessThanOrEqual(1);
  });

  test("with the dataset of its original is red, and nothing is set up", async () => {
    const { commit, copies, datasetId, prolific, run, world } =
      await afterFirst();
    world.fault({ match: "POST ~/datasets$", kind: "status", status: 403 });
    await commit(TWELVE);
    const id = copies()[0]?.id ?? "";
    prolific.act("PATCH", `/batches/${id}`, { dataset_id: datasetId });
    const step = inRed(await run(), "The copy has the dataset of its original");
    expect(writes(step)).toEqual([]);
  });

  test("of another original, or without the brackets, is not used", async () => {
    const { commit, copies, prolific, original, paid } = await afterFirst();
    const hash = "0123456789ab";
    for (const name of [
      `Review labels [reviews-${hash}/00000000]`,
      `Review labels reviews-${hash}/${original.slice(0, 8)}`,
      `[reviews-${hash}/${original.slice(0, 8)}] Review labels`,
    ]) {
      prolific.addBatch({ name });
    }
    inGreen(await commit(TWELVE));
    expect(copies()).toHaveLength(4);
    expect(paid()).toEqual(once(TWELVE));
  });

  test("with fewer instructions than its original causes a warning with both counts", async () => {
    const { commit } = await afterFirst({
      batch: {
        batchItems: [{ rows: [] }],
        instructions: 3,
        copiesLack: ["layout"],
      },
    });
    const step = inGreen(await commit(TWELVE));
    expect(words(step)).toMatch(
      /warning: The copy differs from its original.*3 instructions and a layout.*0 instructions and no layout/,
    );
  });
});

const NEW_REQUESTS = [
  "GET /batches",
  "POST /duplicate",
  "POST ~/datasets$",
  "PATCH /batches/*",
] as const;
const ANSWERS = [
  { kind: "reset", when: "before" },
  { kind: "reset", when: "after" },
  { kind: "hang", when: "before" },
  { kind: "hang", when: "after" },
  { kind: "status", status: 503, when: "before" },
  { kind: "status", status: 503, when: "after" },
  { kind: "status", status: 429, when: "before" },
  { kind: "status", status: 429, when: "after" },
  { kind: "status", status: 400, when: "before" },
  { kind: "status", status: 404, when: "before" },
  { kind: "html", when: "after" },
  { kind: "emptyObject", when: "after" },
] as const;

describe.each(NEW_REQUESTS)("trouble at %s", (match) => {
  test.each(ANSWERS)(
    "%o: in the end, one batch of this content has tasks",
    async (answer) => {
      const { commit, copies, original, paid, prolific, run, world } =
        await afterFirst();
      const before = prolific.batch(original);
      world.fault({ match, ...answer });
      const step = await commit(TWELVE);
      world.faults.clear();
      const made = copies().length;
      expect(made).toBeLessThanOrEqual(2);
      // Only a refusal ends the step; everything else is found out.
      const refused = answer.kind === "status" && answer.status < 429;
      expect(step.green).toBe(!refused);
      inGreen(await run());
      expect(paid()).toEqual(once(TWELVE));
      const withTasks = copies().filter((batch) => batch.total_task_count > 0);
      expect(withTasks).toHaveLength(1);
      expect(prolific.batch(original)).toEqual(before);
    },
  );

  test.each(["before", "after"] as const)(
    "no response, with the work done %s: red, and the next run continues",
    async (when) => {
      const { commit, copies, paid, run, world } = await afterFirst();
      world.fault({ match, kind: "reset", when, times: null });
      const step = await commit(TWELVE, { timeout: "10m" });
      world.faults.clear();
      expect(sent(step, "POST", "/duplicate").length).toBeLessThanOrEqual(2);
      expect(
        sent(step, "POST", "data-collection/datasets").length,
      ).toBeLessThanOrEqual(2);
      inGreen(await run());
      expect(copies().length).toBeLessThanOrEqual(2);
      expect(paid()).toEqual(once(TWELVE));
    },
  );
});

describe.each(["/duplicate", "/datasets", "PATCH"])(
  "a request that cannot be sent (%s)",
  (part) => {
    test("is sent later: one copy, one dataset", async () => {
      const { commit, copies, paid, prolific, world } = await afterFirst();
      let left = 3;
      world.unreachable = ({ method, path }) =>
        (method === part || (method === "POST" && path.endsWith(part))) &&
        left-- > 0;
      const step = inGreen(await commit(TWELVE));
      expect(words(step)).toContain("Could not connect, nothing was sent");
      expect(copies()).toHaveLength(1);
      expect(prolific.state.datasets.size).toBe(2);
      expect(paid()).toEqual(once(TWELVE));
    });
  },
);

test("a copy with the id of its original is not used", async () => {
  const { commit, original, paid, world } = await afterFirst();
  world.fault({
    ...{ match: "POST /duplicate", kind: "malformed", status: 201 },
    body: JSON.stringify({ id: original }),
  });
  inRed(await commit(TWELVE), "Prolific's response cannot be used");
  expect(paid()).toEqual(once(EIGHT));
});

describe("a dry run with a copy without a dataset", () => {
  test.each([
    ["csv", "a,b\n1,2\n", "1 task for 1 record in 1 group"],
    ["zip", `PK\u0003\u0004${" ".repeat(30)}`, "upload the file to a new V3"],
  ])("says what it would get (.%s)", async (format, text, says) => {
    const dataset_file = `more.${format}`;
    const { run, world } = repository({
      ...{ dataset: OTHER_V3, inputs: { new_batch: "all_rows", dataset_file } },
    });
    world.commit(dataset_file, text);
    const before = inGreen(await run({ dry_run: "true" }));
    expect(words(before)).toContain("make a copy of");
    expect(words(before)).toContain(says);
    world.fault({ match: "POST ~/datasets$", kind: "status", status: 403 });
    await run();
    const after = inGreen(await run({ dry_run: "true" }));
    expect(words(after)).toContain("use the copy");
    expect(words(after)).toContain(says);
  });
});

describe("a crash at any request", () => {
  /** As many as a run without trouble sends. */
  const REQUESTS = 24;

  test.each(
    Array.from({ length: REQUESTS }, (_, at) => at).flatMap((at) => [
      { at, when: "before" as const },
      { at, when: "after" as const },
    ]),
  )("number $at, $when the work of the server", async ({ at, when }) => {
    const { commit, copies, original, paid, prolific, run, world } =
      await afterFirst();
    const before = prolific.batch(original);
    const first = world.requests.length;
    world.fault({ match: "* ~.", kind: "hang", when, after: at });
    world.onRequest = () => {
      if (world.requests.length - 1 - first === at) {
        world.at(1, () => {
          world.cancel();
        });
      }
    };
    await commit(TWELVE);
    world.onRequest = undefined;
    world.faults.clear();
    inGreen(await run());
    expect(copies()).toHaveLength(1);
    expect(paid()).toEqual(once(TWELVE));
    expect(prolific.batch(original)).toEqual(before);
  });
});

describe("a list that lags", () => {
  test("by 14 s: the copy with the lost response is found", async () => {
    const { commit, copies, paid, prolific, world } = await afterFirst();
    prolific.changeWorkspace({ batchListedAfterMs: 14_000 });
    world.fault({ match: "POST /duplicate", kind: "reset", when: "after" });
    inGreen(await commit(TWELVE));
    await world.clock.advance(60_000);
    expect(copies()).toHaveLength(1);
    expect(paid()).toEqual(once(TWELVE));
  });

  test("by a minute: at most two copies, one of them with tasks", async () => {
    const { commit, copies, paid, prolific, run, world } = await afterFirst();
    prolific.changeWorkspace({ batchListedAfterMs: 60_000 });
    world.fault({ match: "POST /duplicate", kind: "reset", when: "after" });
    const step = inGreen(await commit(TWELVE));
    expect(sent(step, "POST", "/duplicate")).toHaveLength(2);
    await world.clock.advance(120_000);
    const again = inGreen(await run());
    expect(copies()).toHaveLength(2);
    expect(again.outputs.batch_id).toBe(step.outputs.batch_id);
    expect(paid()).toEqual(once(TWELVE));
  });

  test("does not hide a copy from the run that made it", async () => {
    const { commit, paid, prolific, world } = await afterFirst();
    prolific.changeWorkspace({ batchListedAfterMs: 60_000 });
    inGreen(await commit(TWELVE));
    await world.clock.advance(60_000);
    expect(paid()).toEqual(once(TWELVE));
  });
});

describe("another run at the same time", () => {
  test("that made its copy a moment before ours shows in the list after it: the older one is used", async () => {
    const { commit, copies, original, paid, prolific, run, world } =
      await afterFirst();
    let done = false;
    world.onRequest = ({ method, path, body }) => {
      if (done || method !== "POST" || !path.endsWith("/duplicate")) return;
      done = true;
      const { name } = JSON.parse(body) as { name: string };
      prolific.act("POST", `/batches/${original}/duplicate`, {
        ...{ name, upload_new_dataset: true },
      });
    };
    const step = inGreen(await commit(TWELVE));
    expect(copies()).toHaveLength(2);
    expect(paid()).toEqual(once(TWELVE));
    world.onRequest = undefined;
    const again = inGreen(await run());
    expect(again.outputs.batch_id).toBe(step.outputs.batch_id);
  });

  test("that attached a dataset first: that one is used, because nothing has been uploaded", async () => {
    const { commit, copies, paid, prolific, world } = await afterFirst();
    const theirs = prolific.addDataset(EMPTY_V3);
    world.onRequest = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/datasets")) return;
      const id = copies()[0]?.id ?? "";
      prolific.act("PATCH", `/batches/${id}`, { dataset_id: theirs });
    };
    const step = inGreen(await commit(TWELVE));
    expect(sent(step, "PATCH", "/batches/")).toEqual([]);
    expect(step.outputs.dataset_id).toBe(theirs);
    expect(paid()).toEqual(once(TWELVE));
  });
});

describe("dry_run", () => {
  const dry = { dry_run: "true" };

  test("names the copy that it would make, and what would be paid for", async () => {
    const { commit, copies } = await afterFirst();
    const step = inGreen(await commit(TWELVE, dry));
    expect(writes(step)).toEqual([]);
    expect(copies()).toEqual([]);
    expect(words(step)).toMatch(
      /A real run would make a copy of "Review labels" named "Review labels \[reviews-[0-9a-f]{12}\/[0-9a-f]{8}\]", upload 4 records to a new V3 dataset, and set the copy up: 4 tasks for 4 records in 4 groups/,
    );
  });

  test("names the copy that it would use", async () => {
    const { commit, copies, run, world } = await afterFirst();
    world.fault({ match: "POST ~/datasets$", kind: "status", status: 403 });
    await commit(TWELVE);
    const step = inGreen(await run(dry));
    expect(words(step)).toContain(
      `A real run would use the copy "${copies()[0]?.name ?? "?"}"`,
    );
    expect(words(step)).toContain("4 tasks for 4 records");
    expect(step.outputs.batch_id).toBe(copies()[0]?.id);
    expect(writes(step)).toEqual([]);
  });

  test("says that it would use the batch itself", async () => {
    const { commit } = repository();
    const step = inGreen(await commit(EIGHT, dry));
    expect(words(step)).toContain("A real run would upload 8 records");
    expect(writes(step)).toEqual([]);
  });

  test("with all_rows says what is paid for again", async () => {
    const { commit } = await afterFirst();
    const step = inGreen(
      await commit(TWELVE, { ...dry, new_batch: "all_rows" }),
    );
    expect(words(step)).toContain("12 tasks for 12 records");
    expect(words(step)).toContain("8 tasks in an earlier batch");
  });

  test("is red if a real run would be: a content that is not found", async () => {
    const { commit, world } = await afterFirst();
    world.history.checkout = "shallow";
    expect((await commit(TWELVE, dry)).green).toBe(false);
  });
});

describe("never", () => {
  test("is the default, and recommends new_rows", async () => {
    const { commit, copies } = await afterFirst({
      inputs: { new_batch: "" },
    });
    const step = inRed(await commit(TWELVE), "This dataset cannot grow");
    expect(words(step)).toMatch(/Next: Set new_batch to new_rows/);
    expect(writes(step)).toEqual([]);
    expect(copies()).toEqual([]);
  });
});
