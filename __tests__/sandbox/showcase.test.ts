import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { fillShowcase } from "../../sandbox/seeds/showcase.ts";
import { filesOf } from "./files.ts";
import { worldOf } from "./world.ts";

const example = new URL("../../examples/data/reviews.csv", import.meta.url);

test("ids stay what they were", () => {
  const { batches, datasets } = fillShowcase(worldOf());
  const numbered = (start: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${start}${index + 1}`);
  expect(batches.map(({ id }) => id)).toEqual(
    numbered("ba7c4000-0000-4000-8000-00000000000", 8),
  );
  expect(datasets.map(({ id }) => id)).toEqual(
    numbered("da7a5e70-0000-4000-8000-00000000000", 5),
  );
});

test.each([
  [7, 4],
  [8, 5],
])(
  "batch %d can be fed with the example file and set up",
  (batchNumber, datasetNumber) => {
    const world = worldOf();
    const { prolific, pass, ask } = world;
    const { batches, datasets } = fillShowcase(world);
    const batchId = batches[batchNumber - 1]?.id ?? "";
    const datasetId = datasets[datasetNumber - 1]?.id ?? "";
    const setUp = () => ask("POST", `/batches/${batchId}/setup`, {}).status;
    expect(setUp()).toBe(400);
    const text = readFileSync(example);
    filesOf(prolific, datasetId).upload("reviews.csv", text);
    pass(10_000);
    const records = prolific.records(datasetId);
    expect(records[0]).toEqual({
      via: "import",
      record: {
        review_id: "R-001",
        product: "Kettle",
        review: "Boils fast, but the lid sticks.",
      },
    });
    expect(setUp()).toBe(202);
    pass(10_000);
    expect(prolific.batch(batchId)).toMatchObject({
      status: "READY",
      total_task_count: records.length,
    });
  },
);
