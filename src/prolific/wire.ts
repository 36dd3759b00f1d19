/** Reads a response so that the reading always settles, and describes network failures. */
import { reasonOf } from "../timing/clock.ts";

export interface BodyProblem {
  readonly reason: string;
  readonly final?: boolean;
}

/** Reads a body until it ends, reaches the size limit, or is cut off. */
export async function readBody(
  message: NodeJS.ReadableStream,
  maxBytes: number,
  aborted: Promise<never>,
): Promise<{ body: string; problem?: BodyProblem }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const reading = (async (): Promise<BodyProblem | undefined> => {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        return {
          reason: `the response is larger than ${maxBytes / 2 ** 20} MiB`,
          final: true,
        };
      }
      chunks.push(chunk);
    }
    return undefined;
  })();
  const problem = await Promise.race([reading, aborted]).catch(
    (error: unknown): BodyProblem => ({
      reason: `the response was cut off: ${describe(error)}`,
    }),
  );
  const body = Buffer.concat(chunks).toString("utf8");
  return problem === undefined ? { body } : { body, problem };
}

/** A promise that rejects when the signal aborts. `release` stops listening to the signal. */
export function rejectWhenAborted(signal: AbortSignal): {
  promise: Promise<never>;
  release: () => void;
} {
  let abort = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    abort = () => {
      reject(reasonOf(signal));
    };
  });
  promise.catch(() => undefined); // the race may be over by then
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    promise,
    release: () => {
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Describes a network failure: its message, or what is known if it has none (such as when two addresses refuse). */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === "") {
    return [...new Set(error.errors.map(describe))].join("; ");
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code)
    ? error.message
    : `${error.message} (${code})`;
}
