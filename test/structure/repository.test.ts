import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Folders that are not committed: those that .gitignore names, and git's own. */
function ignoredFolders(): Set<string> {
  const lines = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  const folders = lines.filter((line) => line.endsWith("/")).map((line) => line.replace(/^\/|\/$/g, ""));
  return new Set([".git", ...folders]);
}

function committedFiles(): string[] {
  const ignored = ignoredFolders();
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (ignored.has(entry.name) || ignored.has(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && !path.endsWith(".tgz")) files.push(path);
    }
  };
  walk("");
  return files;
}

// Written so that this file does not match itself.
const FORBIDDEN: readonly [string, RegExp][] = [
  ["a registry host", /\bregistry[.](?:npmjs|yarnpkg|[a-z0-9-]+[.](?:com|org|net|io|dev|internal|local))/i],
  ["a package mirror", /\b(?:deb|security|snapshot|ftp)[.](?:debian|ubuntu)[.]/i],
  ["a path of one machine", /(?<![\w.~-])[/](?:work|root|home|Users)[/](?=[\w.])/],
];

it("names neither a registry host nor a path of one machine in any committed file", () => {
  const files = committedFiles();
  expect(files).toContain("package-lock.json");
  const found = files.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "latin1");
    return FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${path} names ${what}`);
  });
  expect(found).toEqual([]);
});

it.each([
  ["a registry host", "https://registry", ".npmjs.org/x"],
  ["a registry host", "http://registry", ".example.internal/x"],
  ["a package mirror", "http://deb", ".debian.org/debian"],
  ["a path of one machine", "cd /wo", "rk/main"],
  ["a path of one machine", '"/ho', 'me/me/x"'],
])("would find %s: %s%s", (what, head, tail) => {
  const hits = FORBIDDEN.filter(([, pattern]) => pattern.test(head + tail)).map(([name]) => name);
  expect(hits).toEqual([what]);
});

it("locks packages without saying where they were fetched", () => {
  expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).not.toMatch(/"resolved"\s*:/);
});
