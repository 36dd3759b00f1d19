/** What a schedule must never bring about was brought about. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** @throws Violation when it does not hold; `otherwise` says what was seen instead. */
export function holds(
  condition: boolean,
  otherwise: string,
): asserts condition {
  if (!condition) throw new Violation(otherwise);
}
