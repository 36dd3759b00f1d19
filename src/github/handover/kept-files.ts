/** Files for later steps, in a new folder inside the runner's temporary folder (contract 3). */
import { appendFileSync, constants, lstatSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

/** Only for the user of the runner, because the files may quote the dataset. */
const MODE = 0o600;
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

export class KeptFiles {
  private readonly temporary: string;
  /** Has a random name and is used by this step only, so that several steps of a job never share a file. */
  private folder: string | undefined;
  private readonly begun = new Set<string>();

  /** @param temporary a folder that the runner empties after each job. */
  constructor(temporary: string) {
    this.temporary = temporary;
  }

  /**
   * Adds text to a file. Creates the file the first time.
   * @returns its path.
   * @throws the error of the system.
   */
  append(name: string, text: string): string {
    this.folder ??= mkdtempSync(join(this.temporary, "prolific-batch-"));
    const path = join(this.folder, name);
    const isNew = !this.begun.has(name);
    // Windows has no O_NOFOLLOW. It counts as 0 there.
    if (!isNew && lstatSync(path).isSymbolicLink()) {
      throw Object.assign(new Error("a symbolic link"), { code: "ELOOP" });
    }
    const start = isNew ? O_CREAT | O_EXCL : 0;
    this.begun.add(name);
    const flag = start | O_APPEND | O_WRONLY | O_NOFOLLOW;
    // Node takes numbers, too, although its types do not allow them.
    appendFileSync(path, text, { mode: MODE, flag: flag as unknown as string });
    return path;
  }
}
