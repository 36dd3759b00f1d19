import { emptyState } from "./state.ts";
import type { State } from "./state.ts";

/** Which state a lagging reader sees: that of some milliseconds ago, or the one before the last accepted write. */
export type Past = { readonly lagMs: number } | "before the last write";

/** How many states before a write are kept for lagging readers. */
const remembered = 1000;

/** The state, and the states before it. */
export class History {
  #state: State = emptyState;
  /** The states before each write, the oldest first, each with the time at which it ended. */
  #past: { untilMs: number; state: State }[] = [];

  get state(): State {
    return this.#state;
  }

  /** A write of the API, or something equivalent. */
  write(state: State, nowMs: number): void {
    this.#past.push({ untilMs: nowMs, state: this.#state });
    if (this.#past.length > remembered) this.#past.shift();
    this.#state = state;
  }

  /** Not a write of the API: lagging readers must see what a test adds, so earlier states change, too. */
  seed(change: (state: State) => State): void {
    this.#state = change(this.#state);
    this.#past = this.#past.map(({ untilMs, state }) => ({
      untilMs,
      state: change(state),
    }));
  }

  asItWas(past: Past, nowMs: number): { state: State; nowMs: number } {
    if (past === "before the last write") {
      return { state: this.#past.at(-1)?.state ?? this.#state, nowMs };
    }
    const thenMs = nowMs - past.lagMs;
    const then = this.#past.find(({ untilMs }) => thenMs < untilMs);
    return { state: then?.state ?? this.#state, nowMs: thenMs };
  }

  forget(): void {
    this.#state = emptyState;
    this.#past = [];
  }
}
