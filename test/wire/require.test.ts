import { describe, expect, it } from "vitest";
import {
  requireBigUint,
  requireBytes,
  requireIp,
  requireLatin1,
  requireList,
  requireMac,
  requireObject,
  requireUint,
} from "../../src/wire/require.ts";

describe("a checked argument", () => {
  it.each([
    ["an integer", () => requireUint("n", 0xffff_ffff, 32), 0xffff_ffff],
    ["a default for an absent one", () => requireUint("n", undefined, 8, 7), 7],
    ["a bigint", () => requireBigUint("n", 2n ** 64n - 1n, 64), 2n ** 64n - 1n],
    ["an Ethernet address in another spelling", () => requireMac("n", "0:0:0:0:0:AB"), "00:00:00:00:00:ab"],
    ["an Ethernet address after a longer one", () => requireMac("n", "00:00:00:00:00:01"), "00:00:00:00:00:01"],
    ["an IPv6 address in another spelling", () => requireIp("n", "2001:DB8:0::1"), "2001:db8::1"],
    ["an IPv4 address", () => requireIp("n", "10.0.0.2"), "10.0.0.2"],
    ["a text that fills its field", () => requireLatin1("n", "\u00e9".repeat(32), 32), "\u00e9".repeat(32)],
    ["a shorter text after a longer one", () => requireLatin1("n", "eth0", 16), "eth0"],
  ])("comes back: %s", (_, check, value) => {
    expect(check()).toBe(value);
  });

  it.each([
    ["a number too large", () => requireUint("n", 256, 8), RangeError, "n must be an integer from 0 to 255, not 256"],
    ["no integer", () => requireUint("n", 1.5, 8), RangeError, "n must be an integer from 0 to 255, not 1.5"],
    ["no number", () => requireUint("n", "1" as never, 8), TypeError, 'n must be a number, not "1"'],
    [
      "null in spite of a default",
      () => requireUint("n", null as never, 8, 7),
      TypeError,
      "n must be a number, not null",
    ],
    [
      "a bigint too large",
      () => requireBigUint("n", 256n, 8),
      RangeError,
      "n must be from 0n to 2n ** 8n - 1n, not 256n",
    ],
    ["no bigint", () => requireBigUint("n", 1 as never, 8), TypeError, "n must be a bigint, not 1"],
    ["no list", () => requireList("n", {} as never), TypeError, "n must be a list, not an object"],
    ["a list for an object", () => requireObject("n", [] as never), TypeError, "n must be an object, not a list of 0"],
    ["no bytes", () => requireBytes("n", [] as never), TypeError, "n must be a Uint8Array, not a list of 0"],
    ["no Ethernet address", () => requireMac("n", "a:b"), RangeError, 'n must be an Ethernet address, not "a:b"'],
    ["no text for an address", () => requireMac("n", 1 as never), TypeError, "n must be a string, not 1"],
    [
      "no IPv4 address",
      () => requireIp("n", "10.0.0.256"),
      RangeError,
      'n must be an IPv4 or IPv6 address, not "10.0.0.256"',
    ],
    ["no IPv6 address", () => requireIp("n", "1::2::3"), RangeError, 'n must be an IPv6 address, not "1::2::3"'],
    [
      "a text too long",
      () => requireLatin1("n", "abc", 2),
      RangeError,
      'n must be a text of at most 2 Latin-1 characters, not "abc"',
    ],
  ])("is named when wrong: %s", (_, check, kind, message) => {
    let thrown: unknown;
    try {
      check();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ message });
  });
});
