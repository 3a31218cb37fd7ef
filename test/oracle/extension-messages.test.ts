/** Messages of the Nicira and ONF extensions: what ovs-ofctl prints of our bytes. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, formatMessage, type Message, toHex } from "../../src/index.ts";
import { sensibleExtensionKinds } from "../support/arbitrary-extensions.ts";
import { niciraVectors } from "../support/extension-vectors.ts";
import { onfVectors } from "../support/onf-vectors.ts";
import { ovsOfctl, printedTogether } from "./ovs-ofctl.ts";

const SEED = 20_261_125;

async function printed(bytes: Uint8Array): Promise<string> {
  const { stdout } = await ovsOfctl(["ofp-print", toHex(bytes)]);
  return stdout.replace(/\n$/, "");
}

it.each([...niciraVectors, ...onfVectors])("$name", async ({ bytes, ovs }) => {
  expect(await printed(bytes)).toBe(ovs);
});

describe.each(Object.entries(sensibleExtensionKinds))("a random %s", (_, arbitrary) => {
  it("is printed as ovs-ofctl prints it, or refuses to", async () => {
    const messages: readonly Message[] = fc.sample(arbitrary, { numRuns: 300, seed: SEED });
    const theirs = await printedTogether(messages.map((message) => encode(message)));
    const ours = messages.map((message) => `${formatMessage(message)}\n`);
    if (ours.join("") === theirs) return;
    // Which one it is.
    for (const message of messages) expect(formatMessage(message)).toBe(await printed(encode(message)));
    expect(ours.join("")).toBe(theirs);
  });
});
