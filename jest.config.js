import { availableParallelism } from "node:os";

const TRANSFORM = "./scripts/compiled/transform.js";
/** ES modules of packages: those in which tests spend most of their time. */
const PACKAGES = "/node_modules/(?:csv-parse|fast-check)/lib/(?!cjs/)";

/** @type {import('jest').Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  // TypeScript rewrites "./x.ts" to "./x.js" on the way out; jest has to find the source again.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  globalSetup: "./scripts/compiled/before-tests.js",
  transform: { "\\.ts$": TRANSFORM, [`${PACKAGES}.+\\.js$`]: TRANSFORM },
  transformIgnorePatterns: [`^(?!.*${PACKAGES}).*/node_modules/`],
  // The same as scripts/compiled/globals.js, for CommonJS. None that a package declares itself.
  sandboxInjectedGlobals: [
    ...["Object", "Array", "Number", "String", "Symbol", "Promise", "RegExp"],
    ...["Error", "JSON", "Math", "Map", "Set"],
  ],
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testTimeout: 60_000,
  // Many tests wait for child processes: more workers than cores, which work meanwhile. (Jest takes "150%" for 150.)
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  collectCoverageFrom: ["src/**/*.ts"],
  coverageReporters: ["text", "lcov"],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
