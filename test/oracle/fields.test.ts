/** Every match field against Debian's ovs-ofctl: what it prints of our bytes, and which bytes it makes of our text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, formatFlow, formatMessage, parseFlow, WireError } from "../../src/index.ts";
import { flowMod } from "../../src/ofp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { allMatches } from "../support/arbitrary-all-fields.ts";
import { matchTexts } from "../support/arbitrary-field-words.ts";
import { flowModsOf, ovsOfctl, printed } from "./ovs-ofctl.ts";

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

/** Our message, or the code of our error. */
function read(text: string): Uint8Array | string {
  try {
    return encode(parseFlow(text));
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
}

describe("2,500 random texts of a match", () => {
  const texts = fc.sample(matchTexts, { numRuns: 2500, seed: 20_261_203 }).map((text) => `${text} actions=drop`);
  const taken = texts.flatMap((text) => {
    const message = read(text);
    return typeof message === "string" ? [] : [{ text, message }];
  });
  // What lacks a prerequisite ovs-ofctl leaves out, or sends to a switch that refuses it.
  const refused = texts.filter((text) => {
    const code = read(text);
    return typeof code === "string" && code !== "badPrerequisite";
  });

  it("are sent and printed by ovs-ofctl as by us, where we take them", async () => {
    expect(taken.length).toBeGreaterThan(1800);
    const theirs = await flowModsOf(taken.map(({ text }) => text));
    expect(taken.map(({ text, message }) => [text, toHex(message)])).toEqual(
      taken.map(({ text }, index) => [text, toHex(theirs[index] ?? new Uint8Array())]),
    );
    expect(taken.map(({ message }) => formatMessage(decode(message)).trimEnd())).toEqual(await printed(theirs));
  });

  it("are refused by ovs-ofctl, where we refuse them", async () => {
    expect(refused.length).toBeGreaterThan(100);
    for (const text of refused.slice(0, 200)) {
      const { status, stdout } = await ovsOfctl(["parse-flow", text]);
      expect([text, status !== 0 || stdout.includes("decode error")]).toEqual([text, true]);
    }
  });
});
