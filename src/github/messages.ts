/** Turns every error into one message: what happened, where, the server's own words, what to do next (contract 8). */
import { formatDuration } from "../timing/duration.ts";
import {
  ApiError,
  Cancelled,
  ConnectionError,
  ContractError,
  DeadlineReached,
  InputError,
  type RequestError,
  Stop,
  isRequestError,
} from "../errors.ts";
import { type Redact, quote } from "./foreign-text.ts";
import { type Failure, NEXT, type Progress, SAYS } from "./report.ts";

/** What was known when the error occurred. */
export interface Circumstances {
  readonly progress: Progress;
  /** The last status of the batch, if any was read. */
  readonly status: string | undefined;
  /** A failed attempt that the run was about to retry. */
  readonly lastError: Error | undefined;
  readonly redact: Redact;
}

/** The longest line: GitHub cuts an annotation at 4096 characters. */
const LONGEST_LINE = 1_500;
const STATUS_PAGE = "https://status.prolific.com";
const NETWORK = "api_url, the network and the proxy of the runner";

/** Turns the reason why a run ended into the message and the outcome of the step. */
export function explain(error: unknown, circumstances: Circumstances): Failure {
  const { redact } = circumstances;
  const { lines, ...rest } = explained(error, circumstances);
  return {
    ...rest,
    lines: lines.map((line) => quote(line, redact, LONGEST_LINE)),
  };
}

function explained(error: unknown, circumstances: Circumstances): Failure {
  const { redact } = circumstances;
  if (error instanceof InputError) {
    return failed("Check the inputs of this step", [
      // Redacted as a whole, and shortened only then.
      ...error.problems.map((problem) => quote(problem, redact, 400)),
      "Nothing was sent to Prolific.",
    ]);
  }
  if (error instanceof Stop) {
    const { title, what, words, next, answer, commands = [] } = error.parts;
    return failed(title, [
      answer === undefined ? what : `${what} ${answered(answer)}`,
      ...saying(
        words ?? (answer instanceof ApiError ? answer.words : ""),
        redact,
      ),
      ...(next === undefined ? [] : serverTrouble(answer)),
      `${NEXT}${next ?? (answer === undefined ? "" : hint(answer))}`,
      ...commands,
    ]);
  }
  if (isRequestError(error)) {
    return failed(titleOf(error), [
      answered(error),
      ...saying(error instanceof ApiError ? error.words : "", redact),
      ...standing(circumstances),
      `${NEXT}${hint(error)}`,
    ]);
  }
  if (error instanceof DeadlineReached) {
    const after = formatDuration(error.timeoutMs);
    return {
      outcome: "timed_out",
      title: `Timed out after ${after}`,
      lines: [
        `The timeout of ${after} was reached; the batch ${circumstances.status === undefined ? `was not read (check ${NETWORK})` : `was ${circumstances.status} at the last check`}.`,
        ...standing(circumstances),
        ...(circumstances.lastError
          ? [`Last error: ${circumstances.lastError.message}.`]
          : []),
        ...serverTrouble(circumstances.lastError),
        `${NEXT}Run this job again${circumstances.progress === "nothing_sent" ? ". It safely starts over" : ""}. ` +
          "If this much time is normal for your data, raise the input timeout.",
      ],
    };
  }
  if (error instanceof Cancelled) {
    return {
      outcome: "cancelled",
      title: "Cancelled",
      lines: [`Cancelled by ${error.signalName}.`, ...standing(circumstances)],
    };
  }
  const words =
    error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failed("This action has a defect", [
    `Unexpected: ${words}`,
    ...standing(circumstances),
    NEXT +
      "Please report this message to the authors of the action. Running the job again is safe.",
  ]);
}

function failed(title: string, lines: readonly string[]): Failure {
  return { outcome: "failed", title, lines };
}

/** The request and its response. */
function answered(error: RequestError): string {
  const place = `${error.where.method} ${error.where.path}`;
  if (error instanceof ApiError)
    return `${place} answered HTTP ${String(error.status)}.`;
  const why = error instanceof ConnectionError ? error.reason : error.problem;
  return isUnusable(error)
    ? `${place} got a response that cannot be used: ${why}.`
    : `${place} got no response: ${why}.`;
}

/** There was a response, but it does not match the API or is too large. */
function isUnusable(error: RequestError): boolean {
  return (
    error instanceof ContractError ||
    (error instanceof ConnectionError && error.final)
  );
}

function saying(words: string | undefined, redact: Redact): string[] {
  const quoted = quote(words ?? "", redact);
  return quoted === "" ? [] : [`${SAYS}"${quoted}"`];
}

/** For a server error, points to Prolific's status page. */
function serverTrouble(error: Error | undefined): string[] {
  return error instanceof ApiError && error.status >= 500
    ? [`Prolific may have a problem: see its status page, ${STATUS_PAGE}`]
    : [];
}

/** What Prolific may be doing now, and what that means for a re-run. */
function standing({ progress }: Circumstances): string[] {
  switch (progress) {
    case "nothing_sent":
      return ["Prolific accepted nothing in this run."];
    case "copy_unknown":
      return [
        "A POST or PATCH for the new batch or its dataset was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run looks for the new batch first. One without data costs nothing.",
      ];
    case "copy_made":
      return [
        "The new batch is there, and no data and no setup of this run followed. A re-run finds it and goes on from there.",
      ];
    case "setup_unknown":
      return [
        "A POST of the setup was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run looks at the batch first and sends a setup only while it is UNINITIALISED.",
      ];
    case "setup_running":
      return [
        "The setup goes on at Prolific without this step. A re-run resumes waiting and sends nothing.",
      ];
    case "upload_unknown":
      return [
        "An upload or an append was in flight, or had no clear response: whether it arrived is unknown. " +
          "A re-run looks for it first, and brings in only what is not there.",
      ];
    case "data_arrived":
      return [
        "The data has arrived at Prolific, and no setup or sync of this run followed. " +
          "A re-run goes on from there; it uploads nothing twice.",
      ];
    case "ready":
      return ["The batch is READY; nothing is left to do."];
    case "sync_unknown":
      return [
        "A POST of the sync was in flight, or had no clear response: whether Prolific accepted it is unknown. " +
          "A re-run is safe: a sync only makes tasks for datapoints that have none.",
      ];
    case "sync_running":
      return [
        "The sync goes on at Prolific without this step. " +
          "A re-run is safe: a sync only makes tasks for datapoints that have none.",
      ];
  }
}

function titleOf(error: RequestError): string {
  if (!(error instanceof ApiError)) {
    return isUnusable(error)
      ? "Prolific's response cannot be used"
      : "No connection to Prolific";
  }
  if (error.status === 401) return "Prolific does not accept the token";
  if (error.status === 403 || error.status === 404) {
    return `Prolific does not show this ${thing(error.where.path)} to the token's account`;
  }
  if (error.status === 429) return "Prolific asks for fewer requests";
  if (error.status >= 500) return "Prolific has a problem";
  return `Unexpected response from Prolific: HTTP ${String(error.status)}`;
}

function hint(error: RequestError): string {
  if (error instanceof ConnectionError && !error.final) {
    return `Check ${suspect(error.reason)}; then run this job again.`;
  }
  if (!(error instanceof ApiError)) {
    return error.final
      ? "Look at it in Prolific. If everything is fine there, this version of the action is too old for the API: use a newer one."
      : `Check api_url, and Prolific's status page (${STATUS_PAGE}); then run this job again.`;
  }
  const { status } = error;
  if (status === 401) {
    return (
      "Create an API token in Prolific (Settings, API tokens), store it as the repository secret PROLIFIC_TOKEN and " +
      "pass it as api_token: ${{ secrets.PROLIFIC_TOKEN }}. Workflows from forks and Dependabot get no secrets."
    );
  }
  if (status === 403 || status === 404) {
    const what = thing(error.where.path);
    return (
      `Check that the token belongs to an account in the workspace of this ${what}, and that ${what}_id is right: ` +
      `it is in the address of the ${what}'s page in Prolific.`
    );
  }
  if (status === 429) return "Wait a while, then run this job again.";
  if (status >= 500)
    return `Look at Prolific's status page (${STATUS_PAGE}), then run this job again.`;
  if (status >= 300 && status <= 399) {
    return "Check api_url: the action never follows redirects, so it must be the final address.";
  }
  return "Fix what Prolific reports, then run this job again.";
}

/** What to check if there is no connection, judging by the error messages of Node and of the proxy. */
function suspect(reason: string): string {
  if (reason.includes("certificate"))
    return "the host of api_url. If its certificate comes from an authority of your own, set NODE_EXTRA_CA_CERTS to that one's PEM file in this step's env";
  if (reason.startsWith("tunneling"))
    return "the proxy in https_proxy (address, credentials, whether it lets this host through), or name the host in no_proxy";
  return NETWORK;
}

function thing(path: string): "batch" | "dataset" {
  return path.includes("/datasets/") ? "dataset" : "batch";
}
