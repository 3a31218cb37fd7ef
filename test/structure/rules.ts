import { cycles, globalsUsed, importsOf, parse, resolveImport, type Sources } from "./source.ts";

/** Which folders of `src/` a folder may import from, besides itself. The file `index.ts` counts as a folder of that name. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  tcp: ["wire"],
  ofp: ["wire"],
  nx: ["wire", "ofp"],
  analyzer: ["wire", "tcp"],
  migration: ["wire", "tcp", "ofp", "nx"],
  testing: ["wire", "tcp", "ofp", "nx", "analyzer", "migration"],
  index: ["wire", "tcp", "ofp", "nx", "analyzer", "migration"],
};

/** What is used of other packages, and the one file that uses it. */
const PACKAGES: Readonly<Record<string, string>> = {
  "binary-parser": "wire/parser.ts",
  "@noble/hashes/hmac": "migration/secret.ts",
  "@noble/hashes/sha2": "migration/secret.ts",
  "@noble/hashes/utils": "migration/secret.ts",
};

/**
 * The library opens no socket, starts no timer, reads no clock, prints nothing, and runs in a browser. The compiler, told of no
 * platform, refuses most of these as well; `window` it must refuse alone, for TCP has one, too.
 */
const FORBIDDEN_GLOBALS: ReadonlySet<string> = new Set([
  ...["Buffer", "process", "console", "require", "global", "globalThis"],
  ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame"],
  ...["fetch", "WebSocket", "XMLHttpRequest", "crypto", "eval"],
]);

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

/** Every breach of the import rules in these sources, one sentence each. */
export function violations(sources: Sources): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const file = parse(path, text);
    const targets: string[] = [];
    for (const specifier of importsOf(file)) {
      const target = resolveImport(path, specifier);
      if (target === undefined) {
        if (PACKAGES[specifier] !== path) found.push(`${path} must not import the package ${specifier}`);
      } else if (!sources.has(target)) {
        found.push(`${path} imports ${specifier}, which is no file of src`);
      } else {
        targets.push(target);
        if (!mayImport(path, target)) found.push(`${path} must not import ${target}`);
      }
    }
    graph.set(path, targets);
    for (const name of globalsUsed(file, FORBIDDEN_GLOBALS)) found.push(`${path} must not use ${name}`);
    if (/\bMath\s*\.\s*random\b/.test(text)) found.push(`${path} must not use Math.random`);
  }
  return [...found, ...cycles(graph).map((circle) => `circle: ${circle}`)];
}

function mayImport(path: string, target: string): boolean {
  const from = folderOf(path);
  const to = folderOf(target);
  return from === to || (MAY_IMPORT[from] ?? []).includes(to);
}
