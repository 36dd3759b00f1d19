/**
 * The tests that take part, in the order in which they find a mutant soonest. Those that start `dist/` would never meet
 * one, and others have nothing to do with the files that are mutated.
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
 * For the tables: rows first, then walks, then whole steps. The walk through all states of contract 4 to 6 is left out, but
 * for some of its runs: what survives these tests is shown to the whole of it (survivors.js).
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

/** For the few files that hold a real connection; their tests wait in real time, and not for long. */
export const onSockets = [
  { folder: "__tests__/prolific", name: /^(wire|file-body)\./ },
  { folder: "__tests__/prolific", name: /^(http|upload)\./ },
];

/** A busy machine is no mutant; and some tests take seconds for what others find as well. */
export const tooSlow = [
  "takes little time",
  "of any text never throws",
  "very many records are found on their lines",
  "goes in requests of at most 1000 records and 1 MiB",
  "refuses a record that no request could hold before it sends any",
];
