/**
 * Known bugs, to be planted one at a time: what the simulation does not catch, it does not hold. Each is one place in the
 * sources and what stands there instead.
 */
export interface PlantedBug {
  readonly name: string;
  /** Below `src/`. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "send the setup again without a look after a lost answer",
    file: "batch/launch.ts",
    find: "return this.inGracePeriod(result.error);",
    replace: "return undefined;",
  },
  {
    name: "send the setup again for as long as there is no clear answer",
    file: "batch/launch.ts",
    find: "this.setups >= SETUPS_AT_MOST",
    replace: "this.setups >= 99",
  },
  {
    name: "send the setup again without a look after a 429",
    file: "batch/launch.ts",
    find: "return this.movedNow();\n      case",
    replace: "return undefined;\n      case",
  },
  {
    name: "send the setup on the ground of an old look",
    file: "batch/launch.ts",
    find: "run.batchReadAt > FRESH_MS",
    replace: "run.batchReadAt > Infinity",
  },
  {
    name: "set up a batch that somebody else has set up meanwhile",
    file: "batch/launch.ts",
    find: 'if (batch.status === "UNINITIALISED") return undefined;',
    replace: "if (!this.mayBeOurs) return undefined;",
  },
  {
    name: "set up a batch in any status",
    file: "carry-out.ts",
    find: 'case "PROCESSING":\n      run.say',
    replace:
      'case "PROCESSING":\n      return setUp(run, given);\n      run.say',
  },
  {
    name: "take 202 for READY",
    file: "carry-out.ts",
    find: "await ready(run, await waitUntilReady(run), launched.setups);",
    replace: "",
  },
  {
    name: "take a 200 of something in between for the acceptance",
    file: "batch/launch.ts",
    find: "if (launched.certain) return;",
    replace: "return;",
  },
  {
    name: "take an unknown status for READY",
    file: "prolific/fields.ts",
    find: "if (word !== undefined) return word;",
    replace: 'return word ?? ("READY" as T);',
  },
  {
    name: "do not verify READY",
    file: "batch/wait.ts",
    find: "if (tasks === 0 || groups === 0) {",
    replace: "if (tasks < 0) {",
  },
  {
    name: "do not mind another dataset in the batch",
    file: "dataset/readiness.ts",
    find: "if (attached.length === 0 || attached.includes(datasetId)) return datasetId;",
    replace: "return datasetId;",
  },
  {
    name: "ignore the deadline while retrying",
    file: "run.ts",
    find: "sleep: (ms) => this.pause(ms, signal),",
    replace: "sleep: (ms) => this.clock.sleep(ms),",
  },
  {
    name: "give the last check a minute",
    file: "timing/deadline.ts",
    find: "export const LAST_CHECK_MS = 5_000;",
    replace: "export const LAST_CHECK_MS = 60_000;",
  },
  {
    name: "ignore a cancel",
    file: "timing/deadline.ts",
    find: "leftMs + LAST_CHECK_MS, reason, cancelled)",
    replace: "leftMs + LAST_CHECK_MS, reason)",
  },
  {
    name: "exit with 0 after a time-out",
    file: "main.ts",
    find: "return report.failure === undefined;",
    replace: 'return report.failure?.outcome !== "failed";',
  },
  {
    name: "do not wait for the sync job",
    file: "batch/sync.ts",
    find: "const done = await follow(run, job);",
    replace: "const done = job;",
  },
  {
    name: "take a failed sync for a complete one",
    file: "batch/sync.ts",
    find: 'case "failed":\n        throw new Stop({',
    replace: 'case "failed":\n        return job;\n        throw new Stop({',
  },
  {
    name: "do not redact",
    file: "github/foreign-text.ts",
    find: 'forms.reduce((redacted, form) => redacted.replaceAll(form, "***"), text);',
    replace: "text + forms.join().slice(0, 0);",
  },
  {
    name: "count the CSV header as a record",
    file: "file/formats/records.ts",
    find: "names === rows[0]?.cells ? rows.slice(1) : rows",
    replace: "rows",
  },
  {
    name: "upload again without a look after a lost answer",
    file: "dataset/upload.ts",
    find: "if (await soon(run, arrived)) {",
    replace: "if (tries > 99) {",
  },
  {
    name: "do not recognise a file that was uploaded before",
    file: "file/find.ts",
    find: "hash !== undefined && hash === otherHash && extension === otherExtension",
    replace:
      "hash === undefined && hash === otherHash && extension === otherExtension",
  },
  {
    name: "do not wait for an import to end",
    file: "dataset/imports.ts",
    find: 'case "processing":\n      return false;',
    replace: 'case "processing":\n      return true;',
  },
  {
    name: "go on with rejected records",
    file: "dataset/imports.ts",
    find: "const goesOn = allowPartial && accepted > 0;",
    replace: "const goesOn = true;",
  },
  {
    name: "build on records that are there twice",
    file: "dataset/append.ts",
    find: "return total >= imported + accepted;",
    replace: "return total < 0;",
  },
  {
    name: "leave out the last records of a long file",
    file: "file/portions.ts",
    find: "if (lines.length > 0) yield portion();",
    replace: "if (offset === 0) yield portion();",
  },
  {
    name: "look for a millisecond only after a lost answer",
    file: "batch/launch.ts",
    find: "for (const pauseMs of PAUSES_IN_GRACE_MS) {",
    replace: "for (const pauseMs of PAUSES_IN_GRACE_MS.map(() => 1)) {",
  },
  {
    name: "say accepted before anything was sent",
    file: "carry-out.ts",
    find: "  const launched = await launch(run, batch, datasetId, { appended });",
    replace:
      '  if (!run.inputs.wait && intake) return "accepted";\n  const launched = await launch(run, batch, datasetId, { appended });',
  },
  {
    name: "call its own setup joined",
    file: "carry-out.ts",
    find: 'return "set_up";',
    replace: 'return "joined";',
  },
  {
    name: "call somebody else's setup its own",
    file: "carry-out.ts",
    find: 'return "joined";\n}\n\n/** The running setup does not have',
    replace: 'return "set_up";\n}\n\n/** The running setup does not have',
  },
  {
    name: "put out other tasks than the sync has made",
    file: "batch/sync.ts",
    find: 'run.report.set("tasks_created", done.tasksCreated);',
    replace: 'run.report.set("tasks_created", 999);',
  },
  {
    name: "put out other counts than those of the import",
    file: "dataset/imports.ts",
    find: 'report.set("accepted_count", job.acceptedCount);',
    replace: 'report.set("accepted_count", 999);',
  },
  {
    name: "put out other counts than those of the appends",
    file: "dataset/append.ts",
    find: "accepted += result.accepted;",
    replace: "accepted = result.accepted;",
  },
  {
    name: "put out other datapoints than those of the dataset",
    file: "batch/sync.ts",
    find: 'run.report.set("total_datapoint_count", dataset.totalDatapointCount);',
    replace: 'run.report.set("total_datapoint_count", 999);',
  },
  {
    name: "do not mask the signature of an upload address",
    file: "prolific/storage.ts",
    find: "secretsOf(url).forEach(mask);",
    replace: "",
  },
];
