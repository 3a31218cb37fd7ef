/** The messages written by hand mean to Open vSwitch what the vectors say. */
import { expect, it } from "vitest";
import { toHex } from "../../src/wire/index.ts";
import { messageVectors } from "../support/message-vectors.ts";
import { ovsOfctl } from "./ovs-ofctl.ts";

const known = messageVectors.flatMap(({ name, bytes, ovs }) => (ovs === undefined ? [] : [{ name, bytes, ovs }]));

it.each(known)("$name", async ({ bytes, ovs }) => {
  const { stdout } = await ovsOfctl(["ofp-print", toHex(bytes)]);
  expect(stdout.slice(0, ovs.length)).toBe(ovs);
});
