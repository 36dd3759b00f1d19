/** A file as the body of a request that the test controls. */
import { EventEmitter } from "node:events";
import type { ClientRequest } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { FileBody } from "../../src/prolific/file-body.ts";

/** The part of a request that a body needs. Written bytes leave when the test says so. */
class HeldRequest extends EventEmitter {
  readonly written: number[] = [];
  ended = false;
  destroyed = false;
  private leaves: (() => void)[] = [];

  write(bytes: Uint8Array, leaves: () => void): void {
    this.written.push(bytes.length);
    this.leaves.push(leaves);
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }

  /** Everything written leaves. */
  async leave(): Promise<void> {
    for (const each of this.leaves.splice(0)) each();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Pieces of these sizes, and how many of them were requested. */
function sending(...sizes: number[]) {
  const asked = { pieces: 0, closed: false };
  async function* pieces() {
    try {
      for (const size of sizes) {
        asked.pieces++;
        await Promise.resolve();
        yield new Uint8Array(size);
      }
    } finally {
      asked.closed = true;
    }
  }
  const request = new HeldRequest();
  new FileBody(pieces())
    .asStream()
    .pipe(request as unknown as NodeJS.WritableStream & ClientRequest);
  return { request, asked };
}

describe("a body", () => {
  test("is sent in writes of 64 KiB, none of them empty, two at a time", async () => {
    const { request, asked } = sending(2 ** 17, 10, 2 ** 16);
    await settled();
    expect(request.written).toEqual([2 ** 16, 2 ** 16]);
    await request.leave();
    await request.leave();
    expect(asked.pieces).toBe(3);
    await request.leave();
    expect(request.written).toEqual([2 ** 16, 2 ** 16, 10, 2 ** 16]);
    await request.leave();
    expect(request.ended).toBe(true);
    expect(asked.closed).toBe(true);
  });

  test("leaves no listener behind after any number of writes", async () => {
    const { request } = sending(...Array<number>(50).fill(1));
    for (let n = 0; n < 60 && !request.ended; n++) await request.leave();
    expect(request.ended).toBe(true);
    expect(request.listenerCount("close")).toBe(0);
  });

  test("closes the file if the request is lost while bytes are sent", async () => {
    const { request, asked } = sending(1, 1, 1, 1);
    await settled();
    request.destroy();
    await settled();
    expect(asked.closed).toBe(true);
    expect(request.ended).toBe(false);
  });

  test("writes nothing if the request is lost before", async () => {
    const { request, asked } = sending(1, 1, 1);
    request.destroy();
    await settled();
    expect(request.written).toEqual([]);
    expect(asked.closed).toBe(true);
  });
});
