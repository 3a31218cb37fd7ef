import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { runInPage } from "./page.ts";

const consumer = inject("consumer");

/** What the job gives everywhere; the action is written out as the table of the four actions has it. */
const EXPECTED: Record<string, unknown> = {
  flow: expect.stringContaining("ffff0010 00002320 0053 0000 000007d0".replaceAll(" ", "")),
  flowText: expect.stringMatching(/priority=200,tcp,.*actions=dec_tcp_ack:2000,output:2$/),
  flowBack: true,
  features: expect.objectContaining({
    type: "featuresReply",
    datapathId: "bigint:171",
    nTables: 254,
    auxiliaryId: 2,
    nBuffers: 256,
  }),
  frame: { seq: 1000, sum: true },
  plan: { status: "ready", level: "ok" },
  effects: expect.arrayContaining(["flowMod", "barrierRequest", "packetOut"]),
  story: true,
  verdict: { action: "migrate", rule: "1:7:0" },
  error: "truncated",
  testing: true,
};

function run(...args: string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, args, { cwd: consumer, encoding: "utf8", stdio: "pipe" }));
}

beforeAll(() => {
  cpSync(fileURLToPath(new URL("fixtures/", import.meta.url)), consumer, { recursive: true });
});

describe("the installed package", () => {
  it("works when it is imported", () => {
    expect(run("esm.mjs")).toMatchObject(EXPECTED);
  });

  it("works the same when it is required", () => {
    expect(run("cjs.cjs")).toEqual(run("esm.mjs"));
  });

  it("works the same where Node forbids to generate code from strings", () => {
    const flag = "--disallow-code-generation-from-strings";
    expect(() => run(flag, "-p", "new Function('return 1')()")).toThrow(/EvalError/);
    expect(run(flag, "esm.mjs")).toEqual(run("esm.mjs"));
    expect(run(flag, "cjs.cjs")).toEqual(run("esm.mjs"));
  });

  describe("in Chromium, on a page that forbids eval", () => {
    async function bundle(entry: string): Promise<string> {
      const { outputFiles } = await build({
        absWorkingDir: consumer,
        entryPoints: [join(consumer, entry)],
        bundle: true,
        write: false,
        format: "iife",
        platform: "browser",
        logLevel: "silent",
      });
      return outputFiles[0]?.text ?? "";
    }

    it("works the same", async () => {
      const page = await runInPage(await bundle("browser.mjs"));
      expect(page.pageErrors).toEqual([]);
      expect(page.consoleErrors).toEqual([]);
      expect(page.result).toEqual(run("esm.mjs"));
      // The one attempt to compile a parser, which the page's policy reports; what it refuses is then interpreted.
      expect(page.violations).toEqual(["script-src eval"]);
    });

    it("really is forbidden to evaluate strings there", async () => {
      const page = await runInPage(
        "try { result = new Function('return 1')(); } catch (error) { result = error.name; } done = true;",
      );
      expect(page).toMatchObject({ result: "EvalError", violations: ["script-src eval"] });
    });
  });
});
