/** A schedule broke a rule that must always hold. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** @throws Violation if the condition is false. `otherwise` says what was seen instead. */
export function holds(
  condition: boolean,
  otherwise: string,
): asserts condition {
  if (!condition) throw new Violation(otherwise);
}
