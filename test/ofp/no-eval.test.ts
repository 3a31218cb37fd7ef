/** Where code must not be made from strings, as on a page with a strict policy, everything reads the same. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createCodec } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";
import { runBundled } from "../support/child.ts";
import { messageVectors } from "../support/message-vectors.ts";

it("reads and writes every message the same in a process that forbids it", () => {
  const codec = createCodec();
  const random = Object.values(messageKinds).flatMap((kind, index) => fc.sample(kind, { numRuns: 20, seed: index }));
  const lines = [...messageVectors.map(({ value }) => value), ...random].map((message) => toHex(codec.encode(message)));
  const output = runBundled("decode-lines.ts", ["--disallow-code-generation-from-strings"], lines.join("\n"));
  const read = lines.map((line) => codec.decode(fromHex(line)));
  expect(output).toEqual({
    compiles: false,
    answers: read.map((message, index) => ({
      json: codec.toJSON(message),
      hex: lines[index],
      summary: codec.summary(message),
    })),
  });
});
