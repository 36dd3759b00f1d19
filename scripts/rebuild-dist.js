// Checks that dist/ matches the sources: builds a copy of them in another directory and compares byte for byte.
// Nothing here is changed.
//   npm run build:verify
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const copy = realpathSync(mkdtempSync(join(tmpdir(), "another-directory-")));
try {
  for (const name of ["package.json", "tsconfig.json", "src", "scripts"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  for (const name of neededPackages()) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  build();
  const differing = differences(join(root, "dist"), join(copy, "dist"));
  for (const name of differing) {
    console.error(`dist/${name} is not what the sources come to.`);
  }
  if (differing.length > 0) {
    console.error("Run `npm run build` and commit dist/ with the sources.");
    process.exitCode = 1;
  } else {
    console.log("dist/ equals a fresh build in another directory.");
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** Folders of the packages that can end up in the bundle, and of those that make it. */
function neededPackages() {
  const { packages } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const makers =
    /\/(@vercel\/ncc|prettier|typescript|@types\/node|undici-types)$/;
  return Object.entries(packages)
    .filter(
      ([path, { dev }]) =>
        path !== "" &&
        (dev !== true || makers.test(path)) &&
        existsSync(join(root, path)),
    )
    .map(([path]) => path);
}

/** As `npm run build` does it, with the copied ncc, whose place shows in the bundle, and without its cache. */
function build() {
  const { build: command } = JSON.parse(
    readFileSync(join(copy, "package.json"), "utf8"),
  ).scripts;
  const [, args] = /^ncc (build [^&]+?) && /.exec(command) ?? [];
  if (args === undefined) throw new Error(`Not a build with ncc: ${command}`);
  const ncc = join(copy, "node_modules/@vercel/ncc/dist/ncc/cli.js");
  for (const given of [
    [ncc, ...args.split(" "), "--no-cache"],
    [join(copy, "scripts/tidy-dist.js")],
    [join(copy, "scripts/check-dist.js")],
  ]) {
    const { status, error } = spawnSync(process.execPath, given, {
      cwd: copy,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (error) throw error;
    if (status !== 0) throw new Error("The build failed.");
  }
}

/** Names of the files that are not the same in both folders. */
function differences(one, other) {
  const names = new Set([...readdirSync(one), ...readdirSync(other)]);
  return [...names].filter((name) => {
    const [here, there] = [join(one, name), join(other, name)];
    return (
      !existsSync(here) ||
      !existsSync(there) ||
      !readFileSync(here).equals(readFileSync(there))
    );
  });
}
