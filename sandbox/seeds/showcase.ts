import type { Prolific } from "../model.ts";

/** A batch or dataset of the initial state, and its purpose. */
export interface Exhibit {
  readonly id: string;
  readonly about: string;
}

/** The ids never change, so that earlier command lines still work. */
const datasetId = (number: number): string =>
  `da7a5e70-0000-4000-8000-00000000000${number}`;
const batchId = (number: number): string =>
  `ba7c4000-0000-4000-8000-00000000000${number}`;

/** Fills a sandbox with one batch for each way that a run can go. */
export function fillShowcase({ prolific }: { prolific: Prolific }): {
  batches: readonly Exhibit[];
  datasets: readonly Exhibit[];
} {
  const datasets: Exhibit[] = [
    { id: datasetId(1), about: "V3, READY, 7 datapoints" },
    { id: datasetId(2), about: "V4, one complete import, 7 datapoints" },
    { id: datasetId(3), about: "V4, grown from 7 to 12 datapoints" },
    { id: datasetId(4), about: "V3, empty" },
    {
      id: datasetId(5),
      about: "V4, empty, with a schema for examples/data/reviews.csv",
    },
    { id: datasetId(6), about: "V3, READY with 5 datapoints of another file" },
  ];
  prolific.addDataset({ id: datasetId(1), version: 3, datapoints: 7 });
  prolific.addDataset({ id: datasetId(2), datapoints: 7 });
  prolific.addDataset({ id: datasetId(3), datapoints: 7 });
  prolific.addDataset({ id: datasetId(4), version: 3, datapoints: 0 });
  prolific.addDataset({
    id: datasetId(5),
    imports: [],
    schema: {
      strict: true,
      fields: {
        review_id: { type: "metadata" },
        product: { type: "text", label: "Product" },
        review: { type: "text", label: "Review" },
      },
    },
  });

  prolific.addDataset({
    id: datasetId(6),
    version: 3,
    datapoints: 5,
    filename: "last-month.csv",
  });

  const batches: Exhibit[] = [];
  const batch = (
    dataset: number,
    about: string,
    more: Parameters<typeof prolific.addBatch>[0] = {},
  ) => {
    const id = batchId(batches.length + 1);
    prolific.addBatch({ id, datasetId: datasetId(dataset), ...more });
    batches.push({ id, about });
  };
  batch(1, "UNINITIALISED, V3 dataset");
  batch(2, "UNINITIALISED, V4 dataset");
  batch(3, "READY with 7 tasks; its dataset has grown: sync it", {
    status: "READY",
    tasksPerGroup: 3,
  });
  batch(2, "READY, nothing to do", { status: "READY" });
  batch(2, "PROCESSING for the next 10 minutes", {
    status: "PROCESSING",
    setupMs: 600_000,
  });
  batch(2, "UNINITIALISED; its setup ends in ERROR", { setupEndsIn: "ERROR" });
  batch(4, "UNINITIALISED, empty dataset: setup is refused");
  prolific.addDatapoints(datasetId(3), 5);
  batch(5, "UNINITIALISED, empty V4 dataset: upload a file first");
  batch(6, "READY, V3 dataset with other data: it cannot grow, copy it", {
    status: "READY",
  });
  return { batches, datasets };
}
