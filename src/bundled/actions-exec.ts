/**
 * What `dist/` holds in place of `@actions/exec` (`paths` in tsconfig.json): `@actions/core` needs it only for
 * `platform.getDetails()`, which starts programs to ask for the version of the operating system and is never called here.
 * `@actions/exec` and `@actions/io` would be a ninth of the bundle, and the only code in it that starts programs.
 */
const unused = (): never => {
  throw new Error(
    '@actions/exec is not part of this action (docs/design.md, "dist"): no program can be started.',
  );
};

/** @throws always */
export const exec = unused;
/** @throws always */
export const getExecOutput = unused;
