/** Time of the preflight (hash, UTF-8, records, lines, repeats) compared with the CSV parser alone, in one process. */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse";
import { preflight } from "../../../src/file/preflight.ts";
import { findDatasetFile } from "../../../src/file/find.ts";
import { realFiles } from "../../../src/file/disk.ts";
import { generateCsv } from "./generate.ts";
import { now } from "../process.ts";
import { median, takeTurns } from "../rounds.ts";
import { amount, ratio } from "../table.ts";

const MB = 1_000_000;
const ROUNDS = 5;

/** As its documentation shows it: a stream of records, read to the end. */
async function parserAlone(path: string): Promise<number> {
  let records = -1; // the header
  const parser = createReadStream(path, { highWaterMark: 2 ** 20 }).pipe(
    parse({ bom: true, relax_column_count: true, skip_empty_lines: true }),
  );
  for await (const record of parser) {
    if (record) records++;
  }
  return records;
}

async function checked(folder: string, name: string): Promise<number> {
  const file = await findDatasetFile(realFiles, folder, name);
  const { signal } = new AbortController();
  const result = await preflight(realFiles, file, undefined, signal);
  return result.distinct ?? 0; // all records of the file are different
}

/** A row of the table of files. @throws if the two count different numbers of records. */
export async function comparePreflight(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const path = join(folder, "reviews.csv");
    generateCsv(path, 100 * MB);
    const counts = new Set<number>();
    const timed = (work: () => Promise<number>) => async () => {
      const startedAt = now();
      counts.add(await work());
      return now() - startedAt;
    };
    const { parsers, ours } = await takeTurns(ROUNDS, {
      parsers: timed(() => parserAlone(path)),
      ours: timed(() => checked(folder, "reviews.csv")),
    });
    if (counts.size > 1) throw new Error("They count different records.");
    const [our, parser] = [median(ours), median(parsers)];
    return [
      "Preflight of 100 MB of CSV",
      amount(our, "ms"),
      `csv-parse alone: ${amount(parser, "ms")}`,
      ratio(our, parser, 1.5),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
