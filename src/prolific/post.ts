/** What a POST that changes something came to, as far as this side can know (contract 4). */
import {
  ApiError,
  ConnectionError,
  type RequestError,
  isRequestError,
} from "../errors.ts";

export type PostResult<T> =
  | { readonly kind: "accepted"; readonly value: T }
  /** The server says no: nothing was done. */
  | { readonly kind: "refused"; readonly error: ApiError }
  /** No byte of it left this machine. */
  | { readonly kind: "not_sent"; readonly error: ConnectionError }
  | { readonly kind: "too_many_requests"; readonly error: ApiError }
  /** It may or may not have been done. */
  | { readonly kind: "unknown"; readonly error: RequestError };

const REFUSALS = [400, 401, 403, 404, 405, 409, 422];

/**
 * Sends a POST once and says what came of it.
 * @throws what is no answer and no lost answer: the deadline, a cancel.
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
