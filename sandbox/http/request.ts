/** A request without its connection. */
export interface ApiRequest {
  readonly method: string;
  /** With its query, if it has one. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A header by its name in lower case, in any spelling of the client. */
export function header(
  { headers }: Pick<ApiRequest, "headers">,
  name: string,
): string | undefined {
  const found = Object.entries(headers).find(
    ([key]) => key.toLowerCase() === name,
  );
  return found?.[1];
}

/** True if a request changes nothing, so it can be answered from an earlier state. A GET creates an upload (API 4.1). */
export const onlyReads = (
  request: Pick<ApiRequest, "method" | "path">,
): boolean =>
  request.method === "GET" && !request.path.includes("/upload-url/");
