/** Decides which records of a file or an append a dataset accepts (API 2.6, 4.2). */
import { groupField } from "../facts/dataset-facts.ts";
import type { Dataset, ImportError, Outcome } from "../facts/dataset-facts.ts";
import {
  hasIdentity,
  identityOf,
  withIdentities,
} from "../facts/identities.ts";
import type { Identities } from "../facts/identities.ts";
import { rulesFor } from "./record-rules.ts";
import type { DataRecord, Row, UploadedFile } from "../facts/data-record.ts";

interface Taken {
  /** Includes duplicates. */
  readonly accepted: number;
  readonly records: readonly DataRecord[];
  /** Of the records. */
  readonly identities: ReadonlySet<string>;
  /** Counted from 0. */
  readonly rejected: readonly {
    index: number;
    field: string;
    reason: string;
  }[];
}

/** A record in one of the sets of `known` is not stored. `null` stores duplicates, too. */
export function take(
  dataset: Dataset,
  rows: readonly Row[],
  known: readonly Identities[] | null,
): Taken {
  const judge = rulesFor(dataset.schema, dataset.script.rejects);
  const identities = new Set<string>();
  const records: DataRecord[] = [];
  const rejected: { index: number; field: string; reason: string }[] = [];
  rows.forEach((row, index) => {
    const rejection = judge(row);
    if (rejection !== null) rejected.push({ index, ...rejection });
    if (rejection !== null || row.record === null) return;
    const identity = identityOf(row.record);
    const duplicate =
      identities.has(identity) ||
      known?.some((set) => hasIdentity(set, identity)) === true;
    if (duplicate && known !== null) return;
    identities.add(identity);
    records.push(row.record);
  });
  const accepted = rows.length - rejected.length;
  return { accepted, records, identities, rejected };
}

/** The sets that an appended record is compared with (API 4.2, 11.26). */
export function knownToAppends({
  imported,
  appended,
  script,
}: Dataset): Identities[] {
  const { importsRecognised = false } = script;
  const recognised = importsRecognised === false ? "appended" : "all";
  return (script.deduplicates ?? recognised) === "all"
    ? [imported, appended]
    : [appended];
}

/** The group keys of records, by the field of that type or, in a V3 file, the column of that name (API 2.5). */
export function keysFor(
  dataset: Pick<Dataset, "version" | "schema">,
  records: readonly DataRecord[],
): readonly string[] | null {
  const field =
    dataset.version === 3 ? "META_TASK_GROUP_ID" : groupField(dataset.schema);
  if (field === null) return null;
  if (!records.some((record) => Object.hasOwn(record, field))) return null;
  return records.map((record) => {
    const key = Object.hasOwn(record, field) ? record[field] : "";
    return typeof key === "string" ? key : JSON.stringify(key);
  });
}

export const nothingTaken: Omit<Outcome, "endsIn"> = {
  acceptedCount: 0,
  rejectedCount: 0,
  duplicateCount: null,
  errors: [],
  reason: "",
  keys: null,
  records: null,
  parked: null,
};

/** The result of an import, and the records that the dataset has seen after it. */
export function judgeFile(
  dataset: Dataset,
  file: UploadedFile,
): { outcome: Outcome; imported: Identities } {
  const { script, imported, appended } = dataset;
  const ends = (outcome: Partial<Outcome> & Pick<Outcome, "endsIn">) => ({
    outcome: { ...nothingTaken, ...outcome },
    imported,
  });
  if (script.importEndsIn != null) {
    const reason = script.importReason ?? "The file could not be read.";
    return ends({ endsIn: "failed", reason });
  }
  if (file.kind === "unreadable") {
    return ends({ endsIn: "failed", reason: file.reason });
  }
  if (dataset.schema === null) {
    return ends({ endsIn: "pending_schema", parked: file });
  }
  if (file.kind === "counted") {
    return ends({ endsIn: "complete", acceptedCount: file.records });
  }
  const once = script.importDeduplicates ?? script.importsRecognised === true;
  const taken = take(dataset, file.rows, once ? [imported, appended] : null);
  const outcome: Outcome = {
    ...nothingTaken,
    // If all records are rejected, it is `partial`, too: `failed` is for files that cannot be read.
    endsIn: taken.rejected.length === 0 ? "complete" : "partial",
    acceptedCount: taken.accepted,
    duplicateCount: once ? taken.accepted - taken.records.length : null,
    rejectedCount: taken.rejected.length,
    errors: taken.rejected
      .slice(0, script.errorsListed)
      .map(({ index, field, reason }): ImportError => ({
        record_index: script.errorsWithoutIndex === true ? null : index,
        field,
        reason,
      })),
    keys: keysFor(dataset, taken.records),
    records: taken.records,
  };
  return { outcome, imported: withIdentities(imported, taken.identities) };
}
