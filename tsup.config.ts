import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "ofp/index": "src/ofp/index.ts",
    "nx/index": "src/nx/index.ts",
    "tcp/index": "src/tcp/index.ts",
    "migration/index": "src/migration/index.ts",
    "analyzer/index": "src/analyzer/index.ts",
    "testing/index": "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  // One copy of each class per format, whatever subpath it is reached by.
  splitting: true,
  sourcemap: true,
  clean: true,
  // tsup 8 still sets baseUrl for its declaration build, which TypeScript 6 deprecates.
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
});
