/** Reads the environment once: returns frozen `Inputs`, or throws one error that names every bad input (contract 2). */
import { isProtected } from "../prolific/address.ts";
import { formatDuration, parseDuration } from "../timing/duration.ts";
import { InputError } from "../errors.ts";
import type { RunnerFiles } from "./runner.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const IF_READY = ["auto", "sync", "skip", "fail"] as const;
export type IfReady = (typeof IF_READY)[number];

export const EXTRA_DATAPOINTS = ["stop", "allow"] as const;
export type ExtraDatapoints = (typeof EXTRA_DATAPOINTS)[number];

export const NEW_BATCH = ["never", "new_rows", "all_rows"] as const;
export type NewBatch = (typeof NEW_BATCH)[number];

export interface Inputs {
  /** In lower case, like all ids. */
  readonly batchId: string;
  readonly datasetId: string | undefined;
  readonly tasksPerGroup: number | undefined;
  readonly wait: boolean;
  /** Only undefined for a dry run, which then sends no request (contract 6). */
  readonly apiToken: string | undefined;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly pollIntervalMs: number;
  /** As it was entered: relative to the workspace, or absolute. */
  readonly datasetFile: string | undefined;
  readonly ifReady: IfReady;
  readonly extraDatapoints: ExtraDatapoints;
  readonly newBatch: NewBatch;
  readonly allowPartial: boolean;
  readonly dryRun: boolean;
  /** The checkout of the repository. */
  readonly workspace: string;
}

/** Every input with its default. A test compares them with action.yml. */
export const INPUT_DEFAULTS = {
  batch_id: "",
  dataset_id: "",
  tasks_per_group: "",
  wait: "true",
  api_token: "",
  api_url: "",
  timeout: "30m",
  poll_interval: "15s",
  dataset_file: "",
  if_ready: "auto",
  extra_datapoints: "stop",
  new_batch: "never",
  allow_partial: "false",
  dry_run: "false",
} as const;
export type InputName = keyof typeof INPUT_DEFAULTS;

const DEFAULT_API_URL = "https://api.prolific.com";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TOKEN_PREFIX = /^(authorization:\s*)?(token|bearer)\s+/i;
/** A shorter line is an ordinary word, or too short a part to be useful. */
const SHORTEST_TOKEN = 8;
const DATASET_FILE = /\.(csv|jsonl|zip)$/i;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Reads the environment of this process. */
export function environment(): Environment {
  return process.env;
}

/** Whether the runner provides files for outputs and summary, and the folder for other files. */
export function runnerFiles(env: Environment): RunnerFiles {
  return {
    output: (env.GITHUB_OUTPUT ?? "") !== "",
    summary: (env.GITHUB_STEP_SUMMARY ?? "") !== "",
    temporary: env.RUNNER_TEMP ?? "",
  };
}

/**
 * Everything in the environment that must never be shown, even if it is refused later: the token as a whole, by line and
 * without a pasted prefix; the credentials of proxies; and credentials in `api_url`, where none are allowed.
 */
export function secretsIn(env: Environment): string[] {
  const tokens = [given(env, "api_token"), env.PROLIFIC_TOKEN ?? ""]
    .map((text) => text.trim())
    .flatMap((text) => [text, withoutPrefix(text), ...linesOf(text)]);
  const credentials = [
    given(env, "api_url"),
    env.PROLIFIC_URL,
    env.https_proxy,
    env.HTTPS_PROXY,
    env.http_proxy,
    env.HTTP_PROXY,
  ].flatMap((text) => credentialsIn((text ?? "").trim()));
  return [...new Set([...tokens, ...credentials])].filter(
    (secret) => secret !== "",
  );
}

/** The lines of a multi-line token that may be the real token. Masks of short words would garble the log. */
function linesOf(token: string): string[] {
  if (!/[\r\n]/.test(token)) return [];
  return token
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .flatMap((line) => [line, withoutPrefix(line)])
    .filter((line) => line.length >= SHORTEST_TOKEN && !isName(line));
}

function withoutPrefix(token: string): string {
  return token.replace(TOKEN_PREFIX, "");
}

/** The name of an input or a variable: often pasted together with the token, and a word of many messages. */
function isName(line: string): boolean {
  const name = line.replace(/\s*[:=]$/, "").toLowerCase();
  return Object.hasOwn(INPUT_DEFAULTS, name) || name === "prolific_token";
}

/** The password of a URL, and user and password as they are sent: each as written, as parsed, and decoded. */
function credentialsIn(text: string): string[] {
  const asUrl = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const { username, password } = URL.canParse(asUrl)
    ? new URL(asUrl)
    : { username: "", password: "" };
  // Up to the last "@" before the path, as URL parsers do.
  const [, user = "", word = ""] =
    /^[^/]*\/\/([^/:]*):([^/]*)@/.exec(asUrl) ?? [];
  return [
    [user, word] as const,
    [username, password] as const,
    [decode(username) ?? username, decode(password) ?? password] as const,
  ].flatMap(([name, secret]) =>
    secret === "" ? [] : [secret, `${name}:${secret}`],
  );
}

/**
 * Which variable has an invalid proxy address: `@actions/http-client` would silently ignore it and send the request
 * directly. (`http_proxy` is never used, because `http:` only reaches this machine.)
 */
export function unusableProxy(env: Environment): string | undefined {
  for (const name of ["https_proxy", "HTTPS_PROXY"] as const) {
    const text = env[name];
    if (text) return isProxy(text) ? undefined : name;
  }
  return undefined;
}

/** Also accepts `host:port`, unless that is a URL itself. */
function isProxy(text: string): boolean {
  const whole = /^https?:\/\//.test(text) || URL.canParse(text);
  const asUrl = whole ? text : `http://${text}`;
  if (!URL.canParse(asUrl)) return false;
  const { hostname, username, password } = new URL(asUrl);
  return hostname !== "" && decode(username + password) !== undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function given(env: Environment, name: InputName): string {
  return (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

/**
 * Reads the inputs of the step (contract 2). Values are trimmed, and an empty string counts as absent.
 * @throws InputError that names every bad input.
 */
export function parseInputs(env: Environment): Inputs {
  const problems: string[] = [];
  const read = <T>(
    name: InputName,
    parse: (text: string) => T | Problem,
  ): T | undefined => {
    const text = given(env, name) || INPUT_DEFAULTS[name];
    const value = parse(text);
    if (!(value instanceof Problem)) return value;
    problems.push(`${name}: ${value.text}`);
    return undefined;
  };
  const withoutToken = boolean(given(env, "dry_run")) === true;
  const inputs = {
    batchId: read("batch_id", (text) =>
      text === ""
        ? new Problem("is required: the id of the batch to set up")
        : uuid(text),
    ),
    datasetId: read("dataset_id", (text) =>
      text === "" ? undefined : uuid(text),
    ),
    tasksPerGroup: read("tasks_per_group", (text) =>
      text === "" ? undefined : count(text),
    ),
    wait: read("wait", boolean),
    apiToken: read("api_token", (text) =>
      token(text || (env.PROLIFIC_TOKEN ?? "").trim(), withoutToken),
    ),
    apiUrl: read("api_url", (text) =>
      url(text || (env.PROLIFIC_URL ?? "").trim() || DEFAULT_API_URL),
    ),
    timeoutMs: read("timeout", (text) => duration(text, SECOND_MS, 5 * DAY_MS)),
    pollIntervalMs: read("poll_interval", (text) =>
      duration(text, SECOND_MS, 10 * MINUTE_MS),
    ),
    datasetFile: read("dataset_file", (text) =>
      text === "" ? undefined : datasetFile(text),
    ),
    ifReady: read("if_ready", (text) => oneOf(text, IF_READY)),
    extraDatapoints: read("extra_datapoints", (text) =>
      oneOf(text, EXTRA_DATAPOINTS),
    ),
    newBatch: read("new_batch", (text) =>
      newBatch(text, given(env, "dataset_file") !== ""),
    ),
    allowPartial: read("allow_partial", boolean),
    dryRun: read("dry_run", boolean),
    workspace: workspaceOf(env),
  };
  if (problems.length > 0) throw new InputError(problems);
  return Object.freeze(inputs as Inputs);
}

/** If a step that is run by hand has no workspace, paths start in the current folder. */
function workspaceOf({ GITHUB_WORKSPACE: path = "" }: Environment): string {
  return path === "" ? "." : path;
}

/** An error of one input. */
class Problem {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function shown(text: string): string {
  return `"${text}"`; // redacted and shortened where it is shown
}

function uuid(text: string): string | Problem {
  if (UUID.test(text)) return text.toLowerCase();
  return new Problem(
    `${shown(text)} is not a UUID (such as 6f0d3c2a-9c1e-4d55-8f0b-2b7a4f6e1d90)`,
  );
}

function count(text: string): number | Problem {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  return new Problem(
    `${shown(text)} is not a whole number of 1 or more, in plain digits`,
  );
}

function boolean(text: string): boolean | Problem {
  if (["true", "True", "TRUE"].includes(text)) return true;
  if (["false", "False", "FALSE"].includes(text)) return false;
  return new Problem(`${shown(text)} is not true or false`);
}

function oneOf<T extends string>(
  text: string,
  words: readonly T[],
): T | Problem {
  const word = words.find((known) => known === text);
  return (
    word ?? new Problem(`${shown(text)} is not one of ${words.join(", ")}`)
  );
}

function newBatch(text: string, hasFile: boolean): NewBatch | Problem {
  const word = oneOf(text, NEW_BATCH);
  return word instanceof Problem || word === "never" || hasFile
    ? word
    : new Problem(
        `${shown(text)} needs dataset_file: a new batch is made for each content of that file`,
      );
}

function datasetFile(text: string): string | Problem {
  if (DATASET_FILE.test(text) && !text.includes("\0")) return text;
  return new Problem(
    `${shown(text)} must be the path of a .csv, .jsonl or .zip file`,
  );
}

/** The value is never shown, even if it is refused. Only a dry run works without a token. */
function token(text: string, optional: boolean): string | undefined | Problem {
  if (text === "") {
    if (optional) return undefined;
    return new Problem(
      "is required: pass ${{ secrets.PROLIFIC_TOKEN }}, or set the environment variable PROLIFIC_TOKEN " +
        "(workflows from forks and Dependabot get no secrets)",
    );
  }
  if (TOKEN_PREFIX.test(text)) {
    return new Problem(
      'enter only the token, without "Token" or "Bearer" in front of it',
    );
  }
  if (/[\r\n]/.test(text))
    return new Problem("has more than one line; enter only the token");
  if (!/^[\x21-\x7e]+$/.test(text)) {
    return new Problem(
      "has spaces or characters that no token has; copy it again",
    );
  }
  return text;
}

/** The value is not shown if it contains credentials. */
function url(text: string): string | Problem {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed)
    return new Problem(
      `${shown(text)} is not a URL (such as ${DEFAULT_API_URL})`,
    );
  if (parsed.username !== "" || parsed.password !== "") {
    return new Problem("must not contain a user name or a password");
  }
  if (!isProtected(parsed)) {
    return new Problem(
      `${shown(text)} must start with https:// (http:// only for a loopback host, such as a sandbox)`,
    );
  }
  if (/[?#]/.test(text)) {
    return new Problem(`${shown(text)} must end before any "?" or "#"`);
  }
  return parsed.href.replace(/\/+$/, "");
}

function duration(
  text: string,
  leastMs: number,
  mostMs: number,
): number | Problem {
  const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  if (/^\d+$/.test(text)) {
    return new Problem(
      `${shown(text)} has no unit: write ${text}s, ${text}m or ${text}h (${range})`,
    );
  }
  const ms = parseDuration(text);
  if (ms === undefined) {
    return new Problem(
      `${shown(text)} is not a duration such as 90s, 30m or 1h30m (${range})`,
    );
  }
  if (ms < leastMs || ms > mostMs)
    return new Problem(`${shown(text)} is not within ${range}`);
  return ms;
}
