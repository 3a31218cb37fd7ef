import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

declare module "vitest" {
  export interface ProvidedContext {
    /** A folder outside the repository in which the packed package is installed. */
    consumer: string;
    /** Paths of the files in the tarball. */
    packedFiles: string[];
  }
}

/** Packs the built package and installs the tarball as a user does. */
export default function setup(project: TestProject): () => void {
  if (!existsSync(join(ROOT, "dist/index.js"))) throw new Error("npm run build comes first");
  const consumer = mkdtempSync(join(tmpdir(), "tcp-migration-consumer-"));
  const pack = execFileSync("npm", ["pack", "--json", "--pack-destination", consumer], { cwd: ROOT, encoding: "utf8" });
  const { filename, files } = readPack(JSON.parse(pack));
  const { name } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { name: string };
  writeFileSync(
    join(consumer, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies: { [name]: `file:${filename}` } }),
  );
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: consumer, encoding: "utf8" });
  project.provide("consumer", consumer);
  project.provide("packedFiles", files);
  return () => {
    rmSync(consumer, { recursive: true, force: true });
  };
}

/** npm prints a list with one entry, npm 12 an object keyed by name. */
function readPack(value: unknown): { filename: string; files: string[] } {
  const entry: unknown = Object.values(value as object)[0];
  const { filename, files } = entry as { filename: string; files: { path: string }[] };
  return { filename, files: files.map(({ path }) => path) };
}
