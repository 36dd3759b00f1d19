/**
 * What `dist/` holds in place of undici (`paths` in tsconfig.json): `@actions/http-client` needs it only for
 * `HttpClient.getAgentDispatcher()`, which is for `fetch` and never called here. undici would be 80 % of the bundle, and most
 * of the time that a step takes before its first request.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- only `new` is called, and it has to throw
export class ProxyAgent {
  /** @throws always: a request that got here would otherwise leave without its proxy. */
  constructor() {
    throw new Error(
      'undici is not part of this action (docs/design.md, "dist"): HttpClient.getAgentDispatcher() cannot be used.',
    );
  }
}
