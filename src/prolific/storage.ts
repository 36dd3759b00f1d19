/** The storage behind a presigned address: one upload, which knows nothing of the token (API 4.1, contract 5). */
import { isLoopback, isProtected } from "./address.ts";
import { type Clock, reasonOf } from "../timing/clock.ts";
import { ApiError, ConnectionError, ContractError } from "../errors.ts";
import { errorWords } from "./error-body.ts";
import type { HttpReply, Upload } from "./http.ts";
import { parseRetryAfter } from "./retry.ts";
import type { UploadTarget } from "./schema.ts";

/** Given up when nothing moves for so long (contract 5). */
export const STALL_LIMIT_MS = 60_000;
/** Shorter values of a query are words such as a region or a date, which may stand in any log. */
const SHORTEST_SECRET = 16;

export interface StorageOptions {
  readonly upload: Upload;
  readonly clock: Clock;
  /** Where the API is: only a sandbox on this machine may hand out an address without encryption. */
  readonly apiUrl: string;
  readonly mask: (secret: string) => void;
  readonly debug: (line: string) => void;
}

/** The bytes of one file. */
export interface UploadFile {
  readonly contentType: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export class Storage {
  private readonly options: StorageOptions;

  constructor(options: StorageOptions) {
    this.options = options;
  }

  /**
   * Makes sure that an address is one that bytes may be sent to, and hides it from every log.
   * @throws ContractError for an address without encryption.
   */
  accept({ url }: UploadTarget, path: string): void {
    const { apiUrl, mask } = this.options;
    secretsOf(url).forEach(mask);
    const parsed = new URL(url);
    const sandbox = isLoopback(new URL(apiUrl));
    if (parsed.protocol === "https:" || (sandbox && isProtected(parsed)))
      return;
    throw new ContractError(
      { method: "GET", path },
      'the answer has an "upload_url" that is not https',
      { final: true },
    );
  }

  /**
   * Sends a file to an accepted address.
   * @throws ApiError, ConnectionError, the reason of the signal, or whatever reading the file throws.
   */
  async put(
    target: UploadTarget,
    file: UploadFile,
    { signal, attempt }: { signal: AbortSignal; attempt: number },
  ): Promise<void> {
    const { upload, clock, debug } = this.options;
    const { method, url } = target;
    const where = { method, path: `to ${new URL(url).host}` };
    signal.throwIfAborted();
    const startedAt = clock.now();
    const say = (what: string) => {
      const ms = String(Math.round(clock.now() - startedAt));
      debug(
        `${method} ${where.path} -> ${what} (${ms} ms, try ${String(attempt)})`,
      );
    };
    let reply: HttpReply;
    try {
      reply = await upload(
        { method, url, ...file },
        { signal, stallMs: STALL_LIMIT_MS },
      );
    } catch (error) {
      say(error instanceof ConnectionError ? error.reason : "given up");
      throw signal.aborted ? reasonOf(signal) : error;
    }
    say(`HTTP ${String(reply.status)}`);
    if (reply.status >= 200 && reply.status <= 299) return; // any 2xx (API 4.1)
    const { "retry-after": retryAfter, date } = reply.headers;
    throw new ApiError(
      where,
      reply.status,
      errorWords(reply.body),
      parseRetryAfter(retryAfter, date, clock.timeOfDay()),
    );
  }
}

/** A presigned address, whole and in every part that could be used or is a secret by itself. */
function secretsOf(url: string): string[] {
  const { href, pathname, search, searchParams } = new URL(url);
  const values = [...searchParams.values()].filter(
    (value) => value.length >= SHORTEST_SECRET,
  );
  return [
    url,
    href,
    ...(search === "" ? [] : [pathname + search, search.slice(1), ...values]),
  ];
}
