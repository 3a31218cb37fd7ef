import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";

const files = inject("packedFiles");
const modules = join(inject("consumer"), "node_modules");
const installed = join(modules, "tcp-migration");
const manifest: unknown = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

/** Every path that a manifest's exports, main and types lead to. */
function targets(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(targets) : [];
}

describe("the tarball", () => {
  it("holds the built library and the documents that belong to it, nothing else", () => {
    const others = files.filter((path) => !/^dist\/.*\.(js|cjs|d\.ts|d\.cts)(\.map)?$/.test(path));
    expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  it("holds every file that package.json leads to", () => {
    const paths = targets(manifest);
    expect(paths.length).toBeGreaterThan(7 * 4);
    expect(paths.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it("needs two packages at run time and nothing else", () => {
    expect(manifest).toMatchObject({
      dependencies: { "@noble/hashes": "1.8.0", "binary-parser": "2.3.0" },
      sideEffects: false,
    });
    expect(manifest).not.toHaveProperty("peerDependencies");
    const packages = readdirSync(modules).filter((name) => !name.startsWith("."));
    expect(packages.sort()).toEqual(["@noble", "binary-parser", "tcp-migration"]);
  });

  it("runs no script when it is installed", () => {
    const scripts = (manifest as { scripts: Record<string, string> }).scripts;
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it("imports nothing but these packages and its own files, and shows no type of theirs", () => {
    const imports = new Set<string>();
    for (const path of files.filter((file) => /\.(js|cjs|d\.ts|d\.cts)$/.test(file))) {
      const text = readFileSync(join(installed, path), "utf8");
      for (const [, specifier] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)["']([^"'\n]+)["']/g)) {
        if (specifier?.startsWith(".")) continue;
        imports.add(`${/\.d\.c?ts$/.test(path) ? "types" : "code"}: ${specifier ?? ""}`);
      }
    }
    expect([...imports].sort()).toEqual([
      "code: @noble/hashes/hmac",
      "code: @noble/hashes/sha2",
      "code: @noble/hashes/utils",
      "code: binary-parser",
    ]);
  });
});
