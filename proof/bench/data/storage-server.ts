/** A storage with TLS that accepts everything and keeps nothing. Prints its port, and ends with its stdin. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { CERTIFICATE, PRIVATE_KEY } from "../../../__tests__/fixtures/tls.ts";

const server = createServer(
  { cert: CERTIFICATE, key: PRIVATE_KEY },
  (request, response) => {
    request.resume().on("end", () => {
      response.end();
    });
  },
);
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
process.stdin.resume().on("end", () => process.exit(0));
