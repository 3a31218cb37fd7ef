/** Needs `--expose-gc` and a young generation that holds all that is measured. */
function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const CALLS = 200;

/**
 * Bytes allocated by one call. The least of many calls, because the engine allocates too when it compiles; a call during which it
 * collects garbage after all, or frees code that it no longer needs, measures nothing and does not count.
 */
export function allocated(run: () => unknown): number {
  global.gc?.();
  const measured = Array.from({ length: CALLS }, () => {
    const before = used();
    const kept = run();
    return kept === undefined ? Number.NaN : used() - before;
  });
  return Math.min(...measured.filter((bytes) => !(bytes <= 0)));
}
