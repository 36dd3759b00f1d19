import { existsSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";

/** Where a program is: a path as it is, a name as the PATH has it; undefined when it is nowhere. */
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
