import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { fillShowcase } from "../../sandbox/seeds/showcase.ts";
import { filesOf } from "./files.ts";
import { worldOf } from "./world.ts";

const example = new URL("../../examples/data/reviews.csv", import.meta.url);

test("the ids do not change", () => {
  const { batches, datasets } = fillShowcase(worldOf());
  const numbered = (start: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${start}${index + 1}`);
  expect(batches.map(({ id }) => id)).toEqual(
    numbered("ba7c4000-0000-4000-8000-00000000000", 9),
  );
  expect(datasets.map(({ id }) => id)).toEqual(
    numbered("da7a5e70-0000-4000-8000-00000000000", 6),
  );
});

test.each([
  [7, 4],
  [8, 5],
])(
  "batch %d takes the example file and can be set up",
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

test("batch 9 is READY with other data, takes no file, and can be copied", () => {
  const world = worldOf();
  const { prolific, ask } = world;
  const { batches, datasets } = fillShowcase(world);
  const [batchId, datasetId] = [batches[8]?.id ?? "", datasets[5]?.id ?? ""];
  expect(prolific.batch(batchId)).toMatchObject({
    status: "READY",
    total_task_count: 5,
    datasets: [{ id: datasetId, filename: "last-month.csv" }],
  });
  const path = `/datasets/${datasetId}/upload-url/reviews.csv`;
  expect(ask("GET", path).status).toBe(400);
  const body = { upload_new_dataset: true };
  expect(ask("POST", `/batches/${batchId}/duplicate`, body)).toMatchObject({
    status: 201,
    body: { status: "UNINITIALISED", datasets: [] },
  });
});
