/** The rules for every state of a run. Each rule returns what is wrong, or nothing. */
import { isOfFile } from "./table-found.ts";
import {
  fileCounts,
  hasFile,
  hasWritten,
  isFoundSetUp,
  isImporting,
  isReady,
  isStep,
  onlyReads,
  sends,
  writes,
} from "./table-rules.ts";
import type { Place } from "./table-walk.ts";
import type { Run } from "./table-world.ts";
import * as make from "./views.ts";

export type Rule = (place: Place, run: Run) => string | false | undefined;

const FRESH_MS = 5_000;
const FRESH_FOR_UPLOAD_MS = 1_000;

export const HOLDS: Readonly<Record<string, Rule>> = {
  "a setup is sent once, from a fresh look at an untouched batch, of a ready dataset":
    ({ known, next, past, view }, { inputs }) => {
      if (next.do !== "set_up") return;
      const { batch, dataset } = next;
      const attached = batch.value.datasets.map(({ id }) => id);
      const appended = known.brought?.how === "append";
      return (
        (past.setups > 0 && "a second setup") ||
        (past.moved && "the batch was seen set up") ||
        ((batch.ageMs > FRESH_MS || (view.batch?.ageMs ?? 0) > FRESH_MS) &&
          "an old look at the batch") ||
        (batch.value !== view.batch?.value && "another reading of the batch") ||
        (batch.value.status !== "UNINITIALISED" && batch.value.status) ||
        (dataset !== view.dataset?.value && "another reading of the dataset") ||
        (attached.length > 0 &&
          !attached.includes(dataset.id) &&
          "another dataset") ||
        (dataset.id !== make.DATASET_ID && "not the dataset that is meant") ||
        (!isReady(dataset, inputs, appended) && "the dataset is not ready")
      );
    },

  "a setup comes after the file": ({ known, next }, run) =>
    next.do === "set_up" &&
    fileCounts(known, run) &&
    !known.brought &&
    "the file is not in the dataset",

  "green needs a verified batch, or what wait: false and dry_run allow": (
    { known, next },
    { inputs },
  ) => {
    if (next.do !== "end" || inputs.dryRun) return;
    const { batch, brought, confirmed, setup, sync, verified } = known;
    const { status, totalTaskCount, totalTaskGroups } = batch?.value ?? {};
    if (status === "ERROR") return "the batch is in error";
    if (verified) {
      const tasks = (totalTaskCount ?? 0) > 0 && totalTaskGroups !== 0;
      return (
        (status !== "READY" && `verified, but ${String(status)}`) ||
        (!tasks && "no tasks")
      );
    }
    if (inputs.wait) return "not verified";
    switch (next.outcome) {
      case "accepted": {
        const sure = setup?.certain === true || status === "PROCESSING";
        const setUp = setup?.by === "us" && confirmed && sure;
        return !setUp && sync?.ended !== false && "nothing was accepted";
      }
      case "joined":
        return (
          (setup?.by !== "somebody_else" && "nobody else's setup") ||
          (brought && "data that the setup does not have")
        );
      case "set_up":
      case "already_set_up":
      case "synced":
      case "dry_run":
        return `${next.outcome}, not verified`;
    }
  },

  "a batch is verified only when it is READY and has tasks": ({ next }) =>
    next.do === "verify" &&
    (next.batch.status !== "READY" ||
      next.batch.totalTaskCount === 0 ||
      next.batch.totalTaskGroups === 0) &&
    "nothing to verify",

  "more tasks than datapoints after a setup or a sync of this run are red, unless they are allowed":
    ({ known: { allowed, batch, datapoints, setup, sync }, next }, run) => {
      if (next.do !== "end" || run.inputs.dryRun) return;
      if (setup?.by !== "us" && !sync?.ended) return;
      if (batch?.value.status !== "READY") return;
      if (allowed.includes("more_tasks")) return;
      const { datasets, totalTaskCount } = batch.value;
      const [, other] = datasets;
      if (other && other.totalDatapointCount === undefined) return;
      const listed = datasets.find(({ id }) => id === make.DATASET_ID);
      const own = Math.max(datapoints ?? 0, listed?.totalDatapointCount ?? 0);
      const all = own + (other?.totalDatapointCount ?? 0);
      return totalTaskCount > all && `${totalTaskCount} tasks for ${all}`;
    },

  "what the first readings decide ends red before any write or wait": ({
    next,
    past,
  }) => {
    if (!past.doomed || hasWritten(past)) return;
    if (next.do === "end") return `green: ${next.outcome}`;
    return isStep(next) && !onlyReads(next) && next.do;
  },

  "the outcome says who did it": ({ known, next, past }) => {
    if (next.do !== "end") return;
    const { found, sync } = known;
    const theirs = past.moved && !past.ours;
    const fits = {
      set_up: past.ours && past.syncs === 0,
      accepted: past.ours || past.syncs > 0,
      joined: theirs && found?.status !== "READY" && past.syncs === 0,
      already_set_up: found?.status === "READY" && past.syncs === 0,
      synced: !past.ours && past.syncs === 1 && sync?.ended === true,
      dry_run: !hasWritten(past),
    };
    return !fits[next.outcome] && next.outcome;
  },

  "the outcome is accepted only with wait: false": ({ next }, { inputs }) =>
    next.do === "end" &&
    next.outcome === "accepted" &&
    inputs.wait &&
    "accepted",

  "a batch found PROCESSING or READY is never set up": ({
    known,
    next,
    past,
  }) =>
    isFoundSetUp(known) &&
    (next.do === "set_up" || past.setups > 0) &&
    "set up",

  "a file is sent only after its check, and once": ({ known, next, past }) => {
    if (!sends(next)) return;
    return (
      (past.uploads + past.appends > 0 && "sent before") ||
      (next.file !== known.checked && "not checked")
    );
  },

  "a file is sent based on a fresh reading that does not show it": (
    { known, next, view },
    run,
  ) => {
    if (!sends(next)) return;
    const { dataset } = next;
    if (dataset !== view.dataset?.value) return "another reading";
    const limitMs = next.do === "upload" ? FRESH_FOR_UPLOAD_MS : FRESH_MS;
    if (view.dataset.ageMs > limitMs) return "an old look at the dataset";
    if (dataset.version === 3) {
      const empty =
        dataset.status === "UNINITIALISED" ||
        (dataset.status === "READY" && dataset.totalDatapointCount === 0);
      return !empty && "V3 takes one file";
    }
    return (
      (!dataset.schema && "no schema") ||
      (hasFile(dataset, known, run) && "the file is there") ||
      (isImporting(dataset) && "an import is running")
    );
  },

  "only an import that stands for the file is followed, and bytes are looked for once":
    ({ known: { abandoned, uploaded }, next }, run) => {
      if (next.do === "look_for_bytes") {
        const { dataset, jobs } = next;
        const ids =
          dataset.version === 3 ? [dataset.id] : jobs.map((j) => j.id);
        return (
          (ids.some((id) => abandoned.includes(id)) && "looked for before") ||
          (ids.length === 0 && "nothing to look for")
        );
      }
      if (next.do !== "follow_import") return;
      const { found, importId } = next;
      if (!found) return importId !== uploaded?.importId && "not of this run";
      return (
        (!isOfFile(found.filename, run) && "another file") ||
        (["failed", "uninitialised"].includes(found.status) && found.status)
      );
    },

  "a file is uploaded into an empty dataset, and appended to one with datapoints, with checked lengths":
    ({ known, next }) => {
      if (next.do === "upload") {
        const { version, totalDatapointCount } = next.dataset;
        return version === 4 && totalDatapointCount > 0 && "not empty";
      }
      if (next.do !== "append") return;
      const { imports, totalDatapointCount } = next.dataset;
      const brings = imports.some(({ acceptedCount }) => acceptedCount !== 0);
      const tasks = known.batch?.value.totalTaskCount ?? 0;
      return (
        (totalDatapointCount + tasks === 0 && !brings && "empty") ||
        (!known.fits && "lengths not checked")
      );
    },

  "skip and fail send nothing to a batch that was found set up": (
    { known, next },
    { inputs },
  ) => {
    const { found } = known;
    const wrong =
      inputs.ifReady === "skip"
        ? isFoundSetUp(known)
        : inputs.ifReady === "fail" && found?.status === "READY";
    return wrong && isStep(next) && writes(next) && next.do;
  },

  "no part of the file is sent while a setup from before the run is running": ({
    known: { batch, found },
    next,
  }) =>
    sends(next) &&
    found?.status === "PROCESSING" &&
    batch?.value.status !== "READY" &&
    next.do,

  "green with a file means that the file is in the dataset": (
    { known, next },
    run,
  ) =>
    next.do === "end" &&
    next.outcome !== "dry_run" &&
    fileCounts(known, run) &&
    !known.brought &&
    next.outcome,
};
