/**
 * The tests of a run, in the order in which they find mutants fastest. Tests that start `dist/` would never run a mutant,
 * and others do not use the mutated files.
 */
export const inVirtualTime = [
  { folder: "__tests__/timing", name: /^duration\./ },
  { folder: "__tests__/github", name: /^inputs\./ },
  {
    folder: "__tests__/prolific",
    name: /^(?!error-body|file-body|http|upload|wire)/,
  },
  { folder: "__tests__/file", name: /^(?!lines|preflight)/ },
  { folder: "__tests__/scenarios", name: /^messages\./ },
  { folder: "__tests__/scenarios", name: /^(launch|sync|wait|ingest)\./ },
  { folder: "__tests__/file", name: /^(preflight|lines)/ },
  { folder: "__tests__/prolific", name: /^error-body\./ },
];

/**
 * For the tables: rows first, then walks, then whole steps. Only some runs of the walk through all states of contract 4 to
 * 6 are included: survivors.js runs all of it for mutants that survive these tests.
 */
export const onTheTable = [
  {
    folder: "__tests__/decide",
    name: /^(accounted|single-rows|readiness|file|table-rows)\./,
  },
  {
    folder: "__tests__/decide",
    name: /^(copy-names|copies-rows|table-few|copies)\./,
  },
  { folder: "__tests__/scenarios", name: /^(launch|sync|wait|ingest)\./ },
  { folder: "__tests__/scenarios", name: /^(accounted|new-batch|repeats)\./ },
];

/** For the few files with real connections. Their tests wait in real time, but not for long. */
export const onSockets = [
  { folder: "__tests__/prolific", name: /^(wire|file-body)\./ },
  { folder: "__tests__/prolific", name: /^(http|upload)\./ },
];

/** Tests that a busy machine could fail, and tests that take seconds to find what others find, too. */
export const tooSlow = [
  "takes little time",
  "with any text never throws",
  "a very large number of records is found on the right lines",
  "sends requests of at most 1000 records and 1 MiB",
  "refuses a record that is too long before it sends any",
];
