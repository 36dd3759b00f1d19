/** A request without its connection. */
export interface ApiRequest {
  readonly method: string;
  /** With its query, if it has one. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A header by its name in lower case, however the client spelled it. */
export function header(
  { headers }: Pick<ApiRequest, "headers">,
  name: string,
): string | undefined {
  const found = Object.entries(headers).find(
    ([key]) => key.toLowerCase() === name,
  );
  return found?.[1];
}

/** A request that changes nothing, so that it can be answered from the past. An upload address is made by a GET (API 4.1). */
export const onlyReads = (
  request: Pick<ApiRequest, "method" | "path">,
): boolean =>
  request.method === "GET" && !request.path.includes("/upload-url/");
