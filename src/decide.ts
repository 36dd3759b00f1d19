/**
 * The table: the next step, from what is known and the inputs (contract 4, 5, 6 and 11; 10 is in `which-batch.ts`). Pure:
 * no I/O, no clock, and no text except the reason of a stop.
 */
import {
  type Made,
  anotherFile,
  attachedDatapoints,
  distinctOf,
  grownOtherwise,
  importedTwice,
  knownDatapoints,
  moreThanFile,
  noneRecognised,
  ownDatapoints,
  tasksOtherwise,
  unknownWithoutTask,
} from "./accounted.ts";
import type { Concern } from "./concern.ts";
import {
  type Awaited,
  type Decision,
  FRESH_FOR_UPLOAD_MS,
  FRESH_MS,
  PROBE_RECORDS,
  type Step,
  type Unusable,
  type Until,
  stop,
} from "./decision.ts";
import { isSameFile } from "./file/content-name.ts";
import type { Inputs } from "./github/inputs.ts";
import type {
  Batch,
  Dataset,
  DatasetV3,
  DatasetV4,
  ImportJob,
} from "./prolific/schema.ts";
import {
  type Brought,
  type CheckedFile,
  type Reading,
  type View,
  hasRecords,
  isRunning,
} from "./view.ts";
import {
  datasetOf,
  datasetOfCopy,
  takesFile,
  unfitFor,
  whichBatch,
} from "./which-batch.ts";

/** The next step. A dry run takes the same steps up to the first one that writes or waits (contract 6). */
export function decide(view: View, inputs: Inputs): Decision {
  const next = nextOf(view, inputs);
  if (!inputs.dryRun || next.do === "stop") return next;
  if (next.do === "end") return { do: "end", outcome: "dry_run" };
  if (next.do === "count_again") return { ...next, patient: false };
  return onlyReads(next)
    ? next
    : { do: "end", outcome: "dry_run", instead: next };
}

/** True for a step that does not change anything at Prolific and does not wait for it. */
export function onlyReads(step: Step): boolean {
  switch (step.do) {
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "check_file":
    case "check_record_lengths":
    case "accept_file":
    case "count_again":
    case "allow":
    case "join":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "list_copies":
    case "find_new_rows":
    case "use_original":
    case "use_copy":
      return true;
    case "follow_import":
      return step.found !== undefined && !isRunning(step.found);
    case "wait_for_dataset":
    case "look_for_bytes":
    case "upload":
    case "probe":
    case "append":
    case "set_up":
    case "confirm_setup":
    case "wait_for_batch":
    case "sync":
    case "follow_sync":
    case "duplicate":
    case "create_dataset":
    case "attach_dataset":
      return false;
  }
}

/** Contract 4, from the first reading to the verdict. */
function nextOf(view: View, inputs: Inputs): Decision {
  if (inputs.apiToken === undefined) return offline(view);
  const which = whichBatch(view, inputs);
  if (which) return which;
  const { batch: reading, found } = view;
  if (!reading || !found) return { do: "read_batch" };
  const batch = reading.value;
  const meant = view.datasetId ?? inputs.datasetId;
  if (batch.status === "ERROR" && meant === undefined) {
    return stop({ why: "batch_in_error" }); // which of its datasets is meant no longer matters
  }
  const unattached = datasetOfCopy(view, reading);
  if (unattached) return unattached;
  const datasetId = datasetOf(batch, meant);
  if (typeof datasetId !== "string") return datasetId;
  if (view.datasetId === undefined)
    return { do: "use_dataset", datasetId, batch };
  if (batch.status === "ERROR") return stop({ why: "batch_in_error" });
  // A setup that is already running does not include the file, and "fail" forbids adding it later.
  const tooLate =
    found.status === "READY" || (found.status === "PROCESSING" && view.file);
  if (tooLate && inputs.ifReady === "fail") {
    return stop({ why: "already_set_up", batch: found });
  }
  return (
    fileIn(view, inputs, batch, datasetId) ??
    setUp(view, reading, datasetId, inputs) ??
    whileAtWork(batch) ??
    tasksFor(view, inputs, batch, datasetId) ??
    finish(view, batch, datasetId, inputs)
  );
}

/** Without a token, only the file can be checked. */
function offline({ file, checked }: View): Decision {
  return file && !checked
    ? { do: "check_file", file, dataset: undefined }
    : { do: "end", outcome: "dry_run" };
}

/** Contract 5: brings the file into the dataset, if there is a file. */
function fileIn(
  view: View,
  inputs: Inputs,
  batch: Batch,
  datasetId: string,
): Decision | undefined {
  const { found, file, brought, checked, dataset: reading, uploaded } = view;
  if (
    !file ||
    (found?.status !== "UNINITIALISED" && inputs.ifReady === "skip")
  ) {
    return undefined;
  }
  if (brought) return undefined;
  if (!reading) {
    return { do: "read_dataset", datasetId, again: uploaded !== undefined };
  }
  const dataset = reading.value;
  const unfit = unfitFor(dataset, file);
  if (unfit) return unfit;
  if (!checked) return { do: "check_file", file, dataset };
  const next =
    dataset.version === 3
      ? intoV3(view, inputs, batch, dataset, checked)
      : intoV4(view, inputs, batch, dataset, checked);
  if (next.do === "stop" || next.do === "allow") return next;
  if (found?.status === "PROCESSING" && batch.status !== "READY") {
    return view.setup
      ? { do: "wait_for_batch", batch }
      : { do: "join", found: true };
  }
  const freshMs = next.do === "upload" ? FRESH_FOR_UPLOAD_MS : FRESH_MS;
  return reading.ageMs > freshMs && !uploaded
    ? { do: "read_dataset", datasetId, again: true }
    : next;
}

/** What to do with the file, depending on what a V3 dataset holds. A V3 dataset takes one file. */
function intoV3(
  view: View,
  inputs: Inputs,
  batch: Batch,
  dataset: DatasetV3,
  file: CheckedFile,
): Decision {
  const { status, filename, totalDatapointCount: datapoints } = dataset;
  if (view.uploaded) return afterUploadV3(dataset, file);
  const awaited = { kind: "processing" } as const;
  const ours = isSameFile(filename, file.remoteName);
  if (!takesFile(dataset, file.remoteName)) {
    return stop({ why: "cannot_grow", batch, dataset });
  }
  switch (status) {
    case "UNINITIALISED":
      // Prolific issued an upload address for this file, so the bytes may be on their way.
      return ours && !view.abandoned.includes(dataset.id)
        ? { do: "look_for_bytes", dataset, jobs: [], file }
        : { do: "upload", dataset, file };
    case "ERROR":
      return stop({ why: "unusable", dataset, state: { kind: "v3_in_error" } });
    case "PROCESSING":
      return { do: "wait_for_dataset", dataset, awaited };
    case "READY":
      if (ours) return { do: "accept_file", how: "was_there", dataset, file };
      if (datapoints === 0) return { do: "upload", dataset, file };
      return (
        judged(view, inputs, [
          { what: "another_file", dataset: dataset.id, filename, datapoints },
        ]) ?? { do: "accept_file", how: "was_there", dataset, file }
      );
  }
}

/** Just after an upload, UNINITIALISED means that Prolific lags. */
function afterUploadV3(dataset: DatasetV3, file: CheckedFile): Decision {
  if (dataset.status === "ERROR" || dataset.status === "READY") {
    const state = readiness(dataset, false, false);
    if (state.kind === "unusable") {
      return stop({ why: "unusable", dataset, state: state.state });
    }
    return { do: "accept_file", how: "processed", dataset, file };
  }
  return { do: "wait_for_dataset", dataset, awaited: { kind: "upload" } };
}

/** What to do with the file, depending on what a V4 dataset holds. */
function intoV4(
  view: View,
  inputs: Inputs,
  batch: Batch,
  dataset: DatasetV4,
  file: CheckedFile,
): Decision {
  const { abandoned, fits, probed, uploaded } = view;
  if (uploaded?.importId !== undefined) {
    const { importId } = uploaded;
    return { do: "follow_import", dataset, importId, found: undefined, file };
  }
  const { imports, totalDatapointCount: datapoints } = dataset;
  const ofFile = imports.filter(({ filename }) =>
    isSameFile(filename, file.remoteName),
  );
  // An import that failed or never got its bytes did not bring in the file.
  const standing = ofFile.find(
    ({ status }) => status !== "failed" && status !== "uninitialised",
  );
  if (standing) {
    const { id: importId } = standing;
    return { do: "follow_import", dataset, importId, found: standing, file };
  }
  const [running] = runningImports(dataset);
  if (running) {
    const awaited = { kind: "imports", jobs: [running] } as const;
    return { do: "wait_for_dataset", dataset, awaited };
  }
  const jobs = ofFile.filter(
    ({ id, status }) => status === "uninitialised" && !abandoned.includes(id),
  );
  if (jobs.length > 0) return { do: "look_for_bytes", dataset, jobs, file };
  // Counts lag: the records of an import are there even if the count does not show them yet.
  if (
    datapoints === 0 &&
    !imports.some(hasRecords) &&
    tasksOf(batch, dataset) === 0
  ) {
    return { do: "upload", dataset, file };
  }
  const concern = judged(view, inputs, [
    importedTwice(dataset),
    noneRecognised(dataset, probed),
    // If there are too many datapoints already, an append does not help.
    batch.status === "UNINITIALISED"
      ? moreThanFile(dataset, datapoints, file)
      : batch.status === "READY"
        ? unknownWithoutTask(
            knownDatapoints(batch, dataset.id, datapoints),
            tasksBefore(view, batch),
            { rejected: 0, leftOver: false },
            file,
          )
        : undefined,
  ]);
  if (concern) return concern;
  if (!fits) return { do: "check_record_lengths", file };
  const most = PROBE_RECORDS;
  const many = (distinctOf(file) ?? Infinity) > most;
  if (many && inputs.extraDatapoints === "stop" && !probed) {
    return { do: "probe", batch, dataset, file, most };
  }
  const before = probed?.before ?? datapoints;
  return { do: "append", batch, dataset, file, before };
}

/** The number of tasks that can only come from this dataset. */
function tasksOf(batch: Batch, { id }: Dataset): number {
  const [only, ...others] = batch.datasets;
  return only?.id === id && others.length === 0 ? batch.totalTaskCount : 0;
}

/** A concern stops the run. If the author allows it, it is reported once and the run goes on (contract 11). */
function judged(
  { allowed }: View,
  { extraDatapoints }: Inputs,
  concerns: readonly (Concern | undefined)[],
): Decision | undefined {
  const concern = concerns.find(
    (one) => one !== undefined && !allowed.includes(one.what),
  );
  if (!concern) return undefined;
  return extraDatapoints === "allow"
    ? { do: "allow", concern }
    : stop({ why: "unaccounted", concern });
}

/** Dataset and batch are read again before anything makes tasks of the file's records, and after the tasks are there. */
function countAgain(
  view: View,
  datasetId: string,
  brought: Brought,
): Step | undefined {
  const { countedAgeMs = Infinity, dataset } = view;
  return dataset === undefined || countedAgeMs > FRESH_MS
    ? {
        do: "count_again",
        datasetId,
        until: believed(brought, view),
        patient: true,
      }
    : undefined;
}

/** What the counts must show after this run added records. They lag, and grow step by step. */
function believed(brought: Brought, { countedAgeMs }: View): Until {
  const { accepted, besideImport, duplicates = 0, how } = brought;
  const waited = countedAgeMs !== undefined;
  if (waited || brought.endedBefore || accepted === 0) return { kind: "now" };
  switch (how) {
    case "import": // into an empty dataset
      return { kind: "arrived", datapoints: accepted - duplicates };
    case "append": // only appended records are known to be recognised (API 4.2)
      return { kind: besideImport ? "settled" : "now" };
    case "was_there":
    case "processed":
      return { kind: "now" };
  }
}

/** Contract 4: exactly one setup, of a dataset that is ready, based on a fresh reading. */
function setUp(
  view: View,
  batch: Reading<Batch>,
  datasetId: string,
  inputs: Inputs,
): Decision | undefined {
  const { allowPartial, wait } = inputs;
  const { brought, checked, confirmed, dataset: reading, found, setup } = view;
  if (found?.status === "READY") return undefined;
  if (!setup && found?.status === "PROCESSING") {
    return { do: "join", found: true };
  }
  if (!setup) {
    if (!reading) {
      return (
        (brought && countAgain(view, datasetId, brought)) ?? {
          do: "read_dataset",
          datasetId,
          again: false,
        }
      );
    }
    const dataset = reading.value;
    const state = readiness(dataset, allowPartial, brought?.how === "append");
    switch (state.kind) {
      case "unusable":
        return stop({ why: "unusable", dataset, state: state.state });
      case "awaited":
        return { do: "wait_for_dataset", dataset, awaited: state.awaited };
      case "ready":
    }
    if (brought && checked && batch.value.status === "UNINITIALISED") {
      const datapoints =
        ownDatapoints(batch.value, datasetId, view.datapoints) ?? 0;
      const unsure =
        countAgain(view, datasetId, brought) ??
        judged(view, inputs, [
          importedTwice(dataset),
          grownOtherwise(dataset, datapoints, brought, checked),
          anotherFile(dataset, brought, checked),
          moreThanFile(dataset, datapoints, checked),
        ]);
      if (unsure) return unsure;
    }
    if (batch.ageMs > FRESH_MS) return { do: "read_batch" };
    return batch.value.status === "UNINITIALISED"
      ? { do: "set_up", batch, dataset }
      : { do: "join", found: false };
  }
  if (setup.by === "us" && !wait) {
    if (!confirmed) return { do: "confirm_setup", batch: batch.value };
    if (batch.value.status === "READY") return undefined;
    return batch.value.status === "UNINITIALISED" && !setup.certain
      ? stop({ why: "setup_unconfirmed" })
      : { do: "end", outcome: "accepted" };
  }
  // A setup that somebody else started does not include the file, so the run always waits for its end (contract 5).
  if (setup.by === "somebody_else" && !wait && !brought) {
    return { do: "end", outcome: "joined" };
  }
  return batch.value.status === "READY"
    ? undefined
    : { do: "wait_for_batch", batch: batch.value };
}

type Readiness =
  | { readonly kind: "ready" }
  | { readonly kind: "awaited"; readonly awaited: Awaited }
  | { readonly kind: "unusable"; readonly state: Unusable };

/** What a setup would find in a dataset (contract 4, API 2.3). `appended`: this run appended records to it. */
export function readiness(
  dataset: Dataset,
  allowPartial: boolean,
  appended: boolean,
): Readiness {
  const { version, totalDatapointCount: datapoints } = dataset;
  const empty = {
    kind: "unusable",
    state: { kind: "empty", version },
  } as const;
  const filled = datapoints > 0 ? ({ kind: "ready" } as const) : empty;
  if (version === 3) {
    switch (dataset.status) {
      case "READY":
        return filled;
      case "PROCESSING":
        return { kind: "awaited", awaited: { kind: "processing" } };
      case "UNINITIALISED":
        return empty;
      case "ERROR":
        return { kind: "unusable", state: { kind: "v3_in_error" } };
    }
  }
  const jobs = runningImports(dataset);
  if (jobs.length > 0)
    return { kind: "awaited", awaited: { kind: "imports", jobs } };
  const enough = dataset.imports.some(
    ({ status, acceptedCount = 0 }) =>
      status === "complete" ||
      (allowPartial && status === "partial" && acceptedCount > 0),
  );
  if (enough || appended) return filled;
  // An import that is still `uninitialised` may be an abandoned upload address (API 11.10).
  const newest = dataset.imports.find(
    ({ status }) => status !== "uninitialised",
  );
  // Datapoints without an import were appended. Prolific decides whether that is enough.
  return newest
    ? { kind: "unusable", state: { kind: "no_complete_import", newest } }
    : filled;
}

function runningImports({ imports }: DatasetV4): readonly ImportJob[] {
  return imports.filter(
    ({ status }) => status === "queued" || status === "processing",
  );
}

/** The status of a READY batch may be PROCESSING for a while (API 11.19). */
function whileAtWork(batch: Batch): Step | undefined {
  return batch.status === "READY" ? undefined : { do: "wait_for_batch", batch };
}

/** Contract 4, READY: makes tasks for datapoints that were added after the setup. */
function tasksFor(
  view: View,
  inputs: Inputs,
  batch: Batch,
  datasetId: string,
): Decision | undefined {
  const { ifReady, wait } = inputs;
  const { brought, checked, dataset: reading, found, left, setup, sync } = view;
  if (setup?.by === "us" || left) return undefined;
  if (sync) {
    if (sync.ended) return undefined;
    return wait
      ? { do: "follow_sync", sync }
      : { do: "end", outcome: "accepted" };
  }
  const leave = (why: "not_asked" | "no_growth" | "v3"): Step => ({
    do: "leave_as_it_is",
    why,
    datasetId,
  });
  // The tasks show whether somebody else's setup came before or after the data.
  const auto = found?.status === "UNINITIALISED" || ifReady === "auto";
  if (auto) {
    if (!brought) return setup ? undefined : leave("not_asked");
  } else if (setup && !view.file) return undefined;
  else if (ifReady !== "sync") return setup ? undefined : leave("not_asked");
  if (!brought || !checked) {
    if (!reading) return { do: "read_dataset", datasetId, again: false };
    const dataset = reading.value;
    return dataset.version === 3 ? leave("v3") : { do: "sync", batch, dataset };
  }
  const again = countAgain(view, datasetId, brought);
  if (again ?? !reading) return again;
  const dataset = reading.value;
  const jobs = dataset.version === 4 ? runningImports(dataset) : [];
  if (jobs.length > 0) {
    const awaited = { kind: "imports", jobs } as const;
    return { do: "wait_for_dataset", dataset, awaited };
  }
  const datapoints = knownDatapoints(batch, datasetId, view.datapoints);
  if (dataset.version === 3) {
    return (
      judged(view, inputs, [anotherFile(dataset, brought, checked)]) ??
      leave(auto ? "no_growth" : "v3")
    );
  }
  const added = !brought.endedBefore && brought.accepted > 0;
  const nothingToDo = auto && !added && datapoints <= batch.totalTaskCount;
  return (
    judged(view, inputs, [
      importedTwice(dataset),
      grownOtherwise(
        dataset,
        ownDatapoints(batch, datasetId, view.datapoints) ?? 0,
        brought,
        checked,
      ),
      unknownWithoutTask(
        datapoints,
        tasksBefore(view, batch),
        {
          rejected: brought.rejected,
          leftOver: brought.how === "import" && brought.endedBefore,
        },
        checked,
      ),
    ]) ?? (nothingToDo ? leave("no_growth") : { do: "sync", batch, dataset })
  );
}

/** With `auto_sync_enabled`, appended records already have their tasks. The counts are compared all the same (API 6). */
function tasksBefore({ found }: View, batch: Batch): number {
  return batch.autoSyncEnabled && found?.status === "READY"
    ? found.totalTaskCount
    : batch.totalTaskCount;
}

/** Green only if the batch is READY (contract 4) and every task is accounted for (contract 11). */
function finish(
  view: View,
  batch: Batch,
  datasetId: string,
  inputs: Inputs,
): Decision {
  const { brought, setup, sync, left, found } = view;
  const { totalTaskCount: tasks, totalTaskGroups: groups } = batch;
  const setups = setup?.setups ?? 0;
  const datapoints = attachedDatapoints(batch, datasetId, view.datapoints);
  if (tasks === 0 || groups === 0)
    return stop({ why: "ready_but_empty", batch });
  const judge =
    setup?.by === "us" ||
    sync !== undefined ||
    brought !== undefined ||
    view.used?.which === "copy";
  if (judge) {
    // Too few tasks matter only for the records of a file. Without a file they are only mentioned.
    const few = sync && brought && tasks < (datapoints ?? 0);
    const mayLag = tasks > (datapoints ?? tasks) || few;
    if (mayLag && !view.tasksCounted) {
      return {
        do: "count_again",
        datasetId,
        until: { kind: "each_has_a_task" },
        patient: true,
      };
    }
    const unsure = judged(
      view,
      inputs,
      tasksOtherwise(made(view, batch, datasetId, datapoints), view.checked),
    );
    if (unsure) return unsure;
  }
  if (!view.verified) {
    const before = left || sync !== undefined;
    return { do: "verify", batch, datapoints, how: { setups, before, sync } };
  }
  if (setup?.by === "us" && !inputs.wait)
    return { do: "end", outcome: "accepted" };
  if (!view.previewed && !inputs.dryRun) return { do: "find_preview" };
  if (sync) return { do: "end", outcome: "synced" };
  if (setup?.by === "us") return { do: "end", outcome: "set_up" };
  return {
    do: "end",
    outcome: found?.status === "READY" ? "already_set_up" : "joined",
  };
}

function made(
  view: View,
  batch: Batch,
  datasetId: string,
  datapoints: number | undefined,
): Made {
  const { brought, setup, sync } = view;
  const own = ownDatapoints(batch, datasetId, view.datapoints);
  return {
    tasks: batch.totalTaskCount,
    setups: setup?.setups ?? 0,
    datapoints,
    others:
      own === undefined || datapoints === undefined
        ? undefined
        : datapoints - own,
    synced: sync && (sync.job.tasksCreated ?? 0),
    rejected: brought?.rejected ?? 0,
    allOfFile:
      (setup?.by === "us" || brought?.version === 3) &&
      !view.allowed.includes("more_than_file"), // which reported the same
    syncAllowed: view.allowed.includes("unknown_without_task"),
  };
}
