import { existsSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";

/** Finds a program by its path, or by its name on the PATH. Undefined if it does not exist. */
export function findProgram(program) {
  const ending = process.platform === "win32" ? ".exe" : "";
  const paths =
    basename(program) === program
      ? (process.env.PATH ?? "")
          .split(delimiter)
          .map((folder) => join(folder, `${program}${ending}`))
      : [resolve(program)];
  return paths.find((path) => existsSync(path));
}
