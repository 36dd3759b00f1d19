/** The possible results of the steps that add the file and count its records. */
import type { Step } from "../../src/decision.ts";
import type { Dataset, DatasetV4 } from "../../src/prolific/schema.ts";
import type { Brought } from "../../src/view.ts";
import {
  type Answer,
  withDatapoints,
  withJob,
} from "./table-dataset-answers.ts";
import { OTHER_NAME } from "./table-found.ts";
import { type Run, fresh, one, remembered, withCount } from "./table-world.ts";
import * as make from "./views.ts";

const UPLOADED = "import-of-this-run";

export function uploaded(before: Dataset, puts: number): Answer {
  return before.version === 3
    ? {
        learned: {
          uploaded: one({ importId: undefined, puts }),
          dataset: undefined,
        },
        dataset: one({ ...before, status: "UNINITIALISED" }),
      }
    : { learned: { uploaded: one({ importId: UPLOADED, puts }) } };
}

export function followed(
  step: Extract<Step, { do: "follow_import" }>,
  { inputs, size }: Run,
): Answer[] {
  const { dataset, found, importId } = step;
  const { rows } = size;
  const come = (more: Partial<Brought>): Answer => {
    const brought = one<Brought>({
      ...{ how: "import", version: 4, accepted: rows, rejected: 0, puts: 1 },
      ...{ duplicates: undefined, endedBefore: false, besideImport: false },
      datapointsBefore: dataset.totalDatapointCount,
      ...more,
    });
    const { accepted, endedBefore, rejected } = brought;
    const status = rejected > 0 ? ("partial" as const) : ("complete" as const);
    const ended = make.job(status, {
      ...{ filename: step.file.remoteName, id: importId },
      acceptedCount: accepted,
    });
    const job = endedBefore && found ? found : ended;
    return {
      learned: { brought, dataset: undefined },
      dataset: one(withJob(dataset, job)),
    };
  };
  const before = come({ accepted: 0, endedBefore: true });
  switch (found?.status) {
    case "complete":
      return [before];
    case "partial": {
      const some = (found.acceptedCount ?? 0) > 0;
      return [some && inputs.allowPartial ? before : "red"];
    }
    case "failed":
    case "pending_schema":
      return ["red"];
    case "uninitialised":
    case "queued":
    case "processing":
    case undefined: {
      const duplicates = rows - (size.distinct ?? rows);
      return [
        come({}),
        ...(duplicates > 0 ? [come({ duplicates })] : []),
        ...(inputs.allowPartial
          ? [come({ accepted: rows - 1, rejected: 1 })]
          : []),
        "red",
      ];
    }
  }
}

/** All are recognized, one is, none is; only some are accepted; somebody else adds more. Red if all are rejected. */
export function probed({
  dataset,
  most,
}: Extract<Step, { do: "probe" }>): Answer[] {
  const { totalDatapointCount: before } = dataset;
  const answers = [
    ...[0, most - 1, most, most + 1].map((grown) => ({
      accepted: most,
      grown,
    })),
    { accepted: 5, grown: 5 },
  ].map(({ accepted, grown }) => ({
    learned: {
      dataset: fresh(one(withDatapoints(dataset, before + grown))),
      probed: one({ accepted, before, grown }),
    },
  }));
  return [...answers, "red"];
}

/** The number of new records is visible later. */
export function appended(
  { before, dataset }: Extract<Step, { do: "append" }>,
  { inputs, size }: Run,
): Answer[] {
  const rejects = inputs.allowPartial ? [0, 1] : [0];
  return [
    ...rejects.map((rejected): Answer => {
      const brought = one<Brought>({
        ...{ how: "append", version: 4, puts: 0 },
        ...{ accepted: size.rows - rejected, rejected },
        ...{ duplicates: undefined, endedBefore: false },
        datapointsBefore: before,
        besideImport: dataset.imports.some(
          ({ acceptedCount, status }) =>
            acceptedCount !== 0 &&
            (status === "complete" || status === "partial"),
        ),
      });
      return { learned: { brought, dataset: undefined }, dataset };
    }),
    "red",
  ];
}

/** As many as accepted, none, some, and twice as many. Records that were not accepted now come from somebody else. */
export function counted(
  before: Dataset,
  brought: Brought | undefined,
  { size }: Run,
): Dataset[] {
  const { accepted = 0, datapointsBefore = 0, how } = brought ?? {};
  const { distinct: known, rows } = size;
  const distinct = known ?? rows;
  // Appended records are usually recognized, and imported records are new.
  const growths =
    how === "import" && accepted > 0
      ? [accepted, distinct, Number(distinct < rows), 2 * accepted]
      : how === "append"
        ? [0, distinct - 1, distinct]
        : [0, 1];
  const datasets = [...new Set(growths)].map((grown) => {
    const count = Math.max(
      before.totalDatapointCount,
      datapointsBefore + grown,
    );
    return withCount(before, count);
  });
  return before.version === 3
    ? [
        ...datasets,
        one({ ...before, filename: OTHER_NAME }),
        one({ ...before, filename: undefined }),
      ]
    : [...datasets, ...twice(before, "late")];
}

/** The bytes of an earlier upload have arrived, too, and may be counted or not. */
const twice = remembered((before: DatasetV4, id: string): Dataset[] => {
  const ours = before.imports.find(({ status }) => status === "complete");
  return ours ? [one(withJob(before, { ...ours, id }))] : [];
});

export function acceptedAs(
  how: "was_there" | "processed",
  { version, totalDatapointCount: datapointsBefore }: Dataset,
): Answer {
  const brought = one<Brought>({
    ...{ how, version, datapointsBefore, accepted: 0, rejected: 0, puts: 0 },
    ...{ duplicates: undefined, endedBefore: how === "was_there" },
    besideImport: false,
  });
  return { learned: { brought, dataset: undefined } };
}
