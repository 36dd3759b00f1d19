/** Waits for a condition without sleeping; an error after 5 s, because no time limit of jest ends a loop. */
export async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > 5000) throw new Error("waited in vain");
    await new Promise(setImmediate);
  }
}
