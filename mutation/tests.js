/**
 * The tests that take part, the quick ones first. Those that start `dist/` would never meet a mutant, and others have
 * nothing to do with the files that are mutated.
 */
export const inVirtualTime = [
  { folder: "__tests__", name: /^(duration|inputs)\./ },
  { folder: "__tests__/prolific", name: /^(?!http|upload)/ },
  { folder: "__tests__/dataset", name: /./ },
  { folder: "__tests__/scenarios", name: /^(launch|sync|wait|ingest)\./ },
];

/** For the few files that hold a real connection; their tests wait in real time, and not for long. */
export const onSockets = [
  { folder: "__tests__/prolific", name: /^(http|upload)\./ },
];
