/** Outcome, outputs and exit agree with each other and with the model (contract 3). */
import { holds } from "./holds.ts";
import { holdsOutcome } from "./promises.ts";
import type { VirtualStep, World } from "../world/world.ts";

/** A step, and the state at Prolific before it and at its end. */
export interface Account {
  readonly world: World;
  readonly batchId: string;
  readonly datasetId: string;
  readonly step: VirtualStep;
  readonly waits: boolean;
  readonly ifReady: string;
  /** Status of the batch before the step. */
  readonly before: string;
  /** The setups and syncs of this step that Prolific accepted. */
  readonly setups: number;
  readonly syncs: number;
  /** The accepted setups and syncs of others since the start of the step. */
  readonly theirs: { readonly setups: number; readonly syncs: number };
  /** True if nobody else does anything during the step. */
  readonly alone: boolean;
  /** True if readings may show an earlier state. */
  readonly stale: boolean;
}

/** @throws Violation */
export function holdsAgreement(account: Account): void {
  const { step, waits, stale, alone } = account;
  holdsOutcome(step, waits);
  holdsBy(account);
  holdsIds(account);
  if (!stale && alone && step.green && waits) holdsCounts(account);
  holdsWords(account);
}

/** Who did what, by the outcome. */
function holdsBy(account: Account): void {
  const { world, batchId, step, ifReady, before, alone } = account;
  const { setups, syncs, theirs, waits, stale } = account;
  const { outcome = "", sync_id } = step.outputs;
  // A stale reading showed the batch before its setup. That leads to a POST, which the server refuses. If its response is
  // lost, the action cannot know that the setup it then sees is not its own (contract 4).
  const tooEarly = stale && before !== "UNINITIALISED";
  const sent = step.requests.some(
    ({ method, path, answer }) =>
      method === "POST" && path.endsWith("/setup") && answer !== "unsent",
  );
  const all = setups + theirs.setups;
  switch (outcome) {
    case "set_up":
      holds(sent, "set_up without a POST");
      holds(tooEarly || all > 0, "set_up, but no setup was accepted");
      holds(tooEarly || !alone || setups > 0, "set_up by nobody");
      break;
    case "accepted":
      holds(
        tooEarly || all + syncs + theirs.syncs > 0,
        "accepted, but Prolific accepted nothing",
      );
      break;
    case "synced":
      holds(sync_id !== undefined, "synced without a sync_id");
      holds(syncs + theirs.syncs > 0, "synced, but no sync was accepted");
      break;
    case "already_set_up":
      holds(setups === 0, "already_set_up, though this step set it up");
      holds(before !== "UNINITIALISED" || !alone, "already set up by nobody");
      holds(ifReady !== "fail", "already_set_up, though it was to fail");
      if (waits) holds(isReady(world, batchId), "already_set_up, not READY");
      break;
    case "joined":
      holds(setups === 0, "joined the setup of this very step");
      holds(
        before === "PROCESSING" || theirs.setups > 0 || tooEarly,
        "joined, but there was no setup of somebody else",
      );
  }
}

function isReady({ prolific }: World, batchId: string): boolean {
  return prolific.batch(batchId).status === "READY";
}

/** The outputs name objects that exist and that this step used. */
function holdsIds({ world, batchId, datasetId, step }: Account): void {
  const { outputs } = step;
  holds(outputs.batch_id === batchId, "the output batch_id is another batch");
  const { dataset_id = datasetId, import_id, sync_id } = outputs;
  holds(dataset_id === datasetId, "the output dataset_id is another dataset");
  const { batches, datasets } = world.prolific.state;
  const known = (ids: readonly { id: string }[] = [], id: string | undefined) =>
    id === undefined || ids.some((each) => each.id === id);
  const syncs = batches.get(batchId)?.syncs;
  holds(known(syncs, sync_id), "the output sync_id is no sync of the batch");
  const imports = datasets.get(datasetId)?.imports;
  holds(known(imports, import_id), "the output import_id is no import");
}

/** An object of the API whose strings and numbers are checked. */
type Facts = Readonly<Record<string, string | number | undefined>>;

/** If nobody else did anything and no reading was late, the outputs match the model. */
function holdsCounts({ world, batchId, datasetId, step }: Account): void {
  const { prolific } = world;
  const { import_id, sync_id } = step.outputs;
  const same = (facts: Facts, ...names: string[]) => {
    for (const name of names) {
      const put = step.outputs[name];
      if (put === undefined) continue;
      const is = String(facts[name] ?? 0);
      holds(put === is, `the output ${name} is ${put}, but there are ${is}`);
    }
  };
  const read = (path: string) =>
    JSON.parse(prolific.act("GET", path).body) as Facts;
  const batch = prolific.batch(batchId) as Facts;
  holds(step.outputs.total_task_count !== undefined, "tasks are not put out");
  same(batch, "status", "total_task_count", "total_task_groups");
  same(batch, "total_instruction_count");
  same(prolific.dataset(datasetId) as Facts, "total_datapoint_count");
  if (sync_id !== undefined) {
    const sync = read(`/batches/${batchId}/syncs/${sync_id}`);
    same(sync, "tasks_created", "groups_created");
  }
  if (import_id !== undefined) {
    const job = read(`/datasets/${datasetId}/imports/${import_id}`);
    same(job, "accepted_count", "rejected_count", "duplicate_count");
  }
}

/** The message is true. */
function holdsWords({ step, setups }: Account): void {
  const words = step.log.join("\n");
  if (
    words.includes("safely starts over") ||
    words.includes("nothing was set up by it")
  ) {
    holds(setups === 0, "a re-run is called a fresh start after a setup");
  }
}
