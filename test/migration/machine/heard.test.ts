/** Bytes that come in any order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replyEnd } from "../../../src/migration/machine/greeting.ts";
import { hear, nothingHeard } from "../../../src/migration/machine/heard.ts";
import { letters } from "./scene.ts";

const text = (line: string): Uint8Array => Uint8Array.from(line, (character) => character.charCodeAt(0));

describe("what was heard", () => {
  it("is what was said, however it was cut, repeated and mixed up, with numbers that wrap", () => {
    const said = letters(60);
    const cuts = fc.array(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 30 })), { maxLength: 14 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), cuts, (first, pieces) => {
        const there = new Set<number>();
        let heard = nothingHeard;
        for (const [from, length] of pieces) {
          const payload = said.subarray(from, from + length);
          for (let index = from; index < from + payload.length; index++) there.add(index);
          heard = hear(heard, first, (first + from) >>> 0, payload, 60);
        }
        let end = 0;
        while (there.has(end)) end++;
        expect(heard.spoilt).toBe(false);
        expect([...heard.bytes]).toEqual([...said.subarray(0, end)]);
      }),
    );
  });

  it("is bounded: pieces beyond the sixteenth are said again", () => {
    let heard = nothingHeard;
    for (let index = 1; index <= 20; index++) heard = hear(heard, 0, 2 * index, letters(1), 100);
    expect(heard.ahead).toHaveLength(16);
  });

  it("is no part of what it was given, which may be overwritten", () => {
    const payload = letters(3);
    const heard = hear(nothingHeard, 0, 0, payload, 10);
    const ahead = hear(nothingHeard, 0, 5, payload, 10);
    payload.fill(0);
    expect([...heard.bytes]).toEqual([97, 98, 99]);
    expect([...(ahead.ahead[0]?.bytes ?? [])]).toEqual([97, 98, 99]);
  });

  it("stays spoilt", () => {
    const spoilt = hear(nothingHeard, 0, 0, letters(11), 10);
    expect(spoilt).toEqual({ bytes: new Uint8Array(0), ahead: [], spoilt: true });
    expect(hear(spoilt, 0, 0, letters(3), 10)).toBe(spoilt);
  });

  it("is not what lies 64 KiB away", () => {
    expect(hear(nothingHeard, 0, 0x1_0000, letters(1), 10)).toBe(nothingHeard);
  });
});

describe("a reply", () => {
  it.each([
    ["", undefined],
    ["220 a", undefined],
    ["220 a\r\n", 7],
    ["220 a\r\nb", 7],
    ["220-a\r\n", undefined],
    ["220-a\r\n220-b\r\n", undefined],
    ["220-a\r\n220 b\r\n", 14],
    ["220-a\r\n221 b\r\n", undefined],
    ["220-a\r\n220 b", undefined],
    ["220-a\n220 \n", 11],
    ["22-a\n", 5],
    ["hello\nworld\n", 6],
  ] as const)("%j ends at %s", (said, end) => {
    expect(replyEnd(text(said))).toBe(end);
  });
});
