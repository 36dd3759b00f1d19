/**
 * A step that dies at any request, before the server did its work or after, and the same job again: every datapoint is in
 * the batch once (contract 1 and 5).
 */
import { describe, expect, test } from "@jest/globals";
import { virtualWorld } from "../../proof/simulation/world/world.ts";

const HEADER = "id,text";
const rows = (count: number) =>
  [
    HEADER,
    ...Array.from(
      { length: count },
      (_, n) => `${String(n)},text ${String(n)}`,
    ),
  ].join("\n");

const SCHEMA = {
  strict: true,
  fields: { id: { type: "metadata" }, text: { type: "text" } },
};
const FILE = "data/reviews.csv";

type World = ReturnType<typeof virtualWorld>;

interface Case {
  readonly name: string;
  /** Puts in what is there before; returns the inputs. */
  readonly prepare: (world: World) => Promise<Record<string, string>>;
  readonly records: number;
}

const CASES: readonly Case[] = [
  {
    name: "V3, first commit",
    records: 5,
    prepare: (world) => {
      world.files.set(FILE, rows(5));
      const datasetId = world.prolific.addDataset({
        version: 3,
        datapoints: 0,
      });
      const batch_id = world.prolific.addBatch({ datasetId });
      return Promise.resolve({ batch_id, dataset_file: FILE });
    },
  },
  {
    name: "V4, first commit",
    records: 5,
    prepare: (world) => {
      world.files.set(FILE, rows(5));
      const datasetId = world.prolific.addDataset({
        datapoints: 0,
        imports: [],
        schema: SCHEMA,
      });
      const batch_id = world.prolific.addBatch({ datasetId });
      return Promise.resolve({ batch_id, dataset_file: FILE });
    },
  },
  {
    name: "V4, grown file after a first commit",
    records: 1_200,
    prepare: async (world) => {
      world.files.set(FILE, rows(5));
      const datasetId = world.prolific.addDataset({
        datapoints: 0,
        imports: [],
        schema: SCHEMA,
      });
      const batch_id = world.prolific.addBatch({ datasetId });
      const inputs = { batch_id, dataset_file: FILE };
      const first = await world.run(inputs);
      expect(first.outputs.outcome).toBe("set_up");
      world.files.set(FILE, rows(1_200));
      return inputs;
    },
  },
];

/** How many requests an undisturbed run sends. */
async function requestsOf({ prepare }: Case): Promise<number> {
  const world = virtualWorld({ importsRecognised: "by appends" });
  const inputs = await prepare(world);
  const { green, requests, log } = await world.run(inputs);
  if (!green) throw new Error(log.join("\n"));
  return requests.length;
}

describe.each(CASES)("$name", (given) => {
  test.each(["before", "after"] as const)(
    "after a crash at any request, %s the server did its work, nothing is there twice",
    async (when) => {
      const count = await requestsOf(given);
      expect(count).toBeGreaterThan(5);
      for (let at = 0; at < count; at++) {
        const world = virtualWorld({ importsRecognised: "by appends" });
        const inputs = await given.prepare(world);
        let seen = 0;
        if (when === "before") {
          world.unreachable = () => seen > at;
        }
        world.onRequest = () => {
          if (seen++ === at) world.cancel("SIGKILL");
        };
        const crashed = await world.run(inputs);
        // The last one only looks for a preview: its answer may come before the end.
        if (at < count - 1) {
          expect([at, crashed.outputs.outcome]).toEqual([at, "cancelled"]);
        }
        world.onRequest = undefined;
        world.unreachable = undefined;
        // What the server began goes on while the job is started again.
        await world.clock.advance(1_000);

        const again = await world.run(inputs);

        expect([at, again.green, again.log.at(-1)]).toEqual([
          at,
          true,
          again.log.at(-1),
        ]);
        const datasetId = again.outputs.dataset_id ?? "";
        const ids = world.prolific
          .records(datasetId)
          .map(({ record }) => record.id);
        if (given.name.startsWith("V4")) {
          expect([at, ids.length]).toEqual([at, given.records]);
          expect(new Set(ids).size).toBe(given.records);
        }
        const batch = world.prolific.batch(inputs.batch_id ?? "");
        expect([at, batch.status]).toEqual([at, "READY"]);
        expect([at, batch.total_task_count]).toEqual([at, given.records]);
        expect(world.prolific.acceptedSetups(inputs.batch_id ?? "")).toBe(1);
      }
    },
  );
});
