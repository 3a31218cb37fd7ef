import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** Bundles a program of this folder and runs it with Node options of its own; gives what it printed. */
export function runBundled(name: string, nodeOptions: readonly string[], input: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "tcp-migration-"));
  try {
    const outfile = join(folder, "program.mjs");
    const entry = fileURLToPath(new URL(name, import.meta.url));
    buildSync({ entryPoints: [entry], bundle: true, platform: "node", format: "esm", outfile, logLevel: "warning" });
    const output = execFileSync(process.execPath, [...nodeOptions, outfile], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    return JSON.parse(output) as unknown;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
