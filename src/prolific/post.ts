/** The outcome of a POST that changes something, as far as this side can know (contract 4). */
import {
  ApiError,
  ConnectionError,
  type RequestError,
  isRequestError,
} from "../errors.ts";

export type PostResult<T> =
  | { readonly kind: "accepted"; readonly value: T }
  /** The server refused it and did nothing. */
  | { readonly kind: "refused"; readonly error: ApiError }
  /** No byte of the request left this machine. */
  | { readonly kind: "not_sent"; readonly error: ConnectionError }
  | { readonly kind: "too_many_requests"; readonly error: ApiError }
  /** The server may or may not have done it. */
  | { readonly kind: "unknown"; readonly error: RequestError };

const REFUSALS = [400, 401, 403, 404, 405, 409, 422];

/**
 * Sends a POST once and returns its outcome.
 * @throws anything that is neither a response nor a lost response: the deadline, a cancel.
 */
export async function attempt<T>(
  post: () => Promise<T>,
): Promise<PostResult<T>> {
  try {
    return { kind: "accepted", value: await post() };
  } catch (error) {
    if (error instanceof ApiError) {
      if (error.status === 429) return { kind: "too_many_requests", error };
      return REFUSALS.includes(error.status)
        ? { kind: "refused", error }
        : { kind: "unknown", error };
    }
    if (error instanceof ConnectionError && !error.sent)
      return { kind: "not_sent", error };
    if (isRequestError(error)) return { kind: "unknown", error };
    throw error;
  }
}
