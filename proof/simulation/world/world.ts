/**
 * The whole program above `prolific/http.ts`, in process, against the sandbox's model and on a virtual clock: graces
 * of 20 s and storms of a minute pass in milliseconds, and the order of events is the same in every run.
 *
 *     const world = virtualWorld();
 *     const batchId = world.prolific.addBatch({ datasetId: world.prolific.addDataset() });
 *     world.fault({ match: "POST /setup", kind: "status", status: 503 });
 *     const step = await world.run({ batch_id: batchId });
 */
import { Faults, type Fault } from "../../../sandbox/faults/faults.ts";
import { Prolific, type ProlificOptions } from "../../../sandbox/model.ts";
import type { Reply } from "../../../sandbox/http/error-bodies.ts";
import {
  type Delivery,
  type Plan,
  planFor,
} from "../../../sandbox/faults/plan.ts";
import { reasonOf, timeLimit } from "../../../src/timing/clock.ts";
import { Cancelled, ConnectionError, type Where } from "../../../src/errors.ts";
import { main } from "../../../src/main.ts";
import type { Files } from "../../../src/file/disk.ts";
import type {
  HttpReply,
  Send,
  SendOptions,
  Upload,
} from "../../../src/prolific/http.ts";
import type { Runner } from "../../../src/github/runner.ts";
import { redactor } from "../../../src/github/foreign-text.ts";
import { FileHistory } from "./history.ts";
import { FakeClock } from "./fake-clock.ts";
import { holds } from "../promises/holds.ts";

/** More requests than any run should send. */
const MOST_REQUESTS = 5_000;

export interface VirtualRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Of an upload. */
  readonly contentType?: string;
  /** Milliseconds from the start of the step. */
  readonly atMs: number;
  /** The HTTP status, or the result without one: no response, or never sent. */
  answer?: number | "lost" | "unsent";
  /** The time of the response, in milliseconds after the start of the step. */
  answeredMs?: number;
  /** The body of the response. */
  reply?: string;
}

export interface VirtualStep {
  readonly green: boolean;
  /** How long the step took. */
  readonly tookMs: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The files for later steps, by name. */
  readonly kept: Readonly<Record<string, string>>;
  /** `info`, `debug` and annotations, as `level: text`. */
  readonly log: readonly string[];
  readonly requests: readonly VirtualRequest[];
}

export interface VirtualOptions extends Partial<ProlificOptions> {
  /** In [0, 1); default 0.5. */
  readonly random?: () => number;
  /** How long it takes to read a file. */
  readonly readMs?: number;
}

export type World = ReturnType<typeof virtualWorld>;

const WORKSPACE = "/workspace";

/** Files that are held in memory. */
function filesIn(
  held: ReadonlyMap<string, string>,
  history: FileHistory,
  takesTime: () => Promise<void>,
): Files {
  const bytesOf = (path: string): Buffer => {
    // Windows joins paths with backslashes.
    const place = path.replaceAll("\\", "/").replace(`${WORKSPACE}/`, "");
    const text = held.get(place);
    if (text === undefined) {
      throw Object.assign(new Error(`no such file: ${path}`), {
        code: "ENOENT",
      });
    }
    return Buffer.from(text);
  };
  const read = async function* (path: string): AsyncGenerator<Uint8Array> {
    await takesTime();
    yield bytesOf(path);
  };
  return {
    realPath: (path) => {
      if (path !== WORKSPACE) bytesOf(path);
      return Promise.resolve(path);
    },
    stat: async (path) => {
      await Promise.resolve();
      const place = path.replaceAll("\\", "/");
      return place === `${WORKSPACE}/.git` &&
        history.checkout !== "no repository"
        ? { kind: "directory", bytes: 0, modifiedMs: 0 }
        : { kind: "file", bytes: bytesOf(path).length, modifiedMs: 0 };
    },
    read,
    readInTurns: read,
  };
}

export function virtualWorld(options: VirtualOptions = {}) {
  const clock = new FakeClock();
  const epochMs = Date.UTC(2026, 7, 21, 8);
  const prolific = new Prolific({
    now: () => epochMs + clock.now(),
    timing: { setupMs: 10_000, syncQueuedMs: 1_000, syncMs: 2_000 },
    ...options,
  });
  const faults = new Faults();
  const requests: VirtualRequest[] = [];
  let cancel = new AbortController();
  const history = new FileHistory();
  const world = {
    prolific,
    clock,
    requests,
    /** Called before a request reaches the server. */
    onRequest: undefined as ((request: VirtualRequest) => void) | undefined,
    /** Decides for which requests there is no server. */
    unreachable: undefined as
      ((request: VirtualRequest) => boolean) | undefined,
    /** The files of the workspace, by their path in it. */
    files: new Map<string, string>(),
    /** Their history in git. */
    history,
    /** A commit of a file: it is in the workspace, and in the history. */
    commit(path: string, text: string) {
      world.files.set(path, text);
      history.commit(path, text);
    },
    /** A commit that gives a file another name. */
    rename(from: string, to: string) {
      world.files.set(to, world.files.get(from) ?? "");
      world.files.delete(from);
      history.rename(from, to);
    },
    fault(...more: Fault[]) {
      for (const fault of more) faults.add(fault);
    },
    cancel(signalName = "SIGTERM") {
      cancel.abort(new Cancelled(signalName));
    },
    /** There is no server for a while: `[from, for]` in milliseconds. */
    silentFor(span: readonly [number, number] | null) {
      world.unreachable = ({ atMs }) =>
        span !== null && atMs >= span[0] && atMs < span[0] + span[1];
    },
    /** Does something at a moment of the run. */
    at(ms: number, act: () => void) {
      void clock.sleep(ms).then(act);
    },
    faults,
    posts: (ending = "/setup") =>
      requests.filter(
        ({ method, path }) => method === "POST" && path.endsWith(ending),
      ),
    run,
  };

  /** Records the result of a request. Throws if there is no server. */
  async function record(
    recorded: VirtualRequest,
    where: Where,
    carryOut: () => Promise<HttpReply>,
  ): Promise<HttpReply> {
    requests.push(recorded);
    if (requests.length > MOST_REQUESTS) throw new Error("a hot loop");
    world.onRequest?.(recorded);
    if (world.unreachable?.(recorded)) {
      recorded.answer = "unsent";
      const reason = "connect ECONNREFUSED";
      throw new ConnectionError(where, reason, { sent: false });
    }
    recorded.answer = "lost"; // until there is one, even if the step ends before
    try {
      const reply = await carryOut();
      recorded.answer = reply.status;
      recorded.reply = reply.body;
      return reply;
    } finally {
      recorded.answeredMs = clock.now();
    }
  }

  const send: Send = (request, options) => {
    const { signal } = options;
    const { method } = request;
    const { pathname: path, search } = new URL(request.url);
    const body = request.body ?? "";
    const where = { method, path };
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    );
    const apiRequest = { method, path: path + search, headers, body };
    return record({ ...where, body, atMs: clock.now() }, where, () => {
      const fault = faults.take(apiRequest, prolific.now());
      const plan = planFor(fault, apiRequest);
      return exchange(where, signal, plan, options, () =>
        prolific.handle(apiRequest, plan.past ?? undefined),
      );
    });
  };

  const upload: Upload = (
    { method, url, contentType, bytes, body },
    { signal, stallMs },
  ) => {
    const { host, pathname, search } = new URL(url);
    const where = { method, path: `to ${host}` };
    const headers = {
      "content-type": contentType,
      "content-length": String(bytes),
    };
    const request = { method, path: pathname, headers, body: "" };
    const recorded = {
      method,
      path: pathname,
      body: "",
      contentType,
      atMs: clock.now(),
    };
    return record(recorded, where, async () => {
      const fault = faults.take(request, prolific.now());
      const plan = planFor(fault, { ...request, path: pathname + search });
      const pieces: Uint8Array[] = [];
      let received = 0;
      for await (const piece of body) {
        pieces.push(piece);
        received += piece.length;
        if (plan.upload && received >= plan.upload.bytes) break;
        if (signal.aborted) throw new ConnectionError(where, "given up");
      }
      if (plan.upload?.then === "reset") {
        throw new ConnectionError(where, "read ECONNRESET");
      }
      const file = {
        method,
        path: pathname + search,
        headers,
        body: Buffer.concat(pieces),
      };
      if (plan.lateMs !== null) prolific.storeLater(file, plan.lateMs);
      // A request that hangs is given up after the time without progress.
      const stall = timeLimit(clock, stallMs, new Error("no progress"), signal);
      const options = { signal: stall.signal, maxBodyBytes: 65_536 };
      try {
        return await exchange(where, stall.signal, plan, options, () =>
          prolific.store(file),
        );
      } finally {
        stall.release();
      }
    });
  };

  /** What happens to a request on the way to the server and back. */
  async function exchange(
    where: { method: string; path: string },
    signal: AbortSignal,
    plan: Plan,
    { maxBodyBytes, statusOnly = false }: SendOptions,
    work: () => Reply,
  ): Promise<HttpReply> {
    // The server works without the client: a delayed request is carried out all the same.
    const server = (async (): Promise<Delivery> => {
      if (plan.waitBeforeMs > 0) await clock.sleep(plan.waitBeforeMs);
      const real = plan.work ? work() : null;
      if (plan.waitAfterMs > 0) await clock.sleep(plan.waitAfterMs);
      return plan.deliver(real);
    })();
    const given = new Promise<never>((_, reject) => {
      const abort = () => {
        reject(new ConnectionError(where, reasonOf(signal).message));
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
    given.catch(() => undefined);
    const delivery = await Promise.race([server, given]);
    const lost = (reason: string) => new ConnectionError(where, reason);
    switch (delivery.how) {
      case "reset":
        throw lost("read ECONNRESET");
      case "raw":
        throw lost("Parse Error");
      case "hang":
        return given;
      case "drip":
      case "reply":
      case "part": {
        const { status } = delivery.reply;
        const reply: HttpReply = {
          status,
          headers: delivery.reply.headers,
          body: delivery.reply.body,
        };
        if (statusOnly && status >= 200 && status <= 299) {
          return { ...reply, body: "" };
        }
        if (delivery.how === "reply") {
          if (Buffer.byteLength(reply.body) <= maxBodyBytes) return reply;
          const cut = new ConnectionError(where, "too large", { final: true });
          return { ...reply, body: reply.body.slice(0, maxBodyBytes), cut };
        }
        if (delivery.how === "drip") {
          const pieces = Math.ceil(reply.body.length / delivery.chunkBytes);
          const dripped = clock.sleep(pieces * delivery.ms, signal).then(
            () => reply,
            () => ({
              ...reply,
              body: "",
              cut: lost("the response was cut off"),
            }),
          );
          return dripped;
        }
        const part = {
          ...reply,
          body: reply.body.slice(0, delivery.bytes),
          cut: lost("the response was cut off"),
        };
        return delivery.then === "destroy" ? part : given.catch(() => part);
      }
    }
  }

  /** Runs the step once. A world can run again, like a job. */
  async function run(
    inputs: Readonly<Record<string, string>>,
  ): Promise<VirtualStep> {
    const log: string[] = [];
    const outputs: Record<string, string> = {};
    let summary = "";
    const kept: Record<string, string> = {};
    const secrets = new Set<string>();
    const say = (level: string) => (text: string) => {
      log.push(`${level}: ${text}`);
    };
    const annotate = (level: string) => (title: string, message: string) => {
      log.push(`${level}: ${title}: ${message}`);
    };
    const runner: Runner = {
      mask: (secret) => secrets.add(secret),
      info: say("info"),
      debug: say("debug"),
      notice: annotate("notice"),
      warning: annotate("warning"),
      error: annotate("error"),
      annotate: (level, { file, line }, title, message) => {
        log.push(`${level} ${file}:${String(line)}: ${title}: ${message}`);
      },
      output: (name, value) => {
        outputs[name] = value;
      },
      summary: (markdown) => {
        summary = markdown;
        return Promise.resolve();
      },
      keep: (name, text) => {
        kept[name] = (kept[name] ?? "") + redactor(secrets)(text);
        return `/temporary/${name}`;
      },
      redact: (text) => redactor(secrets)(text),
    };
    const startedAt = clock.now();
    const before = requests.length;
    if (cancel.signal.aborted) cancel = new AbortController();
    const env = {
      INPUT_API_TOKEN: prolific.token,
      INPUT_API_URL: "http://127.0.0.1:1",
      GITHUB_WORKSPACE: WORKSPACE,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          `INPUT_${name.toUpperCase()}`,
          value,
        ]),
      ),
    };
    const green = await clock.run(
      main({
        env,
        runner,
        clock,
        random: options.random ?? (() => 0.5),
        files: filesIn(world.files, history, () =>
          clock.sleep(options.readMs ?? 0),
        ),
        git: history.git,
        send,
        upload,
        cancelled: cancel.signal,
      }),
    );
    const tookMs = clock.now() - startedAt;
    // What every run must show its reader (contract 8).
    holds(summary !== "", "the job summary is empty");
    holds(kept["summary.md"] === summary, "summary_file is not the summary");
    holds(outputs.outcome !== undefined, "the output `outcome` is missing");
    const errors = log.filter((line) => line.startsWith("error:")).length;
    const wanted = green || outputs.outcome === "cancelled" ? 0 : 1;
    holds(errors === wanted, `${String(errors)} errors, not ${String(wanted)}`);
    return {
      green,
      tookMs,
      outputs,
      summary,
      kept,
      log,
      requests: requests.slice(before).map(({ answeredMs, ...request }) => ({
        ...request,
        atMs: request.atMs - startedAt,
        ...(answeredMs !== undefined && {
          answeredMs: answeredMs - startedAt,
        }),
      })),
    };
  }

  return world;
}
