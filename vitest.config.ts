import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Comparisons with tools that only some machines have live in test/oracle and run by .ci/run.
    exclude: ["test/oracle/**", "**/node_modules/**"],
    testTimeout: 60_000,
  },
});
