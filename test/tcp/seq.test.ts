import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seqAdd, seqAfter, seqBefore, seqDiff, seqInWindow, seqMax, seqMin, seqOffset } from "../../src/tcp/index.ts";
import { u32 } from "./arbitrary.ts";

const MODULUS = 2n ** 32n;

describe("sequence numbers (RFC 9293 §3.4)", () => {
  it.each([
    [5, 0xfffffffb, 10],
    [0xfffffffb, 5, -10],
    [0, 0, 0],
    [0, 1, -1],
    [0, 0xffffffff, 1],
    [0x7fffffff, 0, 0x7fffffff],
    [0x80000000, 0, -0x80000000],
    [0, 0x80000000, -0x80000000],
  ])("seqDiff(%i, %i) is %i", (a, b, difference) => {
    expect(seqDiff(a, b)).toBe(difference);
  });

  it.each([
    [0xffffffff, 1, 0],
    [0, -1, 0xffffffff],
    [10, 0, 10],
    [1, 2 ** 32, 1],
    [0xffffffff, 0xffffffff, 0xfffffffe],
    [7, -(2 ** 33), 7],
  ])("seqAdd(%i, %i) is %i", (a, n, sum) => {
    expect(seqAdd(a, n)).toBe(sum);
  });

  it("is exact where the plain sum is no safe integer", () => {
    // 0xfffffffe + 2^53 − 1 = 2^53 + 2^32 − 3
    expect(seqAdd(0xfffffffe, Number.MAX_SAFE_INTEGER)).toBe(2 ** 32 - 3);
    expect(seqAdd(0, Number.MIN_SAFE_INTEGER)).toBe(1);
  });

  it("adds any safe integer as exact arithmetic modulo 2³² does", () => {
    fc.assert(
      fc.property(u32, fc.maxSafeInteger(), (a, n) => {
        expect(BigInt(seqAdd(a, n))).toBe((((BigInt(a) + BigInt(n)) % MODULUS) + MODULUS) % MODULUS);
      }),
    );
  });

  it("undoes a difference by adding it", () => {
    fc.assert(
      fc.property(u32, u32, (a, b) => {
        expect(seqAdd(b, seqDiff(a, b))).toBe(a);
        expect(seqAdd(b, seqOffset(a, b))).toBe(a);
      }),
    );
  });

  it("orders numbers across the wrap", () => {
    expect(seqBefore(0xfffffffe, 3)).toBe(true);
    expect(seqBefore(3, 0xfffffffe)).toBe(false);
    expect(seqAfter(3, 0xfffffffe)).toBe(true);
    expect(seqAfter(3, 3)).toBe(false);
    expect(seqBefore(3, 3)).toBe(false);
    expect(seqMax(0xfffffffe, 3)).toBe(3);
    expect(seqMax(3, 0xfffffffe)).toBe(3);
    expect(seqMin(0xfffffffe, 3)).toBe(0xfffffffe);
    expect(seqMin(3, 0xfffffffe)).toBe(0xfffffffe);
  });

  it("has no order at a distance of exactly 2³¹", () => {
    expect(seqBefore(0, 0x80000000)).toBe(true);
    expect(seqBefore(0x80000000, 0)).toBe(true);
  });

  it.each([
    [4294967290, 4294967290, 10, true],
    [3, 4294967290, 10, true],
    [4, 4294967290, 10, false],
    [4294967289, 4294967290, 10, false],
    [5, 5, 0, false],
  ])("seqInWindow(%i, left %i, size %i) is %s", (seq, left, size, inside) => {
    expect(seqInWindow(seq, left, size)).toBe(inside);
  });

  it("sorts held segments from the next expected number on", () => {
    const next = 4294965761;
    const held = [1385, 4294967221, 4294965761];
    expect(held.sort((a, b) => seqOffset(a, next) - seqOffset(b, next))).toEqual([4294965761, 4294967221, 1385]);
  });
});
