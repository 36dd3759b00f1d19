/** Rounds in which the contestants take turns, so that a slow moment of the machine affects all of them. */

/** The median, which a slow moment of the machine does not change. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * Measures each contestant once in each round. The first round only warms up, except for memory.
 * @returns the results by name.
 */
export async function takeTurns<Name extends string, Measured>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<Measured>>>,
  { warmUp = true } = {},
): Promise<Record<Name, Measured[]>> {
  const names = Object.keys(contestants) as Name[];
  const results = Object.fromEntries(
    names.map((name) => [name, [] as Measured[]]),
  ) as Record<Name, Measured[]>;
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const name of names) {
      const measured = await contestants[name]();
      if (round > 0) results[name].push(measured);
    }
  }
  return results;
}
