import { Parser } from "binary-parser";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
});

it("compiles no parser when it is imported, only when one is first needed", async () => {
  const compile = vi.spyOn(Parser.prototype, "compile");
  const root = await import("../../src/index.ts");
  await import("../../src/ofp/index.ts");
  await import("../../src/nx/index.ts");
  await import("../../src/tcp/index.ts");
  await import("../../src/migration/index.ts");
  await import("../../src/analyzer/index.ts");
  await import("../../src/testing/index.ts");
  expect(compile).not.toHaveBeenCalled();

  // The body of a features reply is read by binary-parser: the spy does see it.
  const reply = root.fromHex("04060020 00000007 0000000000000001 00000000 fe 00 0000 0000004f 00000000");
  expect(root.decode(reply)).toMatchObject({ type: "featuresReply", datapathId: 1n });
  expect(compile).toHaveBeenCalledTimes(1);
  root.decode(reply);
  expect(compile).toHaveBeenCalledTimes(1);
});
