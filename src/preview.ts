/** A link to look at the tasks: best effort (contract 3, API 3.9). */
import { Cancelled } from "./errors.ts";
import type { Run } from "./run.ts";

const APPLICATION_URL = "https://app.prolific.com";
const LIMIT_MS = 5_000;

/** Looks for a task group to preview: one try, 5 s; no failure of it changes anything. */
export async function findPreview(run: Run): Promise<void> {
  const { batchId } = run.inputs;
  try {
    const [first] = await run.glance(
      (options) => run.prolific.taskGroups(batchId, options),
      LIMIT_MS,
    );
    if (first === undefined) return;
    const group = encodeURIComponent(first);
    const url = `${APPLICATION_URL}/data-collection-tool/batches/${batchId}/task-groups/${group}?preview=true`;
    run.report.set("preview_url", url);
    run.say(`Preview: ${url}`);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    run.runner.debug(`No preview: ${String(error)}`);
  }
}
