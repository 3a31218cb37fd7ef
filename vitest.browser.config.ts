import { defineConfig } from "vitest/config";

/** Pages in headless Chromium. */
export default defineConfig({
  test: { include: ["test/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
});
