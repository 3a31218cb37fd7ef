import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkSecret, keyedNumber } from "../../src/migration/secret.ts";

const secret = Uint8Array.from({ length: 16 }, (_, index) => index);

describe("a keyed number", () => {
  it("is the beginning of what Node's HMAC-SHA-256 says", () => {
    const expected = createHmac("sha256", secret).update("isn\0flow ü").digest().readUInt32BE(0);
    expect(keyedNumber(secret, "isn", "flow ü")).toBe(expected);
  });

  it("is another one for another purpose, text or secret", () => {
    const other = Uint8Array.from(secret, (byte) => byte ^ 1);
    const numbers = [
      keyedNumber(secret, "isn", "flow"),
      keyedNumber(secret, "evict", "flow"),
      keyedNumber(secret, "isn", "flow2"),
      keyedNumber(other, "isn", "flow"),
    ];
    expect(new Set(numbers).size).toBe(4);
  });
});

describe("a secret", () => {
  it("has 16 bytes or more", () => {
    expect(checkSecret("secret", secret)).toBe(secret);
    expect(() => checkSecret("secret", secret.subarray(1))).toThrow(/secret must have 16 bytes or more, not 15/);
    expect(() => checkSecret("secret", "0123456789abcdef" as never)).toThrow(TypeError);
  });
});
