import { defineConfig } from "vitest/config";

/** The built package, packed and installed as its users install it; the browser test needs Chromium. */
export default defineConfig({
  test: {
    include: ["test/package/**/*.test.ts"],
    globalSetup: "test/package/setup.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
