/** The rules for all paths of a run. */
import { isStep, onlyReads } from "./table-rules.ts";
import type { Place } from "./table-walk.ts";

/** Steps that only read must not form a cycle: a run would repeat it forever without a pause. */
export function roundOfReads(places: readonly Place[]): Place | undefined {
  const left = new Set<Place>();
  const open = new Set<Place>();
  for (const start of places) {
    const todo = [start];
    for (let at = todo.at(-1); at; at = todo.at(-1)) {
      if (left.has(at) || !isStep(at.next) || !onlyReads(at.next)) {
        left.add(at);
        todo.pop();
      } else if (open.has(at)) {
        open.delete(at);
        left.add(at);
        todo.pop();
      } else {
        open.add(at);
        for (const exit of at.exits) {
          if (open.has(exit)) return exit;
          if (!left.has(exit)) todo.push(exit);
        }
      }
    }
  }
  return undefined;
}

/** A state from which no results lead to an end, a stop or a step that can only throw. */
export function deadEnd(places: readonly Place[]): Place | undefined {
  const entries = new Map<Place, Place[]>();
  for (const place of places) {
    for (const exit of place.exits) {
      const before = entries.get(exit);
      if (before) before.push(place);
      else entries.set(exit, [place]);
    }
  }
  const todo = places.filter(
    ({ exits, next, red }) => !isStep(next) || (red && exits.length === 0),
  );
  const ended = new Set(todo);
  for (const place of todo) {
    for (const before of entries.get(place) ?? []) {
      if (ended.has(before)) continue;
      ended.add(before);
      todo.push(before);
    }
  }
  return places.find((place) => !ended.has(place));
}
