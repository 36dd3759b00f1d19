/** Runs the committed action as a step, and shows what GitHub would show. */
import { type StepResult, runStep } from "../step.ts";
import { showLogLine, showSummary } from "./terminal.ts";

export function heading(text: string): void {
  console.log(
    `\n\u001b[1;36m── ${text} ${"─".repeat(Math.max(0, 74 - text.length))}\u001b[0m`,
  );
}

/** Runs a step, and shows its log at once. */
export async function showStep(
  inputs: Record<string, string>,
  env: Record<string, string>,
): Promise<StepResult> {
  let rest = "";
  return runStep({
    inputs,
    env,
    onOutput(text) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const shown = showLogLine(line);
        if (shown !== undefined) console.log(shown);
      }
    },
  });
}

/** Shows the outputs and the job summary. */
export function showOutcome({ outputs, stderr, summary }: StepResult): void {
  heading("Its outputs");
  for (const [name, value] of Object.entries(outputs)) {
    console.log(`  ${name.padEnd(24)} ${value}`);
  }
  heading("Its job summary");
  console.log(showSummary(summary));
  if (stderr !== "") console.error(stderr);
}
