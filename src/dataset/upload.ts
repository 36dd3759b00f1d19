/** Uploading a file so that its bytes arrive once (contract 5, API 4.1). */
import {
  ApiError,
  ConnectionError,
  ContractError,
  type RequestError,
  Stop,
} from "../errors.ts";
import { pauseBeforeRetry } from "../prolific/retry.ts";
import type { UploadTarget } from "../prolific/schema.ts";
import type { Run } from "../run.ts";
import type { CommittedFile } from "./committed.ts";
import type { DatasetFormat } from "../file/find.ts";
import { readImport } from "./imports.ts";
import { unchanged } from "../file/unchanged.ts";

const UPLOADS_AT_MOST = 3;
/** What may have arrived is looked for after each of these pauses, in milliseconds. */
const PAUSES_OF_LOOKS_MS = [0, 1_000, 2_000, 3_000, 4_000];
/** Where the API does not say it (API 11.24). */
const CONTENT_TYPES: Readonly<Record<DatasetFormat, string>> = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
  zip: "application/zip",
};

/** Says whether the bytes have arrived, in one reading. */
type Arrived = () => Promise<boolean>;

/**
 * Uploads to an empty V3 dataset.
 * @throws Stop when the storage refuses the file, or it stays unknown whether it arrived.
 */
export async function uploadV3(
  run: Run,
  datasetId: string,
  committed: CommittedFile,
): Promise<void> {
  const arrived: Arrived = async () => {
    const dataset = await run.waitingRead((options) =>
      run.prolific.dataset(datasetId, options),
    );
    return dataset.version === 3 && dataset.status !== "UNINITIALISED";
  };
  await upload(run, datasetId, committed, () => arrived);
}

/**
 * Uploads to a V4 dataset.
 * @returns the import that follows, and how often the bytes may have arrived.
 * @throws Stop when the storage refuses the file, or it stays unknown whether it arrived.
 */
export async function uploadV4(
  run: Run,
  datasetId: string,
  committed: CommittedFile,
): Promise<{ importId: string; puts: number }> {
  const { target, puts } = await upload(
    run,
    datasetId,
    committed,
    (created) => {
      const importId: string = importOf(created, datasetId);
      run.report.set("import_id", importId);
      const createdAt = run.clock.now();
      return () => hasArrived(run, { datasetId, importId, createdAt });
    },
  );
  return { importId: importOf(target, datasetId), puts };
}

/** True as soon as an import has its bytes; looks for up to 10 s. */
export async function arrivesSoon(
  run: Run,
  datasetId: string,
  importId: string,
): Promise<boolean> {
  const createdAt = run.clock.now();
  return soon(run, () => hasArrived(run, { datasetId, importId, createdAt }));
}

async function hasArrived(
  run: Run,
  read: { datasetId: string; importId: string; createdAt: number },
): Promise<boolean> {
  const { status } = await readImport(run, "waitingRead", read);
  return status !== "uninitialised";
}

async function soon(run: Run, arrived: Arrived): Promise<boolean> {
  for (const pauseMs of PAUSES_OF_LOOKS_MS) {
    await run.pause(pauseMs);
    if (await arrived()) return true;
  }
  return false;
}

function importOf({ importId }: UploadTarget, datasetId: string): string {
  if (importId !== undefined) return importId;
  const where = { method: "GET", path: `/datasets/${datasetId}/upload-url` };
  throw new ContractError(where, 'the answer has no "import_id"', {
    final: true,
  });
}

async function upload(
  run: Run,
  datasetId: string,
  committed: CommittedFile,
  looks: (target: UploadTarget) => Arrived,
): Promise<{ target: UploadTarget; puts: number }> {
  const { file, remoteName } = committed;
  const { signal } = run.budget;
  for (let tries = 1; ; tries++) {
    const target = await run.decidingRead((options) =>
      run.prolific.uploadTarget(datasetId, remoteName, options),
    );
    const where = `/datasets/${datasetId}/upload-url`;
    run.storage.accept(target, where);
    const arrived = looks(target);
    run.say(`Uploading ${file.relativePath}`);
    run.report.progress = "upload_unknown";
    try {
      const contentType = target.contentType ?? CONTENT_TYPES[file.format];
      const body = unchanged(run.files, file);
      await run.storage.put(
        target,
        { contentType, bytes: file.bytes, body },
        { signal, attempt: tries },
      );
    } catch (error) {
      if (!isWorthALook(error)) throw refused(error, committed);
      run.say(
        `The upload had no clear answer; looking whether it arrived: ${error.message}`,
      );
      if (await soon(run, arrived)) {
        run.say("The upload has arrived");
      } else if (tries < UPLOADS_AT_MOST) {
        run.say("Nothing has arrived; uploading once more");
        await run.pause(pauseBeforeRetry(tries, error, run.random()));
        continue;
      } else {
        throw gaveUp(error, committed);
      }
    }
    run.report.progress = "data_arrived";
    return { target, puts: tries };
  }
}

/** Stall, lost connection, 408, 429, 5xx: it may have arrived all the same. */
function isWorthALook(error: unknown): error is RequestError {
  if (error instanceof ApiError) {
    return [408, 429].includes(error.status) || error.status >= 500;
  }
  return error instanceof ConnectionError;
}

function refused(error: unknown, { file }: CommittedFile): unknown {
  if (!(error instanceof ApiError)) return error;
  return new Stop({
    title: "The storage refused the upload",
    what: `${file.relativePath} could not be uploaded.`,
    next: "Run this job again: it asks Prolific for a new address. If this stays so, ask Prolific's support.",
    answer: error,
  });
}

function gaveUp(error: RequestError, { file }: CommittedFile): Stop {
  return new Stop({
    title: "The upload did not arrive",
    what: `${file.relativePath} was sent ${String(UPLOADS_AT_MOST)} times, and nothing of it shows at Prolific.`,
    next: "Check the network and the proxy of the runner; then run this job again: it looks first, and uploads only what is not there.",
    answer: error,
  });
}
