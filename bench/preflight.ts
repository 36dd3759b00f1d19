/** Time of the preflight (hash, UTF-8, records, lines) beside the CSV parser alone, in one process, alternating. */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse";
import { preflight } from "../src/dataset/preflight.ts";
import { findDatasetFile } from "../src/dataset/file.ts";
import { realFiles } from "../src/files.ts";
import { generateCsv } from "./generate.ts";
import { median } from "./median.ts";

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
  return result.records ?? 0;
}

async function time(work: () => Promise<number>): Promise<[number, number]> {
  const startedAt = process.hrtime.bigint();
  const records = await work();
  return [Number(process.hrtime.bigint() - startedAt) / 1e6, records];
}

const folder = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const path = join(folder, "reviews.csv");
  generateCsv(path, 100 * MB);
  const ours: number[] = [];
  const parsers: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [parser, records] = await time(() => parserAlone(path));
    const [our, counted] = await time(() => checked(folder, "reviews.csv"));
    if (records !== counted) throw new Error("They count different records.");
    if (round === 0) continue; // warms up
    parsers.push(parser);
    ours.push(our);
  }
  const [our, parser] = [median(ours), median(parsers)];
  console.log(
    `| Preflight of 100 MB of CSV | ${our.toFixed(0)} ms | csv-parse alone: ${parser.toFixed(0)} ms | ${(our / parser).toFixed(2)} (≤ 1.5) |`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
