/** The GitHub Actions runner: log, masks, annotations, outputs, summary. The only importer of `@actions/core`. */
import * as core from "@actions/core";
import { harmless, redactor } from "./foreign-text.ts";
import { KeptFiles } from "./handover/kept-files.ts";

/** The interface to the runner. Every text is redacted and made harmless on the way. */
export interface Runner {
  /** Hides a secret in everything that the runner shows and that is written through this object from now on. */
  readonly mask: (secret: string) => void;
  readonly info: (line: string) => void;
  readonly debug: (line: string) => void;
  readonly notice: (title: string, message: string) => void;
  readonly warning: (title: string, message: string) => void;
  readonly error: (title: string, message: string) => void;
  /** An annotation on a line of a file in the workspace, or on the file if there is no line. */
  readonly annotate: (
    level: "error" | "warning",
    at: { readonly file: string; readonly line: number | undefined },
    title: string,
    message: string,
  ) => void;
  readonly output: (name: string, value: string) => void;
  readonly summary: (markdown: string) => Promise<void>;
  /**
   * Adds text to a file for later steps. Creates the file the first time.
   * @returns its path. Undefined if the file cannot be written, which changes nothing else.
   */
  readonly keep: (name: string, text: string) => string | undefined;
  /** Replaces the masked secrets in a text before it is shortened. */
  readonly redact: (text: string) => string;
}

/** Which of the runner's files exist. A step that is run by hand may have none. */
export interface RunnerFiles {
  readonly output: boolean;
  readonly summary: boolean;
  /** The folder for temporary files. Empty if there is none. */
  readonly temporary: string;
}

/** The real runner, as workflow commands on stdout and files (contract 8). */
export function createRunner(files: RunnerFiles): Runner {
  const secrets = new Set<string>();
  let redact = redactor(secrets);
  const line = (text: string) => harmless(redact(text));
  /** Annotations may have several lines. Each is made harmless separately. */
  const lines = (text: string) => text.split("\n").map(line).join("\n");
  /** The verdict is about the batch. A full disk of the runner does not change it. */
  const warnAbout = (what: string, error: unknown) => {
    core.warning(line(`Could not write ${what}: ${String(error)}`));
  };
  let outputsFail = false;
  const kept = new KeptFiles(files.temporary);
  let keepingFails = false;
  return {
    mask(secret) {
      if (secret === "" || secrets.has(secret)) return; // an empty mask would hide everything
      secrets.add(secret);
      redact = redactor(secrets);
      core.setSecret(secret);
    },
    info: (text) => {
      core.info(line(text));
    },
    debug: (text) => {
      core.debug(line(text));
    },
    notice: (title, message) => {
      core.notice(lines(message), { title: line(title) });
    },
    warning: (title, message) => {
      core.warning(lines(message), { title: line(title) });
    },
    error: (title, message) => {
      core.error(lines(message), { title: line(title) });
    },
    annotate: (level, at, title, message) => {
      core[level](lines(message), {
        title: line(title),
        file: line(at.file),
        ...(at.line === undefined ? {} : { startLine: at.line }),
      });
    },
    output: (name, value) => {
      // Without the file, @actions/core would print a command that runners no longer support.
      if (!files.output) return;
      try {
        core.setOutput(name, redact(value));
      } catch (error) {
        // Only once, because the same problem affects all outputs.
        if (!outputsFail) warnAbout(`the output ${name}`, error);
        outputsFail = true;
      }
    },
    summary: async (markdown) => {
      if (!files.summary) return;
      try {
        await core.summary.addRaw(redact(markdown)).write({ overwrite: true });
      } catch (error) {
        warnAbout("the job summary", error);
      }
    },
    keep: (name, text) => {
      if (files.temporary === "") return undefined;
      try {
        return kept.append(name, redact(text));
      } catch (error) {
        if (!keepingFails) warnAbout(`the file ${name}`, error);
        keepingFails = true;
        return undefined;
      }
    },
    redact: (text) => redact(text),
  };
}
