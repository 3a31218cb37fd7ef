import { Parser } from "binary-parser";
import { expect, it, vi } from "vitest";
import { mac, pad, Reader, struct, u16, u64 } from "../../src/wire/index.ts";
import { parsed } from "../../src/wire/parser.ts";

const layout = struct({ first: u16, padding: pad(2), second: u64, hwAddr: mac });
const bytes = Uint8Array.from({ length: layout.size }, (_, index) => index);

it("reads the same where code generation is forbidden, and tries it only once", () => {
  const compile = vi.spyOn(Parser.prototype, "compile").mockImplementation(() => {
    throw new EvalError("refused by the page's policy");
  });
  const expected = new Reader(bytes).field(layout);
  expect(new Reader(bytes).field(parsed(layout))).toEqual(expected);
  expect(new Reader(bytes).field(parsed(layout))).toEqual(expected);
  expect(compile).toHaveBeenCalledTimes(1);
});
