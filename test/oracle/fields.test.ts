/** Every match field against Debian's ovs-ofctl: what it prints of our bytes, and which bytes it makes of our text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, formatFlow, formatMessage, parseFlow } from "../../src/index.ts";
import { flowMod } from "../../src/ofp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { allMatches } from "../support/arbitrary-all-fields.ts";
import { flowModsOf, printed } from "./ovs-ofctl.ts";

const matches = fc.sample(allMatches, { numRuns: 3000, seed: 20_261_201 });
const flows = matches.map((match) => flowMod({ match }));

describe("a match of any fields", () => {
  it("is printed by ovs-ofctl as by us", async () => {
    const theirs = await printed(flows.map((flow) => encode(flow)));
    expect(flows.map((flow) => formatMessage(flow).trimEnd())).toEqual(theirs);
  });

  it("is sent by ovs-ofctl, for our text of it, as by us", async () => {
    const more = fc.sample(allMatches, { numRuns: 15_000, seed: 20_261_202 }).map((match) => flowMod({ match }));
    // `oxm:` is a word of ours, for what ovs-ofctl's words do not say; a mask that begins with a digit is a prefix length to it.
    const texts = more.map((flow) => formatFlow(flow)).filter((text) => !/oxm:|\/\d[\da-f]*:/.test(text));
    expect(texts.length).toBeGreaterThan(2500);
    const theirs = await flowModsOf(texts);
    expect(texts.map((text) => `${text}\n${toHex(encode(parseFlow(text)))}`)).toEqual(
      texts.map((text, index) => `${text}\n${toHex(theirs[index] ?? new Uint8Array())}`),
    );
  });
});
