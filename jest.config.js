/** @type {import('jest').Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  // TypeScript rewrites "./x.ts" to "./x.js" on the way out; jest has to find the source again.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  globalSetup: "./scripts/compiled/before-tests.js",
  transform: { "^.+\\.ts$": "./scripts/compiled/transform.js" },
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testTimeout: 60_000,
  // Most of the time goes into waiting for child processes: one worker a core, not one less.
  maxWorkers: "100%",
  collectCoverageFrom: ["src/**/*.ts"],
  coverageReporters: ["text", "lcov"],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
