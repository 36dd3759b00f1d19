/**
 * The error bodies that Prolific is known or suspected to send, E1 to E7 of API 1. The documented envelope
 * has three forms of `detail`; E7 is what is not JSON: plain text, or an HTML page, or nothing.
 */
export type ErrorShape =
  | "E1"
  | "E1.list"
  | "E1.fields"
  | "E2"
  | "E3"
  | "E4"
  | "E5"
  | "E6"
  | "E7"
  | "E7.html"
  | "E7.empty";

export const errorShapes: readonly ErrorShape[] = [
  "E1",
  "E1.list",
  "E1.fields",
  "E2",
  "E3",
  "E4",
  "E5",
  "E6",
  "E7",
  "E7.html",
  "E7.empty",
];

/** A response without its connection. Header names are in lower case. The sender adds Content-Length. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonReply(status: number, value: unknown): Reply {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export type Detail =
  string | readonly string[] | Readonly<Record<string, readonly string[]>>;

/** The documented envelope, with any of its three forms of `detail`. */
export function envelope(status: number, detail: Detail): Reply {
  const title = titles[status] ?? "Error";
  // Only the form of error codes is known from examples: 140100 for a 400.
  const error = { status, error_code: 140_000 + (status % 400) + 100, title };
  return jsonReply(status, { error: { ...error, detail } });
}

/** An error response of the given shape with `text` wherever the shape allows it. */
export function errorReply(
  shape: ErrorShape,
  status: number,
  text: string,
): Reply {
  const title = titles[status] ?? "Error";
  switch (shape) {
    case "E1":
      return envelope(status, text);
    case "E1.list":
      return envelope(status, [text]);
    case "E1.fields":
      return envelope(status, { non_field_errors: [text] });
    case "E2":
      return jsonReply(status, { message: title, detail: text });
    case "E3":
      return jsonReply(status, { detail: text });
    case "E4": {
      const at = { page: 0, row: 0, column: 0, item: 0 };
      const issue = { ...at, type: "dataset_field", message: text };
      const type = "INVALID_BATCH_ITEMS";
      return jsonReply(status, { type, message: text, issues: [issue] });
    }
    case "E5":
      return jsonReply(status, { type: "UNEXPECTED", message: text });
    case "E6":
      return jsonReply(status, { message: text });
    case "E7":
      return { status, headers: { "content-type": "text/plain" }, body: text };
    case "E7.html":
      return htmlReply(status, `${status} ${title}`, text);
    case "E7.empty":
      return { status, headers: {}, body: "" };
  }
}

/** An HTML page, like those of gateways and login pages. */
export function htmlReply(status: number, title: string, text: string): Reply {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body><h1>${title}</h1><p>${text}</p></body></html>\n`,
  };
}

/** A framework's debug page of about 200 KB inside `detail`, as reported for malformed ids (API 1). */
export function debugPage(id: string): Reply {
  const frame = `<li class="frame"><code>validators/uuid.py</code> in <code>clean</code>: ${id.slice(0, 40)} is not a valid UUID</li>\n`;
  const frames = frame.repeat(Math.ceil(200_000 / frame.length));
  return envelope(
    400,
    `<!DOCTYPE html>\n<html><head><title>ValidationError at ${id.slice(0, 40)}</title></head><body><ul>\n${frames}</ul></body></html>`,
  );
}
