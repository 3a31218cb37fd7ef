import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ackFrame,
  createFlowKey,
  decodeFrame,
  encodeFrame,
  type FlowKey,
  flowKey,
  flowKeyText,
  reverseFlowKey,
} from "../../src/tcp/index.ts";
import { segment } from "./arbitrary.ts";

const fields = {
  from: { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 },
  to: { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 },
  seq: 1,
  ack: 2,
  window: 3,
};
const key: FlowKey = { vlans: [], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 33333, dstPort: 11111 };

function tag(vid: number) {
  return { tpid: 0x8100, pcp: 0, dei: false, vid };
}

describe("a flow key", () => {
  it("is the addresses and ports of a segment", () => {
    expect(flowKey(ackFrame(fields))).toEqual(key);
  });

  it("tells VLANs apart, but a tag that only gives a priority is none", () => {
    expect(flowKey(ackFrame({ ...fields, vlans: [tag(100), tag(0), tag(7)] }))).toEqual({ ...key, vlans: [100, 7] });
    expect(flowKey(ackFrame({ ...fields, vlans: [tag(0)] }))).toEqual(key);
  });

  it("is unsupported without TCP ports", () => {
    const arp = decodeFrame(encodeFrame({ ...ackFrame(fields), payload: new Uint8Array(0) }).subarray(0, 14));
    expect(() => flowKey(arp)).toThrow(expect.objectContaining({ name: "WireError", code: "unsupported" }));
  });

  it("reverses to the other direction, and back", () => {
    const tagged = { ...key, vlans: [5] };
    expect(reverseFlowKey(tagged)).toEqual({
      vlans: [5],
      src: "10.0.0.1",
      dst: "10.0.0.3",
      srcPort: 11111,
      dstPort: 33333,
    });
    expect(reverseFlowKey(reverseFlowKey(tagged))).toEqual(tagged);
  });

  it.each<[FlowKey, string]>([
    [key, "10.0.0.3:33333>10.0.0.1:11111"],
    [{ ...key, vlans: [100, 7] }, "10.0.0.3:33333>10.0.0.1:11111@100,7"],
    [{ ...key, src: "2001:db8::3", dst: "2001:db8::1" }, "[2001:db8::3]:33333>[2001:db8::1]:11111"],
  ])("has a text: %o", (key, text) => {
    expect(flowKeyText(key)).toBe(text);
  });

  it("has the same text only when it is the same key", () => {
    fc.assert(
      fc.property(segment, segment, (a, b) => {
        const [one, other] = [flowKey(a), flowKey(b)];
        expect(flowKeyText(one) === flowKeyText(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(flowKeyText(one)).toBe(flowKeyText(createFlowKey({ ...one })));
      }),
    );
  });

  it("is created from any spelling of its addresses", () => {
    const spelled = { src: "2001:0DB8:0000:0000:0000:0000:0000:0003", dst: "2001:db8::1", srcPort: 1, dstPort: 2 };
    expect(createFlowKey({ ...spelled, vlans: [0, 9] })).toEqual({ ...spelled, src: "2001:db8::3", vlans: [9] });
  });

  it.each<[string, object, typeof RangeError | typeof TypeError]>([
    ["src", { src: "10.0.0" }, RangeError],
    ["src", { src: undefined }, TypeError],
    ["dst", { dst: "::1" }, RangeError],
    ["srcPort", { srcPort: 65536 }, RangeError],
    ["dstPort", { dstPort: "80" }, TypeError],
    ["vlans[1]", { vlans: [1, 4096] }, RangeError],
    ["vlans", { vlans: 1 }, TypeError],
  ])("names the argument that is wrong: %s", (name, wrong, kind) => {
    const create = () => createFlowKey({ ...key, ...wrong });
    expect(create).toThrow(kind);
    expect(create).toThrow(name);
  });
});
