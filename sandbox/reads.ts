/** A request that changes nothing, so that it can be answered from the past. An upload address is made by a GET (API 4.1). */
export const onlyReads = (request: {
  readonly method: string;
  readonly path: string;
}): boolean =>
  request.method === "GET" && !request.path.includes("/upload-url/");
