/**
 * Known bugs, to be planted one at a time: what the simulation does not catch, it does not hold. Each is one place in the
 * sources and what stands there instead.
 */
export interface PlantedBug {
  readonly name: string;
  /** Of a schedule that caught it when it was last looked for: a hunt may begin there. */
  readonly seed: number;
  /** Below `src/`. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  /** A second place, where one alone is made up for. */
  readonly and?: Pick<PlantedBug, "file" | "find" | "replace">;
  /** Hunted with histories of commits alone, which have to catch it. */
  readonly histories?: boolean;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "send the setup again without a look after a lost answer",
    seed: 73,
    file: "steps/batch/set-up.ts",
    find: "return this.inGracePeriod(result.error);",
    replace: "return undefined;",
  },
  {
    name: "send the setup again for as long as there is no clear answer",
    seed: 1036,
    file: "steps/batch/set-up.ts",
    find: "this.setups >= SETUPS_AT_MOST",
    replace: "this.setups >= 99",
  },
  {
    name: "send the setup again without a look after a 429",
    seed: 56,
    file: "steps/batch/set-up.ts",
    find: "return this.movedNow();\n      case",
    replace: "return undefined;\n      case",
  },
  {
    name: "send the setup on the ground of an old look",
    seed: 30,
    file: "decide.ts",
    find: 'if (batch.ageMs > FRESH_MS) return { do: "read_batch" };',
    replace: "",
  },
  {
    name: "set up a batch that somebody else has set up meanwhile",
    seed: 241,
    file: "decide.ts",
    find: 'return batch.value.status === "UNINITIALISED"\n      ? { do: "set_up", batch, dataset }',
    replace:
      'return batch.value.totalTaskCount >= 0\n      ? { do: "set_up", batch, dataset }',
  },
  {
    name: "set up a batch in any status",
    seed: 11,
    file: "decide.ts",
    find: '  if (!setup && found?.status === "PROCESSING") {\n    return { do: "join", found: true };\n  }',
    replace:
      '  if (!setup && found?.status === "PROCESSING") {\n    return reading\n      ? { do: "set_up", batch, dataset: reading.value }\n      : { do: "read_dataset", datasetId, again: false };\n  }',
  },
  {
    name: "take 202 for READY",
    seed: 4,
    file: "decide.ts",
    find: '  return batch.value.status === "READY"\n    ? undefined\n    : { do: "wait_for_batch", batch: batch.value };',
    replace:
      '  if (setup.by === "us") return { do: "end", outcome: "set_up" };\n  return batch.value.status === "READY"\n    ? undefined\n    : { do: "wait_for_batch", batch: batch.value };',
  },
  {
    name: "take a 200 of something in between for the acceptance",
    seed: 516,
    file: "decide.ts",
    find: 'batch.value.status === "UNINITIALISED" && !setup.certain',
    replace: 'batch.value.status === "UNINITIALISED" && false',
  },
  {
    name: "take an unknown status for READY",
    seed: 52,
    file: "prolific/fields.ts",
    find: "if (word !== undefined) return word;",
    replace: 'return word ?? ("READY" as T);',
  },
  {
    name: "do not verify READY",
    seed: 67,
    file: "decide.ts",
    find: "if (tasks === 0 || groups === 0)",
    replace: "if (tasks < 0)",
  },
  {
    name: "do not mind another dataset in the batch",
    seed: 28,
    file: "decide.ts",
    find: "return attached.length === 0 || attached.includes(meant)",
    replace: "return attached.length >= 0 || attached.includes(meant)",
  },
  {
    name: "ignore the deadline while retrying",
    seed: 3,
    file: "steps/patience.ts",
    find: "sleep: (ms) => this.pause(ms, signal),",
    replace: "sleep: (ms) => this.options.clock.sleep(ms),",
  },
  {
    name: "give the last check a minute",
    seed: 82,
    file: "timing/deadline.ts",
    find: "export const LAST_CHECK_MS = 5_000;",
    replace: "export const LAST_CHECK_MS = 60_000;",
  },
  {
    name: "ignore a cancel",
    seed: 5,
    file: "timing/deadline.ts",
    find: "leftMs + LAST_CHECK_MS, reason, cancelled)",
    replace: "leftMs + LAST_CHECK_MS, reason)",
  },
  {
    name: "exit with 0 after a time-out",
    seed: 3,
    file: "main.ts",
    find: "return report.failure === undefined;",
    replace: 'return report.failure?.outcome !== "failed";',
  },
  {
    name: "do not wait for the sync job",
    seed: 32,
    file: "decide.ts",
    find: 'return wait\n      ? { do: "follow_sync", sync }\n      : { do: "end", outcome: "accepted" };',
    replace: 'return { do: "end", outcome: wait ? "synced" : "accepted" };',
  },
  {
    name: "take a failed sync for a complete one",
    seed: 226,
    file: "steps/batch/sync.ts",
    find: 'case "failed":\n        throw new Stop({',
    replace: 'case "failed":\n        return job;\n        throw new Stop({',
  },
  {
    name: "do not redact",
    seed: 50,
    file: "github/foreign-text.ts",
    find: 'forms.reduce((redacted, form) => redacted.replaceAll(form, "***"), text);',
    replace: "text + forms.join().slice(0, 0);",
  },
  {
    name: "count the CSV header as a record",
    seed: 3,
    file: "file/formats/records.ts",
    find: "names === rows[0]?.cells ? rows.slice(1) : rows",
    replace: "rows",
  },
  {
    name: "upload again without a look after a lost answer",
    seed: 4,
    file: "steps/dataset/upload.ts",
    find: "if (problem && !(await hasArrived(tools, arrived, problem))) {",
    replace: "if (problem) {",
  },
  {
    name: "do not recognise a file that was uploaded before",
    seed: 12,
    file: "file/content-name.ts",
    find: "hash !== undefined && hash === otherHash && extension === otherExtension",
    replace:
      "hash === undefined && hash === otherHash && extension === otherExtension",
  },
  {
    name: "do not wait for an import to end",
    seed: 290,
    file: "view.ts",
    find: 'case "processing":\n      return true;',
    replace: 'case "processing":\n      return false;',
    and: {
      file: "decide.ts",
      find: 'status === "queued" || status === "processing",',
      replace: 'status === "queued",',
    },
  },
  {
    name: "go on with rejected records",
    seed: 213,
    file: "steps/dataset/rejected.ts",
    find: "const goesOn = allowPartial && accepted > 0;",
    replace: "const goesOn = true;",
  },
  {
    name: "build on records that are there twice",
    seed: 223,
    file: "accounted.ts",
    find: "return records !== undefined && datapoints > records\n",
    replace: "return records !== undefined && datapoints < 0\n",
  },
  {
    name: "sync a task for every record of the file",
    seed: 12,
    histories: true,
    file: "accounted.ts",
    find: "if (without > 0 && without >= distinct - rejected) {",
    replace: "if (without < 0) {",
    and: {
      file: "accounted.ts",
      find: "synced && !syncAllowed && distinct && synced >= distinct - rejected",
      replace: "synced && !syncAllowed && distinct && synced < 0",
    },
  },
  {
    name: "sync more than the file has",
    seed: 97,
    histories: true,
    file: "accounted.ts",
    find: 'if (without > distinct) return concern("more", distinct);',
    replace: "if (without > distinct) return undefined;",
  },
  {
    name: "compare with all records instead of the distinct ones",
    seed: 165,
    histories: true,
    file: "accounted.ts",
    find: "return checked.distinct ?? checked.records;",
    replace: "return checked.records;",
  },
  {
    name: "sync what another commit has left",
    seed: 426,
    histories: true,
    file: "accounted.ts",
    find: "return leftOver && without > 0\n",
    replace: "return leftOver && without < 0\n",
  },
  {
    name: "set up a V3 dataset with another file",
    seed: 1022,
    histories: true,
    file: "accounted.ts",
    find: 'if (known ? isSameFile(filename, remoteName) : brought.how === "processed") {',
    replace: 'if (known || remoteName !== "") {',
  },
  {
    name: "trust one reading after an append",
    seed: 760,
    histories: true,
    file: "steps/dataset/count-again.ts",
    find: "settled: [SETTLE_MS],",
    replace: "settled: [0],",
  },
  {
    name: "do not read again before anything makes tasks",
    seed: 2,
    histories: true,
    file: "decide.ts",
    find: "return dataset === undefined || countedAgeMs > FRESH_MS",
    replace: "return dataset === undefined && countedAgeMs < 0",
  },
  {
    name: "start no sync while no growth shows",
    seed: 528,
    histories: true,
    file: "decide.ts",
    find: "const added = !brought.endedBefore && brought.accepted > 0;",
    replace: "const added = false;",
  },
  {
    name: "take a part of an append for the whole",
    seed: 114,
    histories: true,
    file: "prolific/client.ts",
    find: "if (result.accepted + result.rejected === count) return result;",
    replace: "if (result.accepted + result.rejected <= count) return result;",
  },
  {
    name: "allow what nobody has allowed",
    seed: 1,
    histories: true,
    file: "decide.ts",
    find: 'return extraDatapoints === "allow"\n',
    replace: 'return extraDatapoints !== "allow"\n',
  },
  {
    name: "do not mind more tasks than the file has records",
    seed: 150,
    histories: true,
    file: "accounted.ts",
    find: "most !== undefined && tasks > most\n",
    replace: "most !== undefined && tasks < 0\n",
  },
  {
    name: "leave out the last records of a long file",
    seed: 95,
    file: "file/portions.ts",
    find: "if (lines.length > 0) yield portion();",
    replace: "if (offset === 0) yield portion();",
  },
  {
    name: "look for a millisecond only after a lost answer",
    seed: 73,
    file: "steps/batch/set-up.ts",
    find: "for (const pauseMs of PAUSES_IN_GRACE_MS) {",
    replace: "for (const pauseMs of PAUSES_IN_GRACE_MS.map(() => 1)) {",
  },
  {
    name: "say accepted before anything was sent",
    seed: 167,
    file: "decide.ts",
    find: "if (!setup) {\n    if (!reading) {",
    replace:
      'if (!setup) {\n    if (!wait && brought) return { do: "end", outcome: "accepted" };\n    if (!reading) {',
  },
  {
    name: "call its own setup joined",
    seed: 4,
    file: "decide.ts",
    find: 'return { do: "end", outcome: "set_up" };',
    replace: 'return { do: "end", outcome: "joined" };',
  },
  {
    name: "call somebody else's setup its own",
    seed: 39,
    file: "decide.ts",
    find: 'outcome: found?.status === "READY" ? "already_set_up" : "joined",',
    replace:
      'outcome: found?.status === "READY" ? "already_set_up" : "set_up",',
  },
  {
    name: "put out other tasks than the sync has made",
    seed: 16,
    file: "steps/batch/sync.ts",
    find: 'report.set("tasks_created", job.tasksCreated);',
    replace: 'report.set("tasks_created", 999);',
  },
  {
    name: "put out other counts than those of the import",
    seed: 4,
    file: "steps/dataset/follow-import.ts",
    find: 'report.set("accepted_count", job.acceptedCount);',
    replace: 'report.set("accepted_count", 999);',
  },
  {
    name: "put out other counts than those of the appends",
    seed: 95,
    file: "steps/dataset/append.ts",
    find: "accepted += result.accepted;",
    replace: "accepted = result.accepted;",
  },
  {
    name: "put out other datapoints than those of the dataset",
    seed: 30,
    file: "steps/dataset/read-dataset.ts",
    find: 'report.set("total_datapoint_count", value.totalDatapointCount);',
    replace: 'report.set("total_datapoint_count", 999);',
  },
  {
    name: "do not mask the signature of an upload address",
    seed: 64,
    file: "prolific/storage.ts",
    find: "secretsOf(url).forEach(mask);",
    replace: "",
    and: {
      file: "prolific/storage.ts",
      find: "withoutAddress(errorWords(reply.body), url),",
      replace: "errorWords(reply.body),",
    },
  },
];
