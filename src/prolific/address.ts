/** Which addresses are allowed: encrypted ones, and those of this machine (contract 2 and 5). */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/** True for `https:`, and for `http:` to a loopback host. */
export function isProtected(url: URL): boolean {
  return (
    url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))
  );
}
