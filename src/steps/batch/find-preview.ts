/** Finds a link to preview the tasks, if possible (contract 3, API 3.9). */
import { Cancelled } from "../../errors.ts";
import type { Known } from "../../view.ts";
import type { Needs } from "../tools.ts";

const APPLICATION_URL = "https://app.prolific.com";
const LIMIT_MS = 5_000;

/** Finds a task group to preview: one attempt, 5 s. A failure changes nothing. */
export async function findPreview({
  inputs,
  log,
  patience,
  prolific,
  report,
}: Needs<"inputs" | "log" | "patience" | "prolific" | "report">): Promise<
  Partial<Known>
> {
  const { batchId } = inputs;
  try {
    const [first] = await patience.readOnce(
      (options) => prolific.taskGroups(batchId, options),
      LIMIT_MS,
    );
    if (first !== undefined) {
      const group = encodeURIComponent(first);
      const url = `${APPLICATION_URL}/data-collection-tool/batches/${batchId}/task-groups/${group}?preview=true`;
      report.set("preview_url", url);
      log.say(`Preview: ${url}`);
    }
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    log.debug(`No preview: ${String(error)}`);
  }
  return { previewed: true };
}
