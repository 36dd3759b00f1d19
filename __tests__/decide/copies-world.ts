/** Everything that a run with `new_batch` can find before it knows which batch to use (contract 10), in a small model. */
import type { Step } from "../../src/decision.ts";
import type {
  Batch,
  BatchDataset,
  BatchStatus,
  Dataset,
} from "../../src/prolific/schema.ts";
import type { Known } from "../../src/view.ts";
import type { Files } from "../../src/file/disk.ts";
import * as make from "./views.ts";

export const NOW = 1_000_000;
const OLD_AT = NOW - 5_001;
const HASH = "0123456789ab";
/** Contents of other commits. */
const OTHERS = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"] as const;
const WORKSPACE = "w";
const OWN: BatchDataset = { id: make.DATASET_ID, totalDatapointCount: 3 };
const SECOND: BatchDataset = { id: "d2", totalDatapointCount: 1 };

const STATUSES = ["UNINITIALISED", "PROCESSING", "READY", "ERROR"] as const;

function originals(): Batch[] {
  return STATUSES.flatMap((status) =>
    [[], [OWN], [OWN, SECOND]].flatMap((datasets) =>
      [WORKSPACE, undefined].map((workspaceId) =>
        make.batch({
          ...{ status, datasets, workspaceId },
          totalTaskCount: status === "READY" ? 3 : 0,
        }),
      ),
    ),
  );
}

const NAMES = [
  make.NAME,
  `reviews-${OTHERS[0]}.csv`,
  "by-hand.csv",
  undefined,
] as const;

function datasets(): Dataset[] {
  return [
    ...STATUSES.flatMap((status) =>
      NAMES.map((filename) => make.v3({ status, filename })),
    ),
    make.v3({ filename: NAMES[1], totalDatapointCount: 0 }),
    make.v4(),
    make.v4({ schema: undefined }),
  ];
}

export function copy(
  id: string,
  hash: string,
  status: BatchStatus,
  attached: boolean,
  createdAt?: string,
): Batch {
  return make.batch({
    ...{ id, status, workspaceId: WORKSPACE, createdAt },
    name: `A batch [reviews-${hash}/00000000]`,
    datasets: attached ? [{ id: `d-${id}`, totalDatapointCount: 2 }] : [],
    totalTaskCount: status === "READY" ? 2 : 0,
  });
}

/** A copy of a content in a state. None for `undefined`. */
type State = readonly [status: BatchStatus, attached: boolean] | undefined;

const NONE: State = undefined;
const LEFT: State = ["UNINITIALISED", true];
const BUSY: State = ["PROCESSING", true];
const DONE: State = ["READY", true];
const STATES: readonly State[] = [
  ...[NONE, ["UNINITIALISED", false] as const],
  ...[LEFT, BUSY, DONE, ["ERROR", true] as const],
];

/** Up to two copies of this content, and up to one of each of two others. */
function lists(): Batch[][] {
  return STATES.flatMap((older, at) =>
    STATES.slice(at).flatMap((newer) =>
      [NONE, LEFT, BUSY].flatMap((other) =>
        [NONE, DONE].map((last) => [
          ...(newer ? [copy("c1", HASH, ...newer, "2026-02-02")] : []),
          ...(older ? [copy("c2", HASH, ...older, "2026-01-01")] : []),
          ...(other ? [copy("c3", OTHERS[0], ...other)] : []),
          ...(last ? [copy("c4", OTHERS[1], ...last)] : []),
        ]),
      ),
    ),
  );
}

const FOUND = {
  originals: originals(),
  datasets: datasets(),
  lists: lists(),
  /** After a copy was made: the list does not show it, the list shows it, or another run was first. */
  afterwards: (made: Batch): Batch[][] => [
    [],
    [made],
    [copy("c0", HASH, "UNINITIALISED", false, "2025-01-01"), made],
    [copy("c0", HASH, "READY", true), made],
  ],
};

const FILES: Files = {
  realPath: (path) => Promise.resolve(path),
  stat: () => Promise.reject(new Error("not read here")),
  read: () => {
    throw new Error("not read here");
  },
  readInTurns: () => {
    throw new Error("not read here");
  },
};

/** The possible results of a step: each one at once, and so late that earlier readings are old. */
export function answers(step: Step, known: Known): Known[] {
  return parts(step, known).flatMap((learned) => {
    const next = { ...known, ...learned };
    const { copies } = next;
    return learned.copies !== undefined || !copies
      ? [next]
      : [next, { ...next, copies: { ...copies, at: OLD_AT } }];
  });
}

function parts(step: Step, known: Known): Partial<Known>[] {
  const seen = <T>(value: T) => ({ value, at: NOW });
  // Every other step follows the choice of the batch.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (step.do) {
    case "read_original":
      return FOUND.originals.map((value) => ({ original: seen(value) }));
    case "read_dataset":
      return FOUND.datasets.map((value) => ({ dataset: seen(value) }));
    case "check_file":
      return [{ checked: make.checkedFile() }];
    case "list_copies": {
      const { copies, made } = known;
      const all = made ? FOUND.afterwards(made) : FOUND.lists;
      // Earlier readings are repeated, or older than the current state.
      const again = copies ? [copies.value] : all;
      return again.map((value) => ({ copies: seen(value) }));
    }
    case "find_new_rows":
      return [0, 2].map((records) => ({
        newRows: {
          ...{ records, distinct: 3, earlier: step.earlier, files: FILES },
          file: records === 0 ? undefined : { ...make.fileOf(), path: "rows" },
          lineOf: (line: number) => line,
        },
      }));
    case "duplicate":
      return [
        {
          made: copy("made", HASH, "UNINITIALISED", false, "2026-03-03"),
          copies: undefined,
        },
      ];
    default:
      return [];
  }
}

/** Everything that distinguishes a state from others. */
export function keyOf(known: Known): string {
  const { checked, copies, dataset, made, newRows, original } = known;
  return JSON.stringify([
    original?.value,
    [dataset?.value.version, dataset?.value],
    checked !== undefined,
    copies,
    made !== undefined,
    newRows && [newRows.records, newRows.earlier],
  ]);
}
