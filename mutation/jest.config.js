/**
 * For `npm run mutation`: only tests that run the sources in this process. Those that start `dist/` would never meet a mutant.
 */
import config from "../jest.config.js";

/** @type {import('jest').Config} */
export default {
  ...config,
  rootDir: "..",
  collectCoverage: false,
  coverageThreshold: undefined,
  testMatch: [
    "<rootDir>/__tests__/*.test.ts",
    "<rootDir>/__tests__/dataset/*.test.ts",
    "<rootDir>/__tests__/prolific/*.test.ts",
    "<rootDir>/__tests__/scenarios/{launch,sync,wait,ingest}.test.ts",
  ],
  testPathIgnorePatterns: [
    "/(action|readme|examples|runner|files|upload)\\.test\\.ts$",
  ],
};
