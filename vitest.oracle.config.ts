import { defineConfig } from "vitest/config";

/** Comparisons with tools that we did not write; `.ci/run` installs them. */
export default defineConfig({
  test: { include: ["test/oracle/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
});
