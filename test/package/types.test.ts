import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, inject, it } from "vitest";
import { readCode } from "../docs/blocks.ts";

const consumer = inject("consumer");
const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith(".md") && readCode(readFileSync(join(root, path), "utf8")).program !== "",
);

const common: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: [],
};
const node16: ts.CompilerOptions = {
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
};
const bundler: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const plain = ["lib.es2022.d.ts"];
const dom = ["lib.es2022.d.ts", "lib.dom.d.ts"];

/** Compiles a copy of a file in the consumer's folder and returns what the compiler says. */
function check(fixture: string, name: string, options: ts.CompilerOptions, lib: string[]): string[] {
  const file = join(consumer, "types", name);
  mkdirSync(join(consumer, "types"), { recursive: true });
  cpSync(join(fixtures, fixture), file);
  return compile(file, options, lib);
}

function compile(file: string, options: ts.CompilerOptions, lib: string[]): string[] {
  const program = ts.createProgram([file], { ...common, ...options, lib });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      (diagnostic) =>
        `${diagnostic.file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`,
    );
}

describe("the types of the installed package", () => {
  it.each([
    ["as an ES module", "types.ts", node16],
    ["as a CommonJS module", "types.cts", node16],
    ["for a bundler", "types.ts", bundler],
  ])("compile %s, without any platform's types and with the browser's", (_, name, options) => {
    expect(check("types.ts", name, options, plain)).toEqual([]);
    expect(check("types.ts", name, options, dom)).toEqual([]);
  });

  it("are what browser functions take", () => {
    expect(check("types-dom.ts", "types-dom.ts", bundler, dom)).toEqual([]);
  });

  it.each(documents)("fit the code of %s", (path) => {
    const { program } = readCode(readFileSync(join(root, path), "utf8"));
    const file = join(consumer, "types", "document.ts");
    mkdirSync(join(consumer, "types"), { recursive: true });
    writeFileSync(
      file,
      `${program}\ndeclare global { var console: { log(...values: unknown[]): void } }\nexport {};\n`,
    );
    expect(compile(file, node16, plain)).toEqual([]);
  });

  it("are compared with real settings: a mistake is found", () => {
    const file = join(consumer, "types", "mistake.ts");
    mkdirSync(join(consumer, "types"), { recursive: true });
    writeFileSync(
      file,
      `import { encode } from "tcp-migration";\nexport const wrong: string = encode({ type: "nothing" });\n`,
    );
    expect(compile(file, bundler, plain).length).toBeGreaterThan(0);
  });
});
