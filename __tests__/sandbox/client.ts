import { Agent, request } from "node:http";

/** What a bare client saw of an exchange. */
export interface Seen {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The whole body arrived. */
  readonly whole: boolean;
  /** Code of the error that ended it, `silence` when it was given up after `patienceMs`. */
  readonly error: string | null;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Give up after so long without anything new. Default 5 s. */
  readonly patienceMs?: number;
}

/** One request over a connection of its own, without any cleverness. Never rejects. */
export function ask(url: string, asked: Asked = {}): Promise<Seen> {
  const { method = "GET", headers = {}, body, patienceMs = 5000 } = asked;
  const agent = new Agent({ keepAlive: false });
  return new Promise((resolve) => {
    let seen: Seen = {
      status: null,
      headers: {},
      body: "",
      whole: false,
      error: null,
    };
    // Counted in turns of the event loop, so that a busy machine does not look like silence.
    let quietMs = 0;
    const watch = setInterval(() => {
      quietMs += 5;
      if (quietMs >= patienceMs) finish("silence");
    }, 5);
    const finish = (error: string | null) => {
      clearInterval(watch);
      resolve({ ...seen, error });
      sent.destroy();
    };
    // Said outright, because node:http frames a body of its own accord only for some methods.
    const length = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const all = body === undefined ? headers : { ...length, ...headers };
    const sent = request(url, { method, headers: all, agent }, (message) => {
      quietMs = 0;
      seen = {
        ...seen,
        status: message.statusCode ?? null,
        headers: message.headers,
      };
      message.on("data", (chunk: Buffer) => {
        quietMs = 0;
        seen = { ...seen, body: seen.body + chunk.toString("utf8") };
      });
      message.on("error", (error: NodeJS.ErrnoException) => {
        finish(error.code ?? error.message);
      });
      message.on("end", () => {
        seen = { ...seen, whole: message.complete };
        finish(null);
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      finish(error.code ?? error.message);
    });
    sent.end(body);
  });
}

/** A client of one sandbox, with its token; paths are relative to `/api/v1/data-collection`. */
export function clientOf(sandbox: { url: string; token: string }) {
  return (
    method: string,
    path: string,
    body?: unknown,
    more: Asked = {},
  ): Promise<Seen> =>
    ask(`${sandbox.url}/api/v1/data-collection${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...more,
      headers: {
        authorization: `Token ${sandbox.token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...more.headers,
      },
    });
}
