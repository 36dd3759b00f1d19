/** The storage at a presigned address: one upload, which never gets the token (API 4.1, contract 5). */
import { isLoopback, isProtected } from "./address.ts";
import { type Clock, reasonOf } from "../timing/clock.ts";
import { ApiError, ConnectionError, ContractError } from "../errors.ts";
import { errorWords } from "./error-body.ts";
import type { HttpReply, Upload } from "./http.ts";
import { parseRetryAfter } from "./retry.ts";
import type { UploadTarget } from "./schema.ts";

/** An upload is given up if no byte moves for this long (contract 5). */
export const STALL_LIMIT_MS = 60_000;
/** Shorter values of a query are words such as a region or a date, which may appear in any log. */
const SHORTEST_SECRET = 16;

export interface StorageOptions {
  readonly upload: Upload;
  readonly clock: Clock;
  /** The address of the API: only a sandbox on this machine may issue an upload address without encryption. */
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
   * Checks that bytes may be sent to an address, and hides the address from every log.
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
      'the response has an "upload_url" that is not https',
      { final: true },
    );
  }

  /**
   * Sends a file to an accepted address.
   * @throws ApiError, ConnectionError, the reason of the signal, or any error of reading the file.
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
      withoutAddress(errorWords(reply.body), url),
      parseRetryAfter(retryAfter, date, clock.timeOfDay()),
    );
  }
}

/** A presigned address, and each of its parts that could be used or is a secret. */
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

/** Parameters that say how an address was signed. Their values may appear in any error message. */
const PUBLIC_PARAMETER =
  /(algorithm|content-sha256|date|expires|region|signedheaders|version)$/i;
/** A shorter value of a query is not worth hiding, and hiding it would cut words. */
const SHORTEST_ECHO = 4;

/**
 * The words of a storage without the parts of the address that they repeat: its path, its parameters and signed values.
 * These parts are not masked as the whole address is, because a mask would hide short ones in all logs of the job.
 */
function withoutAddress(words: string, url: string): string {
  const parts = echoesOf(url)
    .filter((part) => part.length >= SHORTEST_ECHO && words.includes(part))
    .sort((one, other) => other.length - one.length)
    .map(asWholeWord);
  return parts.length === 0
    ? words
    : words.replace(new RegExp(parts.join("|"), "gu"), "***");
}

/** A short value may occur within other words, which stay as they are. */
function asWholeWord(part: string): string {
  const literal = part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const begins = /^[\p{L}\p{N}]/u.test(part) ? "(?<![\\p{L}\\p{N}])" : "";
  const ends = /[\p{L}\p{N}]$/u.test(part) ? "(?![\\p{L}\\p{N}])" : "";
  return begins + literal + ends;
}

/** The parts of an address that a storage may repeat, each as it is written, decoded and encoded. */
function echoesOf(url: string): string[] {
  const { pathname, search, searchParams } = new URL(url);
  const segments = pathname.split("/").slice(1);
  // The first segment may be the bucket. The last segment is the name of the file, which is not secret.
  const paths = segments
    .slice(0, -1)
    .map((_, from) => segments.slice(from).join("/"));
  const pairs = search.slice(1).split("&");
  const values = [...searchParams]
    .filter(([name]) => !PUBLIC_PARAMETER.test(name))
    .flatMap(([, value]) => [value, ...value.split("/").filter(isSigned)]);
  return [pathname, ...paths, ...pairs, ...values].flatMap((part) => [
    part,
    decoded(part),
    encodeURIComponent(part),
  ]);
}

/** True for the key of a credential with slashes, but not for its date, region and service. */
function isSigned(part: string): boolean {
  return part.length >= SHORTEST_SECRET;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
