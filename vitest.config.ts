import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("src/", import.meta.url));

export default defineConfig({
  resolve: {
    // The examples in the documentation import the package by its name.
    alias: [
      { find: /^tcp-migration$/, replacement: `${src}index.ts` },
      { find: /^tcp-migration\/(\w+)$/, replacement: `${src}$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // test/oracle compares with tools that only some machines have, test/live needs root, test/package a build and a browser,
    // test/browser a browser: .ci/run runs them.
    exclude: ["test/oracle/**", "test/live/**", "test/package/**", "test/browser/**", "**/node_modules/**"],
    testTimeout: 60_000,
  },
});
