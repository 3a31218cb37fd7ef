/** Needs `--expose-gc` and a young generation that holds all that is measured. */
function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Bytes allocated by one call: nothing is collected between the two measurements. The least of some calls, because the engine
 * allocates too when it compiles.
 */
export function allocated(run: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 20 }, () => {
      global.gc?.();
      const before = used();
      const kept = run();
      return kept === undefined ? Number.NaN : used() - before;
    }),
  );
}
