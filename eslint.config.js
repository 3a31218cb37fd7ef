import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "docs/api/", "coverage/", "node_modules/", "out/", ".cache/"] },
  {
    files: ["**/*.ts", "**/*.mjs"],
    extends: [
      eslint.configs.recommended,
      ...tseslint.configs.strictTypeChecked,
      ...tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.tools.json", "./examples/controller/view/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["node:*"], message: "The library runs in a browser." }] },
      ],
      "no-restricted-globals": [
        "error",
        ...["Buffer", "process", "console", "setTimeout", "setInterval", "performance"].map((name) => ({
          name,
          message: "The library is pure and runs in a browser.",
        })),
        { name: "Date", message: "The library reads no clock: time is an argument." },
      ],
    },
  },
);
