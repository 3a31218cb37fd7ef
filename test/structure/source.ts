import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Text of source files by their path under `src/`, with slashes. */
export type Sources = ReadonlyMap<string, string>;

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

/** Every TypeScript file of the library. */
export function readSources(): Sources {
  const paths = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(SRC + path, "utf8")]));
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => {
    visit(child, see);
  });
}

/** What a file imports, by whatever form of import or re-export, types included. */
export function importsOf(file: ts.SourceFile): string[] {
  const specifiers: string[] = [];
  visit(file, (node) => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) &&
              (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(file) === "require")
            ? node.arguments[0]
            : ts.isExternalModuleReference(node)
              ? node.expression
              : undefined;
    if (specifier) specifiers.push(ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText(file));
  });
  return specifiers;
}

/** The path under `src/` that a relative import means; undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(from), specifier)) : undefined;
}

/** The identifiers among `names` that a file uses as variables: not as a property, a key, or a name that it declares. */
export function globalsUsed(file: ts.SourceFile, names: ReadonlySet<string>): string[] {
  const used = new Set<string>();
  visit(file, (node) => {
    if (!ts.isIdentifier(node) || !names.has(node.text)) return;
    const parent = node.parent;
    const isProperty = ts.isPropertyAccessExpression(parent) && parent.name === node;
    const isQualified = ts.isQualifiedName(parent) && parent.right === node;
    const isDeclared = "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
    if (!isProperty && !isQualified && !isDeclared) used.add(node.text);
  });
  return [...used].sort();
}

/** Files that import each other in a circle, as `a → b → a`; a circle is told once. */
export function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) walk(next);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) walk(path);
  return found;
}
