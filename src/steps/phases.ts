/** Which phase of a run a step belongs to, for the chart that shows where the time went (contract 8). */
import type { Step } from "../decision.ts";

export type Phase =
  | "Check file"
  | "New batch"
  | "Upload"
  | "Append"
  | "Import"
  | "Setup"
  | "Sync";

/** @returns undefined for a step that belongs to the phase before it, for example a reading. */
export function phaseOf({ do: step }: Pick<Step, "do">): Phase | undefined {
  switch (step) {
    case "check_file":
    case "check_record_lengths":
      return "Check file";
    case "list_copies":
    case "find_new_rows":
    case "duplicate":
    case "create_dataset":
    case "attach_dataset":
      return "New batch";
    case "look_for_bytes":
    case "upload":
      return "Upload";
    case "probe":
    case "append":
      return "Append";
    case "follow_import":
    case "wait_for_dataset":
      return "Import";
    case "set_up":
    case "confirm_setup":
    case "wait_for_batch":
      return "Setup";
    case "sync":
    case "follow_sync":
      return "Sync";
    case "read_batch":
    case "use_dataset":
    case "read_dataset":
    case "count_again":
    case "allow":
    case "accept_file":
    case "join":
    case "leave_as_it_is":
    case "verify":
    case "find_preview":
    case "read_original":
    case "use_original":
    case "use_copy":
      return undefined;
  }
}
