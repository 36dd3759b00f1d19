import type { ClientRequest } from "node:http";

/** Over TLS, Node's socket time-out only notices complete writes: a large one on a slow line looks like a stall. */
const WRITE_BYTES = 2 ** 16;

/**
 * A file as the body of a request. `@actions/http-client` pipes a stream, and an error of the file would then crash the
 * process. This class writes into the request itself.
 */
export class FileBody {
  /** Why the file could not be read completely. */
  failure: Error | undefined;
  private readonly pieces: AsyncIterable<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces;
  }

  /** The methods of a stream that the client uses. */
  asStream(): NodeJS.ReadableStream {
    return {
      on: () => undefined,
      pipe: (request: ClientRequest) => {
        this.writeTo(request).catch((error: unknown) => {
          this.failure =
            error instanceof Error ? error : new Error(String(error));
          request.destroy(this.failure);
        });
      },
    } as unknown as NodeJS.ReadableStream;
  }

  private async writeTo(request: ClientRequest): Promise<void> {
    let before: Promise<void> | undefined;
    for await (const piece of this.pieces) {
      for (let at = 0; at < piece.length; at += WRITE_BYTES) {
        const written = write(request, piece.subarray(at, at + WRITE_BYTES));
        await before; // only then its buffer may be reused for the next piece
        before = written;
        if (request.destroyed) return; // lost or given up: the request itself reports it
      }
    }
    await before;
    request.end();
  }
}

/** Resolves when the bytes have left, or never will. */
function write(request: ClientRequest, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off("close", done);
      resolve();
    };
    request.on("close", done);
    if (request.destroyed) done();
    else request.write(bytes, done);
  });
}
