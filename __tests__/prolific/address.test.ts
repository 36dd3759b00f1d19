import { expect, test } from "@jest/globals";
import { isLoopback, isProtected } from "../../src/prolific/address.ts";

test.each<[string, boolean, boolean]>([
  ["https://api.prolific.com", false, true],
  ["http://api.prolific.com", false, false],
  ["http://localhost:80", true, true],
  ["http://127.0.0.1:8080", true, true],
  ["http://127.1.2.3", true, true],
  ["http://[::1]:1", true, true],
  ["https://localhost", true, true],
  ["http://localhost.example", false, false],
  ["http://127.0.0.1.example", false, false],
  ["http://10.0.0.1", false, false],
  ["ftp://localhost", true, false],
])("%s: loopback %j, protected %j", (text, loopback, safe) => {
  expect(isLoopback(new URL(text))).toBe(loopback);
  expect(isProtected(new URL(text))).toBe(safe);
});
